"""python -m jobs seed-record: the record this product began with, by the rules it has now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from engine.learning.markets.badges import Badge
from engine.learning.recorded.seed import seed_record

if TYPE_CHECKING:
    from engine.domain.record import Estimate
    from engine.learning.recorded.seed import SeedRecord

_BADGES: Final = {
    Badge.TOP: "🏆 TOP",
    Badge.GOOD: "✅ BON",
    Badge.AVOID: "⚠️ À ÉVITER",
    Badge.INSUFFICIENT: "⏳ INSUFFISANT",
}


def add_seed_command(app: typer.Typer) -> None:
    """Offer `seed-record`."""

    @app.command("seed-record")
    def seed() -> None:
        """Show what the seed's 77 bets say: yield, interval, provenance, badge."""
        typer.echo(told(seed_record()))


def told(found: SeedRecord) -> str:
    """Return the record for people."""
    live = found.n - found.backtest
    split = f"{found.share_of_backtest:.0%} backtest ({found.backtest} bets, {live} live)"
    return "\n".join(
        (
            f"The seed's record: n = {found.n}, {found.profit:+.2f} units at level stakes",
            f"ROI on turnover (yield): {_percent(found.yield_, '+')}, n = {found.yield_.n}",
            f"won: {_percent(found.strike_rate)}, n = {found.strike_rate.n}",
            f"provenance: {split}: sums like this one are refused today",
            f"CLV: none; a close was captured of {found.closes} of {found.n} bets",
            f"badge: {_BADGES[found.badge]}",
            "95 % intervals, bets taken as independent: no dates were published",
        )
    )


def _percent(one: Estimate, sign: str = "") -> str:
    if one.mean is None or one.low is None or one.high is None:
        return "unknown"
    mean, low, high = (f"{value:{sign}.1%}" for value in (one.mean, one.low, one.high))
    return f"{mean} [{low}; {high}]"
