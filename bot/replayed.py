"""Delivery beside a replay: the same sender, on the replayed clock, to an emulator."""

from __future__ import annotations

import hashlib
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.callbacks import Signer
from bot.delivery import Courier, Delivery
from bot.limiter import Limiter, PacedRequests
from bot.render.numbers import Money
from bot.texts.loader import load_texts
from bot.words import AlertWords
from engine.domain.errors import FeedDown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from engine.alerting.rules import AlertRules
    from storage.store import Store, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How the one who reads the replayed cards counts: bankroll, currency, time zone."""

    bankroll: Decimal
    currency: str
    time_zone: ZoneInfo


@asynccontextmanager
async def open_delivery(
    store: Store,
    rules: AlertRules,
    reader: Reader,
    *,
    url: str,
    token: str,
    clock: Callable[[Tx], Awaitable[datetime]],
) -> AsyncIterator[Delivery]:
    """Give a delivery to drain at each replayed instant; only its limiter runs on real time.

    Raises:
        FeedDown: no Bot API emulator answers at `url`.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    limiter = Limiter(rules)
    bot = ExtBot(
        token=token,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        rate_limiter=PacedRequests(limiter),
    )
    try:
        await bot.initialize()
    except TelegramError as error:
        raise FeedDown(f"no Bot API emulator answers at {url}: {error.message}") from None
    words = AlertWords(
        texts=load_texts(),
        money=Money(
            bankroll=reader.bankroll, currency=reader.currency, time_zone=reader.time_zone
        ),
        signer=Signer(hashlib.sha256(f"buttons|{token}".encode()).digest()),
    )
    try:
        yield Delivery(
            store, Courier(bot=bot, words=words, limiter=limiter, fencing=0), rules, clock
        )
    finally:
        await bot.shutdown()
