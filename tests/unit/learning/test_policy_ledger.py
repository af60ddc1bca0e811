"""A backtest's bets as candidates: scores and places are those of a decision made that way."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from engine.domain.pick import Gate
from engine.domain.policy_version import Thresholds
from engine.learning.backtest.knowledge import knowledge
from engine.learning.backtest.picks import with_ends
from engine.learning.backtest.tried import PASSED, joined
from engine.learning.evidence import day_of
from engine.learning.policy.ledger import spot_scores, stream_of
from engine.learning.policy.trials import Grid
from engine.learning.policy.walk import walk_policy
from engine.scoring.landing import Landing, normal_quantiles
from engine.scoring.scores import Scores
from engine.scoring.spot import SpotModel
from jobs.backtest_run import blocks_of, stretches
from jobs.backtest_stage import walk_stretch
from jobs.backtest_state import State
from tests.backtests import OPEN, a_world, everything
from tests.learning_future import assert_blind_to_the_future

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import ScoringRules
    from engine.learning.agents.walk import Refit
    from engine.learning.archive import Archive
    from engine.learning.backtest.knowledge import Knowledge
    from engine.learning.backtest.picks import Bets
    from engine.learning.backtest.tried import Tried

    Floats = NDArray[np.float64]

HURDLES: Final = (0.01, 0.02)
RULES: Final = OPEN.scoring
OTHER: Final = replace(RULES, hurdle=HURDLES[1])
TIGHT: Final = replace(
    RULES, by_family=True, max_picks_per_fixture=1, max_picks_per_league=2, max_picks_per_day=3
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walked:
    """A world decided as declared, at another hurdle, and with tight caps."""

    archive: Archive
    declared: Bets
    other: Bets
    capped: Bets
    refits: tuple[Refit, ...]

    @property
    def looked_at(self) -> Floats:
        return self.archive.looked_at[self.declared.tried.row]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    archive, found = a_world(), {}
    known = knowledge(archive, OPEN, lambda *_: None)
    for name, rules in (("declared", RULES), ("other", OTHER), ("capped", TIGHT)):
        tried = decided_by(archive, known, rules, tmp_path_factory.mktemp(name))
        found[name] = with_ends(archive, tried)
    return Walked(archive=archive, refits=known.judged, **found)


def decided_by(archive: Archive, known: Knowledge, rules: ScoringRules, folder: Path) -> Tried:
    """Return every bet of an archive's looks, decided without caps between them."""
    blocks, state = blocks_of(archive, known, everything(archive)), State(folder=folder)
    policy = replace(OPEN, scoring=rules)
    for stretch in stretches(archive, known, blocks, policy, capped=False):
        walk_stretch(stretch, state, lambda _: None)
    tried = [state.load(block.name) for block in blocks]
    return joined([one for one in tried if one is not None])


def test_scores_are_those_of_a_decision_at_the_other_hurdle(walked: Walked) -> None:
    mine = walked.declared
    assert np.array_equal(mine.tried.row, walked.other.tried.row)
    found = spot_scores(mine, walked.looked_at, walked.refits, RULES, OTHER.hurdle)
    assert found == pytest.approx(walked.other.tried.sweet_spot_score, abs=1e-6)
    assert (found < mine.tried.sweet_spot_score).any()


def test_a_learned_score_goes_by_how_closes_landed(walked: Walked) -> None:
    spot = SpotModel(landing=Landing(quantiles=1.3 * normal_quantiles() + 0.1), seen=1_000)
    refit = replace(walked.refits[0], at=0.0, scores=Scores(spot=spot))
    tried = walked.declared.tried
    deviation = (tried.high - tried.low) / (2 * NormalDist().inv_cdf(0.9))
    given, wanted = (
        spot.score(tried.edge, deviation, hurdle) for hurdle in (RULES.hurdle, OTHER.hurdle)
    )
    bets = replace(walked.declared, tried=replace(tried, sweet_spot_score=given))
    found = spot_scores(bets, walked.looked_at, [refit], RULES, OTHER.hurdle)
    assert found == pytest.approx(wanted)


def test_a_score_that_nobody_gave_is_refused(walked: Walked) -> None:
    tried = replace(
        walked.declared.tried, sweet_spot_score=walked.declared.tried.sweet_spot_score + 1
    )
    with pytest.raises(ValueError, match="cannot be had again at another hurdle"):
        spot_scores(
            replace(walked.declared, tried=tried), walked.looked_at, walked.refits, RULES, 0.02
        )


def test_places_are_those_of_a_decision_with_caps(walked: Walked) -> None:
    """But for days on which a bet was left for others' sake: what it would stake is not kept."""
    stream = stream_of(walked.declared, walked.looked_at, walked.refits, TIGHT, HURDLES)
    assert (stream.taken.sum(axis=0) < len(stream)).all(), "caps that bind"
    passed = walked.capped.where(walked.capped.tried.gate == PASSED)
    decided_so = keys(passed.kick_off, passed.tried.odds)
    mine = keys(stream.kick_off[stream.taken[:, 0]], stream.odds[stream.taken[:, 0]])
    gates = [tuple(Gate).index(one) for one in (Gate.FIXTURE_FULL, Gate.STAKE_TOO_SMALL)]
    crowded = day_of(walked.declared.kick_off[np.isin(walked.declared.tried.gate, gates)])
    assert {one // 86_400 for one, _ in mine ^ decided_so} <= set(crowded.tolist())
    assert len(mine & decided_so) > 0.95 * len(decided_so) > 50


def test_a_later_look_takes_no_place_from_an_earlier_one(walked: Walked) -> None:
    """Matches of one day, half of them looked at an hour later: as the later never came."""
    rng = np.random.default_rng(4)
    late = rng.random(len(walked.declared)) < 0.5
    looked_at = walked.looked_at + 3_600 * late
    every = stream_of(walked.declared, looked_at, (), TIGHT, HURDLES[:1])
    for at in np.unique(every.issued_at)[5::25].tolist():
        before = looked_at <= at
        own = stream_of(walked.declared.where(before), looked_at[before], (), TIGHT, HURDLES[:1])
        same = every.where(every.issued_at <= at)
        assert np.array_equal(own.taken, same.taken)
        assert np.array_equal(own.spot, same.spot, equal_nan=True)
    assert 0 < every.taken.sum() < len(every)


def test_from_the_archive_on_nothing_later_changes_what_is_chosen(tmp_path: Path) -> None:
    """Closes, results and looks after an instant, all others: same scores, choices and zones."""
    wide = Thresholds(zone_low=0.0, zone_high=100.0, zone_max_odds=6.0, hurdle=HURDLES[0])
    grid = Grid(zone_low=(0.0, 50.0), zone_high=(100.0,), zone_max_odds=(2.0, 6.0), hurdle=HURDLES)
    bounds: set[float] = set()

    def walk(archive: Archive) -> list[Floats]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        known = knowledge(archive, OPEN, lambda *_: None)
        bets = with_ends(archive, decided_by(archive, known, RULES, folder))
        stream = stream_of(bets, archive.looked_at[bets.tried.row], known.judged, RULES, HURDLES)
        steps = walk_policy(stream, grid, wide).steps
        bounds.update(step.choice.low_best for step in steps)
        which = np.searchsorted([one.at for one in steps], archive.looked_at, side="right") - 1
        told = [np.full(len(archive), np.nan) for _ in range(4)]
        for row in np.flatnonzero(which >= 0).tolist():
            step = steps[which[row]]
            told[0][row], told[1][row] = step.learned.zone_low, step.learned.zone_max_odds
            told[2][row], told[3][row] = step.choice.low_best, step.in_force.zone_max_odds
        return told

    archive = a_world()
    assert_blind_to_the_future(walk, archive, float(archive.looked_at[len(archive) * 4 // 5]))
    assert len(bounds) > 20, "a walk that compares nothing is blind to everything"


def keys(kick_off: Floats, odds: Floats) -> set[tuple[float, float]]:
    return set(zip(kick_off.tolist(), odds.tolist(), strict=True))
