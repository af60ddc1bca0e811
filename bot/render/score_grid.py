"""The grid of scores of a match: which market is drawn on it, and the same figures in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from bot.render.html import name
from bot.render.numbers import day_and_clock, decimal, percent
from charts.score_grid import GridLabels
from engine.pricing.match_grid import lumped

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.fixture import Fixture

MOST_GOALS: Final = 6
"""From so many goals on, scores share a row and a column."""
_LIKELIEST: Final = 3
_TEAM: Final = 22
_OVER: Final = 3


class Overlay(StrEnum):
    """The market that is drawn on the grid."""

    DRAW = "draw"
    OVER = "over"
    BTTS = "btts"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """The chances of a match's scores about to be told; `grid` is whole, home goals down."""

    fixture: Fixture
    grid: NDArray[np.float64]
    overlay: Overlay
    as_of: datetime
    voice: Voice
    money: Money

    @property
    def cells(self) -> NDArray[np.float64]:
        return lumped(self.grid, MOST_GOALS)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which cells the market pays on."""
        home, away = np.indices((MOST_GOALS + 1, MOST_GOALS + 1))
        return _pays(self.overlay, home, away)

    @property
    def chance(self) -> float:
        """The chance of the market, of the whole grid."""
        return float(self.grid[_pays(self.overlay, *np.indices(self.grid.shape))].sum())

    def percent(self, value: float) -> str:
        return percent(value, self.voice.language)


def grid_labels(scores: Scores) -> GridLabels:
    """Return the words of the picture."""
    voice, fixture = scores.voice, scores.fixture
    home, away = name(fixture.home.name, _TEAM), name(fixture.away.name, _TEAM)
    goals = [str(n) for n in range(MOST_GOALS)]
    return GridLabels(
        title=voice.plain("grid.title", home=home, away=away),
        subtitle=_sides(scores),
        home=voice.plain("grid.goals", team=home),
        away=voice.plain("grid.goals", team=away),
        outlined=_outlined(scores),
        goals=(*goals, f"{MOST_GOALS}+"),
        cells=tuple(
            tuple(decimal(100 * chance, voice.language, digits=1) for chance in row)
            for row in scores.cells.tolist()
        ),
    )


def grid_caption(scores: Scores) -> str:
    """Return the key figures of the picture in words, for those who cannot see it."""
    voice, fixture = scores.voice, scores.fixture
    cells = scores.grid[:MOST_GOALS, :MOST_GOALS]
    order = np.argsort(cells, axis=None)[::-1][:_LIKELIEST]
    likeliest = ", ".join(
        f"{place // MOST_GOALS}-{place % MOST_GOALS} {scores.percent(float(cells.flat[place]))}"
        for place in order.tolist()
    )
    home, away = np.indices(scores.grid.shape)
    mean_home, mean_away = (float((scores.grid * goals).sum()) for goals in (home, away))
    return "\n".join(
        (
            voice.plain(
                "grid.heading", home=name(fixture.home.name), away=name(fixture.away.name)
            ),
            _sides(scores),
            _outlined(scores),
            voice.plain("grid.likeliest", scores=likeliest),
            voice.plain(
                "grid.means",
                home=decimal(mean_home, voice.language),
                away=decimal(mean_away, voice.language),
            ),
            voice.plain(
                "grid.source",
                at=day_and_clock(scores.as_of, scores.money.time_zone, voice.language),
            ),
        )
    )


def _sides(scores: Scores) -> str:
    home, away = np.indices(scores.grid.shape)
    parts = (home > away, home == away, home < away)
    won, drawn, lost = (scores.percent(float(scores.grid[part].sum())) for part in parts)
    return scores.voice.plain("grid.sides", home=won, draw=drawn, away=lost)


def _outlined(scores: Scores) -> str:
    chance = scores.percent(scores.chance)
    return scores.voice.plain(f"grid.in_{scores.overlay}", chance=chance)


def _pays(overlay: Overlay, home: NDArray[np.int64], away: NDArray[np.int64]) -> NDArray[np.bool_]:
    if overlay is Overlay.OVER:
        return np.asarray(home + away >= _OVER)
    if overlay is Overlay.BTTS:
        return np.asarray((home > 0) & (away > 0))
    return np.asarray(home == away)
