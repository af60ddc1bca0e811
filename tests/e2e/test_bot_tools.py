"""Calculators, glossary, settings and help, as people live them in both languages."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.commands import COMMANDS
from bot.doors import number_of
from engine.domain.preferences import OddsFormat, Shade
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, VIEWER, House, a_pick, open_house, settle
from tests.unit.bot.views import HOSTILE

HOSTILES = (
    HOSTILE.replace("\0", ""),
    "_*[<&\"'`",
    "\u202e\u05e9\u05dc\u05d5\u05dd",
    "🎯" * 60,
    "x" * 200,
    "NaN inf 1e308 0x10",
)


def labels(shown: Any) -> list[str]:
    return [button["text"] for row in shown["buttons"] for button in row]


async def press(house: House, person: int, shown: Any, label: str) -> Any:
    """Press a button and return what it shows; the clock lets nobody be too fast."""
    house.clock.ticks += 61
    await house.tap(person, shown, label)
    [found] = await house.see(person)
    return found


@pytest.mark.parametrize("person", [MEMBER, VIEWER])
async def test_every_calculator_is_tapped_from_the_panel_and_leads_back(
    pool: Pool, person: int
) -> None:
    async with open_house(pool) as house:
        tools = "Outils" if person == MEMBER else "Tools"
        [menu] = await house.write(person, "/menu")
        chapter = await press(house, person, menu, tools)
        panel = await press(house, person, chapter, tools)
        for label in [each for each in labels(panel) if "Menu" not in each][:4]:
            shown = await press(house, person, panel, label)
            assert shown["message_id"] == menu["message_id"]
            example = labels(shown)[0]
            answer = await press(house, person, shown, example)
            assert answer["text"] != shown["text"]
            panel = await press(house, person, answer, f"⬅ {tools}")
        back = await press(house, person, panel, "⬅ Menu")
        assert back["text"] == menu["text"]


async def test_the_stake_follows_the_share_of_kelly(pool: Pool) -> None:
    async with open_house(pool) as house:
        [quarter] = await house.write(MEMBER, "/kelly 2,10 50%")
        assert "Quart de Kelly : 1,14 %, soit 11,36 €" in quarter["text"]
        half = await press(house, MEMBER, quarter, "½ Kelly")
        assert "Demi-Kelly : 2,27 %" in half["text"]
        [taught] = await house.write(MEMBER, "/kelly 2,10 abc")
        assert "Je n’ai pas compris « abc »." in taught["text"]
        fixed = await press(house, MEMBER, taught, "/kelly")
        assert fixed["text"] == quarter["text"]
        [asked] = await house.write(MEMBER, "combien miser à 2,10 si 50 % ?")
        assert asked["text"] == quarter["text"]
        [english] = await house.write(VIEWER, "/kelly 11/10 50%")
        assert "Quarter Kelly: 1.14%" in english["text"]


async def test_an_info_button_explains_beside_the_screen(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/devig 2,05 3,60 3,90")
        told = await press(house, MEMBER, shown, "ⓘ")
        assert told["kind"] == "send"
        assert told["text"].startswith("📖 Retrait de marge")
        topic = await press(house, MEMBER, told, "Cotes et prix")
        assert "Vig" in topic["text"]
        whole = await press(house, MEMBER, topic, "⬅ Glossaire")
        letters = await press(house, MEMBER, whole, "Par lettre")
        under = await press(house, MEMBER, letters, "K")
        term = await press(house, MEMBER, under, "Kelly")
        assert "Formule : f = (probabilité × cote \u2212 1) / (cote \u2212 1)" in term["text"]


async def test_a_zone_is_tapped_or_typed_and_moves_every_time(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [before] = await house.write(MEMBER, "/pick 1")
        assert "20:33 (Paris" in before["text"]
        [choice] = await house.write(MEMBER, "/fuseau")
        done = await press(house, MEMBER, choice, "La Réunion")
        assert "La Réunion, où il est 20:33" in done["text"]
        [after] = await house.write(MEMBER, "/pick 1")
        assert "23:33 (La Réunion" in after["text"]
        choice = await press(house, MEMBER, done, "Fuseau")
        asked = await press(house, MEMBER, choice, "Autre ville")
        assert "Écrivez une ville" in asked["text"]
        [typed] = await house.write(MEMBER, "montreal")
        assert "Toronto, où il est 11:33" in typed["text"]
        [several] = await house.write(MEMBER, "/fuseau San")
        chosen = await press(house, MEMBER, several, "Santiago")
        assert "Santiago" in chosen["text"]
        choice = await press(house, MEMBER, chosen, "Fuseau")
        home = await press(house, MEMBER, choice, "Celui du bot")
        assert "Paris, où il est 17:33" in home["text"]
        [unknown] = await house.write(MEMBER, "/fuseau Xyzzyxq")
        assert "aucun" in unknown["text"] or "Je ne connais pas d’endroit" in unknown["text"]
        [other] = await house.write(VIEWER, "/pick 1")
        assert "20:33 (Paris" in other["text"]


async def test_odds_are_written_as_each_person_chose(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [choice] = await house.write(VIEWER, "/odds_format")
        done = await press(house, VIEWER, choice, "Fractional")
        assert "for example 26/25" in done["text"]
        [card] = await house.write(VIEWER, "/pick 1")
        assert "26/25" in card["text"]
        [listed] = await house.write(VIEWER, "/picks")
        assert "26/25" in listed["text"]
        [american] = await house.write(VIEWER, "/odds_format américaines")
        assert "+104" in american["text"]
        [theirs] = await house.write(MEMBER, "/pick 1")
        assert "2,04" in theirs["text"]
        async with house.store.reading() as tx:
            kept = await tx.preferences.of(VIEWER)
        assert kept.odds_format is OddsFormat.AMERICAN


async def test_the_theme_is_kept(pool: Pool) -> None:
    async with open_house(pool) as house:
        [choice] = await house.write(MEMBER, "/theme")
        done = await press(house, MEMBER, choice, "Sombre")
        assert "fond sombre" in done["text"]
        async with house.store.reading() as tx:
            assert (await tx.preferences.of(MEMBER)).shade is Shade.DARK
        [light] = await house.write(VIEWER, "/theme light")
        assert "light background" in light["text"]
        assert {"🌐 Language", "🕒 Time zone", "🔢 Odds", "🖼 Pictures"} <= set(labels(light))


async def test_help_leads_to_a_page_and_its_example_runs(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/aide")
        chapter = await press(house, MEMBER, shown, "Outils")
        page = await press(house, MEMBER, chapter, "Conversion")
        assert "S’écrit : /convert" in page["text"]
        answer = await press(house, MEMBER, page, "/convert 11/10")
        assert "Fractionnaire : 11/10" in answer["text"]
        [found] = await house.write(MEMBER, "/aide combien miser")
        page = await press(house, MEMBER, found, "Kelly")
        assert page["text"].startswith("/kelly")
        [nothing] = await house.write(MEMBER, "/aide zzzzzz")
        assert "Rien dans l’aide" in nothing["text"]
        assert "sante" not in str((await house.write(MEMBER, "/aide santé"))[0]["text"])


async def test_what_was_meant_is_a_button_that_keeps_the_words(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [meant] = await house.write(MEMBER, "/pik 1")
        assert "Vouliez-vous dire /pick ?" in meant["text"]
        card = await press(house, MEMBER, meant, "/pick 1")
        assert "#P1 " in card["text"]
        [search] = await house.write(MEMBER, "/mise_combien")
        assert "💶 Kelly" in labels(search)


async def test_what_keepers_do_is_not_tried_out_from_help(pool: Pool) -> None:
    async with open_house(pool) as house:
        [page] = await house.write(OWNER, "/aide invite")
        assert labels(page) == ["🎟 Inviter", "⬅ Aide", "⬅ Menu"]
        data = page["buttons"][0][0]["callback_data"]
        assert number_of(next(one for one in COMMANDS if one.name == "invite"))
        house.clock.ticks += 61
        told = await house.people.tap(MEMBER, (await house.write(MEMBER, "/menu"))[0], data)
        assert told["answer"]["text"] == "Ce bouton n’est pas pour vous."


async def test_a_private_command_is_not_run_in_a_group(pool: Pool) -> None:
    async with open_house(pool) as house:
        group = (await house.people.open_chat("group", [MEMBER]))["id"]
        [menu] = await house.write(MEMBER, "/menu", chat_id=group)
        told = await press(house, MEMBER, menu, "Réglages")
        assert "conversation privée" in told["text"]


@pytest.mark.parametrize("command", ["kelly", "devig", "convert", "montecarlo", "glossaire"])
async def test_hostile_words_are_answered_and_teach(pool: Pool, command: str) -> None:
    async with open_house(pool) as house:
        for words in HOSTILES:
            house.clock.ticks += 61
            [shown] = await house.write(MEMBER, f"/{command} {words}")
            assert shown["text"]
            assert "⬅ Menu" in labels(shown)
            assert len(shown["text"]) < 4096


@pytest.mark.parametrize("command", ["aide", "fuseau", "cotes_format", "theme", "reglages"])
async def test_hostile_words_break_no_settings(pool: Pool, command: str) -> None:
    async with open_house(pool) as house:
        for words in HOSTILES:
            house.clock.ticks += 61
            [shown] = await house.write(VIEWER, f"/{command} {words}")
            assert any("⬅" in label for label in labels(shown))
        async with house.store.reading() as tx:
            assert (await tx.preferences.of(VIEWER)).time_zone is None


async def test_futures_rest_on_a_record_once_it_has_bets(pool: Pool) -> None:
    async with open_house(pool) as house:
        [thin] = await house.write(MEMBER, "/montecarlo")
        assert "Pas assez de paris réglés" in thin["text"]
        for hours in range(1, 7):
            pick = await a_pick(house.store, after=timedelta(hours=hours), home=f"Home{hours}")
            await settle(house.store, pick, won=hours % 2 == 0)
        [shown] = await house.write(MEMBER, "/montecarlo 200")
        assert "D’après les paris réels réglés" in shown["text"]
        assert "(n = 6)" in shown["text"]
        assert "Moins de 30 paris" in shown["text"]
        longer = await press(house, MEMBER, shown, "500 paris")
        assert "500 paris à venir" in longer["text"]
        again = await press(house, MEMBER, longer, "100 paris")
        back = await press(house, MEMBER, again, "500 paris")
        assert back["text"] == longer["text"]
        [typed] = await house.write(VIEWER, "/montecarlo 300 edge=-2% odds=1.8 stake=2%")
        assert "edge \u22122.0%, stake 2.0%" in typed["text"]
        redone = await press(house, VIEWER, typed, "100 bets")
        assert "edge \u22122.0%, stake 2.0%" in redone["text"]


async def test_twenty_futures_at_once_do_not_hold_others_up(pool: Pool) -> None:
    async with open_house(pool) as house:
        asked = [house.people.write(MEMBER, "/montecarlo 5000 edge=3%") for _ in range(4)]
        await asyncio.gather(*asked)
        async with asyncio.timeout(2):
            assert await house.write(VIEWER, "/convert 2.04")
        assert len(await house.see(MEMBER, 4)) == 4
