"""Open picks as pages and cards."""

from datetime import timedelta

import pytest

from bot.render.split import width
from engine.domain.pick import Provenance
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, VIEWER, a_pick, open_house
from tests.unit.bot.views import HOSTILE, NOW


def labels(shown: dict[str, list[list[dict[str, str]]]]) -> list[str]:
    return [button["text"] for row in shown["buttons"] for button in row]


async def test_no_pick_is_said_kindly(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/picks")
        assert "Aucun pick ouvert" in shown["text"]
        assert labels(shown) == ["⬅ Menu"]


async def test_picks_are_paged_in_place_by_kick_off(pool: Pool) -> None:
    async with open_house(pool) as house:
        for hours in (9, 2, 7, 4, 3, 8, 5, 6, 1, 10, 11, 12):
            await a_pick(house.store, after=timedelta(hours=hours), home=f"Home{hours:02}")
        await a_pick(
            house.store, after=timedelta(hours=1), home="Late", provenance=Provenance.PAPER
        )
        await a_pick(house.store, after=-timedelta(hours=1), home="Begun")
        [first] = await house.write(MEMBER, "/picks")
        assert "12 · page 1/3" in first["text"]
        homes = [f"Home{hours:02}" for hours in range(1, 6)]
        assert [home for home in homes if home in first["text"]] == homes
        assert "Late" not in first["text"]
        assert "Begun" not in first["text"]
        assert labels(first)[-2:] == ["Suivants ▶", "⬅ Menu"]
        await house.tap(MEMBER, first, "Suivants")
        [second] = await house.see(MEMBER)
        assert (second["kind"], second["message_id"]) == ("edit", first["message_id"])
        assert "page 2/3" in second["text"]
        assert "Home06" in second["text"]
        await house.tap(MEMBER, second, "Suivants")
        [third] = await house.see(MEMBER)
        assert "Suivants ▶" not in labels(third)
        await house.tap(MEMBER, third, "Précédents")
        [again] = await house.see(MEMBER)
        assert "page 2/3" in again["text"]


async def test_a_card_opens_from_the_list_and_leads_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        for hours in range(1, 8):
            await a_pick(house.store, after=timedelta(hours=hours), home=f"Home{hours}")
        [first] = await house.write(MEMBER, "/picks")
        await house.tap(MEMBER, first, "Suivants")
        [second] = await house.see(MEMBER)
        await house.tap(MEMBER, second, "#P7")
        [card] = await house.see(MEMBER)
        assert card["message_id"] == first["message_id"]
        assert "Home7 – Lens" in card["text"]
        await house.tap(MEMBER, card, "Détail")
        [detail] = await house.see(MEMBER)
        assert "Probabilité juste" in detail["text"]
        await house.tap(MEMBER, detail, "Carte")
        [card_again] = await house.see(MEMBER)
        assert card_again["text"] == card["text"]
        await house.tap(MEMBER, card_again, "⬅ Picks")
        [list_again] = await house.see(MEMBER)
        assert list_again["text"] == second["text"]
        await house.tap(MEMBER, list_again, "⬅ Menu")
        [menu] = await house.see(MEMBER)
        assert labels(menu)[:2] == ["🎯 Picks", "📈 Stats"]
        assert labels(menu)[-2:] == ["⚙️ Réglages", "❓ Aide"]


async def test_a_page_that_emptied_shows_the_first(pool: Pool) -> None:
    async with open_house(pool) as house:
        for hours in range(1, 8):
            await a_pick(house.store, after=timedelta(hours=hours), home=f"Home{hours}")
        [first] = await house.write(MEMBER, "/picks")
        house.clock.now = NOW + timedelta(hours=4)
        await house.tap(MEMBER, first, "Suivants")
        [shown] = await house.see(MEMBER)
        assert "3 · page 1/1" in shown["text"]


@pytest.mark.parametrize("text", ["/pick 1", "/pick P1", "/pick #p1", "#P1", " #p1 "])
async def test_a_number_typed_in_any_way_shows_its_card(pool: Pool, text: str) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [card] = await house.write(VIEWER, text)
        assert card["text"].startswith("🎯 #P1 · SWEET SPOT 68/100")
        assert labels(card) == [
            "📊 Detail",
            "📈 Odds",
            "🔕 Mute",
            "🕘 History",
            "👥 Similar",
            "🔄 Refresh",
            "⬅ Picks",
        ]


@pytest.mark.parametrize("asked", ["99", "0", "PSG", "999999999999999999", "-1", "1;drop", "<b>"])
async def test_an_unknown_number_is_answered_with_those_that_exist(pool: Pool, asked: str) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [shown] = await house.write(MEMBER, f"/pick {asked}")
        assert f"Je ne trouve pas le pick {asked}." in shown["text"]
        assert "#P1" in shown["text"]


async def test_no_number_is_answered_with_how_to_write_one(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/pick")
        assert "/pick 12" in shown["text"]


async def test_refreshing_shows_the_card_as_it_stands_now(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [card] = await house.write(MEMBER, "/pick 1")
        await house.tap(MEMBER, card, "Actualiser")
        assert await house.sees_nothing(MEMBER)
        house.clock.now += timedelta(minutes=5)
        await house.tap(MEMBER, card, "Actualiser")
        [edited] = await house.see(MEMBER)
        assert edited["kind"] == "edit"
        assert "prix vu il y a 5" in edited["text"]


async def test_hostile_names_are_shown_as_names(pool: Pool) -> None:
    async with open_house(pool) as house:
        for hours in range(1, 6):
            await a_pick(
                house.store,
                after=timedelta(hours=hours),
                home=f"{hours}{HOSTILE}".replace("\0", ""),
            )
        [shown] = await house.write(MEMBER, "/picks")
        assert "</b><script>" in shown["text"]
        assert width(shown["text"]) < 4096
        assert {entity["type"] for entity in shown["entities"]} == {"bold", "hashtag"}
        await house.tap(MEMBER, shown, "#P1")
        [card] = await house.see(MEMBER)
        assert "</b><script>" in card["text"]
        await house.tap(MEMBER, card, "Détail")
        assert await house.see(MEMBER)
