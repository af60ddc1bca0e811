"""What a person does about a pick: takes it, passes on it, wants to be reminded, takes it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from telegram import InlineKeyboardMarkup

from bot.accounts import own_money
from bot.asked_back import confirmed
from bot.asking import names_of
from bot.callbacks import MAX_NUMBER
from bot.careful import AT_LIMIT, asked_at_limit, hint, kept_at_limit
from bot.links import EXPORT_SCREEN
from bot.offers import offers_for
from bot.purse import AmountUnread, read_stake
from bot.render.bets import render_mine, render_slip
from bot.render.exposure import warning
from bot.render.html import name
from bot.render.limits import taken_prices
from bot.risks import risks_passed
from bot.till import code_of
from bot.typed import expect_words, expected
from engine.alerting.reminders import compose_later
from engine.domain.bet import TakenBet
from engine.domain.filter_words import fold
from engine.domain.notation import OddsUnread, read_odds
from engine.domain.numbers import BookmakerKey, Odds, units
from engine.scoring.own_stake import own_stake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.context import Visit
    from bot.render.numbers import Money
    from engine.domain.bet import TakenBetNow
    from engine.domain.numbers import Units
    from engine.domain.pick import Pick
    from storage.views import PickView

_NAMESPACE: Final = UUID("6a7a6a3f-7f0e-5f4b-9a53-0c3f5d1f2b11")
REASONS: Final = ("gone", "limit", "late", "dislike", "other")
PAGE: Final = 8
_WORD: Final = 24
_LEAST: Final = Odds(1.01)
_CHANGES: Final[Mapping[str, Callable[[TakenBet], TakenBet]]] = {
    "om": lambda bet: replace(bet, odds=Odds(max(_LEAST, round(bet.odds - 0.05, 2)))),
    "op": lambda bet: replace(bet, odds=Odds(round(bet.odds + 0.05, 2))),
    "sh": lambda bet: replace(bet, stake=units(bet.stake / 2)),
    "sd": lambda bet: replace(bet, stake=units(bet.stake * 2)),
}
"""What the buttons of a slip change: odds a little less or more, half or twice the stake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was said of a bet; None is as the card says."""

    odds: Odds | None = None
    stake: Decimal | None = None
    book: BookmakerKey | None = None


async def take(visit: Visit) -> None:
    """Note a bet as the pick's card shows it, or as it was typed; twice at once is once."""
    number = visit.tap.number
    wanted = Wanted()
    if visit.words:
        number = _number(visit.words[0])
        try:
            wanted = _read(visit, visit.words[1:])
        except (OddsUnread, AmountUnread) as unread:
            word = name(str(unread), _WORD)
            await _tell(visit, "bets.unread", word=word)
            return
    view = await _view(visit, number)
    if view is None:
        await _tell(visit, "bets.usage")
        return
    if visit.now >= view.fixture.kick_off or view.settlement is not None:
        await _tell(visit, "bets.begun")
        return
    bet = _bet(visit, view, wanted, await own_money(visit))
    held = await _mine(visit)
    before = [one for one in held if one.bet.pick_id == view.pick.id]
    again = bool(before) and not visit.words
    if not again and await asked_at_limit(visit, held, bet, view.number):
        return
    await _note(visit, view, before[-1].bet if again else bet, again=again)


async def take_anyway(visit: Visit) -> None:
    """Note a bet that passes a limit its person set, after asking back."""
    body = await confirmed(visit, AT_LIMIT)
    if body is None:
        return
    view = await _view(visit, int(body["number"]))
    if view is None or visit.now >= view.fixture.kick_off or view.settlement is not None:
        await _tell(visit, "bets.begun")
        return
    wanted = Wanted(
        odds=Odds(float(body["odds"])),
        stake=Decimal(body["stake"]),
        book=BookmakerKey(body["book"]),
    )
    bet = _bet(visit, view, wanted, visit.money)
    await _note(visit, view, bet, again=False)


async def _note(visit: Visit, view: PickView, bet: TakenBet, *, again: bool) -> None:
    """Keep a bet, show its slip, and suggest a pause where stakes rise after losses."""
    if not again:
        async with visit.door.store.transaction() as tx:
            await tx.bets.add(bet)
    await _slip(visit, view, bet, again=again)
    if not again:
        await hint(visit)


async def change(visit: Visit) -> None:
    """Change the odds or the stake of the bet that was noted last on a pick, or type both."""
    view = await _view(visit, visit.tap.number)
    bet = await _last(visit, view)
    if view is None or bet is None:
        await _tell(visit, "bets.none_to_change")
        return
    if visit.tap.args == "type":
        body = {"number": str(view.number)}
        prompt = visit.voice.html("bets.type_it")
        await expect_words(visit, prompt, screen="bettyped", body=body)
        return
    alter = _CHANGES.get(visit.tap.args)
    if alter is not None and visit.now < view.fixture.kick_off:
        changed = alter(bet)
        if await kept_at_limit(visit, await _mine(visit), bet, changed):
            return
        bet = await _amend(visit, bet, changed)
    await _slip(visit, view, bet)


async def typed(visit: Visit) -> None:
    """Take the odds, stake and book of a noted bet as they were typed."""
    kept = expected(visit, "bettyped")
    view = await _view(visit, int(kept["number"])) if kept else None
    bet = await _last(visit, view)
    if view is None or bet is None:
        await mine(visit)
        return
    try:
        wanted = _read(visit, visit.words)
    except (OddsUnread, AmountUnread) as unread:
        await _tell(visit, "bets.unread", word=name(str(unread), _WORD))
        return
    right = replace(
        bet,
        odds=wanted.odds or bet.odds,
        stake=bet.stake if wanted.stake is None else units(wanted.stake),
        bookmaker=wanted.book or bet.bookmaker,
    )
    if not await kept_at_limit(visit, await _mine(visit), bet, right):
        await _slip(visit, view, await _amend(visit, bet, right))


async def undo(visit: Visit) -> None:
    """Take back the bet that was noted last, on this pick or on any, before its kick-off."""
    view = await _view(visit, visit.tap.number)
    async with visit.door.store.reading() as tx:
        held = [one for one in await tx.bets.of(visit.user_id) if one.outcome is None]
    if view is not None:
        held = [one for one in held if one.bet.pick_id == view.pick.id]
    if not held:
        await _tell(visit, "bets.none_to_undo")
        return
    last = held[-1].bet
    async with visit.door.store.transaction() as tx:
        found = await tx.picks.view(pick_id=last.pick_id)
        begun = found is None or visit.now >= found.fixture.kick_off
        done = not begun and await tx.bets.withdraw(last.id, visit.user_id, visit.now)
    if not done or found is None:
        await _tell(visit, "bets.too_late")
        return
    await _tell(visit, "bets.undone", id=f"#P{found.number}")


async def skip(visit: Visit) -> None:
    """Ask why a pick is passed on, or note the reason that was pressed or typed."""
    number, reason = visit.tap.number, visit.tap.args
    if visit.words:
        number = _number(visit.words[0])
        reason = visit.words[1] if len(visit.words) > 1 else ""
    view = await _view(visit, number)
    if view is None:
        await _tell(visit, "bets.usage_skip")
        return
    if reason not in REASONS:
        rows = [
            [visit.buttons.make(f"pass_{one}", "skip", number=number, args=one)] for one in REASONS
        ]
        text = visit.voice.html("bets.why_skip", id=f"#P{number}")
        await visit.say(text, InlineKeyboardMarkup([*rows, [visit.buttons.home()]]))
        return
    async with visit.door.store.transaction() as tx:
        await tx.bets.pass_on(visit.user_id, view.pick.id, reason, visit.now)
    await _tell(visit, "bets.skipped", id=f"#P{number}")


async def later(visit: Visit) -> None:
    """Remind of a pick in half an hour, or just in time, while its value stands."""
    view = await _view(visit, visit.tap.number)
    if view is None:
        await _tell(visit, "bets.usage")
        return
    rules = visit.door.rules.alerts
    alert = compose_later(view.pick, view.fixture.kick_off, visit.user_id, rules, visit.now)
    if alert is None:
        await visit.say(visit.voice.html("bets.no_later"), visit.buttons.back())
        return
    async with visit.door.store.transaction() as tx:
        await tx.outbox.add([alert])
    told = visit.voice.html("bets.later", id=f"#P{view.number}")
    await visit.say(told, visit.buttons.back())


async def mine(visit: Visit) -> None:
    """List this person's own bets, the newest first, open ones and those that are settled."""
    async with visit.door.store.reading() as tx:
        taken = sorted(
            await tx.bets.of(visit.user_id), key=lambda one: one.bet.taken_at, reverse=True
        )
        offset = visit.tap.number if 0 <= visit.tap.number < len(taken) else 0
        shown = taken[offset : offset + PAGE]
        views = await tx.picks.all_views(ids=[one.bet.pick_id for one in shown]) if shown else ()
    known = {view.pick.id: view for view in views}
    rows = [(one, known[one.bet.pick_id]) for one in shown if one.bet.pick_id in known]
    text = render_mine(rows, taken, offset, voice=visit.voice, money=visit.money)
    await visit.show(text, _under_mine(visit, taken, offset))


def _under_mine(visit: Visit, taken: list[TakenBetNow], offset: int) -> InlineKeyboardMarkup:
    turns = []
    if offset > 0:
        turns.append(visit.buttons.make("previous", "mybets", number=max(0, offset - PAGE)))
    if offset + PAGE < len(taken):
        turns.append(visit.buttons.make("next", "mybets", number=offset + PAGE))
    stats = visit.buttons.make("tab_mine", "stats", args=f"minex{visit.door.provenance}")
    files = visit.buttons.make("export", EXPORT_SCREEN, args="betsx")
    return InlineKeyboardMarkup([turns, [stats, files, visit.buttons.home()]])


def _bet(visit: Visit, view: PickView, wanted: Wanted, money: Money) -> TakenBet:
    """Return the bet as it is noted: what was said, else what the card shows now."""
    shown, pick = view.update, view.pick
    odds = wanted.odds or (shown.odds if shown and shown.odds else pick.odds)
    book = wanted.book or (shown.bookmaker if shown and shown.bookmaker else pick.bookmaker)
    stake = units(wanted.stake) if wanted.stake is not None else _advised(pick, odds, money)
    said = "" if wanted == Wanted() else f"|{float(odds)}|{stake}|{book}"
    return TakenBet(
        id=uuid5(_NAMESPACE, f"{visit.user_id}|{pick.id}{said}"),
        user_id=visit.user_id,
        pick_id=pick.id,
        bookmaker=book,
        odds=odds,
        stake=stake,
        taken_at=visit.now,
    )


def _advised(pick: Pick, odds: float, money: Money) -> Units:
    """Return the stake by this person's own rules, the house's where they say none."""
    if money.staking is not None:
        own = own_stake(pick, odds, money.staking, money.basis).money
        if own > 0:
            return units(own * 100 / money.bankroll)
    return pick.stake if pick.stake > 0 else units(1)


async def _amend(visit: Visit, wrong: TakenBet, right: TakenBet) -> TakenBet:
    """Keep the right bet in the place of the wrong one; return the one that stands."""
    told = f"{wrong.id}|{float(right.odds)}|{right.stake}|{right.bookmaker}"
    fresh = replace(right, id=uuid5(_NAMESPACE, told), taken_at=visit.now)
    async with visit.door.store.transaction() as tx:
        done = await tx.bets.amend(wrong.id, fresh, visit.now)
    return fresh if done else wrong


async def _slip(visit: Visit, view: PickView, bet: TakenBet, *, again: bool = False) -> None:
    money = await own_money(visit)
    risks = await risks_passed(visit, bet.id, money)
    async with visit.door.store.reading() as tx:
        offers = await offers_for(tx, view, money.books, visit.now)
    text = render_slip(
        bet,
        view,
        voice=visit.voice,
        money=money,
        again=again,
        warnings=[
            *(warning(risk, visit.voice, money) for risk in risks),
            taken_prices(bet.bookmaker, bet.stake, offers, visit.voice, money),
        ],
    )
    make, number = visit.buttons.make, view.number
    keyboard = InlineKeyboardMarkup(
        [
            [
                make("odds_less", "betset", number=number, args="om"),
                make("odds_more", "betset", number=number, args="op"),
            ],
            [
                make("stake_half", "betset", number=number, args="sh"),
                make("stake_twice", "betset", number=number, args="sd"),
                make("type_it", "betset", number=number, args="type"),
            ],
            [make("limited", "limask", number=code_of(bet.bookmaker))],
            [
                make("undo", "betundo", number=number),
                make("my_bets", "mybets"),
                visit.buttons.home(),
            ],
        ]
    )
    if visit.tap.screen == "take":
        await visit.say(text, keyboard)
    else:
        await visit.show(text, keyboard)


async def _mine(visit: Visit) -> tuple[TakenBetNow, ...]:
    async with visit.door.store.reading() as tx:
        return await tx.bets.of(visit.user_id)


async def _last(visit: Visit, view: PickView | None) -> TakenBet | None:
    if view is None:
        return None
    held = await _mine(visit)
    mine = [one.bet for one in held if one.bet.pick_id == view.pick.id and one.outcome is None]
    return mine[-1] if mine else None


def _read(visit: Visit, words: tuple[str, ...]) -> Wanted:
    """Return what was typed of a bet: odds, then a stake, then a book; each may be left out.

    Raises:
        OddsUnread: the odds are none.
        AmountUnread: the stake is none.
    """
    found = Wanted()
    rest = list(words)
    if rest:
        found = replace(found, odds=read_odds(rest.pop(0)))
    if rest:
        found = replace(found, stake=read_stake(rest.pop(0), visit.money.bankroll))
    if rest:
        key = names_of(visit.door).books.get(fold(" ".join(rest)))
        if key is None:
            raise AmountUnread(" ".join(rest))
        found = replace(found, book=BookmakerKey(key))
    return found


def _number(word: str) -> int:
    bare = word.lstrip("#").lstrip("pP")
    return int(bare) if bare.isdecimal() and len(bare) <= _WORD else 0


async def _view(visit: Visit, number: int) -> PickView | None:
    if not 0 < number <= MAX_NUMBER:
        return None
    async with visit.door.store.reading() as tx:
        return await tx.picks.view(number=number)


async def _tell(visit: Visit, key: str, **values: object) -> None:
    """Say something short; under a card it comes beside it, which stays."""
    text = visit.voice.html(key, **values)
    way = [visit.buttons.make("my_bets", "mybets"), visit.buttons.home()]
    if visit.tap.screen in {"take", "later"}:
        await visit.say(text, InlineKeyboardMarkup([way]))
    else:
        await visit.show(text, InlineKeyboardMarkup([way]))
