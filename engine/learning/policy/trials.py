"""What may be tried in the place of a policy's thresholds: a grid that was registered before."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.policy_version import Thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_POINTS: Final = 5.0
"""How far each bound of the zone moves within a week (METHOD B5.3)."""
BOUNDS: Final = ("zone_low", "zone_high")
NEIGHBOUR: Final = 0.5
"""What a trial one step away on one axis weighs on the smoothed surface; further away nothing."""
_TOLD: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The values each threshold may take, rising. Every combination is one trial.

    Raises:
        ValueError: one of them has no value, or they do not rise.
    """

    zone_low: tuple[float, ...]
    zone_high: tuple[float, ...]
    zone_max_odds: tuple[float, ...]
    hurdle: tuple[float, ...]

    def __post_init__(self) -> None:
        for axis in fields(self):
            values = getattr(self, axis.name)
            if not values or list(values) != sorted(set(values)):
                msg = f"{axis.name} was {values}: values to try, each above the one before"
                raise ValueError(msg)

    @property
    def axes(self) -> tuple[tuple[float, ...], ...]:
        """The values of each threshold, in the order of the fields."""
        return tuple(getattr(self, axis.name) for axis in fields(self))

    @property
    def trials(self) -> tuple[Thresholds, ...]:
        """Every trial, the last threshold changing fastest."""
        names = [axis.name for axis in fields(self)]
        return tuple(
            Thresholds(**dict(zip(names, values, strict=True))) for values in product(*self.axes)
        )

    def __len__(self) -> int:
        return int(np.prod([len(axis) for axis in self.axes]))

    def kernel(self) -> Floats:
        """Return how much each trial (column) weighs where another (row) is judged.

        Alone it weighs 1, and half for each threshold that is the next one.
        """
        places = np.array(list(product(*(range(len(axis)) for axis in self.axes))))
        apart = np.abs(places[:, None, :] - places[None, :, :])
        weight: Floats = np.where(apart <= 1, NEIGHBOUR**apart, 0.0).prod(axis=2)
        return weight

    def distance(self, one: Thresholds, other: Thresholds) -> float:
        """Return how many steps of the grid lie between two settings, over all thresholds."""
        return float(
            sum(
                abs(_place(values, getattr(one, name)) - _place(values, getattr(other, name)))
                for name, values in self._named()
            )
        )

    def step(self, at: Thresholds, toward: Thresholds) -> Thresholds:
        """Return what `at` may become within a week on the way to `toward`.

        A bound of the zone moves by 5 points at most, whether or not it stands on the grid then;
        odds and hurdle move to the next value of the grid.

        >>> grid = Grid(zone_low=(60.0,), zone_high=(79.0, 100.0), zone_max_odds=(2.0, 2.5, 3.0),
        ...             hurdle=(0.01,))
        >>> first, *_, last = grid.trials
        >>> grid.step(first, last)
        Thresholds(zone_low=60.0, zone_high=84.0, zone_max_odds=2.5, hurdle=0.01)
        """
        moved = {}
        for name, values in self._named():
            here, there = getattr(at, name), getattr(toward, name)
            if name in BOUNDS:
                moved[name] = here + min(max(there - here, -MOST_POINTS), MOST_POINTS)
            else:
                moved[name] = _next(values, here, there)
        return replace(at, **moved)

    def _named(self) -> Iterable[tuple[str, tuple[float, ...]]]:
        return ((axis.name, getattr(self, axis.name)) for axis in fields(self))


def grid_of(trials: Iterable[Thresholds]) -> Grid:
    """Return the grid that trials make up.

    Raises:
        ValueError: they are no grid: a combination is missing, or stands there twice.
    """
    every = tuple(trials)
    values = {axis.name: {getattr(one, axis.name) for one in every} for axis in fields(Grid)}
    grid = Grid(**{name: tuple(sorted(found)) for name, found in values.items()})
    if len(every) != len(grid) or set(every) != set(grid.trials):
        msg = f"{len(every)} trials make no grid of {len(grid)}"
        raise ValueError(msg)
    return grid


def largest_move(one: Thresholds, other: Thresholds) -> float:
    """Return by how many points the bound of the zone that differs most does."""
    return max(
        abs(one.zone_low - other.zone_low),
        abs(one.zone_high - other.zone_high),
    )


def named(trial: Thresholds) -> str:
    """Return a setting as people write it.

    >>> named(Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01))
    '60-79, odds below 2.5, hurdle 1 %'
    """
    return (
        f"{trial.zone_low:g}-{trial.zone_high:g}, odds below {trial.zone_max_odds:g}, "
        f"hurdle {100 * trial.hurdle:g} %"
    )


def _place(values: tuple[float, ...], value: float) -> float:
    """Return where a value stands on an axis, in steps; between two values in between."""
    return float(np.interp(value, values, np.arange(len(values))))


def _next(values: tuple[float, ...], here: float, there: float) -> float:
    """Return the next value of an axis on the way; `there` where none lies between."""
    if there == here:
        return here
    if there > here:
        return min((one for one in (*values, there) if one > here + _TOLD), default=here)
    return max((one for one in (*values, there) if one < here - _TOLD), default=here)
