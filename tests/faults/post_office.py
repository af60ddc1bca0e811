"""A post office to break: real PostgreSQL, the real bot library, the emulator over HTTP."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from telegram.ext import ExtBot

from bot.callbacks import Signer
from bot.delivery import Courier, Delivery
from bot.halt import Halt
from bot.limiter import Limiter, PacedRequests
from bot.render.numbers import Money
from bot.texts.loader import load_texts
from bot.words import AlertWords
from engine.alerting.rules import AlertRules
from engine.domain.alert import Alert, AlertKind, Role
from engine.domain.board import Quote, build_board
from engine.domain.fixture import Fixture, Team
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds, Probability
from engine.domain.pick import Pick, Provenance, pick_id
from engine.domain.preferences import MOST
from sandbox.telegram import open_people, open_telegram
from storage.people import Person
from storage.store import open_store
from tests.builders import a_fair_price, a_fixture, a_pick

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.telegram import People, TelegramSandbox
    from storage.dsn import Dsn
    from storage.store import Store

os.environ.setdefault("PTB_TIMEDELTA", "true")  # as bot/app.py chooses for the service

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MEMBER, OTHER = 1002, 1001
BOOK = BookmakerKey("unibet_eu")


class Hands:
    """A database clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    async def __call__(self, _: object) -> datetime:
        return self.now

    def pass_by(self, **length: float) -> None:
        self.now += timedelta(**length)


def a_card(
    home: str = "PSG", *, kick_off: datetime = NOW + timedelta(hours=3)
) -> tuple[Fixture, Pick]:
    """Return a fixture and a live pick on over 2.5 goals in it, good from 1.96 on."""
    named = Team(key=home, name=home)
    fixture = replace(a_fixture(home, kick_off=kick_off), home=named)
    fair = a_fair_price("over_2.5", fixture_id=fixture.id, probability=Probability(0.526))
    pick = a_pick(
        fair=fair,
        id=pick_id(Provenance.LIVE, fixture.id, fair.selection),
        provenance=Provenance.LIVE,
        bookmaker=BOOK,
        odds=Odds(2.04),
        quoted_at=NOW,
        min_odds=Odds(1.96),
        taken_at=NOW,
    )
    return fixture, pick


@dataclass(frozen=True, kw_only=True)
class PostOffice:
    """What a test holds: the emulator, the people in it, the store, and senders it may kill."""

    telegram: TelegramSandbox
    people: People
    store: Store
    hands: Hands
    rules: AlertRules
    halt: Halt = field(default_factory=Halt)

    async def put(
        self,
        *homes: str,
        chat_id: int = MEMBER,
        kind: AlertKind = AlertKind.PICK,
        version: str = "new",
        kick_off: datetime = NOW + timedelta(hours=3),
    ) -> list[Pick]:
        """Commit picks with their alerts, as a look does; return the picks."""
        picks = []
        for home in homes or ("PSG",):
            fixture, pick = a_card(home, kick_off=kick_off)
            async with self.store.transaction() as tx:
                await tx.fixtures.save((fixture,), self.hands.now)
                new = await tx.picks.add((pick,))
                await tx.outbox.add((self.alert(pick, kick_off, chat_id, kind, version),))
            if new:
                await self.quote(fixture, 2.04)
            picks.append(pick)
        return picks

    def alert(
        self, pick: Pick, kick_off: datetime, chat_id: int, kind: AlertKind, version: str
    ) -> Alert:
        return Alert(
            chat_id=chat_id,
            kind=kind,
            pick_id=pick.id,
            version=version,
            priority=10 if kind is AlertKind.PICK else 20,
            created_at=self.hands.now,
            not_before=self.hands.now,
            expires_at=kick_off - self.rules.send_cut_off,
        )

    async def quote(self, fixture: Fixture, odds: float, *codes: str) -> None:
        """Let the next look see the pick's book at `odds`."""
        quotes = [
            Quote(
                fixture=0,
                bookmaker=BOOK,
                selection=Selection.parse(code),
                odds=Odds(odds),
                quoted_at=self.hands.now.timestamp(),
            )
            for code in codes or ("over_2.5",)
        ]
        async with self.store.transaction() as tx:
            await tx.fixtures.save((fixture,), self.hands.now)
            await tx.odds.add(build_board(self.hands.now, (fixture,), quotes))

    @asynccontextmanager
    async def sender(
        self, *, fencing: int = 1, halt_seconds: float = 60.0, **rules: Any
    ) -> AsyncIterator[Delivery]:
        """Give a delivery with a bot of its own; leaving the block is its death."""
        chosen = replace(self.rules, **rules)
        limiter = Limiter(chosen)
        async with ExtBot(
            self.telegram.token,
            base_url=f"{self.telegram.url}/bot",
            rate_limiter=PacedRequests(limiter),
        ) as bot:
            texts = load_texts()
            money = Money(
                bankroll=Decimal(1000), currency="EUR", time_zone=ZoneInfo("Europe/Paris")
            )
            words = AlertWords(texts=texts, money=money, signer=Signer(b"s" * 32))
            courier = Courier(
                bot=bot, words=words, limiter=limiter, fencing=fencing, halt=self.halt
            )
            yield Delivery(self.store, courier, chosen, self.hands, halt_seconds=halt_seconds)

    async def outbox(self) -> list[dict[str, Any]]:
        async with self.store.reading() as tx:
            return [dict(row) for row in await tx.outbox.rows()]

    async def states(self) -> list[str]:
        return [row["state"] for row in await self.outbox()]

    def sent(self, chat_id: int = MEMBER) -> list[str]:
        return [entry.text for entry in self.telegram.log.sends(chat_id)]

    def edits(self) -> list[str]:
        return [entry.text for entry in self.telegram.log if entry.method.startswith("edit")]


@asynccontextmanager
async def open_post_office(dsn: Dsn) -> AsyncIterator[PostOffice]:
    """Open an office with two readers who pressed /start, at NOW."""
    rules = AlertRules(
        private_per_second=200.0,
        private_burst=50,
        send_timeout_seconds=1.0,
        cards_an_hour=MOST,
        cards_a_day=MOST,
    )
    async with (
        open_telegram(flood=None) as telegram,
        open_people(telegram.url) as people,
        open_store(dsn.get_secret_value()) as store,
    ):
        for person in (MEMBER, OTHER):
            await people.write(person, "/start")
            async with store.transaction() as tx:
                await tx.people.save(
                    Person(
                        user_id=person,
                        chat_id=person,
                        role=Role.MEMBER,
                        language="fr",
                        wants_picks=True,
                    ),
                    NOW,
                )
        yield PostOffice(telegram=telegram, people=people, store=store, hands=Hands(), rules=rules)
