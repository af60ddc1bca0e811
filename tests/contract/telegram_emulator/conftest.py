from collections.abc import AsyncIterator

import pytest
from telegram import (
    Bot,
)

from sandbox.telegram import People, TelegramSandbox, open_people, open_telegram
from tests.contract.telegram_emulator.parts import bot_of


@pytest.fixture(autouse=True)
def durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opt in to the library's coming type of retry_after; the old one warns."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    async with open_telegram(flood=None, callback_seconds=0.3) as sandbox:
        yield sandbox


@pytest.fixture
async def started(telegram: TelegramSandbox) -> TelegramSandbox:
    async with open_people(telegram.url) as people:
        await people.write(1002, "/start")
    return telegram


@pytest.fixture
async def bot(started: TelegramSandbox) -> AsyncIterator[Bot]:
    async with bot_of(started) as bot:
        yield bot


@pytest.fixture
async def people(started: TelegramSandbox) -> AsyncIterator[People]:
    async with open_people(started.url) as people:
        yield people
