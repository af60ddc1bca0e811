"""The odds path behind a card."""

from datetime import timedelta
from io import BytesIO

from PIL import Image

from engine.domain.board import Quote, build_board
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.pick import Pick
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house
from tests.unit.bot.views import NOW

MINUTE = timedelta(minutes=1)


async def look(house: House, pick: Pick, minutes: int, **odds: float) -> None:
    """One look at the selection of `pick`, `minutes` from now, at these books."""
    at = NOW + minutes * MINUTE
    async with house.store.transaction() as tx:
        [fixture] = await tx.fixtures.get([pick.fixture_id])
        quotes = [
            Quote(
                fixture=0,
                bookmaker=BookmakerKey(book),
                selection=selection,
                odds=Odds(value),
                quoted_at=at.timestamp(),
                lay=False,
            )
            for book, value in odds.items()
            for selection in pick.selection.market.selections
        ]
        await tx.odds.add(build_board(at, (fixture,), quotes))


async def test_the_picture_comes_with_its_figures_and_the_card_stays(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=5))
        await look(house, pick, -90, unibet_fr=2.10, pinnacle=1.98, betclic_fr=2.0, fd_max=2.2)
        await look(house, pick, -30, unibet_fr=2.04, pinnacle=1.95, betclic_fr=2.0, fd_max=2.2)
        [card] = await house.write(MEMBER, "/pick 1")
        await house.tap(MEMBER, card, "Cotes")
        [photo] = await house.see(MEMBER)
        assert photo["caption"].splitlines() == [
            "📈 #P1 · PSG – Lens · Plus de 2,5 buts",
            (
                "Unibet : ouverture 2,10 (dim. 22 nov. 16:03) · alerte 2,04 (dim. 22 nov. 17:33)"
                " · dernier prix 2,04 (vu le dim. 22 nov. 17:03)"
            ),
            "Référence Pinnacle : ouverture 1,98 · dernier prix 1,95 (vu le dim. 22 nov. 17:03)",
            (
                "n = 2 changements de cote chez 3 books, d’après nos relevés du dim. 22 nov. 16:03"
                " au dim. 22 nov. 17:03. Entre deux relevés, rien n’est vu."
            ),
        ]
        async with house.people._session.get(photo["files"][0]["url"]) as answer:
            picture = Image.open(BytesIO(await answer.read()))
        assert (picture.format, picture.width) == ("PNG", 907)
        await house.tap(MEMBER, card, "Détail")
        [detail] = await house.see(MEMBER)
        assert detail["message_id"] == card["message_id"]
        await house.tap(MEMBER, detail, "Cotes")
        [again] = await house.see(MEMBER)
        assert again["caption"] == photo["caption"]


async def test_a_pick_without_history_says_so_with_a_way_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=5))
        [card] = await house.write(VIEWER, "/pick 1")
        await house.tap(VIEWER, card, "Odds")
        [none] = await house.see(VIEWER)
        assert none["text"] == "📈 No price of this bet is kept in the history of #P1."
        await house.tap(VIEWER, none, "Card")
        [back] = await house.see(VIEWER)
        assert back["text"] == card["text"]
        assert back["message_id"] == none["message_id"]


async def test_a_price_after_kick_off_is_never_shown(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(minutes=10))
        await look(house, pick, -30, unibet_fr=2.04)
        await look(house, pick, 30, unibet_fr=9.0)
        house.clock.now = NOW + timedelta(hours=1)
        [card] = await house.write(MEMBER, "/pick 1")
        await house.tap(MEMBER, card, "Cotes")
        [photo] = await house.see(MEMBER)
        assert "au coup d’envoi 2,04" in photo["caption"]
        assert "9,00" not in photo["caption"]
