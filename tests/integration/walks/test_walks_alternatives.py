"""What else could have been bet, in a house that has lived: its picks, too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.domain.pick import Provenance
from engine.learning.recorded.baselines import baselines
from jobs.slots import CLOSING

if TYPE_CHECKING:
    from tests.integration.walks.world import House

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def lived(house: House) -> House:
    """Looks, closes, kick-offs and results of the first matches of the world, settled."""
    await house.run("snapshot")
    kick_off = min(view.fixture.kick_off for view in await house.picks())
    for slot in await house.looks(kick_off):
        if slot.job == CLOSING:
            await house.at(slot)
    house.hands.at = kick_off
    await house.run("kick_off")
    house.hands.at = kick_off + 115 * MINUTE
    await house.run("settle")
    house.hands.at += 13 * MINUTE
    await house.run("settle")
    return house


async def test_picks_are_among_what_could_be_bet_at_their_odds_results_and_closes(
    lived: House,
) -> None:
    """What the record says of a pick is found again by another path; no book offered more."""
    async with lived.ctx.store.reading() as tx:
        bets = await tx.settlements.bets(Provenance.LIVE)
        offered = await tx.alternatives.of(bets, lived.ctx.rules.closing.grade_b)
    assert len(bets) > 3
    for bet in bets:
        assert len(offered[bet.pick]) > len(bet.selection.market.selections)
        assert all(one.clv is not None for one in offered[bet.pick])
        (own,) = (one for one in offered[bet.pick] if one.selection == bet.selection)
        assert own.odds == bet.odds
        assert own.profit * float(bet.stake) == pytest.approx(float(bet.profit), abs=1e-4)
        assert own.clv == pytest.approx(bet.clv, abs=1e-4)
    found = baselines(bets, offered)
    assert found.blind.clv.n == found.alike.clv.n == found.alike.yield_.n == len(bets)
    assert found.alike.clv.gained.mean is not None
    assert found.alike.clv.gained.mean > 0
