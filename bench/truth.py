"""Picks against the truth of the sandbox's world: is the edge they expect the edge they have?

`python -m bench truth` walks worlds look by look through the product's own reading, pricing and
deciding, without the wire: first to learn from what closed, then to judge, all caps lifted. Beside
each world is one without any edge: no book that one can bet at ever offers more than fair odds,
before as well as after, so every pick made of it is false.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from bench._truth_world import Observer, without_edge
from engine.alerting.rules import AlertRules
from engine.domain.pick import OpenPick, Provenance
from engine.domain.policy import DEFAULT_POLICY, uncapped
from engine.learning.record import clustered_ratio
from engine.pipeline import Known, decide
from sandbox.world.schedule import Plan
from sandbox.world.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench._truth_world import Taught, Truth
    from engine.domain.board import Board
    from engine.domain.judgement import Judgements
    from engine.domain.numbers import FixtureId
    from engine.domain.pick import Pick
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """Picks, the edge each truly had when made, and how many selections were held to a price."""

    picks: tuple[Pick, ...] = ()
    true_edges: tuple[float, ...] = ()
    priced: int = 0


def measure() -> Mapping[str, object]:
    """Return expected against true edge, untaught and taught, with and without any edge there."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        worlds = list(pool.map(walk, SEEDS))
    found: dict[str, object] = {}
    for name in worlds[0]:
        each = [world[name] for world in worlds]
        found |= {f"{name}: {what}": value for what, value in _figures(each).items()}
    return found


def _figures(each: Sequence[Walked]) -> dict[str, object]:
    picks = [pick for one in each for pick in one.picks]
    true = [edge for one in each for edge in one.true_edges]
    matches = [str(pick.fixture_id) for pick in picks]
    gap = [pick.edge - truly for pick, truly in zip(picks, true, strict=True)]
    return {
        "picks": len(picks),
        "expected edge": _told([pick.edge for pick in picks], matches),
        "true edge": _told(true, matches),
        "expected less true": _told(gap, matches),
        "share truly above 0": float(np.mean(np.array(true) > 0)) if true else float("nan"),
        "picks per 1,000 priced": 1000 * len(picks) / max(sum(one.priced for one in each), 1),
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
        return {name: judge.walked for name, (_, judge) in judges.items()}


def _looks(first: int, last: int) -> list[datetime]:
    """Return when the matchdays of a range are looked at."""
    begins = (START + _FIRST + number * _EVERY for number in range(first, last))
    return [begin - lead for begin in begins for lead in _LEADS]


class _Judge:
    """Decides look after look, remembering its picks."""

    def __init__(self, taught: Taught | None) -> None:
        self._taught = taught
        self._kick_offs: dict[FixtureId, datetime] = {}
        self._priced: set[tuple[FixtureId, int]] = set()
        self.walked = Walked()

    def judge(self, board: Board, truth: Truth, now: datetime) -> None:
        """Decide one look and hold what is picked to the truth."""
        self._kick_offs |= {one.id: one.kick_off for one in board.fixtures}
        found = decide(board, self._known(), now)
        self._priced |= _priced(found.judgements)
        edges = [
            won * (pick.odds - 1) - lost
            for pick in found.picks
            for won, lost in (truth[pick.fixture_id][pick.selection.code],)
        ]
        self.walked = Walked(
            picks=(*self.walked.picks, *found.picks),
            true_edges=(*self.walked.true_edges, *edges),
            priced=len(self._priced),
        )

    def _known(self) -> Known:
        known = Known(
            policy=uncapped(DEFAULT_POLICY),
            provenance=Provenance.PAPER,
            open_picks=tuple(
                OpenPick(pick=pick, kick_off=self._kick_offs[pick.fixture_id], shown=None)
                for pick in self.walked.picks
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


def _told(values: Sequence[float], matches: Sequence[str]) -> str:
    found: Estimate = clustered_ratio(values, [1.0] * len(values), matches)
    if found.mean is None or found.low is None or found.high is None:
        return f"n = {found.n}"
    mean, low, high = (100 * each for each in (found.mean, found.low, found.high))
    return f"{mean:+.2f} % [{low:+.2f}; {high:+.2f}], n = {found.n}"
