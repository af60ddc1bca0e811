"""Closes looked at again: caught before play, graded by when, and worth what they say."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from engine.domain.market import Selection
from jobs.audit_bets import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.settlement.rules import ClosingRules

    Row = Mapping[str, Any]
    Kept = Mapping[object, Sequence[Row]]
    Reference = tuple[str, str, str, str]

_NEAR: Final = 1e-9
_LIVE: Final = frozenset({"sharp", "exchange", "consensus"})
_BY_TIME: Final = "ABC"
HEADLINE: Final = ("grade", "source", "closing_odds", "clv")
REFERENCES: Final = (HEADLINE, ("alt_grade", "alt_source", "alt_closing_odds", "clv_alt"))
"""The columns of a bet's two closes."""


def audit_lines(lines: Sequence[Row], rules: ClosingRules) -> Iterator[Finding]:
    """Yield closes caught after kick-off, or graded better than when they were caught allows."""
    for row in lines:
        where = f"{row['source']} {Selection.from_number(row['selection']).code} of match "
        where += str(row["fixture_id"])
        early = row["kick_off"] - row["captured_at"]
        if early.total_seconds() < 0:
            says, should = f"caught at {row['captured_at']}", f"before {row['kick_off']}"
            yield Finding(check="after_kick_off", where=where, says=says, should=should)
            continue
        if row["grade"] not in _BY_TIME:
            if row["source"] in _LIVE:
                should = "a grade by time"
                yield Finding(check="grade", where=where, says=row["grade"], should=should)
            continue
        best = "A" if early <= rules.grade_a and row["source"] != "consensus" else "B"
        best = best if early <= rules.grade_b else "C"
        if row["grade"] < best:
            says = f"{row['grade']}, caught {early} before"
            yield Finding(check="grade", where=where, says=says, should=best)


def by_close(lines: Sequence[Row]) -> Kept:
    """Return the kept closes by what a bet's close names: match, selection, source and grade."""
    known: dict[object, list[Row]] = defaultdict(list)
    for line in lines:
        known[line["fixture_id"], line["selection"], line["source"], line["grade"]].append(line)
    return known


def audit_fixed(fixed: Sequence[Row], kept: Kept) -> Iterator[Finding]:
    """Yield closes of bets that no kept line explains, and CLV that is not their worth.

    And movement that is not of the very book that was bet, and entries that are missing.
    """
    for row in fixed:
        if row["closed_at"] < row["kick_off"]:
            yield finding("closed_early", row, row["closed_at"], f"from {row['kick_off']} on")
        if row["sequence"] != row["entries"]:
            yield finding("close_entries", row, f"{row['entries']} of them", row["sequence"])
        for reference in REFERENCES:
            yield from _against(row, kept, reference)
        yield from _moved(row)


def _moved(row: Row) -> Iterator[Finding]:
    """Yield last odds that the pick's book did not offer, and movement that is not theirs.

    An offer that was kept after the pick was closed is no fault: no grade gets better by it.
    """
    last, offers = row["book_odds"], row["offers"]
    if last is None and offers:
        yield replace(finding("book_odds", row, "none", offers[0]), doubt=True)
    elif last is not None and last not in offers:
        yield finding("book_odds", row, last, offers[0] if offers else "none")
    elif last is not None and last != offers[0]:
        yield replace(finding("book_odds", row, last, offers[0]), doubt=True)
    moved = None if last is None else row["odds"] / last - 1
    if (moved is None) != (row["movement"] is None) or (
        moved is not None and not _near(row["movement"], moved)
    ):
        yield finding("movement", row, row["movement"], moved)


def nearest(row: Row, kept: Kept, reference: Reference) -> tuple[float, float] | None:
    """Return fair odds and CLV of the kept close that explains a bet's; None where none does."""
    told = [
        worth(row["odds"], line)
        for line in _usable(row, kept, reference)
        if line["kick_off"] == row["kick_off"]
    ]
    return min(told, key=lambda one: abs(one[1] - row[reference[-1]]), default=None)


def worth(odds: float, line: Row) -> tuple[float, float]:
    """Return the fair closing odds and the CLV of a bet at `odds`, out of the five chances."""
    win, loss = line["win"] + line["half_win"] / 2, line["loss"] + line["half_loss"] / 2
    back = line["push"] + (line["half_win"] + line["half_loss"]) / 2
    return (win + loss) / win, (1 - back) * (odds * win / (win + loss) - 1)


def _against(row: Row, kept: Kept, reference: Reference) -> Iterator[Finding]:
    grade, source, closing_odds, clv = (row[name] for name in reference)
    name = reference[-1]
    if None in {grade, source, clv}:
        if {grade, source, clv} != {None}:
            yield finding(name, row, f"{grade} {source} {clv}", "all of them or none")
        return
    mine, told = _mine(row, kept, reference), nearest(row, kept, reference)
    if mine and not _usable(row, kept, reference):
        at = mine[-1]["captured_at"]
        yield finding("after_kick_off", row, f"caught at {at}", f"before {row['begun_at']}")
    elif told is None:
        yield finding(name, row, f"{source} {grade}", "a close that was kept")
    elif not (_near(closing_odds, told[0]) and _near(clv, told[1])):
        yield finding(name, row, f"{clv} at {closing_odds}", f"{told[1]} at {told[0]}")


def _mine(row: Row, kept: Kept, reference: Reference) -> Sequence[Row]:
    """Return what a source said of a bet: without its book, which is no alternative either."""
    source, book = row[reference[1]], row["bookmaker"]
    lines = kept.get((row["fixture_id"], row["selection"], source, row[reference[0]]), ())
    apart = {line["captured_at"] for line in lines if line["excluded"] == book}
    own = set() if reference is HEADLINE else {book}
    return [
        line
        for line in lines
        if line["excluded"] == book
        or (not line["excluded"] and line["captured_at"] not in apart and line["book"] not in own)
    ]


def _usable(row: Row, kept: Kept, reference: Reference) -> Sequence[Row]:
    """Return the closes that were known before play."""
    begun = row["begun_at"]
    return [line for line in _mine(row, kept, reference) if line["captured_at"] <= begun]


def _near(one: float | None, other: float) -> bool:
    return one is not None and math.isclose(one, other, rel_tol=_NEAR, abs_tol=_NEAR)
