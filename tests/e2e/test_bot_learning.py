"""What the morning taught, over the real wire: the screen, a part, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.e2e.bot_house import MEMBER, OWNER, open_house
from tests.unit.bot.test_learning import REPORT
from tests.unit.bot.views import NOW

if TYPE_CHECKING:
    from engine.domain.learning_report import LearningReport
    from storage.pool import Pool
    from tests.e2e.bot_house import House


async def taught(house: House, report: LearningReport) -> None:
    async with house.store.transaction() as tx:
        assert await tx.runs.begin("learn", NOW, NOW, 1)
        told = {"morning": msgspec.to_builtins(report)}
        await tx.runs.finish("learn", NOW, NOW, state="done", report=told)


async def test_before_the_first_morning_the_screen_says_when_it_comes(pool: Pool) -> None:
    async with open_house(pool) as house:
        [screen] = await house.write(OWNER, "/apprentissage")
        assert "06:00" in screen["text"]
        [denied] = await house.write(MEMBER, "/learning")
        assert "06:00" not in denied["text"]


async def test_the_overview_opens_a_part_and_leads_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        await taught(house, REPORT)
        [screen] = await house.write(OWNER, "/apprentissage")
        assert "poids des bookmakers · version 12" in screen["text"]
        await house.tap(OWNER, screen, "poids des bookmakers")
        [part] = await house.see(OWNER)
        assert "match odds · sharp · bet365" in part["text"]
        assert part["message_id"] == screen["message_id"]
        await house.tap(OWNER, part, "🧠 Apprentissage")
        [again] = await house.see(OWNER)
        assert again["text"] == screen["text"]
