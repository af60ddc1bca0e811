"""What is decided of a board is what the walk said of the same look, which it was learned by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from engine.agents.judges import BESIDE, numbers_of
from engine.alerting.rules import AlertRules
from engine.domain.numbers import BookmakerKey
from engine.domain.pick import Provenance
from engine.learning.agents.record import past_bets
from engine.learning.agents.walk import walk_agents
from engine.learning.backtest.boards import board_of, looks
from engine.learning.backtest.knowledge import Fitted, Knowledge, Learner
from engine.learning.expected_close.walk import walk_close
from engine.learning.reference.walk import walk_weights
from engine.pipeline import Decision, Known, decide
from engine.scoring.places import index_of, place
from tests.archives import DAY, World
from tests.backtests import OPEN, a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.domain.numbers import FixtureId
    from engine.learning.agents.past_bets import PastBets
    from engine.learning.agents.walk import WalkedAgents
    from engine.learning.archive import Archive

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

TUESDAY_AND_FRIDAY = World(seasons=2, leagues=2, teams=14, leads=(3.0, 0.0), news=0.2)
POLICY = replace(OPEN, scoring=replace(OPEN.scoring, max_edge=1.0))


class Learned(NamedTuple):
    archive: Archive
    past: PastBets
    walked: WalkedAgents
    knowledge: Knowledge


@pytest.fixture(scope="module")
def learned() -> Learned:
    archive = a_world(7, TUESDAY_AND_FRIDAY)
    close = walk_close(archive)
    references, weights = walk_weights(archive, POLICY.pricing)
    past = past_bets(
        archive, references, close.forecast, close.states, aggregates=True, rules=POLICY.pricing
    )
    walked = walk_agents(past, hurdle=POLICY.scoring.hurdle)
    fitted = (
        Fitted(at=at, weights=weights[at], close=model)
        for at, model in sorted(close.models.items())
    )
    known = Knowledge(fitted=tuple(fitted), judged=walked.refits, closed=close.closed)
    return Learned(archive, past, walked, known)


def served(learned: Learned) -> Iterator[tuple[Ints, Decision]]:
    """Yield what is decided of the last looks, as live: with what first looks had said."""
    archive, learner = learned.archive, Learner(learned.knowledge)
    first: dict[FixtureId, dict[int, float]] = {}
    for rows in looks(archive, float(archive.looked_at[-1]) - 40 * DAY, np.inf):
        board, then = board_of(archive, rows), learner.at(float(archive.looked_at[rows[0]]))
        known = Known(
            policy=POLICY,
            provenance=Provenance.BACKTEST,
            open_picks=(),
            subscribers=(),
            alert_rules=AlertRules(),
            learned=then.learned,
            judges=then.judges,
            scores=then.scores,
            first=first,
        )
        decision = decide(board, known, board.as_of)
        for name, told in _of_every_book(decision).items():
            first.setdefault(name, told)
        yield rows, decision


def _of_every_book(decision: Decision) -> dict[FixtureId, dict[int, float]]:
    table = decision.prices
    found: dict[FixtureId, dict[int, float]] = {}
    for row in np.flatnonzero(table.excluded == -1).tolist():
        own = found.setdefault(table.fixtures[int(table.fixture[row])].id, {})
        own[int(table.selection[row])] = float(table.probability[row])
    return found


def test_a_decision_says_of_every_bet_what_the_walk_said(learned: Learned) -> None:
    begun = learned.archive.looked_at[-1] - 30 * DAY  # first looks of its matches are known
    compared = moved = 0
    for rows, decision in served(learned):
        mine, keys = _bets_of(learned.past, rows)
        if learned.past.looked_at[mine[0]] < begun:
            continue
        _assert_verdicts(decision, learned, mine, keys)
        _assert_judgements(decision, learned, mine, keys)
        compared += len(mine)
        moved += int((learned.past.bets.feature("moved")[mine] != 0).sum())
    assert compared > 500
    assert moved > 100
    assert learned.knowledge.judged[-1].scores.spot.learned


def _bets_of(past: PastBets, rows: Ints) -> tuple[Ints, Ints]:
    """Return the past bets of a look's rows, in the order of verdicts, and their places in it."""
    mine = np.flatnonzero(np.isin(past.row, rows))
    keys = place(np.searchsorted(rows, past.row[mine]), numbers_of(past.bets)[mine])
    order = np.argsort(keys)
    return mine[order], keys[order]


def _assert_verdicts(decision: Decision, learned: Learned, mine: Ints, keys: Ints) -> None:
    verdicts, bets = decision.verdicts, learned.past.bets.where(mine)
    assert verdicts is not None
    assert (place(verdicts.fixture, verdicts.selection) == keys).all()
    columns = {name: bets.feature(name) for name in bets.features.names}
    columns |= {name: getattr(bets, name) for name in BESIDE}
    for name, column in columns.items():
        _same(verdicts.features[:, verdicts.names.index(name)], column, name)
    for each in verdicts.signals:
        said = learned.walked.said[each.agent]
        _same(each.probability, said.probability[mine], each.agent)
        _same(each.std_error, said.std_error[mine], each.agent)
        assert (each.direction == said.direction[mine]).all(), each.agent
    assert (verdicts.tier == learned.walked.tier[mine]).all()


def _assert_judgements(decision: Decision, learned: Learned, mine: Ints, keys: Ints) -> None:
    judged, bets, walked = decision.judgements, learned.past.bets.where(mine), learned.walked
    book = [judged.bookmakers.index(BookmakerKey(bets.books[one])) for one in bets.bookmaker]
    quotes = place(judged.fixture, judged.selection) << 12 | judged.bookmaker
    order = np.argsort(quotes)
    at = order[index_of(quotes[order], keys << 12 | np.array(book))]
    assert (judged.odds[at] == bets.odds).all()
    _same(judged.edge[at], walked.edge[mine], "edge")
    _same(judged.deviation[at], walked.deviation[mine], "deviation")
    _same(judged.sweet_spot_score[at], walked.sweet_spot[mine], "sweet spot")
    _same(judged.signal_score[at], walked.signal[mine], "signal score")


def _same(served: Floats, learned: Floats, name: str) -> None:
    np.testing.assert_allclose(served, learned, atol=1e-9, rtol=0, err_msg=name)
