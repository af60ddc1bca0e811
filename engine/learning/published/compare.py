"""Our figures beside the published ones, season by season, with what every rule left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import Clustered, clustered_mean, week_of
from engine.learning.outcomes import match_odds_outcome
from engine.learning.published.consensus import Chance, at_random, still_there
from engine.learning.published.figures import (
    BUCHDAHL,
    DIVISIONS,
    KAUNITZ,
    MATCHES,
    PICKS_WITHIN,
    POINTS_WITHIN,
    POOLED,
    THRESHOLDS,
)
from engine.learning.published.rules import ALPHAS, Fate, buchdahl, kaunitz, match_odds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from engine.learning.archive import Archive
    from engine.learning.published.figures import Figures
    from engine.learning.published.rules import Liked

_SEED: Final = 20_170_101
_PER_CENT: Final = 100.0

RULES: Final[dict[str, Callable[[Archive], Liked]]] = {
    "buchdahl": buchdahl,
    "buchdahl_at_close": lambda archive: buchdahl(archive, at_close=True),
    "one_soft_book": lambda archive: buchdahl(archive, "bet365"),
    "kaunitz": kaunitz,
}
"""The published rules by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A rule over the seasons from `first` to `last`, in shares of one unit staked.

    `left` counts what the rule liked and left, by the reason. `expected_hit` is Kaunitz' eq. 8.
    `judged` says that the sample is the published one: a whole season with every division.
    """

    rule: str
    above: float
    first: int
    last: int
    picks: int
    roi: Clustered
    clv: Clustered
    hit: float
    expected_hit: float | None
    random: Chance | None
    haircut: Chance | None
    left: dict[str, int]
    published: Figures | None
    published_reach: float | None
    published_until: int
    judged: bool

    @property
    def differences(self) -> dict[str, float]:
        """How far we are from what is published: picks as a share, the others in points."""
        if self.published is None:
            return {}
        ours = {
            "roi": _PER_CENT * self.roi.value,
            "clv": _PER_CENT * self.clv.value,
            "hit": _PER_CENT * self.hit,
        }
        apart = {"picks": self.picks / self.published.picks - 1}
        for name, value in ours.items():
            told = getattr(self.published, name)
            if told is not None:
                apart[name] = value - told
        return apart

    @property
    def failures(self) -> tuple[str, ...]:
        """Which figures of a judged sample lie further away than allowed."""
        if not self.judged:
            return ()
        return tuple(
            name
            for name, apart in self.differences.items()
            if not abs(apart) <= (PICKS_WITHIN if name == "picks" else POINTS_WITHIN)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """How much of a season there is."""

    first: int
    divisions: int
    matches: int

    @property
    def whole(self) -> bool:
        """Whether published figures may be expected of it."""
        return self.divisions >= DIVISIONS and self.matches >= MATCHES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reproduced:
    """All comparisons of one publication, and every side that a rule of it liked, by rule."""

    compared: tuple[Compared, ...]
    liked: dict[str, Liked]
    seasons: tuple[Season, ...]


def reproduce_buchdahl(archive: Archive) -> Reproduced:
    """Return `Max` against the sharp book by season and pooled, and the rules beside it."""
    rules = ("buchdahl", "buchdahl_at_close", "one_soft_book")
    return _reproduced(archive, rules, THRESHOLDS, BUCHDAHL)


def reproduce_kaunitz(archive: Archive) -> Reproduced:
    """Return eq. 7 on closing best and mean prices, by season and pooled, beside chance."""
    by_season = {season: (figures,) for season, figures in KAUNITZ.items()}
    return _reproduced(archive, ("kaunitz",), (0.0,), by_season)


def _reproduced(
    archive: Archive,
    rules: tuple[str, ...],
    thresholds: tuple[float, ...],
    published: Mapping[int, tuple[Figures, ...]],
) -> Reproduced:
    liked = {rule: RULES[rule](archive) for rule in rules}
    seasons = tuple(_seasons(archive))
    compared = [
        *_by_season(archive, liked[rules[0]], rules[0], thresholds, published, seasons),
        *_pooled(archive, liked, seasons),
    ]
    return Reproduced(compared=tuple(compared), liked=liked, seasons=seasons)


def _seasons(archive: Archive) -> Iterator[Season]:
    for season in np.unique(archive.season).tolist():
        rows = archive.season == season
        yield Season(
            first=season,
            divisions=len(np.unique(archive.competition[rows])),
            matches=int(rows.sum()),
        )


def _by_season(  # noqa: PLR0917  # one table's shape
    archive: Archive,
    liked: Liked,
    rule: str,
    thresholds: tuple[float, ...],
    published: Mapping[int, tuple[Figures, ...]],
    seasons: tuple[Season, ...],
) -> Iterator[Compared]:
    for season in seasons:
        if season.first < min(published):
            continue
        figures = published.get(season.first, (None,) * len(thresholds))
        for above, told in zip(thresholds, figures, strict=True):
            yield _compared(
                archive,
                liked,
                rule=rule,
                above=above,
                span=(season.first, season.first, season.first),
                told=(told, None),
                judged=told is not None and season.whole,
            )


def _pooled(
    archive: Archive, liked: dict[str, Liked], seasons: tuple[Season, ...]
) -> Iterator[Compared]:
    """Seasons that are not whole are left out: they would be another sample."""
    whole = {season.first for season in seasons if season.whole}
    for one in POOLED:
        there = sorted(whole & set(range(one.first, one.last + 1)))
        if one.rule in liked and there:
            kept = liked[one.rule].where(
                np.isin(archive.season[liked[one.rule].row], np.array(there))
            )
            yield _compared(
                archive,
                kept,
                rule=one.rule,
                above=one.above,
                span=(there[0], there[-1], one.last),
                told=(one.figures, one.reach),
                judged=False,
            )


def _compared(
    archive: Archive,
    liked: Liked,
    *,
    rule: str,
    above: float,
    span: tuple[int, int, int],
    told: tuple[Figures | None, float | None],
    judged: bool,
) -> Compared:
    season = archive.season[liked.row]
    kept = liked.where((season >= span[0]) & (season <= span[1]))
    taken = kept.taken(above)
    week = week_of(archive.kick_off[taken.row])
    of_span = archive.where((archive.season >= span[0]) & (archive.season <= span[1]))
    by_eq_7 = rule == "kaunitz"
    return Compared(
        rule=rule,
        above=above,
        first=span[0],
        last=span[1],
        picks=len(taken),
        roi=clustered_mean(taken.profit, week),
        clv=clustered_mean(taken.clv, week),
        hit=float(taken.won.mean()) if len(taken) else float("nan"),
        expected_hit=_expected_hit(taken) if by_eq_7 else None,
        random=_blind(of_span, taken) if by_eq_7 else None,
        haircut=still_there(taken.profit, _SEED) if by_eq_7 and len(taken) else None,
        left={
            fate.name.lower(): int((kept.where(kept.edge > above).fate == fate).sum())
            for fate in Fate
            if fate is not Fate.TAKEN
        },
        published=told[0],
        published_reach=told[1],
        published_until=span[2],
        judged=judged,
    )


def _expected_hit(taken: Liked) -> float:
    if not len(taken):
        return float("nan")
    return float((taken.fair - np.array(ALPHAS)[taken.side]).mean())


def _blind(archive: Archive, taken: Liked) -> Chance | None:
    """Return what the same mix of home, draw and away brings at the best closing prices."""
    if not len(taken):
        return None
    profits = match_odds_of(archive.close, "fd_max") * match_odds_outcome(archive) - 1
    return at_random(profits, taken.side, _SEED)
