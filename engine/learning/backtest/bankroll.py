"""What a backtest's picks have at stake at an instant, and how its bankroll stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.board import selections
from engine.domain.exposure import Exposure, Staked
from engine.domain.market import Selection
from engine.domain.pick import Provenance
from engine.learning.backtest.boards import fixture_of
from engine.learning.backtest.tried import PASSED
from engine.settlement.columns import returns, settle_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.backtest.tried import Tried

    Floats = NDArray[np.float64]

UNITS: Final = 100.0
"""A bankroll in units, as live: one is a percent of what it began with."""
_SAME_DAY: Final = 2 * 86_400.0  # a day's cap holds until all its matches have begun


def exposure_at(archive: Archive, bets: Tried, at: float) -> Exposure:
    """Return what earlier picks among `bets` leave at an instant (POSIX seconds), as live.

    A result counts from when it may be known. The bankroll began with the first of the bets.
    """
    picks = bets.where(bets.gate == PASSED)
    told = np.isfinite(archive.home_goals[picks.row] + archive.away_goals[picks.row])
    over = (archive.played_at[picks.row] <= at) & told
    counted = np.flatnonzero(~over | (archive.kick_off[picks.row] > at - _SAME_DAY))
    numbers = selections(archive.look.where(picks.row))
    won = np.where(over, UNITS * picks.fraction * profits(archive, picks), 0.0)
    order = np.argsort(archive.played_at[picks.row], kind="stable")
    running = np.cumsum(won[order])
    return Exposure(
        stakes=tuple(
            _staked(archive, picks, place, int(numbers[place, picks.bet[place]]), over[place])
            for place in counted.tolist()
        ),
        bankroll=UNITS + float(won.sum()),
        peak=UNITS + float(running.max(initial=0.0)),
    )


def profits(archive: Archive, bets: Tried) -> Floats:
    """Return what one unit on each bet came to, NaN where no result is known."""
    return returns(settled(archive, bets), bets.odds)


def settled(archive: Archive, bets: Tried) -> Floats:
    """Return each bet's outcome: 1 won, .5 half won, 0 void, -.5 half lost, -1 lost."""
    some = archive.look.where(bets.row)
    numbers = selections(some)[np.arange(len(bets)), bets.bet]
    return settle_columns(numbers, archive.home_goals[bets.row], archive.away_goals[bets.row])


def _staked(archive: Archive, picks: Tried, place: int, selection: int, over: np.bool_) -> Staked:
    fixture = fixture_of(archive, int(picks.row[place]))
    return Staked(
        provenance=Provenance.BACKTEST,
        fixture_id=fixture.id,
        selection=Selection.from_number(selection),
        competition=fixture.competition,
        kick_off=fixture.kick_off,
        fraction=float(picks.fraction[place]),
        settled=bool(over),
    )
