"""The proof of a pick in the chat, in both languages, before and after its day is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine.domain.proof import close_day, genesis
from tests.e2e.bot_house import MEMBER, OWNER, House, a_pick, open_house
from tests.integration.walks.sent import send, without_guards
from tests.unit.bot.views import NOW

if TYPE_CHECKING:
    from engine.domain.pick import Provenance
    from engine.domain.proof import DayProof
    from storage.pool import Pool


async def close(house: House, provenance: Provenance) -> DayProof:
    async with house.store.transaction() as tx:
        sent = await tx.proofs.open_picks(provenance, NOW + timedelta(days=2))
        day = close_day(provenance, NOW.date(), [p.leaf for p in sent], genesis(provenance))
        await tx.proofs.close(day, sent, NOW)
    return day


async def test_a_pick_is_proved_in_the_chat_and_a_forged_one_is_told(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=5))
        [usage] = await house.write(MEMBER, "/verifier")
        assert "/verifier 12" in usage["text"]
        [unknown] = await house.write(MEMBER, "/verifier 1")
        assert "rien n’a été juré" in unknown["text"]
        await send(house.store, pick, NOW, chat=4711)
        [early] = await house.write(MEMBER, "/verifier #P1")
        assert "Pas encore juré" in early["text"]
        day = await close(house, pick.provenance)
        [proof] = await house.write(MEMBER, "/verifier 1")
        assert f"Racine : {day.root}" in proof["text"]
        assert f"Empreinte du jour : {day.chain}" in proof["text"]
        assert "✅" in proof["text"]
        assert f"id={pick.id}" in proof["text"]
        async with without_guards(pool) as forger:
            await forger.execute("update picks set odds = 3")
        [forged] = await house.write(OWNER, "/verify 1")
        assert "❌" in forged["text"]
