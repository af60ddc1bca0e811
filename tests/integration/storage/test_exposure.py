from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from engine.domain.exposure import Quarantined
from engine.domain.numbers import BookmakerKey, units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome, Score, Settlement
from tests.builders import KICK_OFF, NOW, a_fixture, a_pick, a_selection

if TYPE_CHECKING:
    from engine.domain.pick import Pick
    from storage.store import Store

PAPER = Provenance.PAPER


def settled(pick: Pick, profit: str, sequence: int = 1, hours: int = 3) -> Settlement:
    return Settlement(
        pick_id=pick.id,
        sequence=sequence,
        outcome=Outcome.WON if Decimal(profit) > 0 else Outcome.LOST,
        profit=units(profit),
        full_time=Score(home=1, away=0),
        rule="90",
        settled_at=KICK_OFF + timedelta(hours=hours),
    )


@pytest.fixture
async def picks(store: Store) -> tuple[Pick, Pick]:
    home, away = a_pick("home", stake=units("0.5")), a_pick("away", stake=units("0.25"))
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.picks.add([home, away])
    return home, away


@pytest.mark.usefixtures("picks")
async def test_an_open_pick_is_at_stake_as_a_share_of_the_bankroll(store: Store) -> None:
    async with store.reading() as tx:
        exposure = await tx.exposure.now(PAPER, NOW)
        elsewhere = await tx.exposure.now(Provenance.LIVE, NOW)

    assert {one.selection.code: one.fraction for one in exposure.stakes} == {
        "home": 0.005,
        "away": 0.0025,
    }
    assert {one.settled for one in exposure.stakes} == {False}
    assert (exposure.bankroll, exposure.peak) == (100.0, 100.0)
    assert elsewhere.stakes == ()


async def test_what_was_settled_counts_for_its_day_and_then_no_more(
    store: Store, picks: tuple[Pick, Pick]
) -> None:
    home, _ = picks
    async with store.transaction() as tx:
        await tx.settlements.add([settled(home, "-0.5")])

    async with store.reading() as tx:
        same_day = await tx.exposure.now(PAPER, KICK_OFF + timedelta(hours=6))
        later = await tx.exposure.now(PAPER, KICK_OFF + timedelta(days=3))
        abandoned = await tx.exposure.now(PAPER, KICK_OFF + timedelta(days=31))

    assert {one.selection.code: one.settled for one in same_day.stakes} == {
        "home": True,
        "away": False,
    }
    assert [one.selection.code for one in later.stakes] == ["away"]
    assert abandoned.stakes == ()


async def test_the_drawdown_is_from_the_highest_the_bankroll_ever_was(
    store: Store, picks: tuple[Pick, Pick]
) -> None:
    home, away = picks
    async with store.transaction() as tx:
        await tx.settlements.add([settled(home, "25", hours=3)])
        await tx.settlements.add([settled(away, "-50", hours=4)])

    async with store.reading() as tx:
        exposure = await tx.exposure.now(PAPER, KICK_OFF + timedelta(hours=6))

    assert (exposure.bankroll, exposure.peak) == (75.0, 125.0)
    assert exposure.drawdown == 0.4


async def test_a_correction_takes_the_place_of_what_was_settled_before(
    store: Store, picks: tuple[Pick, Pick]
) -> None:
    home, _ = picks
    async with store.transaction() as tx:
        await tx.settlements.add([settled(home, "25")])
        await tx.settlements.add([settled(home, "-25", sequence=2, hours=5)])

    async with store.reading() as tx:
        exposure = await tx.exposure.now(PAPER, KICK_OFF + timedelta(hours=6))

    assert (exposure.bankroll, exposure.peak) == (75.0, 100.0)


@pytest.mark.usefixtures("picks")
async def test_the_prices_held_are_those_of_the_last_look(store: Store) -> None:
    one = Quarantined(
        fixture_id=a_fixture().id,
        selection=a_selection("home"),
        bookmaker=BookmakerKey("generous"),
        odds=3.1,
        since=NOW,
    )
    other = replace(one, selection=a_selection("away"))
    async with store.transaction() as tx:
        await tx.exposure.hold([one, other], PAPER)
        await tx.exposure.hold([other], Provenance.LIVE)
        await tx.exposure.hold([one], PAPER)
        paper = await tx.exposure.quarantined(PAPER)
        live = await tx.exposure.quarantined(Provenance.LIVE)

    assert paper == (one,)
    assert live == (other,)
