"""How people protect themselves: limits, pauses, and the help line.

Every line is kept; what it changes is decided by `engine.domain.care` alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.asked_back import ask_back, confirmed
from bot.keyboards import in_rows
from bot.purse import AmountUnread, read_stake
from bot.render.care import (
    amount_words,
    limit_name,
    pause_words,
    render_care,
    render_history,
    render_limit,
    render_limits,
)
from bot.render.html import bold, name, paragraphs
from bot.typed import expect_words, expected
from engine.alerting.care import spent
from engine.domain.care import CareEntry, LimitKind, PauseKind, Said, liftable_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram import InlineKeyboardButton

    from bot.context import Visit
    from bot.render.html import Html
    from engine.domain.care import Care

KINDS: Final = tuple(LimitKind)
_COUNTED: Final = frozenset({LimitKind.BETS_DAY, LimitKind.MINUTES})
_OFFERED: Final[Mapping[LimitKind, tuple[int, ...]]] = {
    LimitKind.LOSS_DAY: (2, 5, 10),
    LimitKind.LOSS_WEEK: (5, 10, 20),
    LimitKind.LOSS_MONTH: (10, 20, 40),
    LimitKind.STAKE_DAY: (5, 10, 20),
    LimitKind.STAKE_WEEK: (10, 25, 50),
    LimitKind.STAKE_MONTH: (25, 50, 100),
    LimitKind.BETS_DAY: (3, 5, 10),
    LimitKind.MINUTES: (15, 30, 60),
}
_NONE: Final = "x"
_TYPE: Final = "type"
_MOST: Final = 1000
_CENT: Final = Decimal("0.01")
_LENGTHS: Final[Mapping[str, tuple[PauseKind, timedelta | None]]] = {
    "r24h": (PauseKind.REST, timedelta(hours=24)),
    "r7d": (PauseKind.REST, timedelta(days=7)),
    "r30d": (PauseKind.REST, timedelta(days=30)),
    "e6m": (PauseKind.EXCLUSION, timedelta(days=182)),
    "e1y": (PauseKind.EXCLUSION, timedelta(days=365)),
    "ever": (PauseKind.EXCLUSION, None),
}
_LINES: Final = 20


async def care(visit: Visit) -> None:
    """Show what stands: a pause, limits and what is used of them, and who helps."""
    used = await _used(visit)
    text = render_care(visit.care, used, now=visit.now, money=visit.money, voice=visit.voice)
    held = visit.care.paused(visit.now)
    make = visit.buttons.make
    rows = [
        [make("care_limits", "carelims"), make("care_pause", "carestop")],
        [make("care_hold_off" if visit.care.holds else "care_hold_on", "carehold")],
        [make("care_history", "carehist"), visit.buttons.home()],
    ]
    if held is not None and visit.now >= liftable_from(held):
        rows.insert(0, [make("care_lift", "carelift")])
    await visit.show(text, InlineKeyboardMarkup(rows))


async def limits(visit: Visit) -> None:
    """Show every limit there is, each with a button to set it."""
    voice = visit.voice
    rows = [
        visit.buttons.labelled(voice.plain(f"care.short_{kind}"), "carelim", number=number)
        for number, kind in enumerate(KINDS)
    ]
    text = render_limits(visit.care, now=visit.now, money=visit.money, voice=voice)
    pairs = [rows[at : at + 2] for at in range(0, len(rows), 2)]
    await visit.show(text, InlineKeyboardMarkup([*pairs, _ways(visit)]))


async def limit(visit: Visit) -> None:
    """Offer amounts for one limit, none at all, or typing one."""
    kind = _kind(visit)
    if kind is None:
        await limits(visit)
        return
    if visit.tap.args == _TYPE:
        key = "care.type_counted" if kind in _COUNTED else "care.type_amount"
        body = {"kind": kind.value}
        prompt = visit.voice.html(key, limit=limit_name(kind, visit.voice))
        keyboard = InlineKeyboardMarkup([_ways(visit)])
        await expect_words(visit, prompt, screen="caretype", body=body, keyboard=keyboard)
        return
    await _show_limit(visit, kind)


async def choose(visit: Visit) -> None:
    """Set the limit that was tapped: a stricter one at once, a looser one by the rules."""
    kind = _kind(visit)
    said = visit.tap.args
    if kind is None or not (said == _NONE or said.isdecimal()):
        await limits(visit)
        return
    await _say_limit(visit, kind, None if said == _NONE else Decimal(said) / 100)


async def typed(visit: Visit) -> None:
    """Set the limit that was typed."""
    kept = expected(visit, "caretype")
    if kept is None:
        await limits(visit)
        return
    kind = LimitKind(kept["kind"])
    amount = _read(visit, kind)
    if amount is None:
        word = name(" ".join(visit.words), 24)
        keyboard = InlineKeyboardMarkup([_ways(visit)])
        await visit.show(visit.voice.html("care.unread", word=word), keyboard)
        return
    await _say_limit(visit, kind, amount)


async def pauses(visit: Visit) -> None:
    """Offer pauses, and say what one does."""
    chosen = [visit.buttons.make(f"care_{which}", "carepick", args=which) for which in _LENGTHS]
    voice = visit.voice
    text = paragraphs(
        bold(voice.html("care.pause_title")),
        voice.html("care.pause_what"),
        voice.html("care.pause_firm"),
        voice.html("care.help_line"),
    )
    await visit.show(text, InlineKeyboardMarkup([*in_rows(chosen), _ways(visit)]))


async def pause(visit: Visit) -> None:
    """Ask back before a pause begins: it cannot be shortened."""
    which = visit.tap.args
    if which not in _LENGTHS:
        await pauses(visit)
        return
    length = visit.voice.plain(f"button.care_{which}")
    text = paragraphs(
        bold(visit.voice.html("care.sure", length=length)), visit.voice.html("care.pause_firm")
    )
    await ask_back(visit, text, what="carego", body={"which": which}, back="care")


async def paused(visit: Visit) -> None:
    """Begin the pause that was confirmed; what waits for this person is dropped when it is due."""
    body = await confirmed(visit, "carego")
    if body is None:
        return
    kind, length = _LENGTHS[body["which"]]
    until = None if length is None else visit.now + length
    entry = CareEntry(said=Said.PAUSE, about=kind.value, at=visit.now, until=until)
    now = await _say(visit, entry)
    held = now.paused(visit.now)
    told = pause_words(held, visit.money, visit.voice) if held else ""
    text = paragraphs(
        bold(visit.voice.html("care.begun")),
        told,
        visit.voice.html("care.pause_what"),
        visit.voice.html("care.help_line"),
    )
    await visit.show(text, InlineKeyboardMarkup([_ways(visit)]))


async def lift(visit: Visit) -> None:
    """Ask for the end of an exclusion without one: it is asked for again a day later."""
    entry = CareEntry(said=Said.LIFT, about=PauseKind.EXCLUSION.value, at=visit.now)
    await care(replace(visit, care=await _say(visit, entry)))


async def hold(visit: Visit) -> None:
    """Choose whether picks wait while a limit of losses or stakes is reached."""
    entry = CareEntry(
        said=Said.HOLD, about="picks", at=visit.now, amount=Decimal(int(not visit.care.holds))
    )
    await care(replace(visit, care=await _say(visit, entry)))


async def history(visit: Visit) -> None:
    """Show what this person said, the newest first."""
    async with visit.door.store.reading() as tx:
        said = await tx.care.history(visit.user_id)
    text = render_history(said[::-1][:_LINES], money=visit.money, voice=visit.voice)
    await visit.show(text, InlineKeyboardMarkup([_ways(visit)]))


async def _say(visit: Visit, entry: CareEntry) -> Care:
    """Keep a line; return what stands then."""
    async with visit.door.store.transaction() as tx:
        await tx.care.say(visit.user_id, entry)
        return await tx.care.of(visit.user_id)


async def _say_limit(visit: Visit, kind: LimitKind, amount: Decimal | None) -> None:
    entry = CareEntry(said=Said.LIMIT, about=kind.value, at=visit.now, amount=amount)
    now = await _say(visit, entry)
    said = visit.voice.html(
        "care.holds_now" if now.limits.get(kind) == amount else "care.asked_for",
        amount=amount_words(kind, amount, visit.money, visit.voice),
    )
    await _show_limit(replace(visit, care=now), kind, said)


async def _show_limit(visit: Visit, kind: LimitKind, said: Html | str = "") -> None:
    number = KINDS.index(kind)
    text = render_limit(kind, visit.care, now=visit.now, money=visit.money, voice=visit.voice)
    choices = []
    for each in _OFFERED[kind]:
        label = amount_words(kind, Decimal(each), visit.money, visit.voice)
        choices.append(_choice(visit, label, number, _args(Decimal(each))))
    waiting = visit.care.looser.get(kind)
    rows = [choices]
    if waiting is not None and visit.now >= waiting.ripe_at:
        again = visit.buttons.make(
            "care_again", "careset", number=number, args=_args(waiting.amount)
        )
        rows.insert(0, [again])
    none = visit.buttons.make("care_none", "careset", number=number, args=_NONE)
    type_it = visit.buttons.make("type_it", "carelim", number=number, args=_TYPE)
    rows.append([none, type_it])
    await visit.show(paragraphs(said, text), InlineKeyboardMarkup([*rows, _ways(visit)]))


async def _used(visit: Visit) -> Mapping[LimitKind, Decimal]:
    """Return how much of each limit is used."""
    asked = [kind for kind in visit.care.limits if kind is not LimitKind.MINUTES]
    if not asked:
        return {}
    async with visit.door.store.reading() as tx:
        bets = await tx.bets.of(visit.user_id)
    zone = visit.money.time_zone
    return {kind: spent(kind, bets, visit.now, zone) for kind in asked}


def _choice(visit: Visit, label: str, number: int, args: str) -> InlineKeyboardButton:
    return visit.buttons.labelled(label, "careset", number=number, args=args)


def _args(amount: Decimal | None) -> str:
    """Write an amount as a button carries it: in hundredths."""
    return _NONE if amount is None else str(int(amount * 100))


def _kind(visit: Visit) -> LimitKind | None:
    return KINDS[visit.tap.number] if 0 <= visit.tap.number < len(KINDS) else None


def _read(visit: Visit, kind: LimitKind) -> Decimal | None:
    """Return the amount that was typed: a count, or money, units or a share of the bankroll."""
    word = visit.words[0] if visit.words else ""
    if kind not in _COUNTED:
        try:
            return max(read_stake(word, visit.money.bankroll).quantize(_CENT), _CENT)
        except AmountUnread:
            return None
    try:
        count = Decimal(word)
    except InvalidOperation:
        return None
    return count if 0 < count <= _MOST and count == int(count) else None


def _ways(visit: Visit) -> list[InlineKeyboardButton]:
    return [visit.buttons.make("back_care", "care"), visit.buttons.home()]
