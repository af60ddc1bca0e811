"""Learned versions from the chat: seen with their evidence, put in force and left in two steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.policy_version import BASE, OPEN, THE_HOUSE, Thresholds, VersionState
from jobs.policy_in_force import PolicyCache
from tests.e2e.bot_house import MEMBER, OWNER, House, a_pick, open_house
from tests.unit.bot.views import NOW

if TYPE_CHECKING:
    from storage.pool import Pool

WIDE = Thresholds(zone_low=55.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)


async def ready(house: House, thresholds: Thresholds = WIDE, parent: int = BASE) -> int:
    async with house.store.transaction() as tx:
        made = await tx.policies.propose(
            "v0", parent, thresholds, why={"n": 900, "trials": 96}, by=THE_HOUSE, now=NOW
        )
        assert made is not None
        evidence = {"picks": 231.0, "e_value": 41.5, "pbo": 0.08, "note": "left out"}
        await tx.policies.turn(
            made.number,
            VersionState.READY,
            only=OPEN,
            by=THE_HOUSE,
            now=NOW,
            evidence=evidence,
        )
    return made.number


async def asked_to(house: House, label: str) -> Any:
    """Walk from the list to a version and press a button there; return what is asked back."""
    [shown] = await house.write(OWNER, "/versions")
    await house.tap(OWNER, shown, "v0.1")
    [detail] = await house.see(OWNER)
    await house.tap(OWNER, detail, label)
    [asked] = await house.see(OWNER)
    return asked


async def in_force(house: House) -> int:
    return (await PolicyCache().load(house.store, house.door.rules)).number


async def audited(pool: Pool) -> list[tuple[str, int]]:
    rows = await pool.fetch("select action, user_id from audit order by id")
    return [(row["action"], row["user_id"]) for row in rows]


async def test_a_version_is_shown_with_its_diff_its_evidence_and_its_effect(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=-timedelta(hours=3))
        await ready(house)
        [shown] = await house.write(OWNER, "/versions")
        assert "En vigueur : v0" in shown["text"]
        assert "v0.1 · attend votre accord" in shown["text"]
        await house.tap(OWNER, shown, "v0.1")
        [detail] = await house.see(OWNER)
        assert "• bas de la zone : 60 → 55" in detail["text"]
        assert "haut de la zone" not in detail["text"]
        assert "e-valeur de l’écart (par paires) : 41,5" in detail["text"]
        assert "Effet sur les picks du" in detail["text"]


async def test_a_version_is_put_in_force_once_and_left_again(pool: Pool) -> None:
    async with open_house(pool) as house:
        await ready(house)
        asked = await asked_to(house, "Mettre en vigueur")
        assert "Mettre v0.1 en vigueur à la place de v0 ?" in asked["text"]
        assert await in_force(house) == BASE
        assert await audited(pool) == []
        await house.tap(OWNER, asked, "Confirmer")
        [done] = await house.see(OWNER)
        assert "v0.1 décide dès le prochain relevé" in done["text"]
        assert await in_force(house) == 1
        await house.tap(OWNER, asked, "Confirmer")
        [again] = await house.see(OWNER)
        assert "Rien n’a été changé" in again["text"]
        assert await audited(pool) == [("policy_confirmed", OWNER)]
        [asked] = await house.write(OWNER, "/rollback v0")
        assert "Revenir à v0 et quitter v0.1 ?" in asked["text"]
        assert await in_force(house) == 1
        await house.tap(OWNER, asked, "Confirmer")
        [done] = await house.see(OWNER)
        assert "retour à v0" in done["text"]
        assert await in_force(house) == BASE
        assert (await audited(pool))[1:] == [("policy_rolled_back", OWNER)]


async def test_a_question_older_than_half_a_minute_changes_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        await ready(house)
        asked = await asked_to(house, "Refuser")
        house.clock.now += timedelta(seconds=32)
        await house.tap(OWNER, asked, "Confirmer")
        [late] = await house.see(OWNER)
        assert "la question est trop ancienne" in late["text"]
        asked = await asked_to(house, "Refuser")
        await house.tap(OWNER, asked, "Confirmer")
        [done] = await house.see(OWNER)
        assert "v0.1 est refusée" in done["text"]
        assert await audited(pool) == [("policy_refused", OWNER)]


async def test_what_happened_since_the_question_was_asked_counts(pool: Pool) -> None:
    async with open_house(pool) as house:
        await ready(house)
        asked = await asked_to(house, "Mettre en vigueur")
        async with house.store.transaction() as tx:
            refused = VersionState.REFUSED
            await tx.policies.turn(1, refused, only=OPEN, by=THE_HOUSE, now=NOW)
        await house.tap(OWNER, asked, "Confirmer")
        [shown] = await house.see(OWNER)
        assert "Rien n’a été changé" in shown["text"]
        assert await in_force(house) == BASE


async def test_the_declared_version_shows_its_thresholds(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(OWNER, "/versions")
        assert "Aucune version apprise pour l’instant" in shown["text"]
        await house.tap(OWNER, shown, "v0")
        [declared] = await house.see(OWNER)
        assert "• exigence de CLV : 1,0 %" in declared["text"]
        await house.tap(OWNER, declared, "Versions")
        [back] = await house.see(OWNER)
        assert back["text"] == shown["text"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/rollback", "Écrivez la version à retrouver : /rollback v0"),
        ("/rollback abc", "Écrivez la version à retrouver"),
        ("/rollback v0", "Rien n’a été changé"),
        ("/rollback v0.7", "Rien n’a été changé"),
    ],
)
async def test_a_way_back_that_does_not_exist_is_answered_so(
    pool: Pool, words: str, answer: str
) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(OWNER, words)
        assert answer in shown["text"]


async def test_a_threshold_set_elsewhere_is_said(pool: Pool) -> None:
    async with open_house(pool) as house:
        rules = replace(house.door.rules, policy_set=frozenset({"scoring.zone_low"}))
    async with open_house(pool, rules=rules) as house:
        [shown] = await house.write(OWNER, "/versions")
        assert "Aucune version apprise ne sert : bas de la zone est réglé" in shown["text"]


@pytest.mark.parametrize("words", ["/versions", "/rollback v0"])
async def test_versions_are_for_those_who_look_after_the_house(pool: Pool, words: str) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, words)
        assert "réservée aux responsables" in shown["text"]
