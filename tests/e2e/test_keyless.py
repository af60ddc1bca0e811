"""Somebody without any key: picks from football-data.co.uk's files, read on real cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from engine.collect.season_files.rows import season_on
from engine.domain.alert import Role
from sandbox.clock import now
from storage.people import Person
from storage.store import open_store
from tests.faults.street import Street, eventually, open_street
from tests.integration.walks.site import Site, open_site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

    from storage.dsn import Dsn
    from storage.pool import Pool

OWNER = 1001
LONDON, PARIS = ZoneInfo("Europe/London"), ZoneInfo("Europe/Paris")
BOOKS = ("B365", "BFD", "BMGM", "BV", "BW", "CL", "LB")
FAIR, CROWD, GENEROUS = "2.06,3.65,3.9", "2,3.5,3.7", "2.25,3.3,3.4"
PATIENCE = 20.0
DAYS_PASS = """
alter table picks disable trigger sent_picks_stand;
update fixtures set kick_off = kick_off - interval '3 days';
update picks set set_for = set_for - interval '3 days', taken_at = taken_at - interval '3 days',
    quoted_at = quoted_at - interval '3 days';
alter table picks enable trigger sent_picks_stand;
"""


@dataclass(frozen=True, kw_only=True)
class Keyless:
    street: Street
    site: Site
    pool: Pool

    def settings(self) -> dict[str, str | None]:
        return {
            "MON_PS_PROFILE": None,
            "MON_PS_ODDS_API_KEYS": None,
            "MON_PS_API_FOOTBALL_KEY": None,
            "MON_PS_COMPETITIONS": None,
            "MON_PS_FOOTBALL_DATA_URL": self.site.url,
            "MON_PS_OWNER_IDS": str(OWNER),
            "MON_PS_MEMBER_IDS": None,
            "MON_PS_DELIVERY__GROUP_WAIT": "1s",
            "MON_PS_DELIVERY__EDIT_INTERVAL": "1s",
        }

    async def reads_the_files(self) -> None:
        told = await self.street.jobs("fixtures-feed", **self.settings())
        assert told.code == 0, told.err

    async def sees(self, *words: str) -> str:
        """Return a text of the bot that has all these words, once there is one."""

        async def found() -> str:
            events = await self.street.people.events(OWNER)
            texts = [str(one.get("text") or "") for one in events if one.get("by_bot")]
            return next((text for text in texts if all(word in text for word in words)), "")

        shown: Any = await eventually(
            found, within=PATIENCE, what=f"a card with {words}", log=self.street.log
        )
        return str(shown)


@pytest.fixture
async def keyless(database: Dsn, pool: Pool, tmp_path: Path) -> AsyncIterator[Keyless]:
    async with (
        open_site() as site,
        open_street(database, tmp_path / "service.log", first_kick_off=100) as street,
        open_store(database.get_secret_value()) as store,
    ):
        async with store.transaction() as tx:
            reader = Person(
                user_id=OWNER, chat_id=OWNER, role=Role.OWNER, language="en", wants_picks=True
            )
            await tx.people.save(reader, now())
        await street.people.write(OWNER, "/start")
        yield Keyless(street=street, site=site, pool=pool)


def fixtures_file(kick_off: datetime) -> str:
    head = "".join(f",{book}{end}" for book in (*BOOKS, "BFE", "Max", "Avg") for end in "HDA")
    games = (("B1", "Cercle Brugge", "Antwerp"), ("E0", "Leeds", "Arsenal"))
    prices = ",".join(GENEROUS if book == "BMGM" else CROWD for book in BOOKS)
    rows = [
        f"{code},{kick_off.astimezone(LONDON):%d/%m/%Y,%H:%M},{home},{away},"
        f"{prices},{FAIR},9,9,9,{CROWD}"
        for code, home, away in games
    ]
    return "\n".join([f"Div,Date,Time,HomeTeam,AwayTeam{head}", *rows, ""])


def season_file(kick_off: datetime) -> str:
    head = "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,BFECH,BFECD,BFECA,AvgCH,AvgCD,AvgCA"
    when = f"{kick_off.astimezone(LONDON):%d/%m/%Y,%H:%M}"
    return f"{head}\nE0,{when},Leeds,Arsenal,2,1,H,2,3.6,4,1.9,3.4,3.8\n"


async def test_a_person_without_any_key_reads_a_pick_its_close_and_its_result(
    keyless: Keyless,
) -> None:
    printed = now().replace(microsecond=0) - timedelta(hours=1)
    kick_off = now().replace(second=0, microsecond=0) + timedelta(days=1)
    keyless.site.put("/fixtures.csv", fixtures_file(kick_off), printed)
    async with keyless.street.service(**keyless.settings()):
        card = await keyless.sees("Leeds", "#P")
        assert "BetMGM" in card
        assert "football-data.co.uk" in card
        assert f"{printed.astimezone(PARIS):%H:%M}" in card
        assert "check them before betting" in card
        assert "Betfair Exchange" in card  # what it is held against, which is no sharp book
        await keyless.sees("Cercle Brugge", "#P")  # every division of the free file
        await keyless.pool.execute(DAYS_PASS)
        played = kick_off - timedelta(days=3)
        keyless.site.put(f"/mmz4281/{season_on(played)}/E0.csv", season_file(played), now())
        await keyless.reads_the_files()
        await keyless.pool.execute("update results set read_at = read_at - interval '1 hour'")
        await keyless.reads_the_files()
        settled = await keyless.sees("Leeds", "2-1", "grade D")
        assert "CLV" in settled
        assert "Reference: Betfair Exchange, the file’s close" in settled
    await hears_of_no_key(keyless)


async def hears_of_no_key(keyless: Keyless) -> None:
    texts = [str(one.get("text")) for one in await keyless.street.people.events(OWNER)]
    assert not [text for text in texts if "MON_PS_" in text]
    assert await keyless.pool.fetchval("select count(*) from outbox where kind = 'ops'") == 0
    log = keyless.street.log.read_text()
    assert "odds_from_files_twice_a_week" in log
    assert "Traceback" not in log
