"""Results and settlements: appended, never overwritten; statistics see one provenance."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import asyncpg
import pytest

from engine.domain.closing import Grade
from engine.domain.numbers import Odds, units
from engine.domain.pick import PickUpdate, PriceState, Provenance
from engine.domain.pick import Score as PickScore
from engine.domain.record import EdgeSeen
from engine.domain.settlement import Outcome, Phase, Score
from engine.domain.signal import AgentName, Reason, Signal, Standing, Tier
from tests.builders import KICK_OFF, NOW, a_fixture, a_pick, a_result
from tests.integration.storage.shelf import (
    MINUTE,
    a_close,
    a_pick_of,
    a_settlement,
    keep_picks,
)

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store

SETTLED_AT = KICK_OFF + timedelta(hours=2)


async def test_every_reading_of_a_result_is_kept_once_and_read_in_order(store: Store) -> None:
    fixture, other = a_fixture(), a_fixture("nice", "nantes")
    late = a_result(3, 1, read_at=SETTLED_AT + MINUTE)
    early = a_result()
    nothing = a_result(
        full_time=None, half_time=None, phase=Phase.POSTPONED, status="PST", fixture_id=other.id
    )
    async with store.transaction() as tx:
        await tx.fixtures.save([fixture, other], NOW)
        await tx.results.add([late, early, nothing, late])
        await tx.results.add([early])
    async with store.reading() as tx:
        assert await tx.results.reads([fixture.id]) == {fixture.id: (early, late)}
        assert await tx.results.reads([other.id]) == {other.id: (nothing,)}
        assert await tx.results.reads([]) == {}


async def test_a_goalless_draw_is_a_score_and_not_a_missing_one(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.results.add([a_result(0, 0)])
        reads = await tx.results.reads([a_fixture().id])
    assert reads[a_fixture().id][0].full_time == Score(home=0, away=0)


@pytest.mark.parametrize(
    "change",
    [
        "update settlements set profit = profit + 1",
        "delete from settlements",
        "truncate settlements cascade",
    ],
)
async def test_a_settlement_can_neither_be_changed_nor_taken_away(
    store: Store, pool: Pool, change: str
) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    async with store.transaction() as tx:
        await tx.settlements.add([a_settlement(pick.id)])
    with pytest.raises(asyncpg.RestrictViolationError, match="history"):
        await pool.execute(change)
    async with store.transaction() as tx:
        assert await tx.settlements.hold([pick.id]) == {pick.id: (a_settlement(pick.id),)}


async def test_the_same_settlement_twice_pays_once(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    async with store.transaction() as tx:
        assert await tx.settlements.add([a_settlement(pick.id)]) == 1
    async with store.transaction() as tx:
        assert await tx.settlements.add([a_settlement(pick.id, profit=units("9"))]) == 0
        (bet,) = await tx.settlements.bets(Provenance.PAPER)
    assert bet.profit == Decimal("0.6")


async def test_a_correction_counts_in_place_of_what_it_corrects(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    lost = a_settlement(pick.id, 2, outcome=Outcome.LOST, profit=units("-0.5"))
    async with store.transaction() as tx:
        assert await tx.settlements.add([a_settlement(pick.id), lost]) == 2
        (bet,) = await tx.settlements.bets(Provenance.PAPER)
    assert (bet.profit, bet.won) == (Decimal("-0.5"), False)


@pytest.mark.parametrize(
    ("outcome", "won"),
    [
        (Outcome.WON, True),
        (Outcome.HALF_WON, True),
        (Outcome.VOID, None),
        (Outcome.HALF_LOST, False),
        (Outcome.LOST, False),
    ],
)
async def test_a_void_bet_is_neither_won_nor_lost(
    store: Store, *, outcome: Outcome, won: bool | None
) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    async with store.transaction() as tx:
        await tx.settlements.add([a_settlement(pick.id, outcome=outcome)])
        (bet,) = await tx.settlements.bets(Provenance.PAPER)
    assert bet.won is won


@pytest.mark.parametrize(
    ("provenance", "grade", "counts"),
    [
        (Provenance.LIVE, Grade.A, True),
        (Provenance.LIVE, Grade.B, True),
        (Provenance.LIVE, Grade.C, False),
        (Provenance.LIVE, Grade.D, False),
        (Provenance.LIVE, None, False),
        (Provenance.PAPER, Grade.B, True),
        (Provenance.PAPER, Grade.D, False),
        (Provenance.BACKTEST, Grade.D, True),
        (Provenance.BACKTEST, Grade.A, True),
        (Provenance.BACKTEST, Grade.C, False),
    ],
)
async def test_only_a_close_good_enough_for_its_provenance_carries_a_clv(
    store: Store, provenance: Provenance, grade: Grade | None, *, counts: bool
) -> None:
    """A close of an hour ago flatters: it is shown on the card but enters no average."""
    first, second = a_pick_of(provenance), a_pick_of(provenance, "away")
    await keep_picks(store, first, second)
    async with store.transaction() as tx:
        await tx.closings.close_picks(
            [a_close(first, grade, Grade.C), a_close(second, Grade.C, grade)]
        )
        await tx.settlements.add([a_settlement(first.id), a_settlement(second.id)])
        bets = await tx.settlements.bets(provenance)
    assert [bet.clv is not None for bet in bets] == [counts, False]
    assert [bet.clv_alt is not None for bet in bets] == [False, counts]


async def test_a_bet_whose_kick_off_never_closed_has_no_clv(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    async with store.transaction() as tx:
        await tx.settlements.add([a_settlement(pick.id)])
        (bet,) = await tx.settlements.bets(Provenance.PAPER)
    assert (bet.clv, bet.clv_alt) == (None, None)
    assert (bet.odds, bet.stake, bet.expected_at_alert) == (pick.odds, pick.stake, pick.edge)


def a_signal(agent: AgentName, direction: int) -> Signal:
    return Signal(
        agent=agent,
        standing=Standing.SHADOW,
        probability=0.5,
        std_error=0.02,
        direction=direction,
        reasons=(Reason(name="gap", value=0.1, effect=0.2),),
    )


async def test_a_bet_carries_all_that_records_are_sliced_by(store: Store) -> None:
    """An agent that spoke against a pick, or only warned, is not one that spoke for it."""
    pick = a_pick(
        "ah_away@+0.25",
        signals=(
            a_signal(AgentName.SPREAD, 1),
            a_signal(AgentName.DRIFT, -1),
            a_signal(AgentName.PATRON, 0),
        ),
        score=PickScore(signal_score=71.0, sweet_spot_score=64.0, in_zone=True, tier=Tier.GOLD),
        policy_version="v3",
    )
    quiet = a_pick("draw")
    await keep_picks(store, pick, quiet)
    async with store.transaction() as tx:
        close = replace(a_close(pick, Grade.B, Grade.C), book_odds=Odds(pick.odds / 1.05))
        await tx.closings.close_picks([close])
        await tx.settlements.add([a_settlement(pick.id)])
        (bet,) = await tx.settlements.bets(Provenance.PAPER)
        await tx.settlements.add([a_settlement(quiet.id, settled_at=SETTLED_AT + MINUTE)])
        silent = (await tx.settlements.bets(Provenance.PAPER))[-1]
    assert (bet.pick, bet.provenance) == (pick.id, Provenance.PAPER)
    assert (bet.selection, bet.competition, bet.bookmaker) == (
        pick.selection,
        a_fixture().competition,
        pick.bookmaker,
    )
    assert (bet.signal_score, bet.sweet_spot_score, bet.tier) == (71.0, 64.0, Tier.GOLD)
    assert bet.agents == {AgentName.SPREAD}
    assert (bet.issued_at, bet.kick_off, bet.lead_hours) == (pick.taken_at, KICK_OFF, 6.0)
    assert (bet.grade, bet.alt_grade) == (Grade.B, Grade.C)
    assert (bet.refund, bet.policy_version) == (pick.fair.refund, "v3")
    assert (silent.agents, silent.grade, silent.alt_grade) == (frozenset(), None, None)
    assert silent.kick_off == KICK_OFF
    assert bet.movement == pytest.approx(0.05)
    assert silent.movement is None


async def test_what_was_left_of_an_edge_is_nothing_once_its_price_was_gone(store: Store) -> None:
    """A look without a reference tells nothing of the edge; one that found no price does."""
    pick, still = a_pick(), a_pick("away")
    await keep_picks(store, pick, still)
    seen = [
        (PriceState.MOVED, 0.02),
        (PriceState.MOVED, None),
        (PriceState.GONE, -0.01),
        (PriceState.GONE, None),
    ]
    async with store.transaction() as tx:
        await tx.picks.add_updates(
            [
                PickUpdate(
                    pick_id=pick.id,
                    state=state,
                    bookmaker=None,
                    odds=None,
                    fair_odds=None,
                    edge=edge,
                    seen_at=NOW + minutes * MINUTE,
                )
                for minutes, (state, edge) in enumerate(seen, 1)
            ]
        )
        assert await tx.settlements.edges([pick.id, still.id]) == {
            pick.id: (
                EdgeSeen(at=NOW + MINUTE, edge=0.02),
                EdgeSeen(at=NOW + 3 * MINUTE, edge=-0.01),
                EdgeSeen(at=NOW + 4 * MINUTE, edge=0.0),
            )
        }
        assert await tx.settlements.edges([]) == {}


async def test_a_window_of_bets_includes_its_start_and_not_its_end(store: Store) -> None:
    first, second = a_pick(), a_pick("away")
    await keep_picks(store, first, second)
    async with store.transaction() as tx:
        await tx.settlements.add(
            [
                a_settlement(second.id, settled_at=SETTLED_AT + MINUTE, profit=units("2")),
                a_settlement(first.id, settled_at=SETTLED_AT, profit=units("1")),
            ]
        )

        async def profits(*window: object) -> list[Decimal]:
            bets = await tx.settlements.bets(Provenance.PAPER, *window)  # type: ignore[arg-type]  # any window
            return [bet.profit for bet in bets]

        assert await profits() == [1, 2]
        assert await profits(SETTLED_AT, SETTLED_AT + MINUTE) == [1]
        assert await profits(SETTLED_AT + MINUTE) == [2]
        assert await profits(None, SETTLED_AT) == []


async def test_records_of_different_provenance_are_never_summed(store: Store) -> None:
    """Seventy of the first product's seventy-seven results were backtests shown as its own."""
    picks = {provenance: a_pick_of(provenance) for provenance in Provenance}
    unsettled = a_pick_of(Provenance.LIVE, "away")
    await keep_picks(store, *picks.values(), unsettled)
    profits = {Provenance.LIVE: "1", Provenance.PAPER: "10", Provenance.BACKTEST: "100"}
    async with store.transaction() as tx:
        await tx.settlements.add(
            [a_settlement(picks[one].id, profit=units(profits[one])) for one in Provenance]
        )
    async with store.reading() as tx:
        for one in Provenance:
            assert [bet.profit for bet in await tx.settlements.bets(one)] == [
                Decimal(profits[one])
            ]
        assert await tx.reports.provenance_counts() == {
            Provenance.BACKTEST: (1, 1),
            Provenance.LIVE: (2, 1),
            Provenance.PAPER: (1, 1),
        }
