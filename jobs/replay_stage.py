"""Where a replay takes place: a database of its own, a reader, perhaps an emulator of Telegram."""

from __future__ import annotations

import asyncio
import json
import tempfile
import urllib.error
import urllib.request
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import Progress

from engine.domain.alert import Role
from engine.domain.errors import FeedDown, SettingsInvalid
from engine.domain.pick import Provenance
from engine.domain.preferences import MOST, Caps, Preferences
from jobs.clock import SystemClock
from jobs.context import Providers, open_context
from jobs.file_results import read_rows
from jobs.recordings import find_recordings
from jobs.replay import Replay
from jobs.replay import replay as replay_all
from storage.embedded import open_embedded
from storage.people import Person
from storage.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from engine.alerting.rules import AlertRules
    from engine.collect.names import Names
    from jobs.recordings import Library
    from jobs.rules import Rules
    from jobs.run import Report
    from storage.store import Store, Tx

_DATABASE: Final = "mon_ps_replay"
_READER: Final = 1002
_EVERY_CARD: Final = Preferences(caps=Caps(match=MOST, hour=MOST, day=MOST))
"""The emulator's demo member; in a replay they are the one subscriber."""
_SECONDS: Final = 10.0
_NO_PROVIDERS: Final = Providers(
    odds_api_url="http://replay.invalid",
    odds_api_keys=(),
    api_football_url="http://replay.invalid",
    api_football_key=None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What is replayed: folders, and patterns of files that are not read by default."""

    odds_api: Path
    football_data: Path | None
    include: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """One replay as asked for; never the live database, whatever the settings say."""

    files: Files
    rules: Rules
    names: Names
    database: str | None
    telegram: str | None


class Drains(Protocol):
    """What delivers all that is due at the replayed instant (`bot.delivery.Delivery`)."""

    async def drain(self) -> None: ...


class Delivers(Protocol):
    """Opens a delivery to an emulator, on the clock it is given."""

    def __call__(
        self,
        store: Store,
        rules: AlertRules,
        url: str,
        clock: Callable[[Tx], Awaitable[datetime]],
    ) -> AbstractAsyncContextManager[Drains]: ...


class ReplayedTime:
    """The instant of a replay, as delivery asks for it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    async def __call__(self, _: Tx) -> datetime:
        return self.at


async def run_staged(wanted: Staged, delivers: Delivers) -> Report:
    """Replay what was asked for and return it in numbers.

    Raises:
        MonPsError: a folder, the database or the emulator is not there.
    """
    library = find_recordings(wanted.files.odds_api, wanted.files.include)
    rows = read_rows(wanted.files.football_data) if wanted.files.football_data else ()
    if not library.instants:
        raise SettingsInvalid(f"--odds-api: no recorded answers in {wanted.files.odds_api}")
    rules = replace(wanted.rules, provenance=Provenance.BACKTEST)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(_open_store(wanted.database))
        await _subscribe(store, library)
        deliver = await stack.enter_async_context(_open_delivery(wanted, store, delivers, library))
        ctx = await stack.enter_async_context(
            open_context(
                store, _NO_PROVIDERS, clock=SystemClock(), rules=rules, names=wanted.names
            )
        )
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        bar = progress.add_task("replay", total=len(library.instants))
        return await replay_all(
            ctx,
            Replay(
                library=library,
                rows=rows,
                deliver=deliver,
                progress=lambda done, _: progress.update(bar, completed=done),
            ),
        )


@asynccontextmanager
async def _open_store(database: str | None) -> AsyncIterator[Store]:
    """Open the named database, or a fresh server of our own that is gone afterwards."""
    if database is not None:
        async with open_store(database) as store:
            yield store
        return
    with _home() as home:
        async with (
            open_embedded(home / "cluster", durable=False, database=_DATABASE) as server,
            open_store(server.dsn.get_secret_value()) as store,
        ):
            yield store


@contextmanager
def _home() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own user may enter where we are root; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mon_ps-replay-", dir="/tmp") as name:
        home = Path(name)
        home.chmod(0o755)
        yield home


async def _subscribe(store: Store, library: Library) -> None:
    """Make the demo member the one who reads the replay's cards."""
    person = Person(
        user_id=_READER, chat_id=_READER, role=Role.MEMBER, language="fr", wants_picks=True
    )
    async with store.transaction() as tx:
        others = {one.user_id for one in await tx.people.subscribers()} - {_READER}
        if others or set(await tx.reports.provenance_counts()) - {Provenance.BACKTEST}:
            raise SettingsInvalid(
                "--database: holds a live record; its subscribers would be sent the past as news,"
                " so a replay needs a database of its own"
            )
        if await tx.people.get(_READER) is None:
            await tx.people.save(person, library.instants[0][0])
            await tx.preferences.save(_READER, _EVERY_CARD, library.instants[0][0])


@asynccontextmanager
async def _open_delivery(
    wanted: Staged, store: Store, delivers: Delivers, library: Library
) -> AsyncIterator[Callable[[datetime], Awaitable[None]]]:
    """Give what delivers at an instant: nothing, or the real sender on the replayed clock."""
    if wanted.telegram is None:
        yield _leave_waiting
        return
    url = wanted.telegram.rstrip("/")
    await asyncio.to_thread(_press_start, url)
    clock = ReplayedTime(library.instants[0][0])
    # what an instant says waits for its group, and edits for their turn: drain once both are over
    wait = max(wanted.rules.alerts.group_wait, wanted.rules.alerts.edit_interval)
    async with delivers(store, wanted.rules.alerts, url, clock) as delivery:

        async def deliver(at: datetime) -> None:
            clock.at = at + wait
            await delivery.drain()

        yield deliver


async def _leave_waiting(_: datetime) -> None:
    """Leave the alerts in the outbox."""


def _press_start(url: str) -> None:
    """Have the demo member press /start: nobody may be written to before."""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise SettingsInvalid("--telegram: is not an http(s) address")
    request = urllib.request.Request(  # noqa: S310  # its scheme was just checked
        f"{url}/user/{_READER}/message",
        data=json.dumps({"text": "/start"}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310  # same
            return
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        raise FeedDown(
            f"--telegram: no emulator answers at {url} ({type(error).__name__}); start one with"
            " python -m sandbox --only telegram"
        ) from None
