"""Days of matches, one match, and the picks in the zone, as people see and tap them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from engine.domain.board import Quote, build_board
from engine.domain.fixture import Fixture, Team, fixture_id
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.signal import Tier
from engine.pricing.price import price
from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house, settle
from tests.unit.bot.views import HOSTILE, NOW, a_view

if TYPE_CHECKING:
    from storage.pool import Pool

PRICES = {
    "home": (1.95, 2.04),
    "draw": (3.60, 3.70),
    "away": (3.90, 4.00),
    "over_2.5": (1.90, 2.02),
    "under_2.5": (1.95, 1.90),
}
"""What the sharp book and another one offer."""


async def a_match(
    house: House, *, after: timedelta, home: str = "PSG", away: str = "Lens", **changes: Any
) -> Fixture:
    """Store a match without a pick."""
    league = changes.get("league", "soccer_france_ligue_one")
    teams = Team(key=f"h-{home}", name=home), Team(key=f"a-{away}", name=away)
    fixture = Fixture(
        id=fixture_id(league, teams[0].key, teams[1].key, NOW.date()),
        competition=league,
        home=teams[0],
        away=teams[1],
        kick_off=NOW + after,
    )
    async with house.store.transaction() as tx:
        await tx.fixtures.save([fixture], NOW)
    return fixture


async def priced(house: House, fixture: Fixture) -> None:
    """Keep a look at a match: a sharp book and another, and the fair prices they make."""
    quotes = [
        Quote(
            fixture=0,
            bookmaker=BookmakerKey(book),
            selection=Selection.parse(code),
            odds=Odds(odds),
            quoted_at=NOW.timestamp(),
        )
        for code, offered in PRICES.items()
        for book, odds in zip(("pinnacle", "unibet_fr"), offered, strict=True)
    ]
    board = build_board(NOW, (fixture,), quotes)
    async with house.store.transaction() as tx:
        await tx.odds.add(board)
        await tx.prices.add(price(board, house.door.rules.policy.pricing, NOW))


async def test_a_day_is_grouped_by_league_and_leads_to_a_match(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        await a_match(house, after=timedelta(hours=2), home="Lyon", away="Nice", league="soccer_x")
        await a_match(house, after=timedelta(hours=12), home="Metz", away="Brest")
        [shown] = await house.write(MEMBER, "/jour")
        assert shown["text"].splitlines() == [
            "📅 Aujourd’hui · dimanche 22 novembre",
            "2 matchs · 🎯 1 pick · LIVE",
            "Heures de Paris · touchez un match pour sa fiche",
            "",
            "🏆 Ligue 1",
            "20:33 PSG – Lens",
            "🎯 1 pick",
            "",
            "🏆 X",
            "19:33 Lyon – Nice",
            "pas encore relevé",
        ]
        await house.tap(MEMBER, shown, "Lendemain")
        [after] = await house.see(MEMBER)
        assert "Demain · lundi 23 novembre" in after["text"]
        assert "05:33 Metz – Brest" in after["text"]
        await house.tap(MEMBER, after, "Metz")
        [sheet] = await house.see(MEMBER)
        assert "Metz" in sheet["text"]
        assert "Pas encore de cote juste" in sheet["text"]
        await house.tap(MEMBER, sheet, "Jour")
        [back] = await house.see(MEMBER)
        assert back["text"] == after["text"]


async def test_a_day_without_matches_leads_on(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(VIEWER, "/tomorrow")
        assert "Tomorrow · Monday" in shown["text"]
        assert "No followed match that day" in shown["text"]
        await house.tap(VIEWER, shown, "Day before")
        [today] = await house.see(VIEWER)
        assert "Today · Sunday" in today["text"]


async def test_pages_of_a_day_repeat_and_skip_nothing_when_matches_come_between(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        for n in range(12):
            await a_match(house, after=timedelta(minutes=10 * n + 10), home=f"Club {n:02}")
        [first] = await house.write(MEMBER, "/jour")
        assert "1 à 8 sur 12" in first["text"]
        await a_match(house, after=timedelta(minutes=5), home="Arrivé")
        await house.tap(MEMBER, first, "Suivants")
        [second] = await house.see(MEMBER)
        assert "10 à 13 sur 13" in second["text"]
        seen = [n for n in range(12) if f"Club {n:02}" in first["text"] + second["text"]]
        assert seen == list(range(12))
        assert "Club 07" not in second["text"]
        await house.tap(MEMBER, second, "Précédents")
        [back] = await house.see(MEMBER)
        assert "2 à 9 sur 13" in back["text"]


@pytest.mark.parametrize("typed", ["/match psg", "/match lens", "/match PSG - Lens"])
async def test_a_match_is_found_by_what_its_teams_are_called(pool: Pool, typed: str) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=timedelta(hours=3))
        async with house.store.reading() as tx:
            [fixture] = await tx.fixtures.get([pick.fixture_id])
        await priced(house, fixture)
        house.clock.now = NOW + timedelta(minutes=5)
        [sheet] = await house.write(MEMBER, typed)
        text = sheet["text"]
        assert "PSG – Lens · Ligue 1 · dim. 22 nov. 20:33 (Paris, dans 2 h 55)" in text
        assert "Cotes justes : book sharp" in text
        assert "lues il y a 5 min" in text
        assert "• Victoire PSG · juste 2,0" in text
        assert "2,04 Unibet" in text
        assert "#P1 · Plus de 2,5 buts · 2,04 (Unibet) · ouvert" in text
        await house.tap(MEMBER, sheet, "#P1")
        [card] = await house.see(MEMBER)
        assert "Pari : Plus de 2,5 buts" in card["text"]


async def test_who_may_be_meant_is_offered_to_be_tapped(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_match(house, after=timedelta(hours=3), home="Marseille", away="Monaco")
        [asked] = await house.write(VIEWER, "/match marselle monac xx")
        assert asked["text"].startswith("I am not sure about the match")
        [bare] = await house.write(VIEWER, "/match")
        assert "/today" in bare["text"]
        await house.tap(VIEWER, bare, "Marseille")
        [sheet] = await house.see(VIEWER)
        assert "No pick on this match · LIVE" in sheet["text"]


async def test_the_sweet_list_shows_what_lies_in_the_zone_by_kick_off(pool: Pool) -> None:
    async with open_house(pool) as house:
        score = a_view().pick.score
        assert score.in_zone
        for n in range(7):
            await a_pick(house.store, after=timedelta(hours=n + 1), home=f"Club {n}")
        outside = type(score)(
            signal_score=40, sweet_spot_score=60, in_zone=False, tier=Tier.STANDARD
        )
        await a_pick(house.store, after=timedelta(hours=2), home="Dehors", score=outside)
        [first] = await house.write(MEMBER, "/sweet")
        assert "1 à 5 sur 7" in first["text"]
        assert "Dehors" not in first["text"]
        house.clock.now = NOW + timedelta(minutes=90)
        await house.tap(MEMBER, first, "Suivants")
        [second] = await house.see(MEMBER)
        assert "Club 5" in second["text"]
        assert "Club 4" not in second["text"]
        assert "signal" in second["text"]
        await house.tap(MEMBER, second, "#P7")
        [card] = await house.see(MEMBER)
        assert "Club 6" in card["text"]


async def test_an_empty_zone_says_why_in_both_languages(pool: Pool) -> None:
    async with open_house(pool) as house:
        gone = await a_pick(house.store, after=timedelta(hours=-3))
        await settle(house.store, gone, won=True)
        [french] = await house.write(MEMBER, "/sweet")
        assert "Aucun pick à venir dans la zone" in french["text"]
        [english] = await house.write(VIEWER, "/sweet")
        assert "No pick to come lies in the Sweet Spot zone" in english["text"]


async def test_hostile_names_hurt_no_list_and_no_sheet(pool: Pool) -> None:
    async with open_house(pool) as house:
        home = HOSTILE.replace("\0", "")[:200]
        await a_pick(house.store, after=timedelta(hours=3), home=home, away="<i>x</i>")
        for typed in ("/sweet", "/jour"):
            [shown] = await house.write(MEMBER, typed)
            assert "</b><script>" in shown["text"]
        button = next(b for row in shown["buttons"] for b in row if "⚽" in b["text"])
        await house.tap(MEMBER, shown, button["text"])
        [sheet] = await house.see(MEMBER)
        assert "</b><script>" in sheet["text"]


@pytest.mark.parametrize(
    ("person", "tab", "told"),
    [(MEMBER, "Grille", "grille des scores"), (VIEWER, "Grid", "grid of scores")],
)
async def test_the_grid_of_scores_comes_with_its_figures_and_leads_back(
    pool: Pool, person: int, tab: str, told: str
) -> None:
    async with open_house(pool) as house:
        fixture = await a_match(house, after=timedelta(hours=3))
        await priced(house, fixture)
        [sheet] = await house.write(person, "/match psg")
        await house.tap(person, sheet, tab)
        [photo] = (await house.see(person, 1))[-1:]
        if not photo["files"]:
            [photo] = await house.see(person)
        assert told in photo["caption"]
        assert "%" in photo["caption"]
        async with house.people._session.get(photo["files"][0]["url"]) as answer:
            picture = Image.open(BytesIO(await answer.read()))
        assert picture.format == "PNG"
        await house.tap(person, photo, "2,5" if person == MEMBER else "2.5")
        [over] = await house.see(person)
        assert over["caption"] != photo["caption"]
        await house.tap(person, over, "Match")
        [back] = await house.see(person)
        assert back["text"] == sheet["text"]


async def test_a_match_without_fair_odds_has_no_grid_to_tap(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_match(house, after=timedelta(hours=3))
        [sheet] = await house.write(MEMBER, "/match psg")
        labels = [button["text"] for row in sheet["buttons"] for button in row]
        assert not any("Grille" in label for label in labels)


async def test_the_sheet_of_many_markets_is_turned_by_pages(pool: Pool) -> None:
    async with open_house(pool) as house:
        fixture = await a_match(house, after=timedelta(hours=3))
        await priced(house, fixture)
        [first] = await house.write(MEMBER, "/match psg")
        assert "page 1/2" in first["text"]
        await house.tap(MEMBER, first, "Suivants")
        [second] = await house.see(MEMBER)
        assert "page 2/2" in second["text"]
        rows = {line for line in first["text"].splitlines() if line.startswith("•")}
        others = {line for line in second["text"].splitlines() if line.startswith("•")}
        assert rows
        assert others
        assert not rows & others
        assert "≈" in second["text"]
