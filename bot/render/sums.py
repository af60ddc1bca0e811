"""What the calculators answer, as Telegram HTML: figures of the reader's own, never advice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, code, join, lines, name, paragraphs
from bot.render.numbers import NO_BREAK, decimal, odds, percent
from bot.render.numbers import money as written_money
from engine.domain.preferences import OddsFormat
from engine.pricing.devig.beside import COMPUTED, HOUSE
from engine.pricing.devig.method import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.pricing.devig.beside import SideBySide
    from engine.scoring.one_bet import OneBet

_TWO_POINTS: Final = 0.02
_COLUMNS: Final = 4
"""Probabilities that stand side by side on a phone."""
_NAME: Final = 11
_CELL: Final = 6
_TEN: Final = 10
_HAIR: Final = 1e-9


def render_kelly(bet: OneBet, *, voice: Voice, money: Money | None, cap: float) -> Html:
    """Return the stake on one bet, and what becomes of it if the probability is too high.

    Without `money` nobody's bankroll is told: others may read it.
    """
    head = paragraphs(
        bold(voice.html("kelly.title")),
        lines(
            voice.html(
                "kelly.bet",
                odds=bold(voice.odds(bet.odds)),
                probability=bold(_percent(bet.probability, voice)),
                fair=voice.odds(bet.fair_odds),
            ),
            voice.html("kelly.edge", edge=percent(bet.edge, voice.language, signed=True)),
        ),
    )
    if bet.edge <= 0:
        none = voice.html(
            "kelly.none",
            break_even=_percent(bet.break_even, voice, 1),
            fair=voice.odds(bet.fair_odds),
        )
        return paragraphs(head, none, _own_figures(voice))
    return paragraphs(
        head,
        lines(*_stakes(bet, voice, money)),
        _if_lower(bet, voice),
        lines(voice.html("kelly.house", cap=_percent(cap, voice)), _own_figures(voice)),
    )


def render_devig(book: SideBySide, *, voice: Voice) -> Html:
    """Return one book without its margin, by every method, and which one the house uses."""
    wide = len(book.odds) > _COLUMNS
    return paragraphs(
        bold(voice.html("devig.title")),
        lines(
            voice.html("devig.odds", odds=join(" · ", (voice.odds(each) for each in book.odds))),
            voice.html(
                "devig.margin",
                margin=percent(book.margin, voice.language, digits=2, signed=True),
                payout=percent(1 / (1 + book.margin), voice.language),
            ),
            voice.html("devig.pairs") if book.total != 1 else "",
        ),
        lines(*(_ranges(book, voice) if wide else _methods(book, voice))),
        _house_odds(book, voice),
        lines(voice.html("devig.same"), voice.html("devig.house")),
    )


def render_conversion(value: float, *, voice: Voice, currency: str) -> Html:
    """Return odds in every spelling."""
    formats = (
        voice.html(f"convert.{each}", odds=bold(odds(value, voice.language, each)))
        for each in OddsFormat
    )
    won = money_of(_TEN * (value - 1), voice, currency)
    staked = money_of(_TEN, voice, currency)
    return paragraphs(
        bold(voice.html("convert.title")),
        lines(
            *formats,
            voice.html("convert.probability", probability=bold(_percent(1 / value, voice, 2))),
            voice.html("convert.profit", staked=staked, won=won),
        ),
        voice.html("convert.margin"),
    )


def render_unread(key: str, unread: str, typed: str = "", *, voice: Voice) -> Html:
    """Return what was not understood of what was typed, or that it is too little, and how."""
    told = Html()
    if unread:
        told = voice.html("tools.unread", typed=name(unread, 24))
    elif typed:
        told = voice.html("tools.missing", typed=name(typed, 24))
    return paragraphs(told, voice.html(f"{key}.usage"))


def money_of(amount: float, voice: Voice, currency: str) -> str:
    return written_money(Decimal(str(amount)), currency, voice.language)


def _stakes(bet: OneBet, voice: Voice, purse: Money | None) -> Iterator[Html]:
    yield voice.html("kelly.full", full=_percent(bet.full, voice, 2))
    share, stake = _share(bet.share, voice), _percent(bet.stake, voice, 2)
    if purse is None:
        yield bold(voice.html("kelly.stake_bare", share=share, stake=stake))
    else:
        worth = money_of(float(purse.bankroll) * bet.stake, voice, purse.currency)
        bankroll = written_money(purse.bankroll, purse.currency, voice.language)
        told = voice.html("kelly.stake", share=share, stake=stake, money=worth, bankroll=bankroll)
        yield bold(told)
    yield voice.html("kelly.growth", growth=percent(bet.growth, voice.language, digits=3))


def _if_lower(bet: OneBet, voice: Voice) -> Html:
    """Say what two points less of probability leave: a probability is never known exactly."""
    lower = bet.probability - _TWO_POINTS
    if lower <= 0:
        return Html()
    edge = bet.odds * lower - 1
    stake = bet.share * max(0.0, edge / (bet.odds - 1))
    return voice.html(
        "kelly.lower",
        probability=_percent(lower, voice),
        edge=percent(edge, voice.language, signed=True),
        stake=_percent(stake, voice, 2),
    )


def _methods(book: SideBySide, voice: Voice) -> Iterator[Html]:
    for method in COMPUTED:
        found = book.by_method.get(method)
        label = voice.plain(f"devig.method_{method}")[:_NAME].ljust(_NAME)
        if found is None:
            continue
        if isinstance(found, Refusal):
            yield join(" ", (_code(label), voice.html(f"devig.why_{found}")))
            continue
        cells = "".join(
            decimal(100 * each, voice.language, digits=1).rjust(_CELL) for each in found
        )
        row = _code(label + cells)
        yield bold(row) if method is HOUSE else row


def _ranges(book: SideBySide, voice: Voice) -> Iterator[Html]:
    """Yield each outcome's probability by the house's method, and the range of all of them."""
    told = [each for each in book.by_method.values() if not isinstance(each, Refusal)]
    house = book.house
    for place, offered in enumerate(book.odds):
        values = [each[place] for each in told]
        if isinstance(house, Refusal) or not values:
            continue
        yield voice.html(
            "devig.range",
            odds=voice.odds(offered),
            probability=bold(_percent(house[place], voice, 1)),
            low=_percent(min(values), voice, 1),
            high=_percent(max(values), voice, 1),
        )


def _house_odds(book: SideBySide, voice: Voice) -> Html:
    if isinstance(book.house, Refusal):
        return voice.html(f"devig.why_{book.house}")
    fair = join(" · ", (voice.odds(1 / each) for each in book.house))
    return voice.html("devig.fair", method=voice.plain(f"devig.method_{HOUSE}"), odds=bold(fair))


def _own_figures(voice: Voice) -> Html:
    return voice.html("tools.own_figures")


def _share(share: float, voice: Voice) -> str:
    known = {1.0: "share_full", 0.5: "share_half", 0.25: "share_quarter", 0.125: "share_eighth"}
    key = known.get(share)
    if key:
        return voice.plain(f"kelly.{key}")
    return voice.plain("kelly.share_other", share=_percent(share, voice))


def _percent(value: float, voice: Voice, digits: int | None = None) -> str:
    """Write a share; a round one without decimals."""
    if digits is None:
        digits = 0 if abs(100 * value - round(100 * value)) < _HAIR else 1
    return percent(value, voice.language, digits=digits)


def _code(text: str) -> Html:
    return code(text.replace(" ", NO_BREAK))
