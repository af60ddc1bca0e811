"""A backtest in figures: beside others on the same matches, by group, shaken, held to its word.

Everything here is of provenance "backtest" and is never summed with anything live.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.bets import KINDS
from engine.domain.pick import Gate
from engine.domain.signal import AgentName, Tier
from engine.learning.backtest.baselines import BANDS, Drawn, band_of, drawn_alike
from engine.learning.backtest.figures import Figures, figures, late_figures
from engine.learning.backtest.luck import Luck, luck
from engine.learning.backtest.picks import best_of_market, ranked
from engine.learning.backtest.reliability import Reliability, reliability
from engine.learning.backtest.robustness import Robustness, robustness
from engine.learning.backtest.tried import PASSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from engine.learning.backtest.picks import Bets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SIZES: Final = (500, 1_500, 3_000)
"""How many of the best bets of a season are looked at."""
MAIN: Final = 1_500
LEAST: Final = -0.02
"""The lowest expected edge that is still listed."""
PRODUCT, RULE, BLIND, KAUNITZ, LATE = "product", "rule", "blind", "kaunitz", "close"
_SCORES: Final = (0.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Somebody's `size` best bets of a season (of every season each where `season` is None).

    `size` is None where all bets of a kind count.
    """

    name: str
    season: int | None
    size: int | None
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLike:
    """Bets drawn at random like the product's `size` best."""

    season: int | None
    size: int | None
    drawn: Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The picks of one group, `name` of what `by` says."""

    by: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaken:
    """What is left of a season's picks (of all seasons' where None), and how lucky they were."""

    season: int | None
    robustness: Robustness
    luck: Luck


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All figures; `size` is how many bets of a season the groups, shakes and luck are of."""

    seasons: tuple[int, ...]
    matches: int
    candidates: int
    size: int | None
    compared: tuple[Compared, ...]
    drawn: tuple[DrawnLike, ...]
    groups: tuple[Group, ...]
    shaken: tuple[Shaken, ...]
    reliability: Reliability
    gates: Mapping[str, int]

    def of(self, name: str, season: int | None, size: int | None) -> Figures | None:
        """Return somebody's figures, None where they had no bets."""
        for one in self.compared:
            if (one.name, one.season, one.size) == (name, season, size):
                return one.figures
        return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chosen:
    """The product's bets, the best first within each season, with their ranks from 1.

    Where `taken`, they are picks with caps and stakes, all of which count; else every best bet of
    a market that is worth listing.
    """

    bets: Bets
    rank: Ints
    taken: bool


def choose(bets: Bets, *, taken: bool) -> Chosen:
    """Return the product's bets: one a match and market, ranked by expected edge."""
    worth = bets.tried.edge
    if taken:
        some = np.flatnonzero(bets.tried.gate == PASSED)
    else:
        best = best_of_market(bets, worth)
        some = best[worth[best] >= LEAST]
    order, rank = ranked(bets, some, worth)
    return Chosen(bets=bets.where(order), rank=rank, taken=taken)


def summarise(
    bets: Bets, chosen: Chosen, eq7: Floats, competitions: Sequence[str], hurdle: float
) -> Summary:
    """Return all figures of `chosen` among all `bets`; `eq7` is what Kaunitz' rule says of those.

    `competitions` names them, `hurdle` is what `sweet_spot_score` speaks of.
    """
    seasons = tuple(np.unique(bets.season).tolist())
    sizes: tuple[int | None, ...] = (None,) if chosen.taken else SIZES
    size = None if chosen.taken else MAIN
    picks = _first(chosen.bets, chosen.rank, size)
    return Summary(
        seasons=seasons,
        matches=len(np.unique(bets.tried.row)),
        candidates=len(bets),
        size=size,
        compared=tuple(_compared(bets, chosen, eq7, seasons, sizes)),
        drawn=tuple(
            DrawnLike(season=season, size=size, drawn=drawn_alike(own, bets))
            for season in (*seasons, None)
            if len(own := _of_season(picks, season))
        ),
        groups=tuple(_groups(picks, competitions)),
        shaken=tuple(
            Shaken(season=season, robustness=robustness(own), luck=luck(own))
            for season in (*seasons, None)
            if len(own := _of_season(picks, season))
        ),
        reliability=reliability(chosen.bets, hurdle),
        gates=_gates(chosen.bets),
    )


def _compared(
    bets: Bets,
    chosen: Chosen,
    eq7: Floats,
    seasons: tuple[int, ...],
    sizes: tuple[int | None, ...],
) -> Iterator[Compared]:
    rule, rule_rank = ranked(bets, best_of_market(bets, bets.tried.rule), bets.tried.rule)
    rules, counts = bets.where(rule), _counts(chosen.bets)
    published = np.where(eq7 > 0, eq7, np.nan)
    theirs = best_of_market(bets, published)
    for season in (*seasons, None):
        for size in sizes:
            mine = _of_season(_first(chosen.bets, chosen.rank, size), season)
            most = np.array([counts.get(one, 0) for one in rules.season.tolist()])
            most = most if size is None else np.full(len(rules), size)
            other = _of_season(rules.where(rule_rank <= most), season)
            yield _line(PRODUCT, season, size, figures(mine))
            yield _line(RULE, season, size, figures(other, other.tried.rule))
            yield _line(LATE, season, size, late_figures(mine))
        own = theirs if season is None else theirs[bets.season[theirs] == season]
        yield _line(KAUNITZ, season, None, figures(bets.where(own), eq7[own]))
        every = _of_season(bets, season)
        yield _line(BLIND, season, None, figures(every))


def _line(name: str, season: int | None, size: int | None, found: Figures) -> Compared:
    return Compared(name=name, season=season, size=size, figures=found)


def _first(bets: Bets, rank: Ints, size: int | None) -> Bets:
    return bets if size is None else bets.where(rank <= size)


def _of_season(bets: Bets, season: int | None) -> Bets:
    return bets if season is None else bets.where(bets.season == season)


def _counts(bets: Bets) -> dict[int, int]:
    seasons, counts = np.unique(bets.season, return_counts=True)
    return dict(zip(seasons.tolist(), counts.tolist(), strict=True))


def _groups(picks: Bets, competitions: Sequence[str]) -> Iterator[Group]:
    """Yield the picks' figures by season, market, league, odds, score, agent and tier."""
    edges = ("1", *map(str, BANDS), "")
    odds = [f"{low}-{high}".rstrip("-") for low, high in pairwise(edges)]
    spot = np.digitize(picks.tried.sweet_spot_score, _SCORES[1:-1])
    scores = [f"{low:.0f}-{high:.0f}" for low, high in pairwise(_SCORES)]
    for by, code, names in (
        ("season", picks.season, None),
        ("market", picks.tried.market, [kind.name.lower() for kind in KINDS]),
        ("league", picks.competition, competitions),
        ("odds", band_of(picks.tried.odds), odds),
        ("score", spot, scores),
    ):
        for one in np.unique(code).tolist():
            name = str(one) if names is None else names[one]
            yield Group(by=by, name=name, figures=figures(picks.where(code == one)))
    yield from _by_agent(picks)


def _by_agent(picks: Bets) -> Iterator[Group]:
    """Yield the picks that each agent was for, or against; and those of each of PATRON's tiers."""
    for agent in AgentName:
        said = picks.tried.leaning(agent)
        for name, direction in ((f"{agent} for", 1), (f"{agent} against", -1)):
            if (said == direction).any():
                yield Group(by="agent", name=name, figures=figures(picks.where(said == direction)))
    for place, tier in enumerate(Tier):
        mine = picks.tried.tier == place
        if mine.any():
            yield Group(by="tier", name=str(tier), figures=figures(picks.where(mine)))


def _gates(bets: Bets) -> dict[str, int]:
    names = [*(str(gate) for gate in Gate), "passed"]
    gates, counts = np.unique(bets.tried.gate, return_counts=True)
    return {
        names[gate]: count for gate, count in zip(gates.tolist(), counts.tolist(), strict=True)
    }
