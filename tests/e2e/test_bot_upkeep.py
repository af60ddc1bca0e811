"""Pauses, maintenance and backups, by chat: confirmed, audited, held over restarts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.domain.backup import BackupRules
from jobs.vault import Vault
from storage.dsn import Dsn
from storage.dump import open_snapshot
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, House, open_house

HOSTILE = '_*[<&" \u05e9\u05dc\u05d5\u05dd 🎯' + "x" * 200


@pytest.fixture
def vault(database: Dsn, tmp_path: Path) -> Vault:
    return Vault(dsn=database, folder=tmp_path / "backups", rules=BackupRules())


@pytest.fixture
async def house(pool: Pool, vault: Vault) -> AsyncIterator[House]:
    async with open_house(pool, vault=vault) as opened:
        yield opened


async def press(house: House, message: Any, label: str, n: int = 1) -> Any:
    await house.tap(OWNER, message, label)
    return (await house.see(OWNER, n))[-1]


async def english(house: House) -> None:
    await house.write(OWNER, "/start")
    async with house.store.transaction() as tx:
        await tx.people.set_language(OWNER, "en", house.clock.now)


async def on(house: House, switch: str) -> bool:
    async with house.store.reading() as tx:
        return await tx.switches.on(switch, house.clock.now)


async def audited(pool: Pool) -> list[str]:
    return [row["action"] for row in await pool.fetch("select action from audit order by id")]


async def test_a_pause_is_asked_back_audited_and_ended(house: House, pool: Pool) -> None:
    [shown] = await house.write(OWNER, "/pause")
    assert "Rien n’est retenu" in shown["text"]
    asked = await press(house, shown, "Tout, 1 h")
    assert "Retenir toutes les alertes" in asked["text"]
    assert "pendant 1 h 00" in asked["text"]
    assert not await on(house, "sender_paused")
    paused = await press(house, asked, "Confirmer")
    assert "Toutes les alertes sont retenues" in paused["text"]
    assert paused["message_id"] == shown["message_id"]
    assert await on(house, "sender_paused")
    resumed = await press(house, paused, "Reprendre")
    assert "repartent" in resumed["text"]
    assert not await on(house, "sender_paused")
    assert await audited(pool) == ["sender_paused", "resume"]


async def test_a_pause_ends_by_itself_and_may_be_of_picks_alone(house: House) -> None:
    [asked] = await house.write(OWNER, f"/pause picks 2h30 {HOSTILE}")
    assert "2 h 30" in asked["text"]
    paused = await press(house, asked, "Confirmer")
    assert "nouveaux picks sont retenus" in paused["text"]
    assert await on(house, "picks_paused")
    assert not await on(house, "sender_paused")
    house.clock.now += timedelta(hours=2, minutes=30)
    assert not await on(house, "picks_paused")


async def test_a_confirmation_is_good_for_half_a_minute(house: House) -> None:
    [asked] = await house.write(OWNER, "/pause 2h")
    house.clock.now += timedelta(seconds=31)
    late = await press(house, asked, "Confirmer")
    assert "Trop tard" in late["text"]
    assert not await on(house, "sender_paused")


@pytest.mark.parametrize("words", ["2x", "40j", "2 heures", "never", "-1h", HOSTILE])
async def test_what_is_not_understood_is_said_with_what_works(house: House, words: str) -> None:
    await english(house)
    [shown] = await house.write(OWNER, f"/pause {words}")
    assert "I did not understand" in shown["text"]
    asked = await press(house, shown, "Picks, 8 h")
    assert "Hold new picks back" in asked["text"]


async def test_maintenance_stands_on_health_until_it_is_over(house: House) -> None:
    await english(house)
    [asked] = await house.write(OWNER, f"/maintenance on 2h {HOSTILE}")
    begun = await press(house, asked, "Confirm")
    assert "all alerts are held back" in begun["text"]
    [health] = await house.write(OWNER, "/health")
    assert "Maintenance: alerts wait, 2 h 00 to go" in health["text"]
    [resumed] = await house.write(OWNER, "/resume")
    assert "Maintenance still holds them back" in resumed["text"]
    over = await press(house, begun, "End maintenance")
    assert "No maintenance under way" in over["text"]
    [odd] = await house.write(OWNER, "/maintenance perhaps")
    assert "/maintenance on 2h" in odd["text"]


async def test_a_backup_is_made_and_tried_in_one_message(house: House, vault: Vault) -> None:
    [shown] = await house.write(OWNER, "/sauvegarde")
    assert "Aucune sauvegarde" in shown["text"]
    made = await press(house, shown, "Sauvegarder", 2)
    assert made["message_id"] == shown["message_id"]
    assert "Sauvegarde faite en" in made["text"]
    assert "pas encore essayée" in made["text"]
    assert len(vault.backups()) == 1
    tried = await press(house, made, "Essayer", 2)
    assert tried["message_id"] == shown["message_id"]
    assert "tout y est" in tried["text"]
    assert "essayée et entière" in tried["text"]
    [health] = await house.write(OWNER, "/sante")
    assert "Dernière sauvegarde : il y a 0 s" in health["text"]


async def test_a_typed_backup_edits_its_own_message(house: House) -> None:
    await english(house)
    begun, made = await house.write(OWNER, "/backup now", 2)
    assert "Backing up" in begun["text"]
    assert made["message_id"] == begun["message_id"]
    [_, tried] = await house.write(OWNER, "/restore_check", 2)
    assert "all of it is there" in tried["text"]


async def test_while_a_backup_is_made_its_maker_is_answered_and_makes_no_second(
    house: House, pool: Pool, vault: Vault
) -> None:
    async with pool.acquire() as other, other.transaction():
        await other.execute("lock table proofs in access exclusive mode")
        [begun] = await house.write(OWNER, "/sauvegarde maintenant")
        [known] = await house.write(OWNER, "/quisuisje")
        assert str(OWNER) in known["text"]
        [busy] = await house.write(OWNER, "/sauvegarde maintenant")
        assert "Un long travail à la fois" in busy["text"]
        assert vault.backups() == ()
    [made] = await house.see(OWNER)
    assert made["message_id"] == begun["message_id"]
    assert "Sauvegarde faite en" in made["text"]


async def test_what_cannot_be_backed_up_is_said_in_one_line(house: House, vault: Vault) -> None:
    vault.folder.write_text("a file")
    _, refused = await house.write(OWNER, "/sauvegarde maintenant", 2)
    assert "rien n’est perdu" in refused["text"]
    assert "File exists" in refused["text"]
    [nothing] = await house.write(OWNER, "/essai_sauvegarde")
    assert "Aucune sauvegarde" in nothing["text"]


async def test_one_backup_at_a_time_whoever_asks(house: House, vault: Vault) -> None:
    async with open_snapshot(vault.dsn, vault.clients()):
        _, busy = await house.write(OWNER, "/sauvegarde maintenant", 2)
        assert "une chose à la fois" in busy["text"]


async def test_a_house_without_a_vault_says_so(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(OWNER, "/sauvegarde")
        assert "Aucun dossier" in shown["text"]


async def test_members_hold_nothing_back(house: House, pool: Pool) -> None:
    for words in ("/pause 2h", "/maintenance on", "/sauvegarde maintenant", "/resume"):
        [refused] = await house.write(MEMBER, words)
        assert "réservée aux responsables" in refused["text"]
    assert await audited(pool) == ["forbidden"] * 4
