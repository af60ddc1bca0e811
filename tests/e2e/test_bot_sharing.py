"""Links that open a screen, and what is shared into other chats."""

from datetime import timedelta
from typing import Any

import pytest

from engine.domain.pick import Provenance
from sandbox.telegram import FloodLimits
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, STRANGER, VIEWER, House, a_pick, open_house
from tests.unit.bot.views import HOSTILE

LINK = "https://t.me/mon_ps_sandbox_bot?start=p_1"


async def ask(house: House, person: int, words: str) -> Any:
    found = (await house.people.ask_inline(person, words))["answer"]
    assert len(found["results"]) <= 50
    return found


async def titles(house: House, person: int, words: str) -> list[str]:
    return [one["title"] for one in (await ask(house, person, words))["results"]]


async def test_a_link_opens_its_pick_at_once_for_who_is_known(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        await house.write(MEMBER, "/start")
        [card] = await house.write(MEMBER, "/start p_1")
        assert "#P1 " in card["text"]
        [stats] = await house.write(MEMBER, "/start s_0")
        assert "Statistiques" in stats["text"]
        [greeting] = await house.write(MEMBER, "/start zzz_1")
        assert "Bonjour" in greeting["text"]


async def test_a_link_opens_after_onboarding_for_who_is_new(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [greeting] = await house.write(MEMBER, "/start p_1")
        assert "Bonjour" in greeting["text"]
        await house.tap(MEMBER, greeting, "English")
        [asked] = await house.see(MEMBER)
        await house.tap(MEMBER, asked, "Skip")
        *_, card = await house.see(MEMBER, 4)
        assert "#P1 " in card["text"]
        assert "Bet:" in card["text"]
        [again] = await house.write(MEMBER, "/start")
        await house.tap(MEMBER, again, "English")
        [asked] = await house.see(MEMBER)
        await house.tap(MEMBER, asked, "Skip")
        await house.see(MEMBER, 3)
        assert await house.sees_nothing(MEMBER)


async def test_a_strangers_link_is_refused_like_all_else(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [refusal] = await house.write(STRANGER, "/start p_1")
        assert "privé" in refusal["text"]
        assert not refusal["buttons"]


async def test_a_link_to_a_pick_that_is_not_there_says_so(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(VIEWER, "/start")
        [told] = await house.write(VIEWER, "/start p_999999999999999999")
        assert "999999999999999999" in told["text"]
        assert told["buttons"]


async def test_words_find_picks_by_team_league_market_and_number(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        await a_pick(house.store, after=timedelta(hours=5), home="Arsenal", away="Leeds United")
        psg, leeds = "#P1 · PSG – Lens", "#P2 · Arsenal – Leeds United"
        assert await titles(house, MEMBER, "") == [psg, leeds]
        assert await titles(house, MEMBER, "psg") == [psg]
        assert await titles(house, MEMBER, "arsenall") == [leeds]
        assert await titles(house, MEMBER, "leeds plus de buts") == [leeds]
        assert await titles(house, MEMBER, "ligue 1") == [psg, leeds]
        assert await titles(house, MEMBER, "#P2") == [leeds]
        assert await titles(house, MEMBER, "zzz") == []


@pytest.mark.parametrize("person", [MEMBER, VIEWER])
async def test_a_shared_card_says_nothing_of_who_shared_it(pool: Pool, person: int) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3), provenance=Provenance.LIVE)
        group = (await house.people.open_chat("group", [person, OWNER], bot=False))["id"]
        asked = await house.people.ask_inline(person, "psg")
        [result] = asked["answer"]["results"]
        assert (asked["answer"]["is_personal"], asked["answer"]["cache_time"]) == (True, 5)
        await house.people.share(person, asked["inline_query_id"], result["id"], group)
        news = await house.people.events(OWNER, wait=1.0)
        card = next(event for event in news if event["kind"] == "send")
        assert card["via_bot"]["username"] == "mon_ps_sandbox_bot"
        assert "€" not in card["text"]
        assert ("Pick réel" in card["text"]) == (person == MEMBER)
        assert [[button["url"] for button in row] for row in card["buttons"]] == [[LINK]]
        assert "callback_data" not in str(card["buttons"])


async def test_sums_are_answered_in_any_chat(pool: Pool) -> None:
    async with open_house(pool) as house:
        assert await titles(house, MEMBER, "2,1 50%") == [
            "💶 Kelly\u00a0: 1,14\u00a0% de la bankroll"
        ]
        assert await titles(house, MEMBER, "11/10") == ["🔁 2,10 dans tous les formats"]
        [margin] = await titles(house, VIEWER, "2.05 3.60 3.90")
        assert "2.20%" in margin
        found = await ask(house, MEMBER, "2,1 50%")
        told = found["results"][0]["input_message_content"]["message_text"]
        assert "€" not in told
        assert "Quart de Kelly" in told


async def test_a_stranger_is_shown_that_the_bot_is_private(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        for words in ("", "psg", "2.1 50%"):
            found = await ask(house, STRANGER, words)
            assert found["results"] == []
            assert "private" in found["button"]["text"]
        [refusal] = await house.write(STRANGER, f"/start {found['button']['start_parameter']}")
        assert "privé" in refusal["text"]


async def test_typing_inline_has_a_pace_of_its_own(pool: Pool) -> None:
    async with open_house(pool) as house:
        for _ in range(60):
            await ask(house, MEMBER, "p")
        late = await house.people.ask_inline(MEMBER, "p", wait=0.3)
        assert late["answer"] is None
        assert await house.write(MEMBER, "/menu")


async def test_hostile_names_and_words_break_nothing(pool: Pool) -> None:
    async with open_house(pool, flood=FloodLimits()) as house:
        await a_pick(
            house.store,
            after=timedelta(hours=3),
            home=HOSTILE.replace("\0", ""),
            away="\u05d0" * 200,
        )
        for words in (HOSTILE, "\u202e", "<b>", "%" * 80, "9" * 256, "2,1 50% 99999", "#"):
            found = await ask(house, MEMBER, words)
            assert found["button"] is None
        [one] = (await ask(house, MEMBER, "#P1"))["results"]
        assert one["id"] == "p1"


async def test_many_picks_are_fifty_at_most_with_steady_ids(pool: Pool) -> None:
    async with open_house(pool) as house:
        for hours in range(60):
            await a_pick(house.store, after=timedelta(hours=hours + 1), home=f"Home{hours}")
        first, again = [await ask(house, MEMBER, "lens") for _ in range(2)]
        ids = [one["id"] for one in first["results"]]
        assert ids == [f"p{n}" for n in range(1, 51)]
        assert ids == [one["id"] for one in again["results"]]
