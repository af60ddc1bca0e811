"""Bets looked at again: counted once, of the provenance they claim, within their caps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from engine.domain.board import AGGREGATES
from engine.domain.market import Selection
from engine.domain.pick import Provenance, pick_id
from engine.domain.policy import UNCAPPED
from engine.domain.policy_version import base_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.domain.policy import Policy
    from jobs.run import Report

    Row = Mapping[str, Any]

_CENT: Final = Decimal("0.0001")
_ONE_MATCH_DAYS: Final = 1
_UNITS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something the rows contradict; `doubt` is worth a look and no proof of a fault."""

    check: str
    where: str
    says: str
    should: str
    doubt: bool = False

    def told(self) -> Report:
        level = "doubt" if self.doubt else "fault"
        return {
            "level": level,
            "check": self.check,
            "where": self.where,
            "says": self.says,
            "should": self.should,
        }


def of_pick(row: Row) -> str:
    return f"#P{row['number']} ({row['provenance']})"


def finding(check: str, row: Row, says: object, should: object) -> Finding:
    """Return a finding about the pick of a row."""
    return Finding(check=check, where=of_pick(row), says=str(says), should=str(should))


def audit_bets(bets: Sequence[Row], policy: Policy) -> Iterator[Finding]:
    """Yield what is wrong with bets as they were made."""
    yield from _twice(bets)
    for row in bets:
        yield from _identity(row)
        if row["provenance"] == Provenance.BACKTEST:
            continue
        yield from _never_live(row)
        yield from _moments(row)
    yield from _caps(
        [row for row in bets if base_of(row["policy_version"]) == policy.version], policy
    )


def _twice(bets: Iterable[Row]) -> Iterator[Finding]:
    """Yield bets on one selection of one match under two ids, though the match has two as well."""
    seen: dict[object, list[Row]] = defaultdict(list)
    for row in bets:
        key = (row["provenance"], row["selection"], row["home_key"], row["away_key"])
        for other in seen[key]:
            apart = abs((row["kick_off"] - other["kick_off"]).days)
            if row["fixture_id"] == other["fixture_id"] or apart <= _ONE_MATCH_DAYS:
                yield finding("counted_twice", row, f"the same bet as {of_pick(other)}", "once")
        seen[key].append(row)


def _identity(row: Row) -> Iterator[Finding]:
    """Yield a bet whose id is not that of its provenance, match and selection."""
    selection = Selection.from_number(row["selection"])
    own = pick_id(Provenance(row["provenance"]), row["fixture_id"], selection)
    if own == row["id"]:
        return
    made = [
        one.value for one in Provenance if pick_id(one, row["fixture_id"], selection) == row["id"]
    ]
    yield finding("provenance", row, row["provenance"], made[0] if made else "another bet's id")


def _never_live(row: Row) -> Iterator[Finding]:
    """Yield what only a backtest does, or has: no look behind it, bounds, no caps."""
    if not row["looked"]:
        yield finding("provenance", row, f"taken at {row['taken_at']}", "a look at that moment")
    if row["bookmaker"] in AGGREGATES:
        yield finding("provenance", row, f"at {row['bookmaker']}", "a price that somebody offers")
    if UNCAPPED in row["policy_version"]:
        yield finding("provenance", row, f"by {row['policy_version']}", "a policy with caps")
    if row["untold"]:
        yield Finding(
            check="never_told",
            where=of_pick(row),
            says="no card was ever queued",
            should="a card for those who had others before and after",
            doubt=True,
        )


def _moments(row: Row) -> Iterator[Finding]:
    if row["set_for"] is not None and row["taken_at"] >= row["set_for"]:
        yield finding("taken_late", row, row["taken_at"], f"before {row['set_for']}")
    if row["quoted_at"] > row["taken_at"]:
        yield finding("quoted_later", row, row["quoted_at"], f"by {row['taken_at']}")


def _caps(bets: Sequence[Row], policy: Policy) -> Iterator[Finding]:
    """Yield stakes beyond the caps of the policy in force, among the bets made by it.

    Matches that changed their day are left out: they counted for another one then.
    """
    rules, zone = policy.scoring, policy.time_zone
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in bets:
        day = row["kick_off"].astimezone(zone).date()
        name = row["provenance"]
        if row["stake"] > _cap(rules.stake_cap):
            yield finding("stake_cap", row, row["stake"], f"at most {_cap(rules.stake_cap)}")
        if row["set_for"] is None or row["set_for"].astimezone(zone).date() != day:
            continue
        sums["fixture_cap", f"{name} {row['home_key']}-{row['away_key']} {day}"] += row["stake"]
        sums["league_cap", f"{name} {row['competition']} {day}"] += row["stake"]
        sums["day_cap", f"{name} {day}"] += row["stake"]
    for (check, where), staked in sums.items():
        cap = _cap(getattr(rules, check))
        if staked > cap:
            yield Finding(check=check, where=where, says=str(staked), should=f"at most {cap}")


def _cap(share: float) -> Decimal:
    return (Decimal(str(share)) * _UNITS).quantize(_CENT)
