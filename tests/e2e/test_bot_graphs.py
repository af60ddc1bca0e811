"""Pictures of a record: by command and by tap, in place, never without words that say the same."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from engine.domain.pick import Provenance
from engine.domain.preferences import Preferences, Shade
from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house, settle

if TYPE_CHECKING:
    from storage.pool import Pool

COMMANDS = {
    "/profit": "Cumulative profit LIVE · n = 6",
    "/drawdown": "Drawdown · LIVE · n = 6",
    "/calibration": "Calibration · LIVE · n = 6",
    "/leagues": "CLV by league · LIVE · n = 6",
    "/books": "CLV by bookmaker · LIVE · n = 6",
    "/daily": "Profit by day · LIVE · n = 6",
    "/weekly": "Profit by week · LIVE · n = 6",
    "/monthly": "Profit by month · LIVE · n = 6",
}


async def six_settled(house: House, provenance: Provenance = Provenance.LIVE) -> None:
    for number in range(6):
        pick = await a_pick(
            house.store,
            after=-timedelta(hours=3),
            home=f"Home{number}{provenance}",
            provenance=provenance,
        )
        await settle(house.store, pick, won=number % 2 == 0)


async def picture_of(house: House, photo: Any) -> Image.Image:
    async with house.people._session.get(photo["files"][0]["url"]) as answer:
        return Image.open(BytesIO(await answer.read()))


async def test_each_command_brings_its_picture_with_words_that_say_the_same(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        for command, words in COMMANDS.items():
            house.clock.ticks += 60
            [photo] = await house.write(VIEWER, command)
            assert words in photo["caption"], command
            assert len(photo["caption"]) <= 1024
            assert (await picture_of(house, photo)).width == 907


@pytest.mark.parametrize("command", ["/clv", "/profit", "/mois", "/correlations", "/calibration"])
async def test_without_a_settled_bet_words_say_when_there_will_be_a_picture(
    pool: Pool, command: str
) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [text] = await house.write(MEMBER, command)
        assert "Aucun pari réglé" in text["text"]
        assert not text["files"]
        assert any("Stat" in button["text"] for row in text["buttons"] for button in row)


async def test_every_picture_is_a_tap_away_in_place_and_so_is_the_way_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        [shown] = await house.write(VIEWER, "/profit")
        first = shown["message_id"]
        for label, words in (
            ("Drawdown", "Drawdown · LIVE"),
            ("Months", "Profit by month · LIVE"),
            ("Calibration", "Calibration · LIVE"),
        ):
            house.clock.ticks += 60
            await house.tap(VIEWER, shown, label)
            [shown] = await house.see(VIEWER)
            assert words in shown["caption"]
            assert shown["message_id"] == first
        await house.tap(VIEWER, shown, "Stat")
        [text] = await house.see(VIEWER)
        assert "Provenance: LIVE 6" in text["text"]


async def test_a_filter_holds_from_picture_to_picture_and_is_said(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        [shown] = await house.write(VIEWER, "/drawdown odds>=1.2")
        assert "n = 6" in shown["caption"]
        assert "🔎 odds>=1.2" in shown["caption"]
        await house.tap(VIEWER, shown, "Months")
        [shown] = await house.see(VIEWER)
        assert "🔎 odds>=1.2" in shown["caption"]
        house.clock.ticks += 60
        [text] = await house.write(VIEWER, "/drawdown odds>=50")
        assert "No settled bet passes this filter" in text["text"]
        [taught] = await house.write(VIEWER, "/clv leegue=L1")
        assert "league" in taught["text"]


async def test_another_record_is_a_tap_away_and_never_added(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        await six_settled(house, Provenance.BACKTEST)
        [shown] = await house.write(VIEWER, "/monthly")
        await house.tap(VIEWER, shown, "Backtest")
        [shown] = await house.see(VIEWER)
        assert "BACKTEST · n = 6" in shown["caption"]


async def test_a_dark_picture_is_dark_and_asked_for_again_it_is_not_drawn_again(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        await house.write(VIEWER, "/start")
        dark = Preferences(shade=Shade.DARK)
        async with house.store.transaction() as tx:
            await tx.preferences.save(VIEWER, dark, house.clock.now)
        [shown] = await house.write(VIEWER, "/drawdown")
        corner = (await picture_of(house, shown)).convert("RGB").getpixel((2, 2))
        assert isinstance(corner, tuple)
        assert max(corner) < 64
        async with house.store.reading() as tx:
            kept = await tx.pictures.file_id(house.app.bot.id, "none")
        assert kept is None
        [again] = await house.write(VIEWER, "/drawdown")
        assert again["files"][0]["file_id"] == shown["files"][0]["file_id"]
