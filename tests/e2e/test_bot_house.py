"""The engine room: jobs, outbox, log, settings and audit; what changes something asks back."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands import COMMANDS
from tests.e2e.bot_house import MEMBER, OWNER, House, a_pick, open_house

if TYPE_CHECKING:
    from storage.pool import Pool

HOUSE = [command for command in COMMANDS if command.chapter == "house"]


async def confirm(house: House, shown: Any) -> Any:
    await house.tap(OWNER, shown, "Confirmer")
    [told] = await house.see(OWNER)
    return told


async def audited(house: House) -> list[str]:
    async with house.store.reading() as tx:
        lines = await tx.house.audited(0, 50)
    return [one.action for one in lines if one.action != "forbidden"]


async def test_the_panel_tells_what_is_wrong_and_leads_everywhere(pool: Pool) -> None:
    async with open_house(pool) as house:
        [quiet] = await house.write(OWNER, "/admin")
        assert "Rien n’attend" in quiet["text"]
        now = house.clock.now
        async with house.store.transaction() as tx:
            await tx.house.pause("learn", OWNER, now)
            await tx.runs.begin("settle", now, now, 1)
            await tx.runs.finish("settle", now, now, state="failed", report={}, error="Boom")
        await house.tap(OWNER, quiet, "🔄")
        [shown] = await house.see(OWNER)
        assert "Suspendues : apprentissage" in shown["text"]
        assert "Mal finies la dernière fois : résultats" in shown["text"]
        labels = " ".join(button["text"] for row in shown["buttons"] for button in row)
        for way in ("outbox", "logs", "audit", "config"):
            assert way in labels.lower()


async def test_a_job_is_paused_and_put_back_once_confirmed_and_the_audit_says_so(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        [asked] = await house.write(OWNER, "/jobs closing pause")
        assert "ne se rattrape pas" in asked["text"]
        async with house.store.reading() as tx:
            assert not await tx.house.is_paused("closing")
        told = await confirm(house, asked)
        assert "Suspendue depuis" in told["text"]
        async with house.store.reading() as tx:
            assert await tx.house.is_paused("closing")
        await house.tap(OWNER, told, "Remettre")
        [asked] = await house.see(OWNER)
        told = await confirm(house, asked)
        assert "Suspendue" not in told["text"]
        assert await audited(house) == ["job_resume", "job_pause"]


async def test_a_run_is_asked_for_once_at_a_time(pool: Pool) -> None:
    async with open_house(pool) as house:
        [asked] = await house.write(OWNER, "/resoudre")
        told = await confirm(house, asked)
        assert "Un passage a été demandé" in told["text"]
        assert house.door.wishes.is_open("settle")
        [asked] = await house.write(OWNER, "/jobs settle lancer")
        told = await confirm(house, asked)
        assert "déjà en cours" in told["text"]
        [taught] = await house.write(OWNER, "/jobs setle lancer")
        assert "Aucune tâche" in taught["text"]
        assert "résultats" in str(taught["buttons"])


async def test_what_was_not_said_is_said_again_or_dropped(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=3))
        for number, state in enumerate(("failed", "uncertain", "sent")):
            await pool.execute(
                "insert into outbox (dedup_key, chat_id, kind, pick_id, version, priority, state,"
                " created_at, not_before, expires_at, last_error)"
                " values ($1, $2, 'pick', $3, '', 20, $4, $5, $5, $5, 'a <b> reason')",
                f"key{number}",
                MEMBER,
                pick.id,
                state,
                house.clock.now,
            )
        [shown] = await house.write(OWNER, "/outbox")
        assert "échouées 1" in shown["text"]
        assert "incertaines 1" in shown["text"]
        assert "a <b> reason" in shown["text"]
        await house.tap(OWNER, shown, "Tout redire")
        [asked] = await house.see(OWNER)
        told = await confirm(house, asked)
        assert "Rien n’a échoué" in told["text"]
        rows = await pool.fetch("select state, reminder from outbox order by dedup_key")
        assert [(row["state"], row["reminder"]) for row in rows] == [
            ("pending", False),
            ("pending", True),
            ("sent", False),
        ]
        await pool.execute("update outbox set state = 'failed' where dedup_key = 'key0'")
        [shown] = await house.write(OWNER, "/outbox")
        await house.tap(OWNER, shown, "🗑")
        [asked] = await house.see(OWNER)
        await confirm(house, asked)
        state = await pool.fetchval("select state from outbox where dedup_key = 'key0'")
        assert state == "cancelled"
        assert await audited(house) == ["outbox_drop", "outbox_again"]


async def test_the_log_is_shown_from_a_level_on(pool: Pool) -> None:
    said = ((logging.INFO, "quiet <b>"), (logging.ERROR, "loud & clear"))
    async with open_house(pool, said=lambda: said) as house:
        [shown] = await house.write(OWNER, "/logs")
        assert "loud & clear" in shown["text"]
        assert "quiet" not in shown["text"]
        await house.tap(OWNER, shown, "info")
        [shown] = await house.see(OWNER)
        assert "quiet <b>" in shown["text"]


async def test_settings_are_shown_with_where_they_come_from_and_without_secrets(
    pool: Pool,
) -> None:
    settings = [
        ("MON_PS_LANGUAGE", "fr", "environment"),
        ("MON_PS_TELEGRAM_TOKEN", "***", ".env"),
        *((f"MON_PS_X{n}", str(n), "default") for n in range(50)),
    ]
    async with open_house(pool, in_force=lambda: settings) as house:
        [shown] = await house.write(OWNER, "/config")
        assert "MON_PS_LANGUAGE = fr (environment)" in shown["text"]
        assert "MON_PS_X1" not in shown["text"]
        await house.tap(OWNER, shown, "Tous")
        [shown] = await house.see(OWNER)
        assert "1/3" in shown["text"]
        await house.tap(OWNER, shown, "Suivants ▶")
        [shown] = await house.see(OWNER)
        assert "2/3" in shown["text"]


async def test_the_audit_names_people_and_goes_back_page_by_page(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        async with house.store.transaction() as tx:
            for number in range(13):
                await tx.audit.add(OWNER, f"act_{number}", {"why": "<b>"}, house.clock.now)
        [shown] = await house.write(OWNER, "/audit")
        assert "act_12" in shown["text"]
        assert "act_2 " not in shown["text"]
        await house.tap(OWNER, shown, "Suivants ▶")
        [shown] = await house.see(OWNER)
        assert "act_2" in shown["text"]


@pytest.mark.parametrize("command", HOUSE, ids=lambda command: command.name)
async def test_nobody_but_those_who_run_the_house_gets_in(pool: Pool, command: Any) -> None:
    async with open_house(pool) as house:
        [refused] = await house.write(MEMBER, f"/{command.name}")
        assert not any(
            word in refused["text"] for word in ("Admin", "Tâches", "File d’envoi", "Journal")
        )
        assert await audited(house) == []
