"""Picks: kept once, read with the whole of what became of them."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.domain.closing import Grade
from engine.domain.numbers import BookmakerKey, Odds, units
from engine.domain.pick import Offer, PriceState, Provenance, Score
from engine.domain.price import Rung
from engine.domain.signal import AgentName, Part, Reason, Signal, Standing, Tier
from tests.builders import (
    KICK_OFF,
    NOW,
    a_board,
    a_book,
    a_closing_line,
    a_fair_price,
    a_fixture,
    a_pick,
)
from tests.integration.storage.shelf import (
    MINUTE,
    a_close,
    a_pick_of,
    a_settlement,
    an_update,
    keep_picks,
)

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store

PAPER = Provenance.PAPER

LATE = KICK_OFF + timedelta(days=9)


async def test_a_pick_comes_back_as_it_was_made(store: Store) -> None:
    fair = a_fair_price(rung=Rung.CONSENSUS, source="consensus", books=7, refund=0.25)
    pick = a_pick(
        fair=fair,
        second=Offer(bookmaker=BookmakerKey("unibet"), odds=Odds(2.16)),
        stake=units("0.3333"),
        score=Score(
            signal_score=64.5, sweet_spot_score=81.25, in_zone=True, tier=Tier.DIAMOND_PLUS
        ),
        signals=(
            Signal(
                agent=AgentName.SPREAD,
                standing=Standing.COUNTS,
                probability=0.481,
                std_error=0.012,
                direction=1,
                reasons=(
                    Reason(name="gap_mean", value=0.05, effect=0.03),
                    Reason(name="kelly", value=0.02, effect=0.0),
                ),
            ),
            Signal(
                agent=AgentName.ANOMALY,
                standing=Standing.BENCHED,
                probability=0.44,
                std_error=0.02,
                direction=-1,
                reasons=(Reason(name="edge", value=0.2, effect=-0.1),),
            ),
        ),
        parts=(
            Part(name="ev", points=28.5, value=0.08),
            Part(name="dispersion", points=2.75, value=0.03),
        ),
    )
    await keep_picks(store, pick)
    async with store.reading() as tx:
        view = await tx.picks.view(pick_id=pick.id)
    assert view is not None
    assert (view.pick, view.fixture) == (pick, a_fixture())
    assert (view.update, view.close, view.settlement) == (None, None, None)


async def test_what_no_agent_knows_comes_back_as_unknown_not_as_zero(store: Store) -> None:
    drift = Signal(
        agent=AgentName.DRIFT,
        standing=Standing.SHADOW,
        probability=0.5,
        std_error=math.nan,
        direction=1,
        reasons=(Reason(name="drift", value=0.1, effect=0.02),),
    )
    pick = a_pick(signals=(drift,), parts=(Part(name="ev", points=1.0, value=math.nan),))
    await keep_picks(store, pick)
    async with store.reading() as tx:
        view = await tx.picks.view(pick_id=pick.id)
    assert view is not None
    assert math.isnan(view.pick.signals[0].std_error)
    assert math.isnan(view.pick.parts[0].value)


async def test_the_same_pick_again_is_no_new_pick_even_at_a_better_price(store: Store) -> None:
    pick = a_pick()
    assert await keep_picks(store, pick) == (pick.id,)
    assert await keep_picks(store, replace(pick, odds=Odds(2.5))) == ()
    async with store.reading() as tx:
        (view,) = await tx.picks.all_views()
    assert view.pick.odds == pick.odds


async def test_numbers_people_type_have_no_holes_from_repeated_picks(store: Store) -> None:
    home, away = a_pick(), a_pick("away")
    for _ in range(3):
        await keep_picks(store, home)
    await keep_picks(store, away, home)
    async with store.reading() as tx:
        views = [await tx.picks.view(number=number) for number in (1, 2, 3)]
    assert [view and view.pick.id for view in views] == [home.id, away.id, None]


async def test_a_pick_on_a_fixture_nobody_kept_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="foreign key"):
        async with store.transaction() as tx:
            await tx.picks.add([a_pick()])


async def test_a_view_shows_the_latest_update_close_and_settlement(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    moved = an_update(pick.id, 2 * MINUTE)
    gone = an_update(
        pick.id,
        3 * MINUTE,
        state=PriceState.GONE,
        bookmaker=None,
        odds=None,
        fair_odds=None,
        edge=None,
        min_odds=None,
    )
    async with store.transaction() as tx:
        await tx.picks.add_updates([gone, moved, gone])
        await tx.closings.close_picks([a_close(pick, Grade.A, Grade.B)])
        await tx.settlements.add([a_settlement(pick.id), a_settlement(pick.id, 2)])
    async with store.reading() as tx:
        view = await tx.picks.view(number=1)
        assert await tx.picks.gone() == {pick.id}
    assert view is not None
    assert view.update == gone
    assert view.settlement == a_settlement(pick.id, 2)
    assert view.close is not None
    assert (view.close.grade, view.close.source) == ("A", "sharp")
    assert (view.close.alt_grade, view.close.alt_source) == ("B", "consensus")
    assert view.close.clv == pytest.approx(a_closing_line().clv(pick.odds))


async def test_the_shown_price_of_an_open_pick_is_its_last_update(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    async with store.transaction() as tx:
        assert [one.shown for one in await tx.picks.open(NOW, PAPER)] == [None]
        await tx.picks.add_updates([an_update(pick.id)])
        (shown,) = await tx.picks.open(NOW, PAPER)
    assert (shown.pick, shown.kick_off, shown.shown) == (pick, KICK_OFF, an_update(pick.id))


async def test_value_gone_after_kick_off_is_nobody_s_loss(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    after = an_update(pick.id, KICK_OFF - NOW, state=PriceState.GONE)
    async with store.transaction() as tx:
        await tx.picks.add_updates([after])
        assert await tx.picks.gone() == frozenset()


async def test_a_pick_is_open_until_kick_off_then_to_close_then_to_read(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    before, begun = KICK_OFF - MINUTE, KICK_OFF
    async with store.transaction() as tx:
        assert [p.pick.id for p in await tx.picks.open(before, PAPER)] == [pick.id]
        assert await tx.picks.to_close(before, PAPER) == ()
        assert await tx.picks.to_read(before, LATE, PAPER) == ()

        assert await tx.picks.open(begun, PAPER) == ()
        assert [p.pick.id for p in await tx.picks.to_close(begun, PAPER)] == [pick.id]
        assert [v.pick.id for v in await tx.picks.to_read(begun, LATE, PAPER)] == [pick.id]

        await tx.closings.close_picks([a_close(pick, None)])
        assert await tx.picks.to_close(begun, PAPER) == ()
        await tx.settlements.add([a_settlement(pick.id)])
        assert await tx.picks.to_read(begun, LATE, PAPER) == ()
        assert [v.pick.id for v in await tx.picks.to_read(begun, NOW, PAPER)] == [pick.id]


async def test_picks_of_another_provenance_are_never_among_them(store: Store) -> None:
    live, paper = a_pick_of(Provenance.LIVE), a_pick_of(PAPER)
    await keep_picks(store, live, paper)
    fixture = a_fixture().id
    async with store.reading() as tx:
        page = await tx.picks.page(NOW, offset=0, limit=9, provenance=PAPER)
        for found in (
            [one.pick for one in await tx.picks.open(NOW, PAPER)],
            [one.pick for one in await tx.picks.to_close(KICK_OFF, PAPER)],
            [view.pick for view in await tx.picks.to_read(KICK_OFF, LATE, PAPER)],
            await tx.picks.of_fixtures([fixture], PAPER),
            [view.pick for view in page.picks],
            [view.pick for view in await tx.picks.all_views(PAPER)],
        ):
            assert list(found) == [paper]
        assert len(await tx.picks.all_views()) == 2
        assert await tx.picks.of_fixtures([], PAPER) == ()


async def test_pages_follow_kick_off_and_count_them_all(store: Store) -> None:
    later = a_fixture("nice", "nantes", kick_off=KICK_OFF + MINUTE)
    begun = a_fixture("metz", "brest", kick_off=NOW)
    codes = ("home", "draw", "away")
    picks = [
        a_pick(fair=a_fair_price(code, fixture_id=fixture.id))
        for fixture in (later, a_fixture(), begun)
        for code in codes
    ]
    async with store.transaction() as tx:
        await tx.fixtures.save([later, begun], NOW)
    await keep_picks(store, *picks)
    async with store.reading() as tx:
        first = await tx.picks.page(NOW, offset=0, limit=4, provenance=PAPER)
        second = await tx.picks.page(NOW, offset=4, limit=4, provenance=PAPER)
    assert (first.total, second.total, second.offset) == (6, 6, 4)
    shown = [(v.fixture.home.key, v.pick.selection.code) for v in (*first.picks, *second.picks)]
    assert shown == [(team, code) for team in ("lens", "nice") for code in codes]


async def test_the_price_now_is_the_better_of_the_picked_and_the_shown_book(
    store: Store,
) -> None:
    """A third book's better price is another pick's business: its card would be another."""
    pick = a_pick(bookmaker=BookmakerKey("mine"))
    await keep_picks(store, pick)
    look = a_board(
        a_book("mine", 2.10, 3, 4),
        a_book("shown", 2.15, 3, 4),
        a_book("other", 2.90, 3, 4),
        a_book("mine", 3.50, 3, 4, lay=True),
    )
    async with store.transaction() as tx:
        await tx.odds.add(look)
        mine = await tx.picks.price_now(pick.id, NOW)
        better = await tx.picks.price_now(pick.id, NOW, shown=BookmakerKey("shown"))
        too_early = await tx.picks.price_now(pick.id, NOW - MINUTE)
    assert mine is not None
    assert (mine.bookmaker, mine.odds, mine.captured_at) == ("mine", 2.10, NOW)
    assert mine.quoted_at == NOW - timedelta(seconds=30)
    assert better is not None
    assert (better.bookmaker, better.odds) == ("shown", 2.15)
    assert too_early is None


async def test_a_book_that_left_the_latest_look_has_no_price_now(store: Store) -> None:
    pick = a_pick(bookmaker=BookmakerKey("mine"))
    await keep_picks(store, pick)
    async with store.transaction() as tx:
        await tx.odds.add(a_board(a_book("mine", 2.10, 3, 4)))
        await tx.odds.add(replace(a_board(a_book("other", 2.2, 3, 4)), as_of=NOW + MINUTE))
        assert await tx.picks.price_now(pick.id, NOW + MINUTE) is None
        assert await tx.picks.price_now(pick.id, NOW) is not None


async def test_graded_closes_come_back_as_they_were_kept_once_each(store: Store) -> None:
    lines = (
        a_closing_line(captured_at=KICK_OFF - 10 * MINUTE, grade=Grade.B),
        a_closing_line(raw_odds=Odds(1.95)),
        a_closing_line("consensus", grade=Grade.B),
    )
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        for _ in range(2):
            await tx.closings.add(lines)
        kept = await tx.closings.of_fixtures([a_fixture().id])
        assert await tx.closings.of_fixtures([]) == ()
    assert kept == (lines[2], lines[0], lines[1])


async def test_a_close_is_fixed_once_until_it_is_reopened(store: Store) -> None:
    """A later, kinder close must not replace the one that counted."""
    pick = a_pick()
    await keep_picks(store, pick)

    async def grade() -> str | None:
        async with store.reading() as tx:
            view = await tx.picks.view(pick_id=pick.id)
        assert view is not None
        return view.close.grade if view.close else "open"

    async with store.transaction() as tx:
        await tx.closings.close_picks([a_close(pick, Grade.C)])
    async with store.transaction() as tx:
        await tx.closings.close_picks([a_close(pick, Grade.A)])
    assert await grade() == "C"
    async with store.transaction() as tx:
        await tx.closings.reopen([], NOW)
    assert await grade() == "C"
    async with store.transaction() as tx:
        await tx.closings.reopen([pick.id], NOW)
    assert await grade() == "open"
    async with store.transaction() as tx:
        await tx.closings.close_picks([a_close(pick, Grade.A)])
    assert await grade() == "A"


async def test_a_close_that_was_not_caught_is_null_never_zero(store: Store, pool: Pool) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    async with store.transaction() as tx:
        await tx.closings.close_picks([a_close(pick, None)])
    row = await pool.fetchrow(
        "select grade, source, closing_odds, clv, log_clv, movement, clv_alt from pick_closes"
    )
    assert row is not None
    assert set(row.values()) == {None}


async def test_movement_compares_the_pick_with_what_its_own_book_offered_at_the_close(
    store: Store, pool: Pool
) -> None:
    """What another book offered is no movement, and fair odds have no margin."""
    pick = a_pick(odds=Odds(2.2))
    await keep_picks(store, pick)
    close = replace(a_close(pick, Grade.A), headline=a_closing_line(raw_odds=Odds(1.9)))
    async with store.transaction() as tx:
        await tx.closings.close_picks([replace(close, book_odds=Odds(2.0))])
    row = await pool.fetchrow("select movement, book_odds, clv, log_clv from pick_closes")
    assert row is not None
    assert tuple(row) == pytest.approx((0.1, 2.0, 0.1, math.log(1.1)))
