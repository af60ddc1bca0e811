"""The audit of closes: movement is the own book's, and no bet is judged by its own price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from jobs.audit import audited
from jobs.slots import CLOSING
from tests.integration.walks.sent import without_guards

if TYPE_CHECKING:
    from storage.pool import Pool
    from tests.integration.walks.world import House

ONE: Final = (
    "(select pick_id from pick_closes where book_odds is not null order by pick_id limit 1)"
)
PLANTED: Final = {
    "a movement made up": (
        "update pick_close_entries set movement = movement + 0.01 where pick_id = @one",
        "fault",
        {"movement"},
    ),
    "a movement left out": (
        "update pick_close_entries set movement = null where pick_id = @one",
        "fault",
        {"movement"},
    ),
    "last odds that the book never offered": (
        (
            "update pick_close_entries set book_odds = book_odds * 2,"
            " movement = (movement + 1) / 2 - 1 where pick_id = @one"
        ),
        "fault",
        {"book_odds"},
    ),
    "last odds forgotten": (
        "update pick_close_entries set book_odds = null, movement = null where pick_id = @one",
        "doubt",
        {"book_odds"},
    ),
    "an offer kept after the close": (
        (
            "insert into book_closes select fixture_id, kick_off, kick_off, odds + 1, selection,"
            " bookmaker from book_closes where captured_at = (select max(captured_at)"
            " from book_closes) on conflict do nothing"
        ),
        "doubt",
        {"book_odds"},
    ),
    "an entry taken away": (
        "update pick_close_entries set sequence = 2 where pick_id = @one",
        "fault",
        {"close_entries"},
    ),
    "a bet judged by its own price": (
        (
            "update closings l set book = p.bookmaker from picks p"
            " where p.fixture_id = l.fixture_id and p.selection = l.selection"
        ),
        "fault",
        {"clv_alt"},
    ),
    "a consensus with the pick's own book in it": (
        (
            "insert into closings select l.fixture_id, l.captured_at, l.selection, l.source,"
            " l.win * 0.9, l.half_win, l.push, l.half_loss, l.loss + l.win * 0.1, l.raw_odds,"
            " l.kick_off, l.grade, l.book, p.bookmaker from closings l join picks p"
            " on p.fixture_id = l.fixture_id and p.selection = l.selection"
            " where l.excluded = '' on conflict (fixture_id, captured_at, selection, source,"
            " excluded) do update set win = excluded.win, loss = excluded.loss"
        ),
        "fault",
        {"clv", "clv_alt"},
    ),
}


@pytest.fixture
async def closed(house: House) -> House:
    """The first matches of the world have begun, and their picks are closed."""
    await house.run("snapshot")
    kick_off = min(view.fixture.kick_off for view in await house.picks())
    for slot in await house.looks(kick_off):
        if slot.job == CLOSING:
            await house.at(slot)
    house.hands.at = kick_off
    await house.run("kick_off")
    return house


@pytest.mark.parametrize(("change", "level", "checks"), PLANTED.values(), ids=PLANTED.keys())
async def test_a_fault_planted_in_closes_is_named(
    closed: House, pool: Pool, change: str, level: str, checks: set[str]
) -> None:
    before: Any = await audited(closed.ctx)
    assert (before["faults"], before["doubts"]) == ([], [])
    async with without_guards(pool) as forger:
        done = await forger.execute(change.replace("@one", ONE))
    assert not done.endswith(" 0"), "the fault was planted"
    told: Any = await audited(closed.ctx)
    assert {one["check"] for one in told[f"{level}s"]} == checks
    if level == "doubt":
        assert told["faults"] == []


async def test_the_world_s_picks_are_closed_without_their_own_books(
    closed: House, pool: Pool
) -> None:
    """What the crowd says of a bet is kept apart from what it says to everybody."""
    kept = await pool.fetch(
        "select l.excluded, l.source, p.bookmaker, l.win, w.win as whole from closings l"
        " join picks p on p.fixture_id = l.fixture_id and p.selection = l.selection"
        " join closings w on w.excluded = '' and w.fixture_id = l.fixture_id"
        " and w.selection = l.selection and w.source = l.source"
        " and w.captured_at = l.captured_at where l.excluded = p.bookmaker"
    )
    assert kept
    assert {row["source"] for row in kept} == {"consensus"}
    assert all(row["win"] != row["whole"] for row in kept)
    assert len(await closed.begun()) > 0
