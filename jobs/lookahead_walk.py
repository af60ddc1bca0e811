"""The backtest's own walk as rows that can be compared, on an archive with whatever future."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.agents.bets import SIDE
from engine.agents.board import selections
from engine.domain.market import Selection
from engine.learning.backtest.picks import with_ends
from engine.learning.backtest.tried import PASSED
from engine.learning.evidence import day_of
from engine.learning.lookahead.check import Future, check
from engine.learning.lookahead.permuted import Candidates
from engine.learning.lookahead.rows import Rows
from jobs.backtest_run import Span, find_bets
from jobs.backtest_state import State
from jobs.command_options import bar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from engine.domain.policy import Policy
    from engine.learning.archive import Archive
    from engine.learning.backtest.knowledge import Knowledge
    from engine.learning.backtest.picks import Bets
    from engine.learning.lookahead.check import Checked

    Columns = Mapping[str, NDArray[Any]]

_AHEAD: Final = 28 * 86_400.0
"""Looks decided beyond an instant: with another future they are other looks."""
_AT_CLOSE: Final = ("source", "close", "clv", "source_alt", "clv_alt", "clv_average")
_AT_RESULT: Final = ("outcome", "profit")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """Which looks of an archive are decided, by which thresholds."""

    archive: Archive
    span: Span
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walked:
    """What a backtest made of an archive: its bets, the same as rows, and when it learned."""

    bets: Bets
    rows: Rows
    refits: tuple[float, ...]

    @property
    def picks(self) -> int:
        """How many of the bets were made."""
        return int((self.bets.tried.gate == PASSED).sum())


def walk_archive(asked: Asked, says: str) -> Walked:
    """Return what a backtest makes of an archive, with caps and one bankroll a season.

    Nothing is remembered of any walk before it.
    """

    def shown(part: str) -> Any:
        return bar(f"{says}: {part}")

    with TemporaryDirectory(prefix="mon_ps-lookahead-") as name:
        state = State(folder=Path(name))
        found = find_bets(asked.archive, asked.span, asked.policy, state, shown, capped=True)
        known = state.load_knowledge()
    bets = with_ends(asked.archive, found)
    return Walked(
        bets=bets,
        rows=rows_of(asked.archive, bets),
        refits=() if known is None else _refits(known, asked.span),
    )


def _refits(known: Knowledge, span: Span) -> tuple[float, ...]:
    """Return when anything was fitted anew within a span, prices or judges."""
    at = {*known.refits, *(one.at for one in known.judged)}
    return tuple(sorted(one for one in at if span.since <= one < span.until))


def checks(
    walked: Walked, asked: Asked, instants: Sequence[float], seed: int
) -> Iterator[Checked]:
    """Decide again for each instant and future; the first walk is the one there is already."""
    for place, at in enumerate(instants, start=1):
        ahead = Span(since=asked.span.since, until=min(asked.span.until, at + _AHEAD))
        for future in Future:
            says = f"instant {place} of {len(instants)}, future {future}"

            def walk(other: Archive, ahead: Span = ahead, says: str = says) -> Rows:
                if other is asked.archive:
                    return walked.rows
                again = Asked(archive=other, span=ahead, policy=asked.policy)
                return walk_archive(again, says).rows

            yield from check(walk, asked.archive, (at,), seed=seed, futures=(future,))


def rows_of(archive: Archive, bets: Bets) -> Rows:
    """Return bets as rows: all that was decided at the look, then the close, then the result."""
    row = bets.tried.row
    decided = {
        field.name: getattr(bets.tried, field.name)
        for field in fields(bets.tried)
        if field.name != "row"  # a place in the archive, not a fact
    }
    return Rows(
        name=_names(archive, bets),
        looked_at=archive.looked_at[row],
        closed_at=archive.kick_off[row],
        played_at=archive.played_at[row],
        at_look=decided,
        at_close={name: getattr(bets, name) for name in _AT_CLOSE},
        at_result={name: getattr(bets, name) for name in _AT_RESULT},
    )


def candidates_of(walked: Walked) -> Candidates:
    """Return the bets of a walk as what picks were chosen from."""
    bets = walked.bets
    return Candidates(
        match=bets.tried.row,
        market=bets.tried.market,
        side=SIDE[bets.tried.bet],
        season=bets.season,
        day=day_of(bets.kick_off),
        clv=bets.clv,
        picked=bets.tried.gate == PASSED,
    )


def _names(archive: Archive, bets: Bets) -> NDArray[np.str_]:
    row, bet = bets.tried.row, bets.tried.bet
    numbers = selections(archive.look.where(row))[np.arange(len(row)), bet].tolist()
    return np.array(
        [
            f"{_match(archive, one)}, {Selection.from_number(number).code}"
            for one, number in zip(row.tolist(), numbers, strict=True)
        ],
        dtype=np.str_,
    )


def _match(archive: Archive, row: int) -> str:
    looked_at = datetime.fromtimestamp(float(archive.looked_at[row]), UTC)
    home, away = (archive.teams[team].partition(":")[2] for team in _teams(archive, row))
    division = archive.competitions[int(archive.competition[row])]
    return f"{division} {home} - {away}, looked at {looked_at:%Y-%m-%d %H:%M} UTC"


def _teams(archive: Archive, row: int) -> tuple[int, int]:
    return int(archive.home[row]), int(archive.away[row])
