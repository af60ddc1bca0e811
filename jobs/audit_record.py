"""The headline of each record, added up again from bets, scores and kept closes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine.domain.pick import Provenance
from jobs.audit_bets import Finding
from jobs.audit_closes import HEADLINE, by_close, nearest
from jobs.audit_money import profit_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from engine.domain.record import Record
    from storage.facts import RawFacts

_NEAR: Final = 1e-9
_COUNT: Final = {
    Provenance.LIVE: ("A", "B"),
    Provenance.PAPER: ("A", "B"),
    Provenance.BACKTEST: ("A", "B", "D"),
}
"""The grades that enter a mean: a declared close judges only backtests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a record says first; means are None over nothing."""

    n: int
    staked: Decimal
    profit: Decimal
    yield_: float | None
    clv: float | None
    n_close: int


def headline_of(
    facts: RawFacts, provenance: Provenance, since: datetime | None = None
) -> Headline:
    """Add up one provenance: each pick's last settlement from `since` on, and what its close says.

    Money is worked out from the odds again, CLV from the kept closes.
    """
    last = {
        row["pick_id"]: row
        for row in facts.settled
        if row["provenance"] == provenance
        and row["counts"]
        and (since is None or row["settled_at"] >= since)
    }
    staked = sum((row["stake"] for row in last.values()), Decimal(0))
    profit = sum(
        (profit_of(row["outcome"], row["odds"], row["stake"]) for row in last.values()), Decimal(0)
    )
    kept = by_close(facts.lines)
    closes = [
        nearest(row, kept, HEADLINE)
        for row in facts.fixed
        if row["pick_id"] in last and row["grade"] in _COUNT[provenance]
    ]
    values = [close[1] for close in closes if close is not None]
    return Headline(
        n=len(last),
        staked=staked,
        profit=profit,
        yield_=float(profit / staked) if staked else None,
        clv=math.fsum(values) / len(values) if values else None,
        n_close=len(values),
    )


def audit_headline(found: Record, anew: Headline) -> Iterator[Finding]:
    """Yield every number of a record that is not what its rows add up to."""
    pairs: tuple[tuple[str, object, object], ...] = (
        ("n", found.n, anew.n),
        ("staked", found.staked, anew.staked),
        ("profit", found.profit, anew.profit),
        ("yield", found.yield_.mean, anew.yield_),
        ("clv", found.clv.mean, anew.clv),
        ("n_close", found.n_close, anew.n_close),
    )
    for name, says, should in pairs:
        if not _same(says, should):
            where = f"{found.provenance} record, {name}"
            yield Finding(check="headline", where=where, says=str(says), should=str(should))


def _same(says: object, should: object) -> bool:
    if isinstance(says, float) and isinstance(should, float):
        return math.isclose(says, should, rel_tol=_NEAR, abs_tol=_NEAR)
    return says == should
