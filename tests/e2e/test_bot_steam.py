"""Movements of odds in the chat."""

from datetime import timedelta

from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house
from tests.unit.bot.test_steam import a_move
from tests.unit.bot.views import NOW


async def moved(house: House, home: str, *, kick_off: timedelta, ago: timedelta) -> None:
    pick = await a_pick(house.store, after=kick_off, home=home)
    async with house.store.transaction() as tx:
        [fixture] = await tx.fixtures.get([pick.fixture_id])
        await tx.movements.add(
            [a_move(fixture, seen_at=NOW - ago, started_at=NOW - ago - timedelta(minutes=10))]
        )


async def test_upcoming_matches_that_moved_are_paged_in_place(pool: Pool) -> None:
    async with open_house(pool) as house:
        for number in range(6):
            ago = timedelta(minutes=10 * number)
            await moved(house, f"Home{number}", kick_off=timedelta(hours=5), ago=ago)
        await moved(house, "Begun", kick_off=-timedelta(minutes=5), ago=timedelta(minutes=30))
        [first] = await house.write(MEMBER, "/steam")
        assert "24 dernières heures · page 1/2" in first["text"]
        assert "ce qui bouge et revient entre deux relevés ne se voit pas" in first["text"]
        assert "STEAM · Victoire Home0 : 2,10 → 2,00, cote en baisse (+1,6 pt)" in first["text"]
        assert "3 books" in first["text"]
        assert "Begun" not in first["text"]
        await house.tap(MEMBER, first, "Suivants")
        [second] = await house.see(MEMBER)
        assert second["message_id"] == first["message_id"]
        assert "Home5" in second["text"]
        assert "Home0" not in second["text"]


async def test_the_window_is_kept_by_every_button(pool: Pool) -> None:
    async with open_house(pool) as house:
        await moved(house, "Old", kick_off=timedelta(hours=5), ago=timedelta(hours=3))
        [none] = await house.write(MEMBER, "/drops 2")
        assert "Aucun mouvement sur les matchs à venir (2 dernières heures)" in none["text"]
        house.clock.now -= timedelta(hours=2)
        await house.tap(MEMBER, none, "Actualiser")
        [found] = await house.see(MEMBER)
        assert "2 dernières heures" in found["text"]
        assert "Old" in found["text"]


async def test_a_window_that_makes_no_sense_is_taught(pool: Pool) -> None:
    async with open_house(pool) as house:
        for words in ("/steam demain", "/steam 0", "/steam 99"):
            [shown] = await house.write(MEMBER, words)
            assert "Écrivez la durée en heures : /steam 6" in shown["text"]


async def test_viewers_may_not(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(VIEWER, "/steam")
        assert "for members" in shown["text"]
