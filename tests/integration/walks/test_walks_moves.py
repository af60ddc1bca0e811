"""A kick-off that moves: what waits, what was sent, and what is captured."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jobs.plan import build_plan
from jobs.slots import CLOSING

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.views import PickView
    from tests.integration.walks.world import House

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


async def _a_pick(house: House) -> PickView:
    await house.run("snapshot")
    return min(await house.picks(), key=lambda view: (view.fixture.kick_off, view.number))


async def _move(house: House, view: PickView, kick_off: datetime) -> None:
    house.outside.odds.moved[await house.event_of(view)] = kick_off
    house.hands.at += _MINUTE
    await house.run("snapshot")


async def _cards(pool: Pool, view: PickView) -> list[dict[str, object]]:
    rows = await pool.fetch(
        "select kind, state, last_error, expires_at, version from outbox"
        " where pick_id = $1 order by id",
        view.pick.id,
    )
    return [dict(row) for row in rows]


async def test_waiting_cards_of_a_match_put_off_live_until_the_new_kick_off(
    house: House, pool: Pool
) -> None:
    view = await _a_pick(house)
    later = view.fixture.kick_off + 5 * _HOUR
    await _move(house, view, later)
    cards = [card for card in await _cards(pool, view) if card["kind"] == "pick"]
    assert {card["state"] for card in cards} == {"pending"}
    assert {card["expires_at"] for card in cards} == {later - 2 * _MINUTE}


async def test_waiting_cards_of_a_match_brought_forward_die_before_the_new_kick_off(
    house: House, pool: Pool
) -> None:
    view = await _a_pick(house)
    sooner = house.hands.at + 30 * _MINUTE
    await _move(house, view, sooner)
    cards = [card for card in await _cards(pool, view) if card["kind"] == "pick"]
    assert {card["expires_at"] for card in cards} == {sooner - 2 * _MINUTE}


async def test_waiting_cards_of_a_match_about_to_begin_all_at_once_are_cancelled(
    house: House, pool: Pool
) -> None:
    view = await _a_pick(house)
    await _move(house, view, house.hands.at + 2 * _MINUTE)
    cards = [card for card in await _cards(pool, view) if card["kind"] == "pick"]
    assert {(card["state"], card["last_error"]) for card in cards} == {
        ("cancelled", "kick-off moved")
    }


async def test_who_holds_the_card_is_told_once_by_an_edit(house: House, pool: Pool) -> None:
    view = await _a_pick(house)
    await pool.execute("update outbox set state = 'sent', message_id = 7 where kind = 'pick'")
    later = view.fixture.kick_off + 5 * _HOUR
    await _move(house, view, later)
    house.hands.at += _MINUTE
    await house.run("snapshot")
    told = [card for card in await _cards(pool, view) if "kick_off@" in str(card["version"])]
    assert len(told) == 2  # one a chat
    assert all(later.isoformat() in str(card["version"]) for card in told)


async def test_a_match_that_has_begun_early_sends_no_card_and_gets_no_close(
    house: House, pool: Pool
) -> None:
    """Prices in play are nobody's close, and a card would come too late."""
    view = await _a_pick(house)
    early = house.hands.at - 5 * _MINUTE
    await _move(house, view, early)
    cards = [card for card in await _cards(pool, view) if card["kind"] == "pick"]
    assert {card["state"] for card in cards} == {"cancelled"}
    house.hands.at += _MINUTE
    await house.run("kick_off")
    mine = next(one for one in await house.picks() if one.pick.id == view.pick.id)
    assert mine.fixture.kick_off == early
    assert mine.close is not None
    assert mine.close.grade is None


async def test_captures_and_readings_follow_a_kick_off(house: House) -> None:
    view = await _a_pick(house)
    later = view.fixture.kick_off + 5 * _HOUR
    await _move(house, view, later)
    plan = await build_plan(house.ctx, house.hands.at)
    mine = {
        call.at
        for call in plan.planned
        if call.purpose == CLOSING and view.fixture.id in call.fixtures
    }
    assert later - 2 * _MINUTE in mine
    assert all(later - 2 * _HOUR < at < later for at in mine)
