"""A person takes picks, passes on them, wants to be reminded, and sees their own bets."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.alert import AlertKind
from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house, settle
from tests.unit.bot.views import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.bet import TakenBetNow
    from storage.pool import Pool


async def press(house: House, shown: Any, label: str) -> Any:
    await house.tap(MEMBER, shown, label)
    return (await house.see(MEMBER))[-1]


async def held(house: House) -> Sequence[TakenBetNow]:
    async with house.store.reading() as tx:
        return await tx.bets.of(MEMBER)


async def test_one_tap_notes_the_bet_as_the_card_shows_it(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=3))
        [card] = await house.write(MEMBER, "/pick 1")
        slip = await press(house, card, "Pris")
        assert slip["kind"] == "send"
        assert "Noté sur #P1" in slip["text"]
        [one] = await held(house)
        assert (one.bet.odds, one.bet.stake) == (pick.odds, pick.stake)
        again = await press(house, card, "Pris")
        assert "Déjà noté" in again["text"]
        assert len(await held(house)) == 1


async def test_two_taps_at_once_make_one_bet(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [card] = await house.write(MEMBER, "/pick 1")
        async with asyncio.TaskGroup() as both:
            for _ in range(2):
                both.create_task(house.tap(MEMBER, card, "Pris"))
        await house.see(MEMBER, 2)
        assert len(await held(house)) == 1


async def test_a_slip_is_changed_by_buttons_and_by_words(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=3))
        [card] = await house.write(MEMBER, "/pick 1")
        slip = await press(house, card, "Pris")
        slip = await press(house, slip, "Cote \u22120,05")
        slip = await press(house, slip, "Mise ×2")
        [one] = await held(house)
        assert one.bet.odds == pytest.approx(float(pick.odds) - 0.05)
        assert one.bet.stake == 2 * pick.stake
        await press(house, slip, "Écrire")
        [slip] = await house.write(MEMBER, "1,98 10€ betclic")
        [one] = await held(house)
        assert (float(one.bet.odds), one.bet.stake) == (1.98, Decimal(1))
        assert one.bet.bookmaker == "betclic"
        gone = await press(house, slip, "Annuler")
        assert "Pari repris sur #P1" in gone["text"]
        assert await held(house) == ()


@pytest.mark.parametrize(
    ("typed", "odds", "stake"),
    [
        ("/pris 1 2,10", 2.10, None),
        ("/bet #P1 2.10 25", 2.10, "2.5"),
        ("/pris 1 11/10 1u", 2.10, "1"),
        ("/pris p1 +110 0,5%", 2.10, "0.5"),
    ],
)
async def test_a_bet_is_typed_as_people_type_it(
    pool: Pool, typed: str, odds: float, stake: str | None
) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=3))
        await house.write(MEMBER, typed)
        [one] = await held(house)
        assert float(one.bet.odds) == pytest.approx(odds)
        assert one.bet.stake == (pick.stake if stake is None else Decimal(stake))


@pytest.mark.parametrize(
    "typed", ["/pris 1 abc", "/pris 1 2,10 -5", "/pris 1 2,1 9999999€", "/pris 1 2 1u zzz"]
)
async def test_what_nobody_can_read_is_taught_and_notes_nothing(pool: Pool, typed: str) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [told] = await house.write(MEMBER, typed)
        assert "2,04 10€ betclic" in told["text"]
        assert await held(house) == ()


async def test_no_bet_is_noted_or_taken_back_once_the_match_has_begun(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [card] = await house.write(MEMBER, "/pick 1")
        slip = await press(house, card, "Pris")
        house.clock.now += timedelta(hours=4)
        late = await press(house, card, "Pris")
        assert "commencé" in late["text"]
        kept = await press(house, slip, "Annuler")
        assert "ne se reprend plus" in kept["text"]
        assert len(await held(house)) == 1
        [shown] = await house.write(MEMBER, "/pick 1")
        assert not any("Pris" in b["text"] for row in shown["buttons"] for b in row)


async def test_a_pick_is_passed_on_with_a_reason(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=3))
        [card] = await house.write(MEMBER, "/pick 1")
        asked = await press(house, card, "Passer")
        told = await press(house, asked, "Cote partie")
        assert "#P1 passé" in told["text"]
        async with house.store.reading() as tx:
            assert await tx.bets.answered([pick.id]) == {(MEMBER, pick.id)}


async def test_a_reminder_is_asked_for_and_waits_in_the_outbox(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [card] = await house.write(MEMBER, "/pick 1")
        told = await press(house, card, "30 min")
        assert "dans 30 minutes" in told["text"]
        row = await pool.fetchrow("select kind, not_before from outbox")
        assert row is not None
        assert row["kind"] == AlertKind.LAST.value
        assert row["not_before"] == house.clock.now + timedelta(minutes=30)
        house.clock.now += timedelta(hours=2, minutes=56)
        late = await press(house, card, "30 min")
        assert "trop proche" in late["text"]


async def test_own_bets_are_listed_open_and_settled_with_hostile_names(pool: Pool) -> None:
    async with open_house(pool) as house:
        [none] = await house.write(MEMBER, "/mesparis")
        assert "Aucun pari" in none["text"]
        won = await a_pick(house.store, after=timedelta(hours=3))
        for n in range(9):
            home = f"{n}{HOSTILE}".replace("\0", "")
            await a_pick(house.store, after=timedelta(hours=5), home=home)
        for number in range(1, 11):
            house.clock.ticks += 10
            house.clock.now += timedelta(seconds=1)
            await house.write(MEMBER, f"/pris {number}")
        await settle(house.store, won, won=True)
        [shown] = await house.write(MEMBER, "/mybets")
        assert "10 paris notés · encore ouverts : 9" in shown["text"]
        older = await press(house, shown, "Suivant")
        assert "gagné · +" in older["text"]


async def test_viewers_take_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [card] = await house.write(VIEWER, "/pick 1")
        assert not any("Taken" in b["text"] for row in card["buttons"] for b in row)
        [told] = await house.write(VIEWER, "/bet 1")
        assert "for members" in told["text"]
