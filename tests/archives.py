"""A seeded football world with true rates, books with margins and noise, closes nearer the truth.

What no real archive offers: the truth, so that a forecast can be compared with what it should say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.learning.archive import Archive
from engine.pricing.reference.main_odds import MainOdds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FRIDAY: Final = 1_470_405_600.0  # 5 August 2016, 14:00 UTC
DAY: Final = 86_400.0
_MOST: Final = 12
_QUARTERS: Final = np.arange(-10, 11) / 4
_FACTORIAL: Final = np.cumprod(np.maximum(np.arange(_MOST), 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedBook:
    """A book's margin, and how much of the rates it gets wrong (in logs) all by itself."""

    key: str
    margin: float
    noise: float


PINNACLE: Final = SimulatedBook(key="pinnacle", margin=0.02, noise=0.02)
BET365: Final = SimulatedBook(key="bet365", margin=0.055, noise=0.06)
BETWIN: Final = SimulatedBook(key="fd_bw", margin=0.065, noise=0.08)
"""The books of the simulated world; "fd_avg" and "fd_max" are made of those that quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How big the simulated world is and how much the market learns between look and close.

    `leads` are the days between each look at a match and its round's Friday: (0,) is one look on
    Friday; (3, 0) looks at the same matches on Tuesday too. `news` is what a look is still wrong
    about (sd of log rates), `residue` what even the close is.
    """

    seasons: int = 2
    leagues: int = 2
    teams: int = 8
    leads: tuple[float, ...] = (0.0,)
    books: tuple[SimulatedBook, ...] = (PINNACLE, BET365, BETWIN)
    news: float = 0.10
    residue: float = 0.03


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """An archive and the truth behind it: goal rates (n, 2), 1X2 (n, 3), over and under (n, 2).

    `handicap` is the truth of W/(W+L) at the look's line (n, 2).
    """

    archive: Archive
    rates: Floats
    match_odds: Floats
    total: Floats
    handicap: Floats


def simulate(seed: int, world: World | None = None) -> Simulated:
    """Return a world of double round robins; of two looks at one match the later knows more."""
    how = World() if world is None else world
    rng = np.random.default_rng(seed)
    fixtures = _fixtures(how, rng)
    strength = rng.normal(0, 0.22, (2, how.leagues * how.teams))
    home, away = fixtures["home"], fixtures["away"]
    truth = np.column_stack(
        [
            0.35 + strength[0, home] - strength[1, away],
            0.10 + strength[0, away] - strength[1, home],
        ]
    )
    truth += rng.normal(0, 0.08, truth.shape)
    goals = rng.poisson(np.exp(truth)).astype(np.float64)
    closing = truth + rng.normal(0, how.residue, truth.shape)
    parts = []
    for lead in how.leads:
        sd = how.news * np.sqrt(1 + lead / 3)
        parts.append((lead, closing + rng.normal(0, sd, truth.shape)))
    rows = np.tile(np.arange(len(home)), len(parts))
    believed = np.concatenate([seen for _, seen in parts])
    looked_at = np.concatenate([fixtures["friday"] - lead * DAY for lead, _ in parts])
    look = _odds(believed, how.books, rng)
    close = _odds(closing, how.books, rng).where(rows)
    columns = {name: fixtures[name][rows] for name in ("competition", "season", "home", "away")}
    archive = Archive(
        competitions=tuple(f"L{league}" for league in range(how.leagues)),
        teams=tuple(f"L:team_{team}" for team in range(how.leagues * how.teams)),
        **columns,
        kick_off=fixtures["kick_off"][rows],
        looked_at=looked_at,
        home_goals=goals[rows, 0],
        away_goals=goals[rows, 1],
        look=look,
        close=close,
    )
    order = np.lexsort((archive.home, archive.competition, archive.kick_off, archive.looked_at))
    true = _probabilities(truth[rows][order], archive.look.handicap_line[order])
    return Simulated(archive=archive.where(order), rates=np.exp(truth[rows][order]), **true)


def _fixtures(how: World, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    rows = []
    for season in range(how.seasons):
        for league in range(how.leagues):
            for round_, pairs in enumerate(_double_round_robin(how.teams, rng)):
                friday = FRIDAY + DAY * (364 * season + 7 * round_)
                for place, (home, away) in enumerate(pairs):
                    kick_off = friday + DAY * (1 + place % 2) + 3600 * place
                    first = league * how.teams
                    rows.append((league, 2016 + season, first + home, first + away, friday))
                    rows[-1] += (kick_off,)  # type: ignore[assignment]
    columns = np.array(rows, dtype=np.float64).T
    whole = {
        name: columns[place].astype(np.int64)
        for place, name in enumerate(("competition", "season", "home", "away"))
    }
    return {**whole, "friday": columns[4], "kick_off": columns[5]}


def _double_round_robin(teams: int, rng: np.random.Generator) -> list[list[tuple[int, int]]]:
    """Return the rounds of a season by the circle method; every pair meets twice."""
    names = rng.permutation(teams).tolist()
    rounds = []
    for turn in range(teams - 1):
        circle = [names[0], *names[1:][turn:], *names[1:][:turn]]
        half = teams // 2
        pairs = list(zip(circle[:half], reversed(circle[half:]), strict=True))
        rounds.append([pair if turn % 2 else (pair[1], pair[0]) for pair in pairs])
    return rounds + [[(away, home) for home, away in pairs] for pairs in rounds]


def _odds(
    believed: Floats, books: tuple[SimulatedBook, ...], rng: np.random.Generator
) -> MainOdds:
    grid = _grid(believed)
    line = _even_line(grid)
    found: dict[str, list[Floats]] = {"match_odds": [], "total": [], "handicap": []}
    for book in books:
        own = _probabilities(believed + rng.normal(0, book.noise, believed.shape), line)
        for name, quoted in found.items():
            quoted.append(1 / (own[name] ** (1 - book.margin / 2) * (1 + book.margin / 2)))
    for quoted in found.values():
        quoted[:] = [*quoted, np.mean(quoted, axis=0), np.max(quoted, axis=0)]
    keys = (*(book.key for book in books), "fd_avg", "fd_max")
    return MainOdds(
        books=keys,  # type: ignore[arg-type]
        match_odds=np.stack(found["match_odds"], axis=1),
        total=np.stack(found["total"], axis=1),
        total_line=np.full(len(believed), 2.5),
        handicap=np.stack(found["handicap"], axis=1),
        handicap_line=line,
    )


def _grid(log_rates: Floats) -> Floats:
    rates = np.exp(log_rates)[:, :, None]
    counts = rates ** np.arange(_MOST) * np.exp(-rates) / _FACTORIAL
    grid: Floats = counts[:, 0, :, None] * counts[:, 1, None, :]
    grid /= grid.sum(axis=(1, 2), keepdims=True)
    return grid


def _margins(grid: Floats) -> Floats:
    """Return the probability (n, 2·most - 1) of every margin of the home team."""
    return np.stack(
        [np.trace(grid, -one, axis1=1, axis2=2) for one in range(1 - _MOST, _MOST)], axis=1
    )


def _at_line(grid: Floats, line: Floats) -> Floats:
    ahead = np.arange(1 - _MOST, _MOST)[None, :] + line[:, None]
    won = (_margins(grid) * np.clip(2 * ahead, 0, 1)).sum(axis=1)
    lost = (_margins(grid) * np.clip(-2 * ahead, 0, 1)).sum(axis=1)
    share: Floats = np.column_stack([won, lost]) / (won + lost)[:, None]
    return share


def _even_line(grid: Floats) -> Floats:
    at = np.stack([_at_line(grid, np.full(len(grid), one))[:, 0] for one in _QUARTERS])
    line: Floats = _QUARTERS[np.abs(at - 0.5).argmin(axis=0)]
    return line


def _probabilities(log_rates: Floats, line: Floats) -> dict[str, Floats]:
    grid = _grid(log_rates)
    margins = _margins(grid)
    under = sum(grid[:, home, away] for home in range(3) for away in range(3 - home))
    return {
        "match_odds": np.column_stack(
            [
                margins[:, _MOST:].sum(axis=1),
                margins[:, _MOST - 1],
                margins[:, : _MOST - 1].sum(axis=1),
            ]
        ),
        "total": np.column_stack([1 - under, under]),
        "handicap": _at_line(grid, line),
    }
