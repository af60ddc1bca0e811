"""The figures and their picture."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image

from bot.callbacks import Tap
from bot.handlers import beside
from engine.domain.bet import TakenBet
from engine.domain.numbers import Odds, units
from engine.domain.pick import Provenance
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house, settle
from tests.unit.bot.views import HOSTILE


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
        assert (picture.format, picture.width) == ("PNG", 907)


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


async def test_a_typed_filter_holds_through_tabs_and_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        [kept] = await house.write(VIEWER, "/stats marché=plus_2.5 cote=1.5-2.5")
        assert "🔎 market=over_2.5 odds=1.5-2.5" in kept["text"]
        assert "LIVE · settled: n = 3" in kept["text"]
        assert await house.sees_nothing(VIEWER)  # the picture is of whole records

        await house.tap(VIEWER, kept, "Market")
        [cut] = await house.see(VIEWER)
        assert (cut["kind"], cut["message_id"]) == ("edit", kept["message_id"])
        assert "By market · LIVE" in cut["text"]
        assert "🔎 market=over_2.5 odds=1.5-2.5" in cut["text"]
        assert "3 settled bets, matches from 22 Nov 2026 to 22 Nov 2026" in cut["text"]
        assert "Over 2.5 · n = 3 ⚠️" in cut["text"]

        await house.tap(VIEWER, cut, "⬅ Stats")
        [back] = await house.see(VIEWER)
        assert (back["kind"], back["message_id"]) == ("edit", kept["message_id"])
        assert back["text"] == kept["text"]

        await house.tap(VIEWER, back, "No filter")
        [whole] = await house.see(VIEWER)
        assert "LIVE · settled: n = 6" in whole["text"]
        assert "🔎" not in whole["text"]
        assert await house.sees_nothing(VIEWER)


async def test_a_filter_nobody_understands_is_taught_and_one_that_is_can_be_tapped(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        [taught] = await house.write(VIEWER, "/stats markt=over_2.5 odds=1.5-2.5")
        assert "Filter refused: nothing was filtered" in taught["text"]
        assert "No field is called markt." in taught["text"]
        assert "Try: /stats market=over_2.5 odds=1.5-2.5" in taught["text"]
        await house.tap(VIEWER, taught, "🔎 market=over_2.5 odds=1.5-2.5")
        [kept] = await house.see(VIEWER)
        assert (kept["kind"], kept["message_id"]) == ("edit", taught["message_id"])
        assert "LIVE · settled: n = 3" in kept["text"]


async def test_a_tab_is_of_one_record_and_the_others_are_a_tap_away(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        text, _ = await house.write(VIEWER, "/stats", 2)
        await house.tap(VIEWER, text, "CLV")
        [closes] = await house.see(VIEWER)
        assert "CLV · LIVE" in closes["text"]
        assert "Closes caught: 0/6" in closes["text"]
        await house.tap(VIEWER, closes, "Paper")
        [paper] = await house.see(VIEWER)
        assert paper["text"].startswith("🎯 CLV · PAPER")
        assert "No settled bet yet" in paper["text"]


async def test_a_filter_that_lets_nothing_in_says_so(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        [none] = await house.write(VIEWER, "/stats provenance=backtest")
        assert "No settled bet passes this filter." in none["text"]
        assert "LIVE · settled" not in none["text"]
        await house.tap(VIEWER, none, "Odds")
        [cut] = await house.see(VIEWER)
        assert "By odds band · BACKTEST" in cut["text"]
        assert "No settled bet passes this filter." in cut["text"]
        assert not any("Live" in button["text"] for row in cut["buttons"] for button in row)


async def test_a_hostile_filter_hurts_nothing_around_it(pool: Pool) -> None:
    async with open_house(pool) as house:
        [taught] = await house.write(VIEWER, f"/stats book=</b>&lt;{HOSTILE}")
        assert "Filter refused" in taught["text"]
        assert "Try: /stats" in taught["text"]
        [long] = await house.write(VIEWER, "/stats market=" + "btts," * 700)
        assert "Filter too long: 240 characters at most." in long["text"]


async def test_a_button_of_a_filter_that_nobody_knows_says_so(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(VIEWER, "/stats")
        stale = Tap(screen="stats", number=999, args="oddsxlive")
        await house.people.tap(VIEWER, shown, house.door.signer.encode(VIEWER, stale))
        [told] = await house.see(VIEWER)
        assert (told["kind"], told["message_id"]) == ("edit", shown["message_id"])
        assert "This filter is no longer known" in told["text"]


async def test_money_luck_and_evidence_are_tabs_of_the_same_message(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        [shown] = await house.write(VIEWER, "/stats odds=1.2-9")
        for label, says in (
            ("Money", "ROI, on a starting bankroll of 100 u: +0.1%"),
            ("Luck", "Actual profit: +0.12 u (n = 6)"),
            ("Evidence", "Pr(edge > 0): not yet, it takes two weeks at least (closes: n = 0)"),
        ):
            await house.tap(VIEWER, shown, label)
            [tab] = await house.see(VIEWER)
            assert (tab["kind"], tab["message_id"]) == ("edit", shown["message_id"])
            assert says in tab["text"]
            assert "LIVE" in tab["text"]
            assert "🔎 odds=1.2-9" in tab["text"]


async def six_settled(house: House) -> None:
    """Settle three picks of each of two markets."""
    for number in range(6):
        pick = await a_pick(
            house.store,
            after=-timedelta(hours=3),
            home=f"Home{number}",
            code="home" if number % 2 else "over_2.5",
        )
        await settle(house.store, pick, won=number < 3)


async def test_a_record_stands_beside_bettors_who_are_not_clever(pool: Pool) -> None:
    """Of these picks no odds are left but their own: that is said, and nothing made up."""
    async with open_house(pool) as house:
        await six_settled(house)
        text, _ = await house.write(VIEWER, "/stats", 2)
        await house.tap(VIEWER, text, "Baselines")
        [shown] = await house.see(VIEWER)
        assert shown["text"].startswith("📏 Baselines · LIVE")
        assert shown["text"].count("Not known: no odds of those moments are left") == 2


async def test_what_somebody_took_is_shown_to_them_beside_what_was_recommended(
    pool: Pool,
) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=-timedelta(hours=3))
        async with house.store.transaction() as tx:
            bet = TakenBet(
                id=UUID(int=1),
                user_id=VIEWER,
                pick_id=pick.id,
                bookmaker=pick.bookmaker,
                odds=Odds(pick.odds - 0.1),
                stake=units(2),
                taken_at=pick.taken_at,
            )
            assert await tx.bets.add(bet)
        await settle(house.store, pick, won=True)
        text, _ = await house.write(VIEWER, "/stats", 2)
        await house.tap(VIEWER, text, "Taken")
        [mine] = await house.see(VIEWER)
        assert mine["text"].startswith("🎫 What you took · LIVE")
        assert "Yours · picks taken: 1/1" in mine["text"]
        assert f"Profit: +{2 * (pick.odds - 1.1):.2f} u on 2.00 u staked" in mine["text"]
        text, _ = await house.write(MEMBER, "/stats", 2)
        await house.tap(MEMBER, text, "Joués")
        [none] = await house.see(MEMBER)
        assert "Vous n’avez déclaré aucun pari sur ces picks réglés (n = 1)" in none["text"]


async def test_in_a_group_nobody_reads_what_somebody_took(pool: Pool) -> None:
    async with open_house(pool) as house:
        await six_settled(house)
        group = (await house.people.open_chat("group", [MEMBER, VIEWER]))["id"]
        text, _ = await house.write(VIEWER, "/stats", 2, chat_id=group)
        await house.tap(VIEWER, text, "Taken")
        [kept] = await house.see(VIEWER)
        assert "ask me in our private chat" in kept["text"]


async def test_baselines_are_of_the_latest_bets(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "LATEST", 1)
    async with open_house(pool) as house:
        for days in (3, 1):
            pick = await a_pick(house.store, after=-timedelta(days=days), home=f"Home{days}")
            await settle(house.store, pick, won=True)
        text, _ = await house.write(VIEWER, "/stats", 2)
        await house.tap(VIEWER, text, "Baselines")
        [shown] = await house.see(VIEWER)
        assert "The latest of 2: 1 settled bet, match of 21 Nov 2026" in shown["text"]
