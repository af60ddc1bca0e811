"""The slices that bets are cut into when recurring configurations are looked for.

All families of slices are declared here, before any of them is looked at: what is not declared is
never tried, and what is tried is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.bets import SIGN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from engine.agents.bets import Bets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

VALUE: Final = -0.02
"""The expected edge (a logarithm) that bets have to exceed to be cut into slices at all."""
NONE: Final = -1
_BETS: Final = (
    "market=match_odds|side=home",
    "market=match_odds|side=draw",
    "market=match_odds|side=away",
    "market=total|side=over",
    "market=total|side=under",
    "market=handicap|side=home",
    "market=handicap|side=away",
)
_FIRST: Final = np.array([0, 3, 5])
_ROLES: Final = ("backed", "opposed", "over", "under")
_VENUES: Final = ("venue=home", "venue=away")
_ODDS: Final = (1.4, 1.7, 2.0, 2.5, 3.5, 5.0, 8.0)
_REST: Final = (-3.5, -0.5, 0.5, 3.5)
_MOVED: Final = (-0.05, -0.01, 0.01, 0.05)
_MONTHS: Final = tuple(f"month={month:02}" for month in range(1, 13))


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Slices by the same columns. Means of slices shrink to what `above` says of their bets."""

    parts: tuple[str, ...]
    above: tuple[tuple[str, ...], ...]


def _single(part: str, *above: str) -> Family:
    return Family(parts=(part,), above=((), *((each,) for each in above)))


def _pair(one: str, other: str) -> Family:
    return Family(parts=(one, other), above=((), (one,), (other,)))


FAMILIES: Final = (
    Family(parts=(), above=()),
    _single("league"),
    _single("bet"),
    _single("odds"),
    _single("month"),
    _single("rest"),
    _single("moved"),
    _single("team", "league"),
    _pair("league", "bet"),
    _pair("league", "odds"),
    _pair("league", "month"),
    Family(parts=("team", "venue"), above=((), ("league",), ("team",))),
    _pair("bet", "odds"),
    _pair("bet", "month"),
    _pair("bet", "rest"),
    _pair("bet", "moved"),
)
"""All that is ever looked at; those above a family stand before it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """The slices of one family that m bets are in: `code` (m, w) indexes `labels`, -1 is none.

    A bet is in at most w slices, each of them once.
    """

    code: Ints
    labels: tuple[str, ...]


class Cutter:
    """Cuts the same bets by one family after another; what they share is computed once."""

    def __init__(self, bets: Bets) -> None:
        self._bets = bets
        self._columns: dict[str, Cut] = {}

    def cut(self, family: Family) -> Cut:
        """Return the slices of a family that the bets are in."""
        cuts = [self._column(part) for part in family.parts]
        if not cuts:
            return Cut(code=np.zeros((len(self._bets), 1), dtype=np.int64), labels=("all",))
        return cuts[0] if len(cuts) == 1 else _crossed(*cuts)

    def _column(self, part: str) -> Cut:
        if part not in self._columns:
            self._columns[part] = _COLUMNS[part](self._bets)
        return self._columns[part]


def _crossed(one: Cut, other: Cut) -> Cut:
    width = len(other.labels)
    both = np.where((one.code < 0) | (other.code < 0), NONE, one.code * width + other.code)
    used, place = np.unique(both, return_inverse=True)
    labels = tuple(
        f"{one.labels[code // width]}|{other.labels[code % width]}"
        for code in used[used >= 0].tolist()
    )
    return Cut(code=place.reshape(both.shape) - int((used < 0).any()), labels=labels)


def _league(bets: Bets) -> Cut:
    code, names = _numbered(bets.fixtures.competition)
    return Cut(code=code[bets.fixture][:, None], labels=tuple(f"league={name}" for name in names))


def _bet(bets: Bets) -> Cut:
    return Cut(code=_place(bets)[:, None], labels=_BETS)


def _team(bets: Bets) -> Cut:
    """Both teams of a match, in the part they play for the bet; draws are no team's."""
    count = len(bets.fixtures)
    code, names = _numbered((*bets.fixtures.home, *bets.fixtures.away))
    sign, total = SIGN[_place(bets)], bets.market == 1
    home = np.where(total, np.where(sign > 0, 2, 3), np.where(sign > 0, 0, 1))
    role = np.stack([home, np.where(total, home, 1 - home)], axis=1)
    team = np.stack([code[:count][bets.fixture], code[count:][bets.fixture]], axis=1)
    return Cut(
        code=np.where((sign == 0)[:, None], NONE, team * len(_ROLES) + role),
        labels=tuple(f"team={name}|role={role}" for name in names for role in _ROLES),
    )


def _venue(bets: Bets) -> Cut:
    return Cut(code=np.tile(np.arange(2), (len(bets), 1)), labels=_VENUES)


def _odds(bets: Bets) -> Cut:
    return _banded("odds", bets.odds, _ODDS, np.ones(len(bets), dtype=np.bool_))


def _month(bets: Bets) -> Cut:
    seconds = bets.fixtures.kick_off.astype("datetime64[s]")
    month = seconds.astype("datetime64[M]").astype(np.int64) % len(_MONTHS)
    return Cut(code=month[bets.fixture][:, None], labels=_MONTHS)


def _rest(bets: Bets) -> Cut:
    """How much longer the backed team rested; goals and draws are no team's."""
    known = (bets.market != 1) & (SIGN[_place(bets)] != 0)
    return _banded("rest", bets.feature("rest"), _REST, known)


def _moved(bets: Bets) -> Cut:
    """How far the price came since the first look; of the first look nothing is said."""
    moved = bets.feature("moved")
    return _banded("moved", moved, _MOVED, moved != 0)


def _banded(name: str, values: Floats, edges: Sequence[float], known: NDArray[np.bool_]) -> Cut:
    """Return the band of each value; an edge belongs to the band above it."""
    code = np.where(known, np.searchsorted(edges, values, side="right"), NONE)
    shown = [f"{edge:g}" for edge in edges]
    labels = (f"<{shown[0]}", *map("..".join, pairwise(shown)), f">={shown[-1]}")
    return Cut(code=code[:, None], labels=tuple(f"{name}={label}" for label in labels))


def _place(bets: Bets) -> Ints:
    place: Ints = _FIRST[bets.market] + bets.side
    return place


def _numbered(names: Sequence[str]) -> tuple[Ints, list[str]]:
    """Return the place of each name in the sorted names, and those."""
    known = sorted(set(names))
    place = {name: number for number, name in enumerate(known)}
    return np.array([place[name] for name in names], dtype=np.int64), known


_COLUMNS: Final[Mapping[str, Callable[[Bets], Cut]]] = {
    "league": _league,
    "bet": _bet,
    "team": _team,
    "venue": _venue,
    "odds": _odds,
    "month": _month,
    "rest": _rest,
    "moved": _moved,
}
