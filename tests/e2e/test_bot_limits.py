"""Own books and their limits: noted, ticked, and told on cards and slips."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.board import Quote, build_board
from engine.domain.numbers import BookmakerKey, Odds
from tests.e2e.bot_house import MEMBER, House, a_pick, open_house
from tests.unit.bot.views import NOW

if TYPE_CHECKING:
    from engine.domain.own_books import OwnBooks
    from engine.domain.pick import Pick
    from storage.pool import Pool

PRICES = {"unibet_fr": 2.04, "betclic": 2.02, "winamax_fr": 2.00, "pinnacle": 1.98}


async def press(house: House, shown: Any, label: str) -> Any:
    house.clock.now += timedelta(seconds=1)
    await house.tap(MEMBER, shown, label)
    return (await house.see(MEMBER))[-1]


async def write(house: House, text: str) -> Any:
    house.clock.now += timedelta(seconds=1)
    house.clock.ticks += 10
    return (await house.write(MEMBER, text))[-1]


async def books(house: House) -> OwnBooks:
    async with house.store.reading() as tx:
        return (await tx.preferences.of(MEMBER)).own_books


async def priced(house: House) -> Pick:
    """A pick, and what four books offer for it."""
    pick = await a_pick(house.store, after=timedelta(hours=3))
    async with house.store.transaction() as tx:
        fixtures = await tx.fixtures.get([pick.fixture_id])
        quotes = [
            Quote(
                fixture=0,
                bookmaker=BookmakerKey(book),
                selection=pick.selection,
                odds=Odds(odds),
                quoted_at=NOW.timestamp(),
            )
            for book, odds in PRICES.items()
        ]
        await tx.odds.add(build_board(NOW, tuple(fixtures), quotes))
    return pick


@pytest.mark.parametrize(
    ("language", "command", "noted", "mine"),
    [
        ("fr", "/limites", "Betclic : au plus 12,00 € par pari", "Vos books : Winamax"),
        ("en", "/limits", "Betclic: at most €12.00 a bet", "Your books: Winamax"),
    ],
)
async def test_limits_and_own_books_are_typed(
    pool: Pool, language: str, command: str, noted: str, mine: str
) -> None:
    async with open_house(pool) as house:
        await write(house, "/start")
        async with house.store.transaction() as tx:
            await tx.people.set_language(MEMBER, language, house.clock.now)
        assert noted in (await write(house, f"{command} betclic 12"))["text"]
        assert mine in (await write(house, f"{command} winamax oui"))["text"]
        shown = await write(house, f"{command} betclic aucune")
        assert noted not in shown["text"]
        shown = await write(house, f"{command} winamax non")
        assert mine not in shown["text"]
        assert not await books(house)


async def test_books_are_ticked_and_a_limit_is_tapped(pool: Pool) -> None:
    async with open_house(pool) as house:
        shown = await write(house, "/limites")
        listed = await press(house, shown, "Mes books")
        listed = await press(house, listed, "▫️ Betclic")
        assert any("✅ Betclic" in b["text"] for row in listed["buttons"] for b in row)
        listed = await press(house, listed, "Suivant")
        listed = await press(house, listed, "Précédent")
        shown = await press(house, listed, "Limites")
        assert "Vos books : Betclic" in shown["text"]
        which = await press(house, shown, "Noter une limite")
        much = await press(house, which, "Betclic")
        shown = await press(house, much, "20,00")
        assert "Betclic : au plus 20,00 €" in shown["text"]
        which = await press(house, shown, "Noter une limite")
        shown = await press(house, await press(house, which, "Betclic"), "Refuse tout")
        assert "ne prend plus vos paris" in shown["text"]
        asked = await press(house, await press(house, shown, "Noter une limite"), "Betclic")
        await press(house, asked, "Écrire")
        assert "au plus 7,50 €" in (await write(house, "7,50"))["text"]


async def test_a_card_tells_the_best_of_own_books_and_who_takes_the_stake(pool: Pool) -> None:
    async with open_house(pool) as house:
        await priced(house)
        plain = (await write(house, "/pick 1"))["text"]
        assert "Chez vous" not in plain
        await write(house, "/limites betclic oui")
        await write(house, "/limites winamax oui")
        card = (await write(house, "/pick 1"))["text"]
        assert "📚 Chez vous 2,02 (Betclic, 17:33)" in card
        await write(house, "/limites betclic 5")
        card = (await write(house, "/pick 1"))["text"]
        assert "🚧 Betclic accepte 5,00 € ; pour 9,90 € : 2,00 (Winamax)" in card
        await write(house, "/limites winamax 3")
        card = (await write(house, "/pick 1"))["text"]
        assert "aucun de vos books ne prend 9,90 €" in card


async def test_none_of_the_own_books_may_offer_it(pool: Pool) -> None:
    async with open_house(pool) as house:
        await priced(house)
        await write(house, "/limites netbet oui")
        assert "Aucun de vos books ne l’offre" in (await write(house, "/pick 1"))["text"]


async def test_a_slip_leads_to_the_next_book_and_notes_a_limit(pool: Pool) -> None:
    async with open_house(pool) as house:
        await priced(house)
        slip = await write(house, "/pris 1 2,04 20€ unibet_fr")
        assert "pour 20" not in slip["text"].lower()
        asked = await press(house, slip, "Limité")
        assert "Unibet : combien accepte-t-il" in asked["text"]
        await press(house, asked, "10,00")
        again = await press(house, await write(house, "/pick 1"), "Pris")
        assert "Unibet n’accepte que 10,00 €" in again["text"]
        assert "Pour 20,00 €, la meilleure de vos cotes : 2,02 (Betclic" in again["text"]


@pytest.mark.parametrize("typed", ["/limites betclic -3", "/limites zzz 5", "/limites <b> x"])
async def test_what_nobody_can_read_is_taught_and_notes_nothing(pool: Pool, typed: str) -> None:
    async with open_house(pool) as house:
        assert "/limites betclic 12" in (await write(house, typed))["text"]
        assert not await books(house)
