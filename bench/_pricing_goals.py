"""Dixon-Coles with time decay against penaltyblog: one fit, and a season-long walk of refits."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.special import gammaln
from threadpoolctl import threadpool_limits

from engine.learning.goals.country import Division
from engine.learning.goals.dixon_coles import Results, Statistics, tabulate
from engine.learning.goals.newton import AT_REST, Optimum, fit_league

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

TEAMS: Final = 20
SEASONS: Final = 5
REFITS: Final = 180
XI: Final = 0.0018  # per day
_WEEK, _SEASON, _DAY = 7, 365, 86_400.0
_ROUND: Final = TEAMS // 2  # matches on one day
_ROUNDS, _WALK_ROUNDS = 15, 3
_REPEATS: Final = 20  # of our fit in a round: alone it is over before the caches are warm
_GOALS: Final = np.arange(12)
_FAR: Final = 0.05  # how far, in log rate, penaltyblog's fit may stop from the optimum


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class League:
    """Matches in order, ten a day."""

    day: NDArray[np.float64]
    results: Results

    def until(self, count: int) -> League:
        """Return the first matches."""
        columns = ("home", "away", "home_goals", "away_goals", "home_scored", "away_scored")
        part = {name: getattr(self.results, name)[:count] for name in columns}
        return League(day=self.day[:count], results=Results(**part))

    def weight(self) -> NDArray[np.float64]:
        """Return each match's weight on the last day."""
        weight: NDArray[np.float64] = np.exp(-XI * (self.day[-1] - self.day))
        return weight


def measure_goals() -> dict[str, object]:
    """Return the ratios of penaltyblog's times to ours, once the same likelihood is compared.

    Both fits count from matches already in arrays; ours includes making the tables of them. Both
    have one thread of linear algebra: with two, penaltyblog takes about three times as long.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        return _measured()


def _measured() -> dict[str, object]:
    peer_model = import_module("penaltyblog.models").DixonColesGoalModel
    league = played()
    peer = _peer(peer_model, league)
    peer.fit()
    theirs, ours = _peer_theta(peer), _fit(league)
    losses = {"ours": loss(league, ours.theta), "penaltyblog": loss(league, theirs)}
    apart = float(np.abs(log_rates(ours.theta) - log_rates(theirs)).max())
    if ours.rest > AT_REST or losses["ours"] > losses["penaltyblog"] or apart > _FAR:
        msg = f"the fits disagree: {losses}, log rates {apart:.4f} apart, gradient {ours.rest:.1e}"
        raise ValueError(msg)
    fits = _ratio(
        lambda: _timed(_peer(peer_model, league).fit),
        lambda: _timed(lambda: [_fit(league) for _ in range(_REPEATS)]) / _REPEATS,
        _ROUNDS,
    )
    walks = _ratio(
        lambda: _peer_walk(peer_model, league),
        lambda: _timed(lambda: _walk(league)),
        _WALK_ROUNDS,
    )
    return {
        "dixon_coles_matches": len(league.day),
        "dixon_coles_loss_ours": losses["ours"],
        "dixon_coles_loss_penaltyblog": losses["penaltyblog"],
        "dixon_coles_gradient_norm": ours.rest,
        "dixon_coles_log_rates_apart": apart,
        "dixon_coles_fit_ms": 1000 * fits["ours"],
        "dixon_coles_fit_over_penaltyblog": fits["ratio"],
        "walk_refits": REFITS,
        "walk_ms": 1000 * walks["ours"],
        "walk_over_penaltyblog": walks["ratio"],
    }


def played() -> League:
    """Return five seasons of twenty teams that score as Dixon and Coles say, 0-0 to 11-11."""
    generator = np.random.default_rng(3)
    attack, defence = generator.normal(0, 0.25, TEAMS), generator.normal(0, 0.22, TEAMS)
    pairs = [_season(generator) for _ in range(SEASONS)]
    home, away = np.concatenate(pairs).T
    rates = np.exp([0.37 + attack[home] + defence[away], 0.12 + attack[away] + defence[home]])
    goals = np.array([_score(generator, *pair) for pair in rates.T.tolist()], dtype=np.float64)
    days = [_SEASON * season + _WEEK * (np.arange(380) // _ROUND) for season in range(SEASONS)]
    results = Results(
        home=home,
        away=away,
        home_goals=goals[:, 0],
        away_goals=goals[:, 1],
        home_scored=goals[:, 0],
        away_scored=goals[:, 1],
    )
    return League(day=np.concatenate(days).astype(np.float64), results=results)


def _season(generator: np.random.Generator) -> NDArray[np.int64]:
    """Return a double round robin (380, 2) by the circle method."""
    teams = generator.permutation(TEAMS).tolist()
    rounds = []
    for day in range(TEAMS - 1):
        pairs = [(teams[k], teams[TEAMS - 1 - k]) for k in range(_ROUND)]
        rounds.append([pair if (day + k) % 2 else pair[::-1] for k, pair in enumerate(pairs)])
        teams = [teams[0], teams[-1], *teams[1:-1]]
    first = np.array(rounds, dtype=np.int64).reshape(-1, 2)
    return np.concatenate([first, first[:, ::-1]])


def _score(generator: np.random.Generator, home: float, away: float) -> tuple[int, int]:
    rho = -0.08
    counts = [
        np.exp(_GOALS * np.log(rate) - rate - gammaln(_GOALS + 1.0)) for rate in (home, away)
    ]
    grid = np.outer(counts[0], counts[1])
    grid[:2, :2] *= [[1 - home * away * rho, 1 + home * rho], [1 + away * rho, 1 - rho]]
    cell = int(generator.choice(grid.size, p=(grid / grid.sum()).ravel()))
    return cell // len(_GOALS), cell % len(_GOALS)


def log_rates(theta: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log rates of every pairing (2, TEAMS, TEAMS)."""
    attack, defence, (base, edge) = theta[:TEAMS], theta[TEAMS:-3], theta[-3:-1]
    home = base + edge + attack[:, None] + defence
    away = base + attack + defence[:, None]
    return np.stack([home, away])


def loss(league: League, theta: NDArray[np.float64]) -> float:
    """Return the weighted negative log-likelihood, match by match: nobody's own code."""
    results, rho = league.results, theta[-1]
    home, away = log_rates(theta)[:, results.home, results.away]
    x, y, one, other = results.home_goals, results.away_goals, np.exp(home), np.exp(away)
    cells = [(x == 0) & (y == 0), (x == 0) & (y == 1), (x == 1) & (y == 0), (x == 1) & (y == 1)]
    tau = np.select(cells, [1 - one * other * rho, 1 + one * rho, 1 + other * rho, 1 - rho], 1.0)
    log = x * home - one - gammaln(x + 1) + y * away - other - gammaln(y + 1) + np.log(tau)
    return -float(league.weight() @ log)


def _fit(league: League) -> Optimum:
    return fit_league(Statistics.of(tabulate(TEAMS, league.results, league.weight())))


def _walk(league: League) -> list[Optimum]:
    """Fit after each of the last `REFITS` days: a day's ten results, decay, a step or three."""
    begin = len(league.day) - (REFITS - 1) * _ROUND
    division = Division(decay=XI, at=0.0)
    division.admit(range(TEAMS))
    warm, found = None, []
    for first, end in zip(
        (0, *range(begin, len(league.day), _ROUND)),
        range(begin, len(league.day) + 1, _ROUND),
        strict=True,
    ):
        part = league.until(end)
        division.move_clock(_DAY * float(part.day[-1]))
        columns = {name: getattr(part.results, name)[first:] for name in _COLUMNS}
        division.learn(Results(**columns), _DAY * part.day[first:])
        found.append(fit_league(Statistics.of(division.table), warm=warm))
        warm = found[-1].theta
    return found


_COLUMNS: Final = ("home", "away", "home_goals", "away_goals", "home_scored", "away_scored")


def _peer(model: Callable[..., Any], league: League) -> Any:
    results = league.results
    names = np.array([f"team {number:02}" for number in range(TEAMS)])
    return model(
        results.home_goals.astype(np.int64),
        results.away_goals.astype(np.int64),
        names[results.home],
        names[results.away],
        league.weight(),
    )


def _peer_theta(peer: Any) -> NDArray[np.float64]:
    params = np.array(list(peer.get_params().values()), dtype=np.float64)
    return np.concatenate([params[: 2 * TEAMS], [0.0], params[-2:]])


def _peer_walk(model: Callable[..., Any], league: League) -> float:
    """Return the seconds of its fits alone: what it takes to build a model is not counted."""
    begin = len(league.day) - (REFITS - 1) * _ROUND
    ends = range(begin, len(league.day) + 1, _ROUND)
    return sum(_timed(_peer(model, league.until(end)).fit) for end in ends)


def _timed(work: Callable[[], object]) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begin = perf_counter()
        work()
        return perf_counter() - begin


def _ratio(
    theirs: Callable[[], float], ours: Callable[[], float], rounds: int
) -> Mapping[str, float]:
    """Return the median ratio of seconds taken in turns, and the median of ours."""
    pairs = [(theirs(), ours()) for _ in range(rounds)]
    return {
        "ratio": median(their / our for their, our in pairs),
        "ours": median(our for _, our in pairs),
    }
