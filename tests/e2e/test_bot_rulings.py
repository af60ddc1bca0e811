"""Results only a person can settle: shown with what each source said, decided in two steps."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.dispute import DisputeKind, Doubt
from engine.domain.settlement import Phase, Score, Told
from tests.builders import a_result
from tests.e2e.bot_house import MEMBER, OWNER, House, a_pick, open_house, settle
from tests.unit.bot.views import NOW

if TYPE_CHECKING:
    from engine.domain.pick import Pick
    from storage.pool import Pool


async def contest(house: House, pick: Pick, **changes: Any) -> None:
    """Queue an AET row whose extra time is a placeholder."""
    told = Told(goals=Score(home=2, away=1), full_time=Score(home=2, away=1))
    values = {"status": "AET", "phase": Phase.REVIEW, "full_time": None, "told": told}
    read = a_result(fixture_id=pick.fixture_id, read_at=NOW, **(values | changes))
    doubt = Doubt(fixture_id=pick.fixture_id, kind=DisputeKind.EXTRA_TIME, reads=(read,))
    async with house.store.transaction() as tx:
        assert await tx.disputes.open([doubt], NOW) == 1


async def contested(house: House) -> list[Any]:
    """Open the tab of contested results."""
    [names] = await house.write(OWNER, "/litiges")
    await house.tap(OWNER, names, "Contestés")
    return await house.see(OWNER)


async def settled(pool: Pool) -> list[tuple[int, str, str, Decimal]]:
    rows = await pool.fetch(
        "select sequence, outcome, rule, profit from settlements order by settled_at, sequence"
    )
    return [tuple(row) for row in rows]


async def audited(pool: Pool) -> list[str]:
    return [row["action"] for row in await pool.fetch("select action from audit order by id")]


async def test_a_contested_result_is_decided_in_two_steps(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=-timedelta(hours=3))
        await contest(house, pick)
        [shown] = await contested(house)
        assert "Résultat contesté 1/1" in shown["text"]
        assert "PSG - Lens" in shown["text"]
        assert "prolongation est douteux" in shown["text"]
        assert "API-Football · AET · 90 min 2-1 · affiché 2-1" in shown["text"]
        assert "1 pick attend" in shown["text"]
        await house.tap(OWNER, shown, "2-1")
        [asked] = await house.see(OWNER)
        assert "Régler sur 2-1 après 90 minutes ?" in asked["text"]
        assert await settled(pool) == []
        assert await audited(pool) == []
        await house.tap(OWNER, asked, "Confirmer")
        [done] = await house.see(OWNER)
        assert "C’est dit : 2-1 après 90 minutes" in done["text"]
        assert "1 pick réglé" in done["text"]
        [(sequence, _, rule, _)] = await settled(pool)
        assert (sequence, rule) == (1, "decision")
        assert await audited(pool) == ["dispute_decided"]


async def test_the_same_decision_twice_is_said_once(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=-timedelta(hours=3))
        await contest(house, pick)
        [asked] = await house.write(OWNER, "/disputes 1 1-1")
        for expected in ("C’est dit : 1-1", "n’attend plus de décision"):
            await house.tap(OWNER, asked, "Confirmer")
            [shown] = await house.see(OWNER)
            assert expected in shown["text"]
        assert len(await settled(pool)) == 1
        assert await audited(pool) == ["dispute_decided"]
        [nothing] = await contested(house)
        assert "Aucun résultat n’attend" in nothing["text"]


async def test_void_gives_the_stake_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=-timedelta(hours=3))
        await contest(house, pick)
        [shown] = await contested(house)
        await house.tap(OWNER, shown, "Annuler les paris")
        [asked] = await house.see(OWNER)
        await house.tap(OWNER, asked, "Confirmer")
        await house.see(OWNER)
        assert [(o, p) for _, o, _, p in await settled(pool)] == [("void", Decimal(0))]


@pytest.mark.parametrize(
    "words", ["/litiges 1", "/litiges x 1-1", "/litiges 1 31-0", "/litiges 1 perhaps"]
)
async def test_what_is_no_decision_is_answered_with_how_to_write_one(
    pool: Pool, words: str
) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(OWNER, words)
        assert "Écrivez /litiges 3 1-1" in shown["text"]


async def test_a_dispute_nobody_opened_cannot_be_decided(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(OWNER, "/litiges 99 1-1")
        assert "n’attend plus de décision" in shown["text"]


async def test_a_grade_by_hand_is_asked_back_kept_beside_the_old_one_and_audited(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=-timedelta(hours=3))
        await settle(house.store, pick, won=False)
        [asked] = await house.write(OWNER, "/noter 1 gagne")
        assert "Noter ce pick gagné" in asked["text"]
        assert "À la place de : perdu" in asked["text"]
        await house.tap(OWNER, asked, "Confirmer")
        [done] = await house.see(OWNER)
        assert "noté à la main : gagné" in done["text"]
        assert [(n, o, r) for n, o, r, _ in await settled(pool)] == [
            (1, "lost", "default"),
            (2, "won", "manual"),
        ]
        await house.tap(OWNER, asked, "Confirmer")
        [again] = await house.see(OWNER)
        assert "Le pick a changé depuis la question" in again["text"]
        assert len(await settled(pool)) == 2
        assert await audited(pool) == ["pick_graded"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/noter", "Écrivez /noter 12 2-1"),
        ("/noter 1", "Écrivez /noter 12 2-1"),
        ("/noter 1 peutetre", "Écrivez /noter 12 2-1"),
        ("/noter 99 2-1", "Je ne connais pas ce pick"),
        ("/grade #P1 2-1", "n’a pas commencé"),
        ("/noter 1 annule", "Noter ce pick annulé"),
    ],
)
async def test_a_grade_that_cannot_be_is_refused(pool: Pool, words: str, answer: str) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [shown] = await house.write(OWNER, words)
        assert answer in shown["text"]


@pytest.mark.parametrize("words", ["/litiges", "/noter 1 2-1"])
async def test_results_are_for_those_who_look_after_the_house(pool: Pool, words: str) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, words)
        assert "réservée aux responsables" in shown["text"]
