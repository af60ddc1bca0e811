"""Many people at once, each person's own updates one after the other; long work steps aside."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from engine.domain.errors import LongWorkUnderWay

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator


class InTurn(BaseUpdateProcessor):
    """Processes updates of many people at once, each person's own in the order they came."""

    def __init__(self, at_once: int) -> None:
        super().__init__(at_once)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._at_long_work: set[int] = set()

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Process the update when this person's earlier ones are done, or have stepped aside."""
        user = update.effective_user if isinstance(update, Update) else None
        number = user.id if user else 0
        lock = self._turns.setdefault(number, asyncio.Lock())
        await lock.acquire()
        turn = _Turn(lock, number, self._at_long_work)
        token = _TURN.set(turn)
        try:
            await coroutine
        finally:
            _TURN.reset(token)
            turn.end()


class _Turn:
    """One person's turn, from the moment it is theirs until it ends or steps aside."""

    def __init__(self, lock: asyncio.Lock, number: int, at_long_work: set[int]) -> None:
        self._lock = lock
        self._number = number
        self._at_long_work = at_long_work
        self._held = True

    def end(self) -> None:
        """Let this person's next update in, once."""
        if self._held:
            self._held = False
            self._lock.release()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let the next update in while long work goes on: one of a person's at a time.

        Raises:
            LongWorkUnderWay: this person's earlier long work is not done.
        """
        if self._number in self._at_long_work:
            raise LongWorkUnderWay
        self._at_long_work.add(self._number)
        self.end()
        try:
            yield
        finally:
            self._at_long_work.discard(self._number)


_TURN: Final[ContextVar[_Turn | None]] = ContextVar("turn", default=None)


@contextmanager
def stepping_aside() -> Iterator[None]:
    """Let this person's next updates be answered while what follows goes on.

    Raises:
        LongWorkUnderWay: this person's earlier long work is not done.
    """
    turn = _TURN.get()
    if turn is None:
        yield
        return
    with turn.aside():
        yield
