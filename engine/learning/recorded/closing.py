"""What closes say of a record: value, how often it was there, and how much of it is covered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.filter_words import NO_GRADE
from engine.learning.recorded.columns import mean, ratio, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.domain.record import Estimate
    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFigures:
    """CLV of the bets whose close counts, `closes` of n; what has none is missing, and not 0.

    `weighted` by stakes; `log` is the mean of ln(odds x fair probability at the close); `beat` the
    share above 0. `movement` is how far the books that were bet came down to their own last odds,
    margin and all, and says nothing of value. `gap` is the edge said at the alert less the CLV: 0
    where nobody fooled themselves. `without` and `within` are the yields of bets without and with
    a close: far apart, the closes that were caught are no fair sample. `spread` are the 10, 25,
    50, 75 and 90 % quantiles of the CLV, None without a close; `grades` counts the bets by grade
    of their close, those without one as `NO_GRADE`.
    """

    n: int
    closes: int
    clv: Estimate
    weighted: Estimate
    log: Estimate
    clv_alt: Estimate
    movement: Estimate
    beat: Estimate
    gap: Estimate
    within: Estimate
    without: Estimate
    spread: tuple[float, float, float, float, float] | None
    grades: Mapping[str, int]


def closing(bets: Columns) -> CloseFigures:
    """Return what closes say of settled bets."""
    known = np.isfinite(bets.clv)
    above = np.where(known, (bets.clv > 0) * 1.0, np.nan)
    return CloseFigures(
        n=len(bets),
        closes=int(known.sum()),
        clv=mean(bets.clv, bets),
        weighted=ratio(bets.stake * bets.clv, np.where(known, bets.stake, np.nan), bets),
        log=mean(_logs(bets), bets),
        clv_alt=mean(bets.clv_alt, bets),
        movement=mean(bets.movement, bets),
        beat=share(above, bets),
        gap=mean(bets.expected - bets.clv, bets),
        within=ratio(np.where(known, bets.profit, np.nan), bets.stake, bets),
        without=ratio(np.where(known, np.nan, bets.profit), bets.stake, bets),
        spread=_spread(bets.clv[known]),
        grades=Counter(NO_GRADE if grade is None else grade.value for grade in bets.grade),
    )


def _spread(clv: Floats) -> tuple[float, float, float, float, float] | None:
    if not len(clv):
        return None
    lowest, low, middle, high, highest = np.quantile(clv, [0.1, 0.25, 0.5, 0.75, 0.9]).tolist()
    return lowest, low, middle, high, highest


def _logs(bets: Columns) -> Floats:
    """Return ln(o·q): the CLV is (1 - refund)·(o·q - 1) (METHOD B2)."""
    decided = 1 - np.nan_to_num(bets.refund)
    told = np.divide(bets.clv, decided, out=np.full(len(bets), np.nan), where=decided > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.log1p(told)
    return np.where(np.isfinite(found), found, np.nan)
