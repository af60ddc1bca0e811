"""One judge at a time over one database, however many processes look at the market."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import TracebackType

    from storage.store import Store

_NAME: Final = "judging"


class Judging:
    """Held with `async with` while picks are decided on: nobody else decides meanwhile.

    Judging spans several transactions, and `python -m jobs snapshot` may run beside a service:
    so a transaction of its own holds a lock in the database, and lets go with its connection
    should the process die. Tasks of one process queue before it: only one waits in the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = asyncio.Lock()
        self._held = AsyncExitStack()

    async def __aenter__(self) -> None:
        await self._turn.acquire()
        try:
            tx = await self._held.enter_async_context(self._store.transaction())
            await tx.runs.alone(_NAME)
        except BaseException:
            await self._let_go()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._let_go()

    async def _let_go(self) -> None:
        try:
            await self._held.aclose()
        finally:
            self._turn.release()
