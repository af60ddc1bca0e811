"""Unknown team names: one tap to say what one means, one tap to take it back."""

from datetime import timedelta
from typing import Any

import pytest

from engine.collect.known import UnmatchedName
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, House, open_house
from tests.unit.bot.views import NOW

EPL = "soccer_epl"


async def queue(house: House, *names: str, again: bool = False, **changes: Any) -> None:
    values: dict[str, Any] = {
        "provider": "odds_api",
        "competition": EPL,
        "opponent": "Chelsea",
        "kick_off": NOW + timedelta(hours=3),
        "suggestions": (("arsenal", 62.5), ("everton", 51.0)),
    }
    seen = NOW + timedelta(minutes=1) if again else NOW
    async with house.store.transaction() as tx:
        for each in names:
            row = UnmatchedName(name=each, **(values | changes))
            await tx.fixtures.queue_unmatched([row], seen)


async def meaning(house: House, spelling: str) -> str | None:
    async with house.store.reading() as tx:
        team = (await tx.aliases.names(house.door.names)).resolve(EPL, spelling)
    return team.key if team else None


def data_of(shown: Any, label: str) -> str:
    labelled = (b for row in shown["buttons"] for b in row if label in b["text"])
    return str(next(labelled)["callback_data"])


async def test_one_tap_accepts_and_one_takes_it_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        await queue(house, "The Gunners")
        [shown] = await house.write(OWNER, "/litiges")
        assert "Nom non reconnu 1/1" in shown["text"]
        assert "The Gunners (The Odds API)" in shown["text"]
        assert "Premier League · contre Chelsea · dim. 22 nov. 20:33 (Paris)" in shown["text"]
        assert "1. Arsenal · ressemblance 62/100" in shown["text"]
        await house.tap(OWNER, shown, "Arsenal")
        [done] = await house.see(OWNER)
        assert (done["kind"], done["message_id"]) == ("edit", shown["message_id"])
        assert "The Gunners veut dire Arsenal (Premier League)" in done["text"]
        assert await meaning(house, "the gunners") == "arsenal"
        await house.tap(OWNER, done, "Annuler")
        [undone] = await house.see(OWNER)
        assert "le nom attend de nouveau" in undone["text"]
        assert await meaning(house, "the gunners") is None
        await house.tap(OWNER, undone, "Litiges")
        [again] = await house.see(OWNER)
        assert "The Gunners" in again["text"]
        said = await pool.fetch("select action from audit order by id")
        assert [row["action"] for row in said] == ["alias_accepted", "alias_undone"]


async def test_the_same_tap_twice_says_it_once(pool: Pool) -> None:
    async with open_house(pool) as house:
        await queue(house, "The Gunners")
        [shown] = await house.write(OWNER, "/disputes")
        await house.tap(OWNER, shown, "Arsenal")
        await house.see(OWNER)
        await house.tap(OWNER, shown, "Arsenal")
        [second] = await house.see(OWNER)
        assert "C’était déjà dit : The Gunners veut dire Arsenal" in second["text"]
        await house.tap(OWNER, shown, "Everton")
        [other] = await house.see(OWNER)
        assert "Rien n’a été changé" in other["text"]
        assert await meaning(house, "the gunners") == "arsenal"
        assert await pool.fetchval("select count(*) from audit") == 1
        assert await pool.fetchval("select count(*) from team_aliases") == 1


async def test_a_button_of_older_suggestions_changes_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        await queue(house, "The Gunners")
        [shown] = await house.write(OWNER, "/litiges")
        await queue(house, "The Gunners", again=True, suggestions=(("everton", 70.0),))
        await house.tap(OWNER, shown, "Arsenal")
        [refused] = await house.see(OWNER)
        assert "les suggestions ont changé" in refused["text"]
        assert await meaning(house, "the gunners") is None


async def test_names_are_walked_one_a_page_and_ignored_with_a_way_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        await queue(house, "Alpha", "Beta", suggestions=())
        [first] = await house.write(OWNER, "/litiges")
        assert "1/2" in first["text"]
        assert "Aucune équipe connue" in first["text"]
        await house.tap(OWNER, first, "Suivant")
        [second] = await house.see(OWNER)
        assert "Beta" in second["text"]
        await house.tap(OWNER, second, "Ignorer")
        [ignored] = await house.see(OWNER)
        assert "Beta est ignoré" in ignored["text"]
        await house.tap(OWNER, ignored, "Litiges")
        [left] = await house.see(OWNER)
        assert "1/1" in left["text"]
        await house.tap(OWNER, ignored, "Annuler")
        await house.see(OWNER)
        async with house.store.reading() as tx:
            assert {one.name for one in await tx.aliases.waiting()} == {"Alpha", "Beta"}


async def test_a_new_team_is_called_as_its_provider_writes_it(pool: Pool) -> None:
    async with open_house(pool) as house:
        await queue(house, "Newtown  Rovers")
        [shown] = await house.write(OWNER, "/litiges")
        await house.tap(OWNER, shown, "Nouveau club")
        [done] = await house.see(OWNER)
        assert "veut dire Newtown Rovers" in done["text"]
        assert await meaning(house, "Newtown Rovers") == "newtown_rovers"


async def test_a_known_queue_says_so(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(OWNER, "/litiges")
        assert "Tous les noms d’équipes sont reconnus" in shown["text"]
        [health] = await house.write(OWNER, "/sante")
        assert "0 nom non reconnu (/litiges)" in health["text"]
        await house.tap(OWNER, health, "Litiges")
        [same] = await house.see(OWNER)
        assert same["text"] == shown["text"]


async def test_a_typed_alias_takes_the_name_out_of_the_queue(pool: Pool) -> None:
    async with open_house(pool) as house:
        await queue(house, "The Gunners", suggestions=())
        [shown] = await house.write(OWNER, "/alias add the gunners = Arsenal")
        assert "veut dire Arsenal (Premier League)" in shown["text"]
        async with house.store.reading() as tx:
            assert await tx.aliases.waiting() == ()
        await house.tap(OWNER, shown, "Annuler")
        [undone] = await house.see(OWNER)
        assert "attend de nouveau" in undone["text"]


async def test_a_misspelled_team_is_asked_back_with_commands_that_work(pool: Pool) -> None:
    async with open_house(pool) as house:
        await queue(house, "The Gunners", suggestions=())
        [shown] = await house.write(OWNER, "/alias add The Gunners = Arsenall")
        assert "Je ne connais aucune équipe « Arsenall »" in shown["text"]
        command = f"/alias add {EPL} : The Gunners = Arsenal"
        assert command in shown["text"]
        assert await meaning(house, "The Gunners") is None
        [done] = await house.write(OWNER, command)
        assert "The Gunners veut dire Arsenal" in done["text"]


async def test_a_name_no_feed_wrote_needs_its_competition(pool: Pool) -> None:
    async with open_house(pool) as house:
        rules = house.door.rules
        assert {EPL, "soccer_france_ligue_one"} <= set(rules.competitions)
        [shown] = await house.write(OWNER, "/alias add Les Canonniers = Arsenal")
        assert "Arsenal" in shown["text"]
        [usage] = await house.write(OWNER, "/alias")
        assert "Écrivez /alias add nom = équipe" in usage["text"]


@pytest.mark.parametrize("words", ["/litiges", "/alias add a = b", "/quota"])
async def test_members_may_not(pool: Pool, words: str) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, words)
        assert "réservée aux responsables" in shown["text"]


async def test_a_hostile_name_is_shown_harmlessly(pool: Pool) -> None:
    async with open_house(pool) as house:
        await queue(
            house, "</b><script>&amp;evil", opponent="<i>x", suggestions=(("arsenal", 50),)
        )
        [shown] = await house.write(OWNER, "/litiges")
        assert "</b><script>" in shown["text"]
        assert data_of(shown, "Arsenal")
