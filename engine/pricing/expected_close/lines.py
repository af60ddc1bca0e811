"""Between lines and supremacy: a handicap at any line, a total at any line, by Poisson tables.

Supremacy is log(P(home)/P(away)). A handicap read at a line and back at the same line and total
is unchanged, so that only lines which moved feel how far football is from Poisson.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from engine.pricing.grid.skellam import margin_counts, totals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TYPICAL_GOALS: Final = 2.6
"""Goals of a match whose total nobody quotes."""
USUAL_LINE: Final = 2.5

_WIDEST: Final = 16  # quarters: lines up to four goals either way
_GOALS: Final = np.arange(1.2, 5.01, 0.2)
_SUPREMACY: Final = np.linspace(-5.0, 5.0, 101)
_RATES: Final = np.arange(0.6, 7.0, 0.05)
_MOST: Final = 30
_HALVINGS: Final = 24


class _Place(NamedTuple):
    """Where a value lies on an even scale: the step below it, and the share of the way up."""

    below: NDArray[np.int64]
    share: Floats


def handicap_logit(supremacy: Floats, goals: Floats, line: Floats) -> Floats:
    """Return the logit of W/(W+L) of the home team at its handicap `line`; NaN if not known.

    >>> found = handicap_logit(np.array([0.0, 1.0]), np.array([2.6, 2.6]), np.array([0.0, -0.75]))
    >>> found.round(2).tolist()
    [0.0, -0.04]
    """
    known = np.isfinite(supremacy) & np.isfinite(line) & (np.abs(line) <= _WIDEST / 4)
    row = np.where(known, np.rint(np.where(known, line, 0.0) * 4), 0).astype(np.int64) + _WIDEST
    total = _place(np.where(np.isfinite(goals), goals, TYPICAL_GOALS), _GOALS)
    sides = _place(np.where(known, supremacy, 0.0), _SUPREMACY)
    table = _handicaps()
    near, far = (
        (1 - sides.share) * table[row, total.below + step, sides.below]
        + sides.share * table[row, total.below + step, sides.below + 1]
        for step in (0, 1)
    )
    return np.where(known, (1 - total.share) * near + total.share * far, np.nan)


def handicap_supremacy(logit: Floats, goals: Floats, line: Floats) -> Floats:
    """Return the supremacy at which a handicap has this logit: `handicap_logit` turned round.

    >>> zero, typical = np.array([0.0]), np.array([2.6])
    >>> float(handicap_supremacy(zero, typical, np.array([-0.5])).round(2)[0])
    0.7
    """
    known = np.isfinite(logit) & np.isfinite(line)
    low, high = np.full(len(logit), _SUPREMACY[0]), np.full(len(logit), _SUPREMACY[-1])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = handicap_logit(middle, goals, line) < logit
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(known & (np.abs(line) <= _WIDEST / 4), (low + high) / 2, np.nan)


def expected_goals(logit: Floats, line: Floats) -> Floats:
    """Return the goals at which over `line` has this logit of W/(W+L); NaN if not known.

    >>> expected_goals(np.array([0.0]), np.array([2.5])).round(2).tolist()
    [2.67]
    """
    found = np.full(len(logit), np.nan)
    for one in _lines(line):
        rows = (line == one) & np.isfinite(logit)
        found[rows] = np.interp(logit[rows], _overs(one), _RATES)
    return found


def over_logit(goals: Floats, line: Floats) -> Floats:
    """Return the logit of W/(W+L) of over `line` when so many goals are expected.

    >>> over_logit(np.array([2.67]), np.array([2.5])).round(2).tolist()
    [-0.0]
    """
    found = np.full(len(goals), np.nan)
    for one in _lines(line):
        rows = (line == one) & np.isfinite(goals)
        found[rows] = np.interp(goals[rows], _RATES, _overs(one))
    return found


def at_usual_line(logit: Floats, line: Floats) -> Floats:
    """Return the logit of over 2.5 goals that an over at another line implies."""
    usual = np.where(np.isfinite(line), USUAL_LINE, np.nan)
    return np.where(line == USUAL_LINE, logit, over_logit(expected_goals(logit, line), usual))


def _place(value: Floats, scale: Floats) -> _Place:
    steps = (np.clip(value, scale[0], scale[-1]) - scale[0]) / (scale[1] - scale[0])
    below = np.minimum(steps.astype(np.int64), len(scale) - 2)
    return _Place(below=below, share=steps - below)


def _lines(line: Floats) -> list[float]:
    """Return the different totals that can be won and lost: nobody loses an over 0."""
    lines: list[float] = np.unique(line[(line > 0) & (line < _MOST)]).tolist()
    return lines


@cache
def _overs(line: float) -> Floats:
    counts, goals = totals(_RATES, _MOST)[1:], np.arange(_MOST + 1)
    return _settled(counts, (goals - line).astype(np.float64))


@cache
def _handicaps() -> Floats:
    """Return the logits of every line, total and supremacy: (lines, goals, supremacies)."""
    margins = np.arange(-_WIDEST, _WIDEST + 1)
    lines = margins / 4
    table = np.empty((len(lines), len(_GOALS), len(_SUPREMACY)))
    for place, goals in enumerate(_GOALS.tolist()):
        lead = np.linspace(-goals + 0.02, goals - 0.02, 120)
        counts = margin_counts((goals + lead) / 2, (goals - lead) / 2, _WIDEST)
        supremacy = np.log(counts[margins > 0].sum(axis=0) / counts[margins < 0].sum(axis=0))
        for row, line in enumerate(lines.tolist()):
            table[row, place] = _extended(supremacy, _settled(counts, margins + line))
    return table


def _extended(supremacy: Floats, logit: Floats) -> Floats:
    """Return the logits at the table's supremacies, on straight lines beyond what was counted."""
    found = np.interp(_SUPREMACY, supremacy, logit)
    for end, inner in ((0, 1), (-1, -2)):
        slope = (logit[end] - logit[inner]) / (supremacy[end] - supremacy[inner])
        beyond = _SUPREMACY - supremacy[end]
        out = beyond < 0 if end == 0 else beyond > 0
        found[out] = logit[end] + slope * beyond[out]
    return found


def _settled(counts: Floats, ahead: Floats) -> Floats:
    """Return the logit of W/(W+L) of counts (k, n) that are `ahead` (k,) of a line, in goals."""
    half = 0.5
    won = (counts * np.clip(ahead / half, 0, 1)[:, None]).sum(axis=0)
    lost = (counts * np.clip(-ahead / half, 0, 1)[:, None]).sum(axis=0)
    logits: Floats = np.log(won / lost)
    return logits
