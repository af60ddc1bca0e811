"""Match odds out of an Asian handicap and a total, where they are not quoted themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.implied.equations import EQUATIONS, RhoMode, read, read_lines
from engine.pricing.implied.search import Targets, search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.reference.voices import ImpliedBy

RHO: Final = -0.076
"""The usual low-score correlation of match odds with a total: the median over 44,712 matches to
2018/19 (printed averages); handicap and total alone cannot tell it."""
_SHARE: Final = 0.5
_MOST_LINE: Final = 16.0


def implied_match_odds(by: ImpliedBy) -> NDArray[np.float64]:
    """Return home, draw and away (n, 3) at the goal rates that repeat handicap and total.

    NaN where one of them is missing or no rates can repeat both.

    >>> from engine.pricing.reference.voices import ImpliedBy
    >>> level = ImpliedBy(cover=np.array([0.5]), handicap=np.array([0.0]),
    ...     over=np.array([0.5]), total=np.array([2.5]))
    >>> implied_match_odds(level).round(3).tolist()
    [[0.361, 0.278, 0.361]]
    """
    found = np.full((len(by.cover), 3), np.nan)
    rows, parameters = _rates(by)
    with np.errstate(invalid="ignore"):
        reading = read(parameters, _held(rows), read_lines(by.total[rows], by.handicap[rows]))
    found[rows] = np.column_stack([reading.win[0], reading.win[1], reading.loss[0]])
    return found


def cover_at(by: ImpliedBy, line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return home's W/(W+L) at another handicap `line` (n,), at the rates that repeat `by`.

    >>> from engine.pricing.reference.voices import ImpliedBy
    >>> level = ImpliedBy(cover=np.array([0.5]), handicap=np.array([0.0]),
    ...     over=np.array([0.5]), total=np.array([2.5]))
    >>> cover_at(level, np.array([-0.5])).round(3).tolist()
    [0.361]
    """
    found = np.full(len(by.cover), np.nan)
    rows, parameters = _rates(by)
    kept = np.isfinite(line[rows])
    rows, parameters = rows[kept], parameters[:, kept]
    if len(rows):
        with np.errstate(invalid="ignore"):
            reading = read(parameters, _held(rows), read_lines(by.total[rows], line[rows]))
        found[rows] = reading.win[3] / (reading.win[3] + reading.loss[3])
    return found


def _rates(by: ImpliedBy) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows that can be read, and their parameters as in `goal_equations`."""
    rows = np.flatnonzero(
        np.isfinite(by.cover + by.over)
        & (np.abs(by.handicap) < _MOST_LINE)
        & (by.total < _MOST_LINE)
    )
    over, cover = by.over[rows], by.cover[rows]
    wanted = np.zeros((EQUATIONS, len(rows)))
    wanted[2], wanted[3] = np.log(over / (1 - over)), np.log(cover / (1 - cover))
    targets = Targets(
        logit=wanted,
        lines=read_lines(by.total[rows], by.handicap[rows]),
        weight=np.ones_like(wanted),
        shared=np.zeros(len(rows)),
    )
    used = np.array([False, False, True, True])[:, None] & np.ones(len(rows), dtype=np.bool_)
    return rows, search(targets, _start(by, rows), _held(rows), used)


def _held(rows: NDArray[np.int64]) -> NDArray[np.int8]:
    return np.full(len(rows), RhoMode.GIVEN, dtype=np.int8)


def _start(by: ImpliedBy, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return rates near the answer: a total near its line, a margin near the handicap's."""
    total = np.clip(by.total[rows] + 0.2 + 4 * (by.over[rows] - _SHARE), 0.4, 8.0)
    margin = -by.handicap[rows] + 3 * (by.cover[rows] - _SHARE)
    margin = np.clip(margin, 0.2 - total, total - 0.2)
    home, away = (total + margin) / 2, (total - margin) / 2
    rho = np.full(len(rows), RHO)
    return np.array([np.log(home), np.log(away), rho])
