"""A house with years behind it: 200,000 picks, five million changes of odds, and its bot."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from bench._odds_archive import CHANGES_A_MATCH, a_fixture, fill, prepare
from bot.access import AllowList
from bot.app import build_application
from bot.callbacks import Signer
from bot.context import Door
from bot.records import Records
from bot.render.numbers import Money
from bot.texts.loader import load_texts
from config.catalogue import load_catalogue
from config.settings import load
from engine.domain.market import Selection
from engine.domain.pick import Provenance
from jobs.rules import rules_from
from sandbox.telegram import open_people, open_telegram
from storage.embedded import open_embedded
from storage.migrate import migrate
from storage.pool import open_pool
from storage.queries import queries
from storage.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import App
    from sandbox.telegram import People, TelegramSandbox
    from storage.pool import Pool

SQL: Final = queries("commands", folder=Path(__file__).parent / "sql")
MEMBER: Final = 7
OWNER: Final = 8
NOW: Final = datetime(2026, 8, 1, 12, tzinfo=UTC)
CODES: Final = ("home", "over_2.5", "btts_yes", "dnb_home")
_WEEKS: Final = 250
_CARDS: Final = 500
_MINUTE: Final = 61.0
_QUIET: Final = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The bot of the house, and the street it stands in."""

    app: App
    telegram: TelegramSandbox
    people: People
    minutes: list[float]

    def answers(self) -> int:
        return len(self.telegram.log)

    def answered(self, place: int) -> float:
        """Return when the answer at a place of the log was taken, on the monotonic clock."""
        return self.telegram.log[place].monotonic

    def wait_a_minute(self) -> None:
        """Let the pace of people forget what was asked so far."""
        self.minutes.append(_MINUTE)

    async def rest(self) -> None:
        """Wait until nothing more comes of what was asked: a picture may follow the words."""
        before = -1
        while self.answers() != before:
            before = self.answers()
            await asyncio.sleep(_QUIET)


@asynccontextmanager
async def open_house(picks: int, changes: int) -> AsyncIterator[House]:
    """Open everything, filled; the clock of the house stands at `NOW`."""
    home = Path(tempfile.mkdtemp(prefix="mon_ps-bench-"))
    home.chmod(0o755)  # noqa: ASYNC240  # before anything else runs in the loop
    try:
        async with open_embedded(home / "cluster") as server, open_pool(server.dsn) as pool:
            await migrate(pool)
            await _fill(pool, picks, changes)
            async with _open_bot(Store(pool)) as house:
                yield house
    finally:
        shutil.rmtree(home)


async def _fill(pool: Pool, picks: int, changes: int) -> None:
    a_week = picks // len(CODES) // _WEEKS
    await pool.execute(SQL.fixtures, _WEEKS, a_week, NOW)
    selections = [Selection.parse(code) for code in CODES]
    numbers, markets = [s.number for s in selections], [s.market_code for s in selections]
    await pool.execute(SQL.picks, Provenance.LIVE.value, numbers, markets)
    await pool.execute(SQL.closes, NOW)
    await pool.execute(SQL.settlements, NOW)
    await pool.execute(SQL.outbox, MEMBER, _CARDS)
    matches = [a_fixture(place) for place in range(changes // CHANGES_A_MATCH)]
    await prepare(pool, matches)
    generator = np.random.default_rng(3)
    for part in range(0, len(matches), 200):
        await fill(pool, matches[part : part + 200], part, generator)
    await pool.execute(SQL.analyze)


@asynccontextmanager
async def _open_bot(store: Store) -> AsyncIterator[House]:
    minutes = list[float]()
    async with open_telegram(flood=None) as telegram, open_people(telegram.url) as people:
        door = Door(
            store=store,
            clock=lambda: NOW,
            ticks=lambda: monotonic() + sum(minutes),
            texts=load_texts(),
            allowed=AllowList(
                owners=frozenset({OWNER}), members=frozenset({MEMBER}), viewers=frozenset()
            ),
            signer=Signer(b"s" * 32),
            money=Money(
                bankroll=Decimal(1000), currency="EUR", time_zone=ZoneInfo("Europe/Paris")
            ),
            provenance=Provenance.LIVE,
            language="en",
            rules=rules_from(load({}, None)),
            names=load_catalogue().names,
            key_states=lambda: (),
            records=Records(store),
        )
        app = build_application(door, token=telegram.token, base_url=telegram.url)
        async with app:
            if (updater := app.updater) is None:
                raise AssertionError("the bot does not listen")
            await app.start()
            await updater.start_polling(timeout=1)
            try:
                yield House(app=app, telegram=telegram, people=people, minutes=minutes)
            finally:
                await updater.stop()
                await app.stop()
