"""What else could have been bet when picks were made: prices of then, closes and scores after."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.board import Quote, build_board
from engine.domain.numbers import BookmakerKey, Odds, units
from engine.domain.settlement import Outcome, Score
from tests.builders import KICK_OFF, NOW, a_fixture, a_pick, a_selection
from tests.integration.storage.shelf import MINUTE, a_settlement, keep_picks

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.pick import Pick
    from engine.domain.record import Alternative
    from storage.pool import Pool
    from storage.store import Store


def quoted(at: datetime, book: str, *, lay: bool = False, **prices: float) -> list[Quote]:
    return [
        Quote(
            fixture=0,
            bookmaker=BookmakerKey(book),
            selection=a_selection(f"{code[:-2]}.5" if code.endswith("_5") else code),
            odds=Odds(price),
            quoted_at=at.timestamp(),
            lay=lay,
        )
        for code, price in prices.items()
    ]


async def offer(store: Store, at: datetime, *quotes: list[Quote]) -> None:
    board = build_board(at, (a_fixture(),), [one for several in quotes for one in several])
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.odds.add(board)


async def told(store: Store, *picks: Pick, **changes: Any) -> list[dict[str, Alternative]]:
    async with store.transaction() as tx:
        await tx.settlements.add([a_settlement(one.id, **changes) for one in picks])
    async with store.reading() as tx:
        bets = await tx.settlements.bets(picks[0].provenance)
        found = await tx.alternatives.of(bets, timedelta(hours=1))
    return [
        {one.selection.code: one for one in found[bet.pick]} for bet in bets if bet.pick in found
    ]


async def test_the_best_odds_of_the_moment_and_what_one_unit_on_them_came_to(
    store: Store,
) -> None:
    """Neither what was offered before, nor later, nor to lay, nor beyond the catalogue."""
    pick = a_pick()
    await offer(
        store,
        NOW - 60 * MINUTE,
        quoted(NOW, "pinnacle", home=2.6, draw=3.5, away=3.8),
        quoted(NOW, "generous", home=2.1, over_2_5=1.9, over_5_5=9.0),
    )
    await offer(
        store,
        NOW,
        quoted(NOW, "pinnacle", home=2.0, draw=3.5, away=3.8),
        quoted(NOW, "generous", home=2.2, over_2_5=1.9, over_5_5=9.0),
        quoted(NOW, "exchange", home=9.0, lay=True),
    )
    await offer(store, NOW + MINUTE, quoted(NOW, "pinnacle", home=5.0, draw=5.0, away=5.0))
    await keep_picks(store, replace(pick, taken_at=NOW))
    [found] = await told(store, pick)
    assert {code: (one.odds, one.profit) for code, one in found.items()} == {
        "home": (2.2, pytest.approx(1.2)),
        "draw": (3.5, -1.0),
        "away": (3.8, -1.0),
        "over_2.5": (1.9, pytest.approx(0.9)),
    }
    assert {one.clv for one in found.values()} == {None}


async def test_values_are_by_what_was_last_believed_before_kick_off(
    store: Store, pool: Pool
) -> None:
    """Neither what was believed after it, nor two hours before, nor of one book alone."""
    pick = a_pick()
    await offer(store, NOW, quoted(NOW, "pinnacle", home=2.2, draw=3.0, away=4.0))
    await keep_picks(store, replace(pick, taken_at=NOW))
    await pool.execute("select ensure_month('prices', $1)", KICK_OFF)
    for code, minutes, fair, refund, excluded in (
        ("home", 9, 0.4, 0.0, ""),
        ("home", 2, 0.5, 0.2, ""),
        ("home", 1, 0.9, 0.0, "pinnacle"),
        ("home", -1, 0.9, 0.0, ""),
        ("draw", 60, 0.4, 0.0, ""),
        ("away", 61, 0.4, 0.0, ""),
    ):
        await pool.execute(
            "insert into prices (as_of, fixture_id, selection, excluded, probability, std_error,"
            " refund, rung, books, dispersion) values ($1, $2, $3, $4, $5, .01, $6, 1, 9, .01)",
            KICK_OFF - minutes * MINUTE,
            pick.fixture_id,
            a_selection(code).number,
            excluded,
            fair,
            refund,
        )
    [found] = await told(store, pick)
    assert found["home"].clv == pytest.approx((1 - 0.2) * (2.2 * 0.5 - 1))
    assert found["draw"].clv == pytest.approx(3.0 * 0.4 - 1)
    assert found["away"].clv is None


async def test_a_bet_its_score_did_not_decide_has_no_alternatives(store: Store) -> None:
    pick = a_pick()
    await offer(store, NOW, quoted(NOW, "pinnacle", home=2.2))
    await keep_picks(store, replace(pick, taken_at=NOW))
    assert await told(store, pick, outcome=Outcome.VOID, profit=units(0)) == []
    again: dict[str, Any] = {
        "outcome": Outcome.VOID,
        "profit": units(0),
        "full_time": None,
        "sequence": 2,
    }
    assert await told(store, pick, **again) == []
    final: dict[str, Any] = {
        "outcome": Outcome.LOST,
        "profit": units(-1),
        "full_time": Score(home=0, away=0),
    }
    [found] = await told(store, pick, **final, sequence=3)
    assert found["home"].profit == -1.0


async def test_a_moment_of_which_no_odds_are_known_has_no_alternatives(store: Store) -> None:
    pick = a_pick()
    await offer(store, NOW + MINUTE, quoted(NOW, "pinnacle", home=2.2))
    await keep_picks(store, replace(pick, taken_at=NOW))
    assert await told(store, pick) == []
