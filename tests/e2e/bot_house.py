"""The real bot on a real database, talked to by scripted people through the emulator."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from time import monotonic
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.access import AllowList
from bot.app import build_application, set_menus
from bot.callbacks import Signer
from bot.context import Door
from bot.records import Records
from bot.render.numbers import Money
from bot.texts.loader import load_texts
from config.catalogue import load_catalogue
from config.settings import load
from engine.domain.fixture import Team, fixture_id
from engine.domain.numbers import Units
from engine.domain.pick import Provenance, pick_id
from engine.domain.settlement import Outcome, Score, Settlement
from jobs.rules import rules_from
from sandbox.telegram import FloodLimits, People, open_people, open_telegram
from storage.store import Store
from tests.unit.bot.views import NOW, a_view

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime, timedelta

    from bot.app import App
    from engine.domain.pick import Pick
    from sandbox.telegram import TelegramSandbox
    from storage.pool import Pool

OWNER, MEMBER, VIEWER, STRANGER = 1001, 1002, 1003, 1004
PATIENCE = 10.0


@dataclass(slots=True)
class Clock:
    now: datetime = NOW
    ticks: float = 0.0


@dataclass(slots=True)
class House:
    """The bot's street: what people do, and what they then see."""

    app: App
    door: Door
    store: Store
    people: People
    clock: Clock
    telegram: TelegramSandbox
    _read: dict[int, int] = field(default_factory=dict)

    async def write(self, person: int, text: str, n: int = 1, **fields: Any) -> list[Any]:
        """Write something and return the `n` things the bot shows next."""
        await self.people.write(person, text, **fields)
        return await self.see(person, n)

    async def tap(self, person: int, shown: Any, label: str) -> Any:
        """Press the button with this label; return the answer to the press."""
        data = next(
            button["callback_data"]
            for row in shown["buttons"]
            for button in row
            if label in button["text"]
        )
        return (await self.people.tap(person, shown, data))["answer"]

    async def see(self, person: int, n: int = 1) -> list[Any]:
        """Return the next `n` events made by the bot; fails when they do not come."""
        found: list[Any] = []
        deadline = monotonic() + PATIENCE
        while len(found) < n:
            assert monotonic() < deadline, f"saw {len(found)} of {n}: {found}"
            news = await self.people.events(person, after=self._read.get(person, 0), wait=1.0)
            for event in news[: self._needed(news, n - len(found))]:
                self._read[person] = event["event"]
                if _is_bots(event):
                    found.append(_as_read(event))
        return found

    async def sees_nothing(self, person: int, wait: float = 0.3) -> bool:
        """Say whether the bot stays silent for a while; what people write does not count."""
        await asyncio.sleep(wait)
        news = await self.people.events(person, after=self._read.get(person, 0))
        return not any(_is_bots(event) for event in news)

    def _needed(self, news: list[Any], missing: int) -> int:
        for index, event in enumerate(news):
            missing -= _is_bots(event)
            if missing == 0:
                return index + 1
        return len(news)


def _as_read(event: Any) -> Any:
    """Return an event with spaces as people read them: those that hold a line are spaces too."""
    written = {key: event.get(key) for key in ("text", "caption")}
    return event | {key: text.replace("\u00a0", " ") for key, text in written.items() if text}


def _is_bots(event: Any) -> bool:
    return bool(event.get("from", {}).get("is_bot"))


@asynccontextmanager
async def open_house(
    pool: Pool, *, flood: FloodLimits | None = None, **changes: Any
) -> AsyncIterator[House]:
    """Open everything: emulator, bot, people."""
    clock = Clock()
    store = Store(pool)
    door = Door(
        store=store,
        clock=lambda: clock.now,
        ticks=lambda: clock.ticks,
        texts=load_texts(),
        allowed=AllowList(
            owners=frozenset({OWNER}), members=frozenset({MEMBER}), viewers=frozenset({VIEWER})
        ),
        signer=Signer(b"secret of the tests"),
        money=Money(bankroll=Decimal(1000), currency="EUR", time_zone=ZoneInfo("Europe/Paris")),
        provenance=Provenance.LIVE,
        language="fr",
        rules=rules_from(load({}, None)),
        names=load_catalogue().names,
        key_states=lambda: (),
        records=Records(store),
    )
    async with open_telegram(flood=flood) as telegram, open_people(telegram.url) as people:
        door = replace(door, **changes)
        app = build_application(door, token=telegram.token, base_url=telegram.url)
        async with app:
            await set_menus(app, door)
            assert app.updater
            await app.start()
            await app.updater.start_polling(timeout=1)
            try:
                yield House(
                    app=app,
                    door=door,
                    store=store,
                    people=people,
                    clock=clock,
                    telegram=telegram,
                )
            finally:
                await app.updater.stop()
                await app.stop()


async def a_pick(
    store: Store, *, after: timedelta, home: str = "PSG", away: str = "Lens", **changes: Any
) -> Pick:
    """Store a pick of provenance live (or another) that kicks off `after` now."""
    view = a_view(**changes)
    home_team, away_team = Team(key=f"h-{home}", name=home), Team(key=f"a-{away}", name=away)
    fixture = replace(
        view.fixture,
        id=fixture_id("soccer_epl", home_team.key, away_team.key, NOW.date()),
        home=home_team,
        away=away_team,
        kick_off=NOW + after,
    )
    provenance = view.pick.provenance
    pick = replace(
        view.pick,
        id=pick_id(provenance, fixture.id, view.pick.selection),
        fixture_id=fixture.id,
        fair=replace(view.pick.fair, fixture_id=fixture.id),
    )
    async with store.transaction() as tx:
        await tx.fixtures.save([fixture], NOW)
        assert len(await tx.picks.add([pick])) == 1
    return pick


async def settle(store: Store, pick: Pick, *, won: bool) -> None:
    """Settle a pick 3-1 or 0-0."""
    profit = pick.stake * (Decimal(str(pick.odds)) - 1) if won else -pick.stake
    settlement = Settlement(
        pick_id=pick.id,
        sequence=1,
        outcome=Outcome.WON if won else Outcome.LOST,
        profit=Units(profit),
        full_time=Score(home=3, away=1) if won else Score(home=0, away=0),
        rule="default",
        settled_at=NOW,
    )
    async with store.transaction() as tx:
        assert await tx.settlements.add([settlement]) == 1
