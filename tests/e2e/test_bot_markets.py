"""The market table: every market, why each has its badge, the picture, and the way back."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from engine.domain.closing import ClosingLine, Grade, Payoff, PickClose
from engine.domain.pick import Provenance
from tests.e2e.bot_house import MEMBER, VIEWER, a_pick, open_house, settle
from tests.unit.bot.views import NOW

if TYPE_CHECKING:
    from engine.domain.pick import Pick
    from storage.pool import Pool
    from tests.e2e.bot_house import House

BEFORE = timedelta(hours=-3)


async def begun(house: House, home: str, code: str, provenance: Provenance) -> Pick:
    return await a_pick(house.store, after=BEFORE, home=home, code=code, provenance=provenance)


async def six_closed(house: House) -> None:
    """Settle three picks of two markets each, every one with a close."""
    for number in range(6):
        code = "home" if number % 2 else "over_2.5"
        pick = await begun(house, f"Home{number}", code, Provenance.LIVE)
        await settle(house.store, pick, won=number < 3)
        async with house.store.transaction() as tx:
            await tx.closings.close_picks([a_close_of(pick)])


async def test_from_the_table_to_one_market_and_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_closed(house)
        [table] = await house.write(VIEWER, "/markets")
        assert "Markets · LIVE" in table["text"]
        assert "6 picks, matches from 22 Nov 2026 to 22 Nov 2026" in table["text"]
        assert "0 TOP · ✅ 0 GOOD · ⚠️ 0 AVOID · ⏳ 22 INSUFFICIENT" in table["text"]
        assert "Over 2.5 · 3 picks · 67% won" in table["text"]
        assert await pool.fetchval("select count(*) from tabled_segments") == 22

        await house.tap(VIEWER, table, "⏳ Over 2.5")
        [one] = await house.see(VIEWER)
        assert (one["kind"], one["message_id"]) == ("edit", table["message_id"])
        assert "INSUFFICIENT · Over 2.5 goals · LIVE" in one["text"]
        assert "Picks 3 · settled 3 · closes 3 (100%)" in one["text"]
        assert "✖ at least 100 closes: 3" in one["text"]

        await house.tap(VIEWER, one, "⬅ Markets")
        [back] = await house.see(VIEWER)
        assert back["text"] == table["text"]


async def test_the_picture_is_a_tap_away_and_its_caption_says_the_same(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_closed(house)
        [table] = await house.write(VIEWER, "/markets")
        await house.tap(VIEWER, table, "Chart")
        [photo] = await house.see(VIEWER)
        assert "True CLV by market LIVE, from 22 Nov 2026" in photo["caption"]
        assert "Over 2.5 +" in photo["caption"]
        async with house.people._session.get(photo["files"][0]["url"]) as answer:
            picture = Image.open(BytesIO(await answer.read()))
        assert (picture.format, picture.width) == ("PNG", 907)


async def test_orders_and_records_are_a_tap_away_and_never_added_up(pool: Pool) -> None:
    async with open_house(pool) as house:
        for number in range(3):
            pick = await begun(house, f"Live{number}", "home", Provenance.LIVE)
            await settle(house.store, pick, won=False)
        paper = await begun(house, "Paper", "btts_no", Provenance.PAPER)
        await settle(house.store, paper, won=True)

        [table] = await house.write(MEMBER, "/marches picks")
        assert "3 picks, matchs du 22 nov. 2026 au 22 nov. 2026 · tri : picks" in table["text"]
        assert "BTTS non · 1 pick" not in table["text"]

        await house.tap(MEMBER, table, "Réussite")
        [sorted_again] = await house.see(MEMBER)
        assert "tri : réussite" in sorted_again["text"]
        await house.tap(MEMBER, sorted_again, "Papier")
        [other] = await house.see(MEMBER)
        assert "Marchés · PAPER" in other["text"]
        assert "1 pick, matchs du 22 nov. 2026 au 22 nov. 2026 · tri : réussite" in other["text"]
        assert "BTTS non · 1 pick" in other["text"]

        await house.tap(MEMBER, other, "Graphique")
        [photo] = await house.see(MEMBER)
        assert photo["caption"] == "CLV par marché PAPER : aucune clôture captée."
        await house.tap(MEMBER, other, "Menu")
        [menu] = await house.see(MEMBER)
        await house.tap(MEMBER, menu, "Bilans")
        await house.tap(MEMBER, (await house.see(MEMBER))[0], "Marchés")
        assert "Marchés · LIVE" in (await house.see(MEMBER))[0]["text"]


async def test_no_pick_at_all_is_said_in_words(pool: Pool) -> None:
    async with open_house(pool) as house:
        [table] = await house.write(MEMBER, "/marches backtest")
        assert "Aucun pick BACKTEST sur un match commencé" in table["text"]
        assert "⏳ Aucun pick : 1 · N · 2 · 1N" in table["text"]


def a_close_of(pick: Pick) -> PickClose:
    """A sharp close at odds below the pick's."""
    kick_off = NOW + BEFORE
    line = ClosingLine(
        fixture_id=pick.fixture_id,
        selection=pick.selection,
        source="sharp",
        payoff=Payoff(win=0.52, half_win=0.0, push=0.0, half_loss=0.0, loss=0.48),
        raw_odds=None,
        captured_at=kick_off - timedelta(minutes=2),
        kick_off=kick_off,
        grade=Grade.A,
    )
    return PickClose(
        pick_id=pick.id,
        closed_at=kick_off,
        kick_off=kick_off,
        odds=pick.odds,
        headline=line,
        alternative=None,
    )
