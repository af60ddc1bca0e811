"""A person's own money: noted, moved, taken back, drawn; in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house, settle

if TYPE_CHECKING:
    from storage.pool import Pool


async def press(house: House, shown: Any, label: str) -> Any:
    house.clock.now += timedelta(seconds=1)
    await house.tap(MEMBER, shown, label)
    return (await house.see(MEMBER))[-1]


async def write(house: House, text: str) -> Any:
    house.clock.now += timedelta(seconds=1)
    house.clock.ticks += 10
    return (await house.write(MEMBER, text))[-1]


async def speak(house: House, language: str) -> None:
    await house.write(MEMBER, "/start")
    async with house.store.transaction() as tx:
        await tx.people.set_language(MEMBER, language, house.clock.now)


@pytest.mark.parametrize(
    ("language", "empty", "deposit", "balance"),
    [
        ("fr", "Rien n’est noté", "Dépôt noté : 200,00 €", "Solde : 200,00 €"),
        ("en", "Nothing is noted", "Deposit noted: €200.00", "Balance: €200.00"),
    ],
)
async def test_a_deposit_is_typed_and_shown_by_book(
    pool: Pool, language: str, empty: str, deposit: str, balance: str
) -> None:
    async with open_house(pool) as house:
        await speak(house, language)
        assert empty in (await write(house, "/bankroll"))["text"]
        shown = await write(house, "/bankroll +200 betclic")
        assert deposit in shown["text"]
        assert balance in shown["text"]
        assert "Betclic" in shown["text"]


async def test_a_deposit_a_withdrawal_and_a_transfer_are_tapped(pool: Pool) -> None:
    async with open_house(pool) as house:
        shown = await write(house, "/bankroll +200 betclic")
        which = await press(house, shown, "Dépôt")
        much = await press(house, which, "Betclic")
        shown = await press(house, much, "50,00")
        assert "Solde : 250,00 €" in shown["text"]
        which = await press(house, shown, "Retrait")
        shown = await press(house, await press(house, which, "Betclic"), "100,00")
        assert "Retrait noté : 100,00 €" in shown["text"]
        assert "Solde : 150,00 €" in shown["text"]
        source = await press(house, shown, "Transfert")
        target = await press(house, source, "Betclic")
        assert not any(b["text"] == "Betclic" for row in target["buttons"] for b in row)
        other = next(b["text"] for b in target["buttons"][0])
        shown = await press(house, await press(house, target, other), "20,00")
        assert "Transfert noté : 20,00 €, Betclic → " in shown["text"]
        assert "Solde : 150,00 €" in shown["text"]
        assert f"{other} : 20,00 €" in shown["text"]


async def test_more_than_is_there_is_asked_back_about(pool: Pool) -> None:
    async with open_house(pool) as house:
        await write(house, "/bankroll +20 betclic")
        asked = await write(house, "/bankroll -50 betclic")
        assert "Je ne connais que 20,00 € disponibles" in asked["text"]
        left = await press(house, asked, "Annuler")
        assert "Solde : 20,00 €" in left["text"]
        asked = await write(house, "/bankroll -50 betclic")
        shown = await press(house, asked, "Confirmer")
        assert "Solde : \u221230,00 €" in shown["text"]
        asked = await write(house, "/bankroll -50 betclic")
        house.clock.now += timedelta(minutes=1)
        assert "Solde" not in (await press(house, asked, "Confirmer"))["text"]
        assert "Solde : \u221230,00 €" in (await write(house, "/bankroll"))["text"]


async def test_a_wrong_movement_is_taken_back_and_stays_to_be_seen(pool: Pool) -> None:
    async with open_house(pool) as house:
        for n in range(1, 9):
            shown = await write(house, f"/bankroll +{n} betclic")
        listed = await press(house, shown, "Mouvements")
        assert "1–6/8" in listed["text"]
        older = await press(house, listed, "Suivant")
        assert "7–8/8" in older["text"]
        asked = await press(house, older, "↩️ 2")
        assert "Annuler le mouvement 2" in asked["text"]
        done = await press(house, asked, "Confirmer")
        assert "Mouvement annulé" in done["text"]
        assert "Solde : 34,00 €" in (await write(house, "/bankroll"))["text"]


async def test_own_bets_are_shown_with_n_and_apart_and_their_course_is_drawn(pool: Pool) -> None:
    async with open_house(pool) as house:
        shown = await write(house, "/bankroll +200 betclic")
        none = await press(house, shown, "Courbe")
        assert "Pas encore de courbe" in none["text"]
        pick = await a_pick(house.store, after=timedelta(hours=3))
        await write(house, "/pris 1 2,00 10€ betclic")
        shown = await write(house, "/bankroll")
        assert "Disponible 190,00 € · en jeu 10,00 €" in shown["text"]
        await settle(house.store, pick, won=True)
        shown = await write(house, "/bankroll")
        assert "Solde : 210,00 €" in shown["text"]
        assert "(n = 1)" in shown["text"]
        assert "à part du bilan" in shown["text"]
        drawn = await press(house, shown, "Courbe")
        assert drawn["files"]
        assert "De 200,00 € à 210,00 €" in drawn["caption"]
        assert "Solde : 210,00 €" in (await press(house, drawn, "Bankroll"))["text"]


@pytest.mark.parametrize("typed", ["/bankroll abc", "/bankroll +5 <b>x", "/bankroll 5 > betclic"])
async def test_what_nobody_can_read_is_taught_and_notes_nothing(pool: Pool, typed: str) -> None:
    async with open_house(pool) as house:
        told = await write(house, typed)
        assert "50 betclic > winamax" in told["text"]
        assert "Rien n’est noté" in (await write(house, "/bankroll"))["text"]


async def test_words_that_were_asked_for_are_a_payment(pool: Pool) -> None:
    async with open_house(pool) as house:
        which = await press(house, await write(house, "/bankroll"), "Dépôt")
        asked = await press(house, which, "Écrire")
        assert "+200 betclic" in asked["text"]
        assert "Solde : 75,50 €" in (await write(house, "+75,50 winamax"))["text"]


async def test_viewers_have_no_bankroll(pool: Pool) -> None:
    async with open_house(pool) as house:
        [told] = await house.write(VIEWER, "/bankroll")
        assert "for members" in told["text"]
