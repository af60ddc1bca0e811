"""What a person's own bets earned: never one record with what was recommended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.numbers import Units, units
from engine.learning.intervals import by_weeks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.record import Estimate
    from engine.domain.wager import Wager

_NOTHING = units(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFigures:
    """`n` settled bets of one bankroll with their yield and its 95 % interval; `open` more."""

    n: int
    open: int
    staked: Units
    profit: Units
    yield_: Estimate


def own_figures(wagers: Sequence[Wager]) -> OwnFigures:
    """Return what the bets of one person in one bankroll earned.

    Raises:
        ValueError: they are of several bankrolls.
    """
    if len({(one.user_id, one.provenance) for one in wagers}) > 1:
        raise ValueError("bets of several bankrolls are no one record")
    settled = [(one, one.profit) for one in wagers if one.profit is not None]
    return OwnFigures(
        n=len(settled),
        open=len(wagers) - len(settled),
        staked=Units(sum((one.stake for one, _ in settled), _NOTHING)),
        profit=Units(sum((earned for _, earned in settled), _NOTHING)),
        yield_=by_weeks(
            [float(earned) for _, earned in settled],
            [float(one.stake) for one, _ in settled],
            [_week(one) for one, _ in settled],
            [str(one.fixture.id) for one, _ in settled],
        ),
    )


def _week(one: Wager) -> str:
    year, week, _ = one.fixture.kick_off.isocalendar()
    return f"{year}-{week:02}"
