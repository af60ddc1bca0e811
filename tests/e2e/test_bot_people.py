"""Who is in the house: invited, listed, raised and lowered, shut out; everything written down."""

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.callbacks import Signer, Tap
from bot.catalogue.people import PEOPLE
from engine.domain.alert import AlertKind, Role
from storage.access import Grant
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, STRANGER, VIEWER, House, open_house
from tests.integration.storage.shelf import an_alert

HOSTILE = '_*[<&" \u05e9\u05dc\u05d5\u05dd 🎯</b>'


async def press(house: House, message: Any, label: str, person: int = OWNER) -> Any:
    await house.tap(person, message, label)
    return (await house.see(person))[-1]


async def english(house: House, person: int = OWNER) -> None:
    async with house.store.transaction() as tx:
        await tx.people.set_language(person, "en", house.clock.now)


async def rename(pool: Pool, person: int, name: str) -> None:
    await pool.execute("update subscribers set name = $2 where user_id = $1", person, name)


async def role_of(house: House, person: int) -> Role | None:
    async with house.store.reading() as tx:
        found = await tx.people.get(person)
    return found.role if found else None


async def make_admin(house: House, person: int) -> None:
    async with house.store.transaction() as tx:
        await tx.access.give(
            person, Grant(role=Role.ADMIN), by=OWNER, now=house.clock.now, by_settings=True
        )


async def acts(pool: Pool) -> list[tuple[str, Any]]:
    rows = await pool.fetch("select action, detail from audit order by id")
    return [(row["action"], row["detail"]) for row in rows]


def code_in(shown: Any) -> str:
    found = re.search(r"start=(i_[\w-]+)", shown["text"])
    assert found
    return found[1]


async def test_an_invitation_is_made_by_two_taps_and_taken_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        [choice] = await house.write(OWNER, "/invite")
        length = await press(house, choice, "analyste")
        many = await press(house, length, "×5")
        made = await press(house, many, "7 jours")
        assert "5 personnes" in made["text"]
        assert "ne sera plus montré" in made["text"]
        code = code_in(made)
        assert code not in str(await pool.fetch("select * from invites"))
        opened = await press(house, made, "Invitations")
        assert code not in opened["text"]
        assert "Encore 5 places" in opened["text"]
        asked = await press(house, opened, "Retirer")
        over = await press(house, asked, "Confirmer")
        assert "Aucune" in over["text"]
        [told] = await house.write(STRANGER, f"/start {code}")
        assert "taken back" in told["text"]
        assert [action for action, _ in await acts(pool)] == ["invite", "invite_revoked"]


async def test_a_typed_invitation_says_how_long_how_many_and_the_role_s_end(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        await english(house)
        [made] = await house.write(OWNER, "/invite member 7d x2 for 30d")
        assert "member, 2 people" in made["text"]
        assert "30 d" in made["text"]
        code = code_in(made)
        for person in (STRANGER, VIEWER):
            await house.write(person, f"/start {code}")
            assert await role_of(house, person) is Role.MEMBER
        [told] = await house.write(2001, f"/start {code}")
        assert "used already" in told["text"]


async def test_guessing_codes_is_answered_a_few_times_and_never_helps(pool: Pool) -> None:
    async with open_house(pool) as house:
        [made] = await house.write(OWNER, "/invite membre")
        for _ in range(5):
            house.clock.ticks += 61
            [told] = await house.write(STRANGER, "/start i_0123456789abcdef0123ab")
            assert "do not know this code" in told["text"]
        house.clock.ticks += 61
        [told] = await house.write(STRANGER, f"/start {code_in(made)}")
        assert "do not know this code" in told["text"]
        assert await role_of(house, STRANGER) is None


async def test_a_known_person_with_a_dead_code_is_told_and_comes_in(pool: Pool) -> None:
    async with open_house(pool) as house:
        told, greeting = await house.write(VIEWER, "/start i_0123456789abcdef0123ab", 2)
        assert "do not know this code" in told["text"]
        assert "Your role: viewer" in greeting["text"]


async def test_a_role_that_ends_leaves_nothing_and_is_told_once(pool: Pool) -> None:
    async with open_house(pool) as house:
        [made] = await house.write(OWNER, "/invite membre 7j pour 1j")
        await house.write(STRANGER, f"/start {code_in(made)}")
        house.clock.now += timedelta(hours=25)
        [refusal] = await house.write(STRANGER, "/picks")
        assert "private" in refusal["text"]
        waiting = await pool.fetch("select kind, not_before from outbox")
        assert [row["kind"] for row in waiting] == ["access"]
        async with house.store.reading() as tx:
            assert await tx.access.withheld(STRANGER, house.clock.now) == "role over"


async def test_users_are_listed_and_each_has_a_sheet(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, MEMBER, VIEWER):
            await house.write(person, "/start")
        await rename(pool, MEMBER, HOSTILE)
        [shown] = await house.write(OWNER, "/utilisateurs")
        assert "3 utilisateurs" in shown["text"]
        assert "_*[<&" in shown["text"]
        sheet = await press(house, shown, "_*[<&")
        assert str(MEMBER) in sheet["text"]
        assert "État : actif" in sheet["text"]
        assert "vu" in shown["text"]


async def test_many_users_are_paged(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        await pool.execute(
            "insert into subscribers (user_id, chat_id, role, language, name, started_at,"
            " updated_at) select n, n, 'viewer', 'fr', 'P' || n, $1, $1"
            " from generate_series(5001, 5020) n",
            house.clock.now + timedelta(hours=1),
        )
        [first] = await house.write(OWNER, "/users")
        assert "21 utilisateurs" in first["text"]
        second = await press(house, first, "Suivants")
        assert second["message_id"] == first["message_id"]
        assert "P5008" in second["text"]
        assert "sans accès" in second["text"]


async def test_a_role_is_changed_in_two_steps_audited_and_told(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, VIEWER):
            await house.write(person, "/start")
        [asked] = await house.write(OWNER, f"/role {VIEWER} analyste")
        assert await role_of(house, VIEWER) is Role.VIEWER
        sheet = await press(house, asked, "Confirmer")
        assert "Rôle : analyste" in sheet["text"]
        assert await role_of(house, VIEWER) is Role.ANALYST
        assert await acts(pool) == [
            ("role", {"person": VIEWER, "before": "viewer", "after": "analyst"})
        ]
        told = await pool.fetchval("select body ->> 'role' from outbox where chat_id = $1", VIEWER)
        assert told == "analyst"


async def test_what_the_settings_give_is_not_taken_by_a_button(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, MEMBER):
            await house.write(person, "/start")
        [told] = await house.write(OWNER, f"/role {MEMBER} lecteur")
        assert "réglages" in told["text"]
        assert await role_of(house, MEMBER) is Role.MEMBER


@pytest.mark.parametrize("words", ["role {} membre", "ban {} 7j", "unban {}"])
@pytest.mark.parametrize("other", [OWNER, VIEWER, MEMBER])
async def test_an_admin_touches_neither_owner_nor_admins_nor_themselves(
    pool: Pool, words: str, other: int
) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, VIEWER, MEMBER):
            await house.write(person, "/start")
        await make_admin(house, MEMBER)
        await make_admin(house, VIEWER)
        [told] = await house.write(MEMBER, f"/{words.format(other)}")
        assert "ne pouvez rien changer" in told["text"]
        assert await acts(pool) == []
        [sheet] = await house.write(MEMBER, f"/users {other}")
        shown = await press(house, sheet, "👤", MEMBER)
        labels = [button["text"] for row in shown["buttons"] for button in row]
        assert labels == ["⬅ Utilisateurs", "⬅ Menu"]


async def test_an_admin_gives_no_role_as_high_as_their_own(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (MEMBER, VIEWER):
            await house.write(person, "/start")
        await make_admin(house, MEMBER)
        [told] = await house.write(MEMBER, f"/role {VIEWER} admin")
        assert "en dessous du vôtre" in told["text"]
        [told] = await house.write(MEMBER, "/invite admin")
        assert "Choisissez un rôle" in told["text"]
        forged = Signer(b"secret of the tests").encode(
            MEMBER, Tap(screen="invite", args="adminx1x24")
        )
        await house.people.tap(MEMBER, told, forged)
        assert await house.sees_nothing(MEMBER)  # the same choice as before
        assert await pool.fetchval("select count(*) from invites") == 0


async def test_who_is_banned_gets_one_notice_a_day_and_no_alert(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, MEMBER):
            await house.write(person, "/start")
        async with house.store.transaction() as tx:
            await tx.outbox.add([an_alert("new", MEMBER, kind=AlertKind.DIGEST, pick_id=None)])
        [asked] = await house.write(OWNER, f"/ban {MEMBER} 7j {HOSTILE}")
        assert "7 j" in asked["text"]
        sheet = await press(house, asked, "Confirmer")
        assert "État : banni" in sheet["text"]
        assert "_*[<&" in sheet["text"]
        assert await pool.fetchval("select last_error from outbox") == "banned"
        [told] = await house.write(MEMBER, "/picks")
        assert "est fermé jusqu’au" in told["text"]
        for text in ("/picks", "/start", "bonjour", "#P1"):
            await house.people.write(MEMBER, text)
        assert await house.sees_nothing(MEMBER)
        house.clock.now += timedelta(days=1)
        house.clock.ticks += 61
        [again] = await house.write(MEMBER, "/aide")
        assert again["text"] == told["text"]
        [(action, detail)] = await acts(pool)
        assert (action, detail["person"], detail["before"]) == ("ban", MEMBER, "free")
        assert HOSTILE not in str(detail)


async def test_a_ban_ends_by_itself_or_is_lifted(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, MEMBER):
            await house.write(person, "/start")
        [found] = await house.write(OWNER, f"/users {MEMBER}")
        sheet = await press(house, found, "👤")
        lengths = await press(house, sheet, "Bannir")
        why = await press(house, lengths, "1 jour")
        assert "Pourquoi" in why["text"]
        [asked] = await house.write(OWNER, "trop bruyant")
        assert "trop bruyant" in asked["text"]
        banned = await press(house, asked, "Confirmer")
        house.clock.now += timedelta(days=1)
        assert "Aucun pick" in (await house.write(MEMBER, "/picks"))[0]["text"]
        house.clock.now -= timedelta(hours=1)
        free = await press(house, banned, "Lever")
        assert "État : actif" in free["text"]
        assert "Aucun pick" in (await house.write(MEMBER, "/picks"))[0]["text"]
        assert [action for action, _ in await acts(pool)] == ["ban", "unban"]


async def test_a_banned_person_s_taps_do_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, MEMBER):
            await house.write(person, "/start")
        [shown] = await house.write(MEMBER, "/menu")
        [asked] = await house.write(OWNER, f"/ban {MEMBER}")
        await press(house, asked, "Confirmer")
        await house.write(MEMBER, "/picks")
        data = shown["buttons"][0][0]["callback_data"]
        answer = (await house.people.tap(MEMBER, shown, data))["answer"]
        assert not answer["text"]
        assert await house.sees_nothing(MEMBER)


async def test_two_of_one_name_are_asked_about_and_nobody_is_taught(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, MEMBER, VIEWER):
            await house.write(person, "/start")
        await english(house)
        for person in (MEMBER, VIEWER):
            await rename(pool, person, "Zoë Léa")
        [which] = await house.write(OWNER, "/ban zoe lea 7d")
        assert "Several people" in which["text"]
        [nobody] = await house.write(OWNER, "/role Hercules member")
        assert "find nobody" in nobody["text"]
        [usage] = await house.write(OWNER, "/role")
        assert "/role Sam member" in usage["text"]
        assert await acts(pool) == []


async def test_another_person_s_button_bans_nobody(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, MEMBER, VIEWER):
            await house.write(person, "/start")
        [asked] = await house.write(OWNER, f"/ban {VIEWER}")
        data = asked["buttons"][0][0]["callback_data"]
        [menu] = await house.write(MEMBER, "/menu")
        answer = (await house.people.tap(MEMBER, menu, data))["answer"]
        assert "pas pour vous" in answer["text"]
        assert await pool.fetchval("select count(*) from bans") == 0


async def test_whoami_says_ids_role_language_and_clock(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(VIEWER, "/whoami")
        for words in (str(VIEWER), "viewer", "private", "English", "Europe/Paris"):
            assert words in shown["text"]
        group = (await house.people.open_chat("group", [MEMBER]))["id"]
        [shown] = await house.write(MEMBER, "/quisuisje", chat_id=group)
        assert str(group) in shown["text"]
        assert "groupe" in shown["text"]


async def test_whoever_is_forgotten_is_unnamed_in_what_was_done_to_them(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, VIEWER):
            await house.write(person, "/start")
        [asked] = await house.write(OWNER, f"/role {VIEWER} membre")
        await press(house, asked, "Confirmer")
        [asked] = await house.write(OWNER, f"/ban {VIEWER} Sam")
        await press(house, asked, "Confirmer")
        async with house.store.transaction() as tx:
            await tx.forgetting.forget(VIEWER, house.clock.now)
        assert [detail["person"] for _, detail in await acts(pool)] == [0, 0]
        assert await pool.fetchval("select count(*) from roles") == 0
        assert [tuple(row) for row in await pool.fetch("select user_id, reason from bans")] == [
            (VIEWER, "")
        ]


async def test_who_may_not_run_the_house_any_more_invites_nobody(pool: Pool) -> None:
    async with open_house(pool) as house:
        for person in (OWNER, MEMBER):
            await house.write(person, "/start")
        await make_admin(house, MEMBER)
        [made] = await house.write(MEMBER, "/invite membre")
        [asked] = await house.write(OWNER, f"/role {MEMBER} analyste")
        await press(house, asked, "Confirmer")
        [told] = await house.write(STRANGER, f"/start {code_in(made)}")
        assert "taken back" in told["text"]


@pytest.mark.parametrize("place", ["private", "group", "supergroup"])
@pytest.mark.parametrize("role", Role)
async def test_each_role_in_each_place_may_do_what_it_may(
    pool: Pool, role: Role, place: str
) -> None:
    denied = ("is restricted", "private chat")
    async with open_house(pool) as house:
        grant = Grant(role=role)
        async with house.store.transaction() as tx:
            await tx.access.give(STRANGER, grant, by=OWNER, now=house.clock.now, by_settings=False)
        await house.write(STRANGER, "/start")
        chat = STRANGER
        if place != "private":
            chat = (await house.people.open_chat(place, [STRANGER]))["id"]
            if role in {Role.ADMIN, Role.OWNER}:  # is asked whether picks shall be told there
                await house.see(STRANGER)
        may = role in {Role.ADMIN, Role.OWNER} and place == "private"
        for command in PEOPLE.commands:
            house.clock.ticks += 61
            [shown] = await house.write(STRANGER, f"/{command.name}", chat_id=chat)
            refused = any(words in shown["text"] for words in denied)
            allowed = may or command.name == "quisuisje"
            assert refused is not allowed, (command.name, shown["text"])
        for screen in PEOPLE.screens:
            house.clock.ticks += 61
            data = Signer(b"secret of the tests").encode(STRANGER, Tap(screen=screen, number=7))
            told = (await house.people.tap(STRANGER, shown, data))["answer"]["text"] or ""
            assert any(words in told for words in denied) is not may, screen
