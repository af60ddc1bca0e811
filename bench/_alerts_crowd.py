"""A crowd of readers with wishes of every kind, and a matchday for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from engine.domain.alert import Role
from engine.domain.board import Quote, build_board
from engine.domain.fixture import Fixture, Team, fixture_id
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds, Probability, units
from engine.domain.pick import Pick, Provenance, Score, pick_id
from engine.domain.pick_filter import parse
from engine.domain.preferences import (
    Caps,
    EventClass,
    Inside,
    Preferences,
    QuietHours,
    Volume,
)
from engine.domain.price import FairPrice, Rung
from engine.domain.wish import Mute, MuteKind, Preset
from storage.people import Person

if TYPE_CHECKING:
    from engine.domain.board import Board
    from storage.store import Tx

HOUSE: Final = ZoneInfo("Europe/Paris")
LEAGUE: Final = "soccer_france_ligue_one"
BOOK: Final = BookmakerKey("betclic")
FIRST: Final = 50_000
CODES: Final = ("home", "over_2.5")
WISHES: Final = (
    "every pick",
    "silent",
    "off",
    "quiet until later",
    "quiet, dropped inside",
    "goals alone",
    "a team muted",
    "three a day",
)
"""What readers chose, in turn."""


def wish_of(reader: int) -> str:
    return WISHES[reader % len(WISHES)]


async def seat(tx: Tx, reader: int, now: datetime) -> None:
    """Keep one reader and what they chose."""
    user = FIRST + reader
    person = Person(user_id=user, chat_id=user, role=Role.MEMBER, language="fr", wants_picks=True)
    await tx.people.save(person, now)
    chosen = _chosen(wish_of(reader), now)
    if chosen is not None:
        await tx.preferences.save(user, chosen, now)
    if wish_of(reader) == "goals alone":
        preset = Preset(name="goals", picks=parse("market=ou", now))
        await tx.readers.save_preset(user, preset, now)
    if wish_of(reader) == "a team muted":
        mute = Mute(kind=MuteKind.TEAM, key="home0")
        await tx.readers.mute(user, mute, "home0", now)


def _chosen(wish: str, now: datetime) -> Preferences | None:
    local = now.astimezone(HOUSE)
    minute = local.hour * 60 + local.minute
    start, end = (minute - 60) % 1440, (minute + 60) % 1440
    match wish:
        case "silent":
            return Preferences(volumes={EventClass.PICK: Volume.SILENT})
        case "off":
            return Preferences(volumes={EventClass.PICK: Volume.OFF})
        case "quiet until later":
            return Preferences(quiet=QuietHours(start=start, end=end))
        case "quiet, dropped inside":
            end = (minute + 12 * 60) % 1440
            return Preferences(quiet=QuietHours(start=start, end=end, inside=Inside.DROP))
        case "three a day":
            return Preferences(caps=Caps(match=2, hour=3, day=3))
        case _:
            return None


def a_matchday(matches: int, now: datetime) -> tuple[tuple[Fixture, ...], tuple[Pick, ...], Board]:
    """Return matches in four hours, two picks on each, and the board that still offers them."""
    fixtures = tuple(_fixture(n, now + timedelta(hours=4)) for n in range(matches))
    picks = tuple(_pick(one, code, now) for one in fixtures for code in CODES)
    quotes = [
        Quote(
            fixture=n,
            bookmaker=BOOK,
            selection=Selection.parse(code),
            odds=Odds(2.04),
            quoted_at=now.timestamp(),
        )
        for n in range(matches)
        for code in CODES
    ]
    return fixtures, picks, build_board(now, fixtures, quotes)


def _fixture(n: int, kick_off: datetime) -> Fixture:
    home, away = f"home{n}", f"away{n}"
    return Fixture(
        id=fixture_id(LEAGUE, home, away, kick_off.astimezone(UTC).date()),
        competition=LEAGUE,
        home=Team(key=home, name=f"Domicile {n}"),
        away=Team(key=away, name=f"Extérieur {n}"),
        kick_off=kick_off,
    )


def _pick(fixture: Fixture, code: str, now: datetime) -> Pick:
    selection = Selection.parse(code)
    fair = FairPrice(
        fixture_id=fixture.id,
        selection=selection,
        probability=Probability(0.526),
        std_error=0.01,
        source="pinnacle",
        rung=Rung.SHARP,
        books=9,
        dispersion=0.01,
        refund=0.0,
        as_of=now,
    )
    return Pick(
        id=pick_id(Provenance.LIVE, fixture.id, selection),
        provenance=Provenance.LIVE,
        fixture_id=fixture.id,
        selection=selection,
        bookmaker=BOOK,
        odds=Odds(2.04),
        quoted_at=now,
        fair=fair,
        edge=0.03,
        edge_low=0.01,
        edge_high=0.05,
        min_odds=Odds(1.96),
        second=None,
        score=Score(signal_score=70.0, sweet_spot_score=64.0, in_zone=True),
        stake=units("0.5"),
        policy_version="v0",
        taken_at=now,
    )
