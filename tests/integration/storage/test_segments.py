"""Segments of a record: their picks as columns, and the ledger of all that were ever tabled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.closing import Grade
from engine.domain.market import CATALOGUE
from engine.domain.numbers import units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from engine.learning.markets.bets import OUTSIDE
from tests.builders import KICK_OFF, NOW
from tests.integration.storage.shelf import (
    MINUTE,
    a_close,
    a_pick_of,
    a_settlement,
    keep_picks,
)

if TYPE_CHECKING:
    from storage.store import Store

LATER = KICK_OFF + timedelta(days=1)
LIVE, PAPER, BACKTEST = Provenance.LIVE, Provenance.PAPER, Provenance.BACKTEST


async def test_picks_that_began_come_with_what_is_known_of_them(store: Store) -> None:
    won = a_pick_of(LIVE, "home")
    void = a_pick_of(LIVE, "over_2.5")
    open_ = a_pick_of(LIVE, "btts_yes")
    await keep_picks(store, won, void, open_)
    async with store.transaction() as tx:
        await tx.settlements.add(
            [
                a_settlement(won.id, outcome=Outcome.LOST, profit=units("-1")),
                a_settlement(won.id, sequence=2, outcome=Outcome.HALF_WON, profit=units("0.3")),
                a_settlement(void.id, outcome=Outcome.VOID, profit=units("0")),
            ]
        )
        await tx.closings.close_picks(
            [a_close(won, Grade.A, Grade.B), a_close(void, Grade.C, Grade.C)]
        )
    async with store.reading() as tx:
        bets = await tx.segments.bets(LIVE, LATER)

    by_code = {CATALOGUE[place]: row for row, place in enumerate(bets.market)}
    assert set(by_code) == {"home", "over_2.5", "btts_yes"}
    order = [by_code[code] for code in ("home", "over_2.5", "btts_yes")]
    assert bets.provenance is LIVE
    np.testing.assert_equal(bets.won[order], [1.0, np.nan, np.nan])
    np.testing.assert_allclose(bets.profit[order], [0.3, 0.0, np.nan])
    assert np.isfinite(bets.clv[order]).tolist() == [True, False, False]
    assert np.isfinite(bets.clv_alt[order]).tolist() == [True, False, False]
    assert not bets.alt_sharp.any(), "a consensus is no sharp close"
    assert set(bets.kick_off) == {KICK_OFF.timestamp()}
    assert bets.stake.tolist() == [float(won.stake)] * 3


async def test_a_declared_close_counts_in_a_backtest_alone(store: Store) -> None:
    live, past = a_pick_of(LIVE), a_pick_of(BACKTEST)
    await keep_picks(store, live, past)
    async with store.transaction() as tx:
        await tx.closings.close_picks([a_close(each, Grade.D) for each in (live, past)])
    async with store.reading() as tx:
        known = [
            np.isfinite((await tx.segments.bets(each, LATER)).clv).tolist()
            for each in (LIVE, BACKTEST)
        ]
    assert known == [[False], [True]]


async def test_what_has_not_begun_and_what_is_of_another_record_is_left_out(store: Store) -> None:
    await keep_picks(store, a_pick_of(LIVE), a_pick_of(PAPER, "ah_home@-0.25"))
    async with store.reading() as tx:
        assert len(await tx.segments.bets(LIVE, KICK_OFF)) == 0
        assert len(await tx.segments.bets(LIVE, LATER, since=KICK_OFF + MINUTE)) == 0
        assert len(await tx.segments.bets(LIVE, LATER, since=KICK_OFF)) == 1
        paper = await tx.segments.bets(PAPER, LATER)
        assert CATALOGUE[paper.market[0]] == "ah_home"


async def test_a_total_of_another_line_is_of_no_market_of_the_table(store: Store) -> None:
    await keep_picks(store, a_pick_of(LIVE, "over_2.25"))
    async with store.reading() as tx:
        assert (await tx.segments.bets(LIVE, LATER)).market.tolist() == [OUTSIDE]


async def test_every_segment_ever_tabled_stays_in_the_count_once(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.segments.tabled(LIVE, ["market:home", "market:draw"], NOW) == 2
        assert await tx.segments.tabled(LIVE, ["market:home", "market:draw"], LATER) == 2
    async with store.transaction() as tx:
        assert await tx.segments.tabled(LIVE, ["market:draw", "league:E0"], LATER) == 3
        assert await tx.segments.tabled(PAPER, ["market:home"], LATER) == 4
