"""The published figures that our rules are held against (METHOD A1 and Part C)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PICKS_WITHIN: Final = 0.005
"""How far a number of picks may lie from the published one, as a share of it."""
POINTS_WITHIN: Final = 0.05
"""How far a return, CLV or hit rate may lie from it, in points of per cent."""
DIVISIONS: Final = 21
MATCHES: Final = 6_000
"""A season with fewer divisions or matches is another sample than the published one."""
THRESHOLDS: Final = (0.0, 0.02, 0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Picks, return and CLV (or hit rate) in per cent; None where nothing is published."""

    picks: int
    roi: float
    clv: float | None = None
    hit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A rule over several seasons; `reach` is half of its 95 % interval, in points."""

    rule: str
    above: float
    first: int
    last: int
    figures: Figures
    reach: float | None


def _three(*rows: tuple[int, float, float]) -> tuple[Figures, ...]:
    return tuple(Figures(picks=picks, roi=roi, clv=clv) for picks, roi, clv in rows)


BUCHDAHL: Final[dict[int, tuple[Figures, ...]]] = {
    2016: _three((7163, 1.41, 1.34), (2859, 5.25, 2.57), (581, 22.86, 5.27)),
    2017: _three((6548, 0.14, 1.29), (2430, -1.39, 3.11), (633, 3.27, 5.87)),
    2018: _three((7128, 3.64, 0.85), (2447, 7.97, 2.51), (543, -3.35, 6.10)),
    2019: _three((6161, -2.26, 1.32), (2113, 0.42, 3.00), (410, 11.79, 4.06)),
    2020: _three((6896, 0.31, 1.12), (2284, 3.93, 2.34), (383, 24.54, 3.62)),
    2021: _three((7234, 2.54, 1.38), (2684, 3.70, 2.58), (525, -4.64, 3.55)),
    2022: _three((5611, 2.22, 1.34), (1777, 0.71, 2.95), (342, -11.21, 5.52)),
    2023: _three((4800, 3.87, 1.24), (1377, 0.11, 2.55), (279, -3.93, 4.38)),
}
"""By the year a season begins in: `Max` against `PS`, above 0, 2 and 5 %."""

KAUNITZ: Final[dict[int, Figures]] = {
    2019: Figures(picks=129, roi=5.1, hit=55.0),
    2020: Figures(picks=149, roi=27.7, hit=48.3),
    2021: Figures(picks=381, roi=2.4, hit=49.9),
    2022: Figures(picks=234, roi=19.4, hit=55.1),
    2023: Figures(picks=234, roi=-6.5, hit=45.3),
}
"""Eq. 7 on closing `MaxC` and `AvgC` with margin .05; returns are published to one decimal."""

POOLED: Final = (
    Pooled(
        rule="buchdahl",
        above=0.0,
        first=2016,
        last=2025,
        figures=Figures(picks=56_674, roi=1.23, clv=1.19),
        reach=1.21,
    ),
    Pooled(
        rule="buchdahl",
        above=0.02,
        first=2016,
        last=2025,
        figures=Figures(picks=19_550, roi=2.57, clv=2.63),
        reach=2.35,
    ),
    Pooled(
        rule="buchdahl",
        above=0.05,
        first=2016,
        last=2025,
        figures=Figures(picks=4_068, roi=4.7, clv=4.69),
        reach=6.9,
    ),
    Pooled(
        rule="buchdahl_at_close",
        above=0.02,
        first=2019,
        last=2025,
        figures=Figures(picks=24_894, roi=3.9, clv=4.92),
        reach=2.1,
    ),
    Pooled(
        rule="one_soft_book",
        above=0.02,
        first=2019,
        last=2024,
        figures=Figures(picks=1_902, roi=0.0),
        reach=None,
    ),
    Pooled(
        rule="kaunitz",
        above=0.0,
        first=2019,
        last=2025,
        figures=Figures(picks=1_373, roi=9.4),
        reach=6.7,
    ),
)
"""Over seasons; "about 0" is published of the soft book."""

CONSENSUS_LINES: Final = ((1.003, -0.034), (1.081, -0.057), (1.012, -0.037))
"""Slope and intercept of hit rates on 479,440 games' consensus: home, draw, away."""
