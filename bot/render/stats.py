"""Records as Telegram HTML: each provenance apart, each figure with its n and interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import decimal, money, percent
from engine.domain.pick import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.record import Estimate, Record

ENOUGH: Final = 30
"""Settled bets below which nothing is concluded (PRODUCT L3)."""
_TWO: Final = 2


def render_stats(
    records: Sequence[Record],
    counts: Mapping[Provenance, tuple[int, int]],
    *,
    voice: Voice,
    money: Money,
) -> Html:
    """Return one section a provenance, never a sum of them."""
    title = bold(voice.html("stats.title"))
    told = [
        voice.html(
            "stats.count",
            provenance=voice.plain(f"stats.{provenance}"),
            picks=counts.get(provenance, (0, 0))[0],
            settled=counts.get(provenance, (0, 0))[1],
        )
        for provenance in Provenance
    ]
    banner = voice.html("stats.banner", counts=" · ".join(told))
    if not records:
        return paragraphs(title, banner, voice.html("stats.empty"))
    sections = (_section(record, voice, money) for record in records)
    return paragraphs(title, banner, *sections, voice.html("stats.interval"))


def estimate(value: Estimate, voice: Voice, *, signed: bool = True) -> str:
    """Write a mean with its 95 % interval and n, or that there is too little to say."""
    if value.mean is None or value.n < _TWO:
        return voice.plain("stats.too_few", n=value.n)
    mean = percent(value.mean, voice.language, signed=signed)
    if value.low is None or value.high is None:
        return voice.plain("stats.estimate_bare", mean=mean, n=value.n)
    low = percent(value.low, voice.language, signed=signed)
    high = percent(value.high, voice.language, signed=signed)
    return voice.plain("stats.estimate", mean=mean, low=low, high=high, n=value.n)


def _section(record: Record, voice: Voice, purse: Money) -> Html:
    provenance = voice.plain(f"stats.{record.provenance}")
    worth = purse.worth(record.profit)
    fall = purse.worth(record.drawdown)
    few = record.n_settled < ENOUGH
    return lines(
        bold(voice.html("stats.section", provenance=provenance, n=record.n_settled)),
        voice.html(
            "stats.profit",
            profit=money(worth, purse.currency, voice.language, signed=True),
            units=decimal(record.profit, voice.language, signed=True),
            staked=decimal(record.staked, voice.language),
        ),
        voice.html("stats.yield", value=estimate(record.yield_, voice)),
        voice.html("stats.strike", value=estimate(record.strike_rate, voice, signed=False)),
        voice.html("stats.clv", value=estimate(record.clv, voice)),
        voice.html("stats.clv_alt", value=estimate(record.clv_alt, voice)),
        voice.html("stats.coverage", closes=record.n_close, n=record.n_settled),
        voice.html(
            "stats.drawdown",
            units=decimal(record.drawdown, voice.language),
            money=money(fall, purse.currency, voice.language),
        ),
        voice.html("stats.caution", n=ENOUGH) if few else "",
    )
