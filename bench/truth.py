"""Picks against the truth of the sandbox's world: is the edge they expect the edge they have?

`python -m bench truth` walks worlds look by look through the product's own reading, pricing and
deciding, without the wire: first to learn from what closed, then to judge, all caps lifted. Beside
each world is one without any edge: no book that one can bet at ever offers more than fair odds,
before as well as after, so every pick made of it is false.

What an edge lacks of the truth has two parts, told apart by the sharp close of the same bet:
expected less CLV is the forecast's fault, CLV less true the reference's own.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from bench._truth_world import LAST, Observer, without_edge
from engine.alerting.rules import AlertRules
from engine.domain.pick import OpenPick, Provenance
from engine.domain.policy import DEFAULT_POLICY, uncapped
from engine.domain.price import Rung
from engine.learning.intervals import clustered_ratio
from engine.pipeline import Known, decide
from sandbox.world.schedule import Plan
from sandbox.world.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench._truth_world import Bet, Taught, Truth
    from engine.domain.board import Board
    from engine.domain.closing import Payoff
    from engine.domain.judgement import Judgements
    from engine.domain.numbers import FixtureId
    from engine.domain.pick import Pick
    from engine.domain.policy import Policy
    from engine.domain.record import Estimate

START: Final = datetime(2026, 1, 1, 8, tzinfo=UTC)
SEEDS: Final = (1, 2, 3, 4)
LEARNED: Final = 75
JUDGED: Final = 60
"""Matchdays."""
_EVERY: Final = timedelta(days=3)
_FIRST: Final = timedelta(days=2)
_LEADS: Final = (timedelta(hours=30), timedelta(hours=8), timedelta(hours=2))
"""From each look at a matchday to its first kick-off."""
_TENTH: Final = NormalDist().inv_cdf(0.9)
"""How far the lower end of an 80 % interval is from its middle, in standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A pick, the edge it truly had when made, and its value at the sharp close (NaN: none)."""

    pick: Pick
    true: float
    clv: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What was picked of one world, and how many selections of each match had a fair price."""

    seed: int
    held: tuple[Held, ...] = ()
    priced: Mapping[str, int] = field(default_factory=dict)


def stated_rate(policy: Policy) -> float:
    """Return how many of 1,000 selections may become picks at one look where none has an edge.

    The interval's lower end has to be above `min_edge_low` (0): the reference has to be wrong by
    1.28 standard deviations of the shrunk edge, which are 1.28/√`edge_slope` of its own error.
    `min_edge`, margins and `min_books` only lower it.
    """
    return 1000 * (1 - NormalDist().cdf(_TENTH / policy.pricing.edge_slope**0.5))


def measure() -> Mapping[str, object]:
    """Return expected against true edge, untaught and taught, with and without any edge there."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        worlds = list(pool.map(walk, SEEDS))
    found: dict[str, object] = {"stated picks per 1,000 without edge": stated_rate(DEFAULT_POLICY)}
    for name in worlds[0]:
        told = figures([world[name] for world in worlds])
        found |= {f"{name}: {what}": value for what, value in told.items()}
    return found


def figures(each: Sequence[Walked]) -> dict[str, object]:
    """Return what the picks of several worlds were expected to earn, and what they are worth."""
    held = [(f"{one.seed} {bet.pick.fixture_id}", bet) for one in each for bet in one.held]
    closed = [(match, bet) for match, bet in held if np.isfinite(bet.clv)]
    return {
        "picks": len(held),
        "expected edge": _told([(match, bet.pick.edge) for match, bet in held]),
        "true edge": _told([(match, bet.true) for match, bet in held]),
        "expected less true": _told([(match, bet.pick.edge - bet.true) for match, bet in held]),
        "CLV, sharp close": _told([(match, bet.clv) for match, bet in closed]),
        "expected less CLV": _told([(match, bet.pick.edge - bet.clv) for match, bet in closed]),
        "CLV less true": _told([(match, bet.clv - bet.true) for match, bet in closed]),
        "share truly above 0": _share([(match, float(bet.true > 0)) for match, bet in held]),
        "share closing above 0": _share([(match, float(bet.clv > 0)) for match, bet in closed]),
        "picks per 1,000 priced": _rate(each),
    }


def walk(seed: int) -> dict[str, Walked]:
    """Return what is picked of a world by who has learned nothing, and by who learned of it."""
    plan = Plan(seed=seed, matchday_every=_EVERY, first_kick_off=_FIRST, open_matchdays=1)
    with threadpool_limits(limits=1):
        world = World(plan, START)
        plain, edgeless = Observer(world), Observer(world, without_edge)
        for at in _looks(0, LEARNED):
            plain.look(at, keep=True)
            edgeless.look(at, keep=True)
        judges = {
            "untaught": (plain, _Judge(None)),
            "taught": (plain, _Judge(plain.taught())),
            "no edge, untaught": (edgeless, _Judge(None)),
            "no edge, taught": (edgeless, _Judge(edgeless.taught())),
        }
        for at in _looks(LEARNED, LEARNED + JUDGED):
            seen = {observer: observer.look(at) for observer in (plain, edgeless)}
            for observer, judge in judges.values():
                judge.judge(*seen[observer], at)
            for observer in (plain, edgeless):
                own = [judge for mine, judge in judges.values() if mine is observer]
                _hold_to_closes(observer, own, at)
        return {name: judge.walked(seed) for name, (_, judge) in judges.items()}


def _hold_to_closes(observer: Observer, judges: Sequence[_Judge], now: datetime) -> None:
    """Hold what is picked of the matches that begin soon to their sharp closes."""
    begins = {at for judge in judges for at in judge.kick_offs.values() if now < at <= now + LAST}
    for at in sorted(begins):
        bets = {bet for judge in judges for bet in judge.bets(at)}
        payoffs = observer.payoffs_at(at, bets) if bets else {}
        sharp = {bet: payoff for (bet, rung), payoff in payoffs.items() if rung is Rung.SHARP}
        for judge in judges:
            judge.closes |= sharp


def _looks(first: int, last: int) -> list[datetime]:
    """Return when the matchdays of a range are looked at."""
    begins = (START + _FIRST + number * _EVERY for number in range(first, last))
    return [begin - lead for begin in begins for lead in _LEADS]


class _Judge:
    """Decides look after look, remembering its picks."""

    def __init__(self, taught: Taught | None) -> None:
        self._taught = taught
        self._priced: set[tuple[FixtureId, int]] = set()
        self._true: dict[Pick, float] = {}
        self.kick_offs: dict[FixtureId, datetime] = {}
        self.closes: dict[Bet, Payoff] = {}

    def judge(self, board: Board, truth: Truth, now: datetime) -> None:
        """Decide one look and hold what is picked to the truth."""
        self.kick_offs |= {one.id: one.kick_off for one in board.fixtures}
        found = decide(board, self._known(), now)
        self._priced |= _priced(found.judgements)
        for pick in found.picks:
            won, lost = truth[pick.fixture_id][pick.selection.code]
            self._true[pick] = won * (pick.odds - 1) - lost

    def bets(self, kick_off: datetime) -> list[Bet]:
        """Return what was picked of the matches that begin then."""
        return [
            (pick.fixture_id, pick.selection)
            for pick in self._true
            if self.kick_offs[pick.fixture_id] == kick_off
        ]

    def walked(self, seed: int) -> Walked:
        """Return every pick so far, held to the truth and to its close."""
        held = (
            Held(pick=pick, true=true, clv=self._clv(pick)) for pick, true in self._true.items()
        )
        priced = Counter(str(fixture) for fixture, _ in self._priced)
        return Walked(seed=seed, held=tuple(held), priced=priced)

    def _clv(self, pick: Pick) -> float:
        payoff = self.closes.get((pick.fixture_id, pick.selection))
        return float("nan") if payoff is None else payoff.value(pick.odds)

    def _known(self) -> Known:
        known = Known(
            policy=uncapped(DEFAULT_POLICY),
            provenance=Provenance.PAPER,
            open_picks=tuple(
                OpenPick(pick=pick, kick_off=self.kick_offs[pick.fixture_id], shown=None)
                for pick in self._true
            ),
            subscribers=(),
            alert_rules=AlertRules(),
        )
        if self._taught is None:
            return known
        return replace(
            known,
            learned=self._taught.learned,
            judges=self._taught.judges,
            scores=self._taught.scores,
        )


def _priced(judged: Judgements) -> set[tuple[FixtureId, int]]:
    """Return the selections that were held against a price."""
    rows = judged.price >= 0
    pairs = zip(judged.fixture[rows].tolist(), judged.selection[rows].tolist(), strict=True)
    return {(judged.fixtures[place].id, number) for place, number in pairs}


def _told(values: Sequence[tuple[str, float]]) -> str:
    """Return the mean of what matches show, in percent."""
    return _shown(_mean(values), 100, "+.2f", " %")


def _share(values: Sequence[tuple[str, float]]) -> str:
    """Return the share of what matches show, in percent; no interval goes beyond none or all."""
    found = _mean(values)
    if found.low is not None and found.high is not None:
        found = replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))
    return _shown(found, 100, ".1f", " %")


def _mean(values: Sequence[tuple[str, float]]) -> Estimate:
    matches = [match for match, _ in values]
    return clustered_ratio([value for _, value in values], [1.0] * len(values), matches)


def _rate(each: Sequence[Walked]) -> str:
    """Return how many of 1,000 selections that had a fair price became picks, at any look."""
    priced = {f"{one.seed} {match}": count for one in each for match, count in one.priced.items()}
    picked = Counter(f"{one.seed} {bet.pick.fixture_id}" for one in each for bet in one.held)
    made = [float(picked[match]) for match in priced]
    found = clustered_ratio(made, [float(count) for count in priced.values()], list(priced))
    return _shown(replace(found, n=sum(priced.values())), 1000, ".1f", "")


def _shown(found: Estimate, times: float, form: str, unit: str) -> str:
    if found.mean is None or found.low is None or found.high is None:
        return f"n = {found.n}"
    mean, low, high = (f"{times * each:{form}}" for each in (found.mean, found.low, found.high))
    return f"{mean}{unit} [{low}; {high}], n = {found.n}"
