"""A person says what they are told of, how loudly and when; it holds for the next card."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.preferences import EventClass, Inside, QuietHours, Volume
from engine.domain.wish import Mute, MuteKind
from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house, settle
from tests.unit.bot.views import HOSTILE

if TYPE_CHECKING:
    from storage.pool import Pool


async def press(house: House, shown: Any, label: str, person: int = MEMBER) -> Any:
    await house.tap(person, shown, label)
    return (await house.see(person))[-1]


async def test_the_overview_leads_to_every_part_and_each_part_leads_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/alertes")
        assert "12 par jour" in shown["text"]
        assert "Heures calmes : aucune" in shown["text"]
        for part in ("Évènements", "Préréglages", "Plafonds", "Heures calmes", "Résumés"):
            opened = await press(house, shown, part)
            assert opened["message_id"] == shown["message_id"]
            shown = await press(house, opened, "Alertes")


async def test_a_tap_turns_the_volume_of_a_class(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/alertes")
        shown = await press(house, shown, "Évènements")
        heard = []
        for _ in range(3):
            shown = await press(house, shown, "Nouveau pick")
            async with house.store.reading() as tx:
                heard.append((await tx.preferences.of(MEMBER)).volume(EventClass.PICK))
        assert heard == [Volume.SILENT, Volume.OFF, Volume.ON]


async def test_caps_are_chosen_by_a_tap(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/alerts")
        shown = await press(house, shown, "Plafonds")
        shown = await press(house, shown, "30")
        assert "Par jour : 30" in shown["text"]
        [again] = await house.write(MEMBER, "/alertes")
        assert "6 par heure, 30 par jour" in again["text"]


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("/calme 23:00-08:00", (1380, 480)),
        ("/quiet 22h30 - 7h", (1350, 420)),
        ("/calme 0:00–9:00", (0, 540)),
    ],
)
async def test_quiet_hours_are_typed_as_people_type_them(
    pool: Pool, typed: str, hours: tuple[int, int]
) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, typed)
        async with house.store.reading() as tx:
            quiet = (await tx.preferences.of(MEMBER)).quiet
        assert quiet is not None
        assert (quiet.start, quiet.end) == hours


async def test_quiet_hours_nobody_can_read_are_taught_and_change_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        for typed in ("25:00-08:00", "<b>", "8", "9:00-9:00"):
            [told] = await house.write(MEMBER, f"/calme {typed}")
            assert "/calme 23:00-08:00" in told["text"]
        async with house.store.reading() as tx:
            assert (await tx.preferences.of(MEMBER)).quiet is None


async def test_quiet_hours_by_buttons_and_by_an_answer(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/calme")
        shown = await press(house, shown, "23:00–08:00")
        shown = await press(house, shown, "Au résumé")
        async with house.store.reading() as tx:
            kept = (await tx.preferences.of(MEMBER)).quiet
        assert kept == QuietHours(start=1380, end=480, inside=Inside.DROP)
        shown = await press(house, shown, "Écrire")
        [shown] = await house.write(MEMBER, "21:00-06:30")
        async with house.store.reading() as tx:
            kept = (await tx.preferences.of(MEMBER)).quiet
        assert kept == QuietHours(start=1260, end=390, inside=Inside.DROP)
        await press(house, shown, "Jamais")
        async with house.store.reading() as tx:
            assert (await tx.preferences.of(MEMBER)).quiet is None


async def test_digests_come_when_they_are_asked_for(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/digest 8h15 23:00")
        assert "08:15" in shown["text"]
        assert "23:00" in shown["text"]
        shown = await press(house, shown, "Résumé du soir")
        assert "Résumé du soir : 🔇 jamais" in shown["text"]
        [wrong] = await house.write(MEMBER, "/digest demain")
        assert "« demain »" in wrong["text"]


async def test_a_preset_is_seen_before_it_is_kept_and_kept_by_name(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_settled(house)
        [shown] = await house.write(MEMBER, "/preset")
        assert "Aucun préréglage" in shown["text"]
        await press(house, shown, "Nouveau")
        [seen] = await house.write(MEMBER, "market=ou cote>=1.5")
        assert "1 cartes" in seen["text"] or "1 carte" in seen["text"]
        assert "n = 1" in seen["text"] or "1 picks" in seen["text"]
        await press(house, seen, "Garder")
        [kept] = await house.write(MEMBER, "Soir <b>")
        assert "Soir <b>" in kept["text"]
        async with house.store.reading() as tx:
            [mine] = await tx.readers.presets(MEMBER, house.clock.now)
        assert (mine.preset.name, mine.written) == ("Soir <b>", "market=ou odds>=1.5")
        silent = await press(house, kept, "Sans son")
        assert "sans son" in silent["text"]
        link = await press(house, silent, "Partager")
        assert "?start=f_" in link["text"]
        asked = await press(house, link, "Supprimer")
        gone = await press(house, asked, "Confirmer")
        assert "Supprimé" in gone["text"]
        async with house.store.reading() as tx:
            assert await tx.readers.presets(MEMBER, house.clock.now) == ()


async def test_a_filter_nobody_understands_is_taught_and_asked_for_again(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/preset")
        await press(house, shown, "Nouveau")
        refused, again = await house.write(MEMBER, "marche=zzz", n=2)
        assert "zzz" in refused["text"]
        assert "market=btts" in again["text"]
        [seen] = await house.write(MEMBER, "market=btts")
        assert "aucun pick" in seen["text"]


async def test_there_are_ten_presets_at_most(pool: Pool) -> None:
    async with open_house(pool) as house:
        for n in range(10):
            house.clock.ticks += 10
            [kept] = await house.write(MEMBER, f"/preset save n{n} odds>=1.{n}")
            assert "Gardé" in kept["text"]
        [refused] = await house.write(MEMBER, "/preset save more odds>=2")
        assert "Dix préréglages" in refused["text"]
        [changed] = await house.write(MEMBER, "/preset save n3 odds>=3")
        assert "odds>=3" in changed["text"]


async def test_what_a_card_is_of_is_muted_from_its_button_and_reopened(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=30), home=HOSTILE.replace("\0", ""))
        [card] = await house.write(MEMBER, "/pick 1")
        await house.tap(MEMBER, card, "Muet")
        [what] = await house.see(MEMBER)
        assert what["kind"] == "send"
        long = await press(house, what, "Lens")
        assert "équipe Lens" in long["text"]
        done = await press(house, long, "7 jours")
        assert "29 nov." in done["text"]
        async with house.store.reading() as tx:
            [held] = await tx.readers.mutes(MEMBER, house.clock.now)
        assert held.mute.kind is MuteKind.TEAM
        assert held.mute.until == house.clock.now + timedelta(days=7)
        open_again = await press(house, done, "équipe Lens")
        assert "de nouveau ouvert" in open_again["text"]
        match = await press(house, what, "Ce match")
        assert "Jusqu’au match" in str(match["buttons"])
        await press(house, match, "Jusqu’au match")
        async with house.store.reading() as tx:
            [held] = await tx.readers.mutes(MEMBER, house.clock.now)
        assert held.mute.until == house.clock.now + timedelta(hours=30)


@pytest.mark.parametrize(
    ("typed", "kind", "key", "span"),
    [
        ("/muet PSG 7j", MuteKind.TEAM, "h-PSG", timedelta(days=7)),
        ("/mute Ligue 1 24h", MuteKind.LEAGUE, "soccer_france_ligue_one", timedelta(days=1)),
        ("/muet les deux marquent 2w", MuteKind.MARKET, "btts", timedelta(days=14)),
        ("/muet betclic toujours", MuteKind.BOOK, "betclic", None),
    ],
)
async def test_what_is_typed_is_muted_for_as_long_as_is_typed(
    pool: Pool, typed: str, kind: MuteKind, key: str, span: timedelta | None
) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=30))
        await house.write(MEMBER, typed)
        async with house.store.reading() as tx:
            [held] = await tx.readers.mutes(MEMBER, house.clock.now)
        until = None if span is None else house.clock.now + span
        assert held.mute == Mute(kind=kind, key=key, until=until)


async def test_what_is_not_surely_meant_is_asked_back(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=30))
        [asked] = await house.write(MEMBER, "/muet betclik")
        assert "betclik" in asked["text"]
        long = await press(house, asked, "bookmaker Betclic")
        done = await press(house, long, "24 h")
        assert "bookmaker Betclic" in done["text"]
        [nothing] = await house.write(MEMBER, f"/muet {HOSTILE[:60]}")
        assert nothing["buttons"]
        [usage] = await house.write(MEMBER, "/muet")
        assert "/muet PSG 7j" in usage["text"]


async def test_a_viewer_is_told_that_picks_are_not_sent_to_them(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(VIEWER, "/alerts")
        assert "for reading" in shown["text"]


async def a_settled(house: House) -> None:
    """Keep one pick that is settled, with its close."""
    pick = await a_pick(house.store, after=timedelta(hours=-3))
    await settle(house.store, pick, won=True)
