"""The figures and their picture."""

from datetime import timedelta
from io import BytesIO

from PIL import Image

from engine.domain.pick import Provenance
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, VIEWER, a_pick, open_house, settle


async def test_no_settled_bet_is_said_in_words_without_a_picture(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        [text] = await house.write(MEMBER, "/stats")
        assert "Aucun pari réglé pour l’instant : les chiffres et leur graphique" in text["text"]
        assert (
            "LIVE 1 (réglés : 0) · PAPER 0 (réglés : 0) · BACKTEST 0 (réglés : 0)" in text["text"]
        )
        [after] = await house.write(MEMBER, "/picks")
        assert not after["files"]  # no picture came between


async def test_the_record_comes_with_its_n_its_intervals_and_one_picture(pool: Pool) -> None:
    async with open_house(pool) as house:
        for number in range(6):
            pick = await a_pick(house.store, after=-timedelta(hours=3), home=f"Home{number}")
            await settle(house.store, pick, won=number % 2 == 0)
        text, photo = await house.write(VIEWER, "/stats", 2)
        assert "LIVE · settled: n = 6" in text["text"]
        assert "Yield: +2.0% [" in text["text"]
        assert "Strike rate: 50.0% [" in text["text"]
        assert "Closes caught: 0/6" in text["text"]
        assert "CLV: not enough data (n = 0)" in text["text"]
        assert "not enough data to conclude" in text["text"]
        assert "n = 6 · actual +0.12 u" in photo["caption"]
        async with house.people._session.get(photo["files"][0]["url"]) as answer:
            picture = Image.open(BytesIO(await answer.read()))
        assert (picture.format, picture.size) == ("PNG", (1600, 1000))


async def test_provenances_stand_apart(pool: Pool) -> None:
    async with open_house(pool) as house:
        for provenance, won in ((Provenance.LIVE, True), (Provenance.BACKTEST, False)):
            pick = await a_pick(
                house.store, after=-timedelta(hours=3), home=provenance, provenance=provenance
            )
            await settle(house.store, pick, won=won)
        text, photo = await house.write(MEMBER, "/stats", 2)
        assert (
            "LIVE 1 (réglés : 1) · PAPER 0 (réglés : 0) · BACKTEST 1 (réglés : 1)" in text["text"]
        )
        live, backtest = text["text"].split("BACKTEST · réglés : n = 1")
        assert "(+1,03 u)" in live
        assert "(\u22120,99 u)" in backtest
        assert photo["caption"].startswith("Gain cumulé LIVE · n = 1")


async def test_the_button_of_the_menu_opens_the_same_screen(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=-timedelta(hours=3))
        await settle(house.store, pick, won=True)
        [help_text] = await house.write(MEMBER, "/aide")
        await house.tap(MEMBER, help_text, "Menu")
        [menu] = await house.see(MEMBER)
        await house.tap(MEMBER, menu, "Stats")
        text, photo = await house.see(MEMBER, 2)
        assert (text["kind"], text["message_id"]) == ("edit", help_text["message_id"])
        assert photo["files"]
