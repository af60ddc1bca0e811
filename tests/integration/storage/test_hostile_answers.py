"""Whatever a provider writes, reading and keeping it ends in rows and not in an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.collect.normalise import normalise
from engine.collect.results import read_results
from engine.collect.rules import CollectRules
from tests.unit.collect.wire import (
    NOW,
    a_stored,
    book,
    event,
    h2h,
    known,
    market,
    odds,
    results,
    row,
)

if TYPE_CHECKING:
    from storage.store import Store

HOSTILE = [
    "\x00",
    "a\x00b",
    "\x00\x1f",
    "\u202e\u200b",
    "'; --",
    "\\u0000",
    "🎯" * 200,
    "\x7f\r\n",
]


@pytest.mark.parametrize("odd", HOSTILE)
async def test_an_answer_with_an_odd_value_in_any_place_is_kept(store: Store, odd: str) -> None:
    prices = book("pinnacle", market(h2h()))
    events = [
        event(prices, event_id="whole"),
        event(prices, event_id=odd),
        event(prices, event_id="home", home=odd),
        event(prices, event_id="away", away=f"Chelsea{odd}"),
        event(prices, event_id="sport", sport=odd),
        event(book(odd, market(h2h())), event_id="book", home="Fulham", away="Everton"),
        event(book("b", market(h2h(), odd)), event_id="market", home="Leeds United"),
    ]
    answer = odds(*events)
    intake = normalise([answer], known(a_stored()), CollectRules(), NOW)
    read = results(row(odd), row(teams=(odd, "Chelsea"), row_id=8), row("FT", (2**40, 0)))
    said = read_results([read], known(a_stored()))
    async with store.transaction() as tx:
        await tx.payloads.add([answer, read])
        await tx.fixtures.save([a_stored(), *intake.fixtures], NOW)
        await tx.fixtures.link([*intake.event_ids, *said.event_ids])
        await tx.fixtures.queue_unmatched([*intake.unmatched, *said.unmatched], NOW)
        await tx.odds.add(intake.board)
        await tx.results.add(said.results)
        assert await tx.odds.stored() == len(intake.board) >= 3
        assert len(await tx.results.reads([a_stored().id])) == 1
        assert all(waiting["name"] for waiting in await tx.fixtures.unmatched())
