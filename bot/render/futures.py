"""What may become of a bankroll, in words: the picture is beside, never instead."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import decimal, money, percent
from bot.render.stats import estimate
from engine.learning.montecarlo import PATHS

if TYPE_CHECKING:
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick import Provenance
    from engine.learning.futures import Bet, Futures

_FALLS: Final = (0.2, 0.5)
_RARE: Final = 0.001
_ROUND: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What runs rest on: a bet that was typed, or the settled bets of one record.

    `own` says that they are the reader's, of picks of `provenance`.
    """

    bet: Bet | None = None
    provenance: Provenance | None = None
    own: bool = False
    n: int = 0


def render_futures(found: Futures, base: Base, *, voice: Voice, money: Money) -> Html:
    """Return where the runs end, how far they fall, and what they rest on."""
    fan, language = found.fan, voice.language
    ends = (("low", fan.low), ("median", fan.median), ("high", fan.high))
    falls = lines(
        voice.html("future.below", share=_chance(fan.below(1.0), voice)),
        voice.html("future.fall", fall=percent(found.fall_expected, language, digits=0)),
        *(
            voice.html(
                "future.fell",
                by=percent(by, language, digits=0),
                share=bold(_chance(fan.fell(by), voice)),
            )
            for by in _FALLS
        ),
    )
    title = voice.html("future.title", n=decimal(found.n, language, digits=0))
    runs = voice.html("future.runs", paths=decimal(PATHS, language, digits=0))
    return paragraphs(
        lines(bold(title), _base(found, base, voice)),
        lines(
            voice.html("future.start", money=_worth(1.0, voice, money)),
            *(_end(key, float(column[-1]), voice, money) for key, column in ends),
        ),
        falls,
        lines(
            runs,
            voice.html("future.error") if found.edge else "",
            voice.html("start.promise"),
        ),
    )


def render_thin(base: Base, *, voice: Voice) -> Html:
    """Return that a record says nothing of what is to come yet, and how to describe a bet."""
    told = voice.html("future.thin", record=_record(base, voice), n=base.n)
    return paragraphs(bold(voice.html("future.name")), told, voice.html("montecarlo.usage"))


def _base(found: Futures, base: Base, voice: Voice) -> Html:
    bet = base.bet
    if bet is not None:
        return voice.html(
            "future.bet",
            odds=voice.odds(bet.odds),
            edge=percent(bet.edge, voice.language, signed=True),
            stake=percent(bet.fraction, voice.language),
        )
    if found.edge is None:
        return Html()
    record = bold(_record(base, voice))
    told = voice.html("future.record", record=record, edge=estimate(found.edge, voice))
    return lines(told, voice.html("future.few") if found.edge.few else "")


def _end(key: str, multiple: float, voice: Voice, purse: Money) -> Html:
    change = percent(multiple - 1, voice.language, signed=True)
    return voice.html(f"future.{key}", money=_worth(multiple, voice, purse), change=change)


def _record(base: Base, voice: Voice) -> str:
    named = voice.plain(f"future.of_{base.provenance}")
    return voice.plain("future.own", record=named) if base.own else named


def _worth(multiple: float, voice: Voice, purse: Money) -> Html:
    amount = round(purse.bankroll * Decimal(str(multiple)), 2)
    return bold(money(amount, purse.currency, voice.language))


def _chance(share: float, voice: Voice) -> str:
    """Write the share of runs: none of ten thousand is not never."""
    if share < _RARE:
        return f"< {percent(_RARE, voice.language)}"
    return percent(share, voice.language, digits=1 if share < _ROUND * 10 else 0)
