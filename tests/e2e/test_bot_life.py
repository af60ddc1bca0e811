"""The tabs of a pick: what stands behind it, what became of it, and how its like fared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.domain.alert import Alert, AlertKind
from engine.domain.pick import PriceState, Provenance
from engine.domain.settlement import Outcome, Score
from tests.e2e.bot_house import MEMBER, VIEWER, a_pick, open_house, settle
from tests.unit.bot.views import HOSTILE, NOW, a_settlement, an_update

if TYPE_CHECKING:
    from storage.pool import Pool


@pytest.mark.parametrize("typed", ["/pourquoi 1", "/why #P1"])
async def test_why_shows_what_stands_behind_a_pick_with_all_its_tabs(
    pool: Pool, typed: str
) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [shown] = await house.write(MEMBER, typed)
        assert "📊 Détail" in shown["text"]
        labels = [button["text"] for row in shown["buttons"] for button in row]
        assert labels == ["⬅ Carte", "📈 Cotes", "🕘 Historique", "👥 Similaires"]


async def test_why_without_a_number_says_how_and_an_unknown_one_is_told(pool: Pool) -> None:
    async with open_house(pool) as house:
        [usage] = await house.write(MEMBER, "/pourquoi")
        assert "numéro" in usage["text"]
        [unknown] = await house.write(MEMBER, "/pourquoi 99")
        assert "#P99" in unknown["text"]


async def test_the_history_of_a_pick_is_told_in_order(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=-3))
        start = NOW - timedelta(hours=6)
        async with house.store.transaction() as tx:
            for minutes, state in ((10, PriceState.MOVED), (20, PriceState.GONE)):
                seen = start + timedelta(minutes=minutes)
                update = replace(an_update(state), pick_id=pick.id, seen_at=seen)
                await tx.picks.add_updates([update])
        await settle(house.store, pick, won=False)
        corrected = replace(
            a_settlement(Outcome.WON, "1.9", (3, 1)),
            pick_id=pick.id,
            sequence=2,
            settled_at=NOW + timedelta(minutes=5),
        )
        async with house.store.transaction() as tx:
            await tx.settlements.add([corrected])
        house.clock.now = NOW + timedelta(hours=1)
        [card] = await house.write(MEMBER, "/pourquoi 1")
        await house.tap(MEMBER, card, "Historique")
        [told] = await house.see(MEMBER)
        marks = ["↕️ prix bougé", "valeur disparue", "🔒", "❌ 0-0", "✏️ corrigé · ✅ 3-1"]
        places = [told["text"].index(mark) for mark in marks]
        assert places == sorted(places)
        assert "🎯 trouvé à 2,04 (Unibet)" in told["text"]
        assert corrected.full_time == Score(home=3, away=1)
        await house.tap(MEMBER, told, "Carte")
        [back] = await house.see(MEMBER)
        assert "⬅ Picks" in [button["text"] for row in back["buttons"] for button in row]


async def test_a_card_sent_here_is_part_of_the_history_of_this_chat_alone(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=3))
        alert = Alert(
            chat_id=MEMBER,
            kind=AlertKind.PICK,
            pick_id=pick.id,
            version="new",
            priority=1,
            created_at=NOW,
            not_before=NOW,
            expires_at=NOW + timedelta(hours=1),
        )
        async with house.store.transaction() as tx:
            await tx.outbox.add([alert])
        await pool.execute("update outbox set state = 'sent', finished_at = $1", NOW)
        [mine] = await house.write(MEMBER, "/pourquoi 1")
        await house.tap(MEMBER, mine, "Historique")
        [told] = await house.see(MEMBER)
        assert "carte envoyée ici" in told["text"]
        [other] = await house.write(VIEWER, "/why 1")
        await house.tap(VIEWER, other, "History")
        [seen] = await house.see(VIEWER)
        assert "card sent here" not in seen["text"]


async def test_similar_picks_are_told_by_provenance_and_never_count_the_pick_itself(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        asked = await a_pick(house.store, after=timedelta(hours=-2), home="Demandé")
        await settle(house.store, asked, won=True)
        for n in range(3):
            like = await a_pick(house.store, after=timedelta(hours=-4), home=f"Club {n}")
            await settle(house.store, like, won=n == 0)
        paper = await a_pick(
            house.store,
            after=timedelta(hours=-4),
            home="Papier",
            provenance=Provenance.PAPER,
        )
        await settle(house.store, paper, won=True)
        [card] = await house.write(MEMBER, "/pourquoi 1")
        await house.tap(MEMBER, card, "Similaires")
        [told] = await house.see(MEMBER)
        assert told["text"].count("LIVE · réglés : n = 3") == 2
        assert told["text"].count("PAPER · réglés : n = 1") == 2
        assert "cote de 1,80 à 2,10" in told["text"]


async def test_without_any_like_it_that_is_said_and_hostile_names_hurt_nothing(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3), home=HOSTILE.replace("\0", "")[:200])
        [card] = await house.write(VIEWER, "/why 1")
        await house.tap(VIEWER, card, "Similar")
        [told] = await house.see(VIEWER)
        assert "No settled pick is like it yet." in told["text"]
        assert "</b><script>" in told["text"]
        await house.tap(VIEWER, told, "History")
        [life] = await house.see(VIEWER)
        assert "</b><script>" in life["text"]
