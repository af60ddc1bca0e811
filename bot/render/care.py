"""Limits and pauses that people set themselves, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import day_and_clock, decimal
from bot.render.numbers import money as amount_of
from engine.domain.care import LimitKind, Said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.alerting.care import Reached
    from engine.domain.care import Care, CareEntry, Pause

_SAID: Final = {
    Said.PAUSE: "care.said_endless",
    Said.LIFT: "care.said_lift",
    Said.HINT: "care.said_hint",
}


def render_care(
    care: Care,
    used: Mapping[LimitKind, Decimal],
    *,
    now: datetime,
    money: Money,
    voice: Voice,
) -> Html:
    """Return what stands of a person's protection, and who helps."""
    pause = care.paused(now)
    told = [_line(kind, limit, used.get(kind), money, voice) for kind, limit in _sorted(care)]
    ripe = care.lift_ripe_at
    return paragraphs(
        bold(voice.html("care.title")),
        pause_words(pause, money, voice) if pause else voice.html("care.no_pause"),
        voice.html("care.lift_asked", at=_at(ripe, money, voice)) if pause and ripe else "",
        lines(bold(voice.html("care.limits_title")), *told)
        if told
        else voice.html("care.no_limits"),
        voice.html("care.holds" if care.holds else "care.holds_not") if told else "",
        voice.html("care.rules"),
        voice.html("care.help_line"),
    )


def render_limits(care: Care, *, now: datetime, money: Money, voice: Voice) -> Html:
    """Return every limit that is set, and what was asked for."""
    told = [_line(kind, limit, None, money, voice) for kind, limit in _sorted(care)]
    asked = [_asked(kind, care, now, money, voice) for kind in LimitKind if kind in care.looser]
    return paragraphs(
        bold(voice.html("care.limits_title")),
        lines(*told) if told else voice.html("care.no_limits"),
        lines(*asked),
        voice.html("care.rules"),
    )


def render_limit(
    kind: LimitKind, care: Care, *, now: datetime, money: Money, voice: Voice
) -> Html:
    """Return one limit as it stands, and what was asked for."""
    return paragraphs(
        bold(limit_name(kind, voice)),
        voice.html("care.stands", amount=amount_words(kind, care.limits.get(kind), money, voice)),
        _asked(kind, care, now, money, voice) if kind in care.looser else "",
        voice.html("care.rules"),
    )


def render_reached(found: Sequence[Reached], *, money: Money, voice: Voice) -> Html:
    """Return, soberly, which limits one more bet would pass."""
    told = [
        voice.html(
            "care.reached_line",
            limit=limit_name(one.kind, voice),
            spent=amount_words(one.kind, one.spent, money, voice),
            amount=amount_words(one.kind, one.limit, money, voice),
        )
        for one in found
    ]
    return paragraphs(
        bold(voice.html("care.reached")),
        lines(*told),
        voice.html("care.help_line"),
    )


def render_history(said: Sequence[CareEntry], *, money: Money, voice: Voice) -> Html:
    """Return what a person said, a line each."""
    told = [_said(entry, money, voice) for entry in said]
    title = bold(voice.html("care.history_title"))
    return paragraphs(title, lines(*told) if told else voice.html("care.history_none"))


def pause_words(pause: Pause, money: Money, voice: Voice) -> Html:
    """Return which pause stands, and until when."""
    if pause.endless:
        return voice.html("care.endless", since=_at(pause.since, money, voice))
    return voice.html(f"care.is_{pause.kind}", until=_at(pause.until, money, voice))


def limit_name(kind: LimitKind, voice: Voice) -> str:
    return voice.plain(f"care.limit_{kind}")


def amount_words(kind: LimitKind, amount: Decimal | None, money: Money, voice: Voice) -> str:
    """Write how much a limit is: units with what they are in money, bets, minutes."""
    if amount is None:
        return voice.plain("care.none")
    if kind is LimitKind.MINUTES:
        return voice.plain("care.minutes", n=int(amount))
    if kind is LimitKind.BETS_DAY:
        return voice.plain("care.bets", n=int(amount))
    digits = 0 if amount == int(amount) else 2
    worth = amount_of(money.worth(amount), money.currency, voice.language)
    units = decimal(amount, voice.language, digits=digits)
    return voice.plain("care.amount", units=units, money=worth)


def _sorted(care: Care) -> list[tuple[LimitKind, Decimal]]:
    return [(kind, care.limits[kind]) for kind in LimitKind if kind in care.limits]


def _line(
    kind: LimitKind, limit: Decimal, used: Decimal | None, money: Money, voice: Voice
) -> Html:
    amount = amount_words(kind, limit, money, voice)
    if used is None:
        return voice.html("care.line", limit=limit_name(kind, voice), amount=amount)
    spent = amount_words(kind, used, money, voice)
    return voice.html("care.line_used", limit=limit_name(kind, voice), amount=amount, spent=spent)


def _asked(kind: LimitKind, care: Care, now: datetime, money: Money, voice: Voice) -> Html:
    wish = care.looser[kind]
    return voice.html(
        "care.ripe" if now >= wish.ripe_at else "care.waits",
        limit=limit_name(kind, voice),
        amount=amount_words(kind, wish.amount, money, voice),
        at=_at(wish.ripe_at, money, voice),
    )


def _said(entry: CareEntry, money: Money, voice: Voice) -> Html:
    at = _at(entry.at, money, voice)
    if entry.said is Said.LIMIT:
        kind = LimitKind(entry.about)
        amount = amount_words(kind, entry.amount, money, voice)
        return voice.html("care.said_limit", at=at, limit=limit_name(kind, voice), amount=amount)
    if entry.said is Said.PAUSE and entry.until is not None:
        return voice.html("care.said_pause", at=at, until=_at(entry.until, money, voice))
    if entry.said is Said.HOLD:
        return voice.html("care.said_hold" if entry.amount else "care.said_no_hold", at=at)
    return voice.html(_SAID[entry.said], at=at)


def _at(moment: datetime, money: Money, voice: Voice) -> str:
    return day_and_clock(moment, money.time_zone, voice.language)
