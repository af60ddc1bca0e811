"""What was learned reaches the next look, the pick it makes, and the words of its card."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from structlog.testing import capture_logs

from engine.agents.judges import Judges
from engine.agents.patron import Patron
from engine.learning.agents.walk import Refit
from engine.pricing.expected_close.model import AnchorModel, ExpectedCloseModel, prior_noises
from engine.pricing.expected_close.state import empty_state
from engine.pricing.expected_close.views import Anchor
from engine.scoring.scores import PRIOR_SCORES
from jobs.learn_effect import effect_on_picks
from jobs.learned import load_learned
from jobs.look import judge, read_inputs
from storage.artifact_codec import encode
from storage.artifacts import Artifact
from tests.integration.walks.test_walks_judging import _HOME, _answer
from tests.unit.collect.wire import EPL, NOW

if TYPE_CHECKING:
    from jobs.context import Context
    from storage.pool import Pool
    from storage.store import Store
    from tests.integration.walks.world import House


async def learn(store: Store, **parts: object) -> None:
    async with store.transaction() as tx:
        for name, value in parts.items():
            await tx.artifacts.add(
                Artifact(
                    name=name,
                    fitted_at=NOW,
                    seen_until=NOW,
                    body=encode(value),
                    metrics={},
                )
            )


def a_silent_model(curse: float) -> ExpectedCloseModel:
    untaught = AnchorModel(noises=prior_noises(), correlation=0.0, curse=np.full(3, curse))
    return ExpectedCloseModel(anchors=(untaught,) * len(Anchor), seen_until=0.0)


@pytest.fixture
def ctx(house: House) -> Context:
    return replace(house.ctx, rules=replace(house.ctx.rules, competitions=(EPL,)))


async def test_a_pick_is_worth_what_the_learned_close_says(ctx: Context, house: House) -> None:
    await learn(house.store, expected_close=a_silent_model(0.8), close_state=empty_state())
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    (view,) = await house.picks()
    pick = view.pick
    assert pick.fair.close is not None
    assert pick.fair.close_error is not None
    assert pick.edge == pytest.approx(pick.odds * pick.fair.close - 1)
    raw = pick.odds * pick.fair.probability - 1
    assert pick.edge == pytest.approx(0.8 * raw, abs=2e-3)
    assert pick.edge_low < 0 < pick.edge < pick.edge_high
    assert pick.score.sweet_spot_score > 50


async def test_a_newer_version_serves_the_next_look(ctx: Context, house: House) -> None:
    await learn(house.store, expected_close=a_silent_model(0.8), close_state=empty_state())
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    await learn(house.store, expected_close=a_silent_model(0.0))
    seen = await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "again")
    (updated,) = seen.decision.updates
    assert updated.edge == pytest.approx(0.0, abs=2e-3)


async def test_late_picks_are_judged_again_at_their_own_look_by_old_and_new(
    ctx: Context, house: House
) -> None:
    await learn(house.store, expected_close=a_silent_model(0.8), close_state=empty_state())
    old = await load_learned(ctx)
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    (view,) = await house.picks()
    later = view.fixture.kick_off + timedelta(hours=3)
    same = await effect_on_picks(ctx, old, old, later)
    assert (same.picks, same.n, same.before, same.after, same.mean) == (1, 1, 1, 1, 0.0)
    await learn(house.store, expected_close=a_silent_model(0.0))
    told = await effect_on_picks(ctx, old, await load_learned(ctx), later)
    assert (told.before, told.after) == (1, 0)
    assert told.mean == pytest.approx(-view.pick.edge, abs=2e-3)
    assert told.low is None
    assert (await effect_on_picks(ctx, old, old, later + timedelta(days=40))).n == 0


async def test_a_replay_of_the_past_knows_nothing_that_was_learned_since(
    ctx: Context, house: House
) -> None:
    await learn(house.store, expected_close=a_silent_model(0.8), close_state=empty_state())
    then = replace(await read_inputs(ctx, NOW), until=NOW)
    await judge(ctx, (_answer(*_HOME),), then, NOW, "replay")
    (view,) = await house.picks()
    assert view.pick.fair.close is None


async def test_agents_without_an_expected_close_are_silent_and_that_is_told_once(
    ctx: Context, house: House
) -> None:
    agents = Refit(at=0.0, judges=Judges(patron=Patron()), scores=PRIOR_SCORES)
    await learn(house.store, agents=agents)
    with capture_logs() as told:
        for purpose in ("sweep", "again"):
            await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, purpose)
    (view,) = await house.picks()
    assert view.pick.signals == ()
    assert "artifact_gone" not in {line["event"] for line in told}
    reason = "nothing says where closes are expected"
    assert [line for line in told if line["event"] == "agents_silent"] == [
        {"event": "agents_silent", "reason": reason, "log_level": "warning"}
    ]


async def test_a_part_that_is_gone_is_told_once_and_the_next_look_does_without(
    ctx: Context, house: House, pool: Pool
) -> None:
    await learn(house.store, expected_close=a_silent_model(0.8), close_state=empty_state())
    await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, "sweep")
    await pool.execute("delete from artifacts where name = 'expected_close'")
    with capture_logs() as told:
        for purpose in ("again", "and again"):
            seen = await judge(ctx, (_answer(*_HOME),), await read_inputs(ctx, NOW), NOW, purpose)
    assert np.isnan(seen.decision.prices.close).all()
    assert [line["part"] for line in told if line["event"] == "artifact_gone"] == [
        "expected_close"
    ]
