"""The whole house, opened in order and closed in reverse: wiring, and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import AsyncExitStack
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from bot.access import AllowList
from bot.callbacks import Signer
from bot.context import Door
from bot.handlers.stats import warm
from bot.line import Line, keep_line
from bot.probe import open_probe
from bot.records import Records
from bot.render.numbers import Money
from bot.texts.loader import load_texts
from config.catalogue import load_catalogue
from config.describe import describe, scale_notice, secret_texts
from config.logging import LastLines, configure_logging
from config.settings import load
from engine.domain.errors import StoreUnavailable
from jobs.clock import SystemClock
from jobs.context import Providers, open_context
from jobs.rules import rules_from
from jobs.schedule import run_schedule
from jobs.vault import Vault
from storage.database import backup_folder, open_database
from storage.leases import Leader
from storage.store import open_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from contextlib import AbstractAsyncContextManager

    from config.settings import Settings
    from jobs.context import Context
    from storage.store import Store
    from storage.views import Health

log = structlog.get_logger()


def check_config(environ: Mapping[str, str]) -> Iterator[str]:
    """Give the settings in force, a line each, secrets masked.

    Raises:
        SettingsInvalid: one line naming the setting and the reason.
    """
    for name, value, source in describe(load(environ)):
        yield f"{name} = {value}  ({source})"


async def serve(environ: Mapping[str, str], stop: asyncio.Event, started: asyncio.Event) -> None:
    """Serve until `stop`: collect, decide, deliver and answer whenever this process leads.

    `started` is set once everything is open: from then on `stop` alone ends it in order.

    Raises:
        Stop: a person must act; grouped with whatever else ended at the same time.
    """
    settings = load(environ)
    said = LastLines()
    configure_logging(settings.log_level, settings.log_format, secret_texts(settings), last=said)
    token = settings.require_telegram_token().get_secret_value()
    async with AsyncExitStack() as stack:
        dsn, watch = await stack.enter_async_context(
            open_database(
                settings.database_url,
                data_dir=settings.data_dir,
                bin_dir=settings.postgres_bin,
            )
        )
        store = await stack.enter_async_context(open_store(dsn.get_secret_value()))
        leader = Leader(dsn)
        vault = Vault(
            dsn=dsn,
            folder=backup_folder(settings.backup_dir, settings.data_dir),
            rules=settings.backup,
            programs=settings.postgres_bin,
        )
        ctx = await stack.enter_async_context(_context(settings, store, vault))
        door = _door(settings, ctx, token, said)
        stack.callback(door.studio.close)
        line = Line(
            door=door,
            token=token,
            telegram_url=settings.telegram_url,
            rules=settings.delivery,
            leader=leader,
        )
        if settings.probe_port is not None:
            await stack.enter_async_context(
                open_probe(settings.probe_port, _health(line.door), line.door.halt)
            )
        log.info("service_started", note=scale_notice(settings))
        _say_what_is_missing(settings)
        started.set()
        async with asyncio.TaskGroup() as parts:
            walks = [leader.run(), _warm(door), *([watch()] if watch is not None else [])]
            beside = [parts.create_task(walk) for walk in walks]
            await _lead(ctx, line, stop)
            for task in beside:
                task.cancel()
    log.info("service_stopped")


async def _lead(ctx: Context, line: Line, stop: asyncio.Event) -> None:
    """Keep the calendar and the conversation while this process leads; stand by otherwise."""
    async with asyncio.TaskGroup() as parts:
        parts.create_task(run_schedule(ctx, line.leader, stop, line.door.wishes))
        parts.create_task(keep_line(line, stop))


async def _warm(door: Door) -> None:
    """Have the record in force at hand before anybody asks for it: years of it take seconds."""
    try:
        await warm(door.records, door.provenance)
    except StoreUnavailable as unavailable:
        log.warning("records_not_warmed", reason=str(unavailable))


def _door(settings: Settings, ctx: Context, token: str, said: LastLines) -> Door:
    return Door(
        store=ctx.store,
        clock=ctx.clock.now,
        ticks=monotonic,
        texts=load_texts(),
        allowed=AllowList(
            owners=frozenset(settings.owner_ids),
            members=frozenset(settings.member_ids),
            viewers=frozenset(settings.viewer_ids),
        ),
        signer=Signer(hashlib.sha256(f"buttons|{token}".encode()).digest()),
        money=Money(
            bankroll=settings.bankroll,
            currency=settings.currency,
            time_zone=settings.time_zone,
        ),
        provenance=ctx.rules.provenance,
        language=settings.language,
        rules=ctx.rules,
        names=ctx.names,
        key_states=lambda: ctx.feeds.key_states,
        records=Records(ctx.store),
        vault=ctx.vault,
        said=said,
        in_force=lambda: describe(settings),
    )


def _context(
    settings: Settings, store: Store, vault: Vault
) -> AbstractAsyncContextManager[Context]:
    key = settings.api_football_key
    providers = Providers(
        odds_api_url=settings.odds_api_url,
        odds_api_keys=tuple(key.get_secret_value() for key in settings.odds_api_keys),
        api_football_url=settings.api_football_url,
        api_football_key=key.get_secret_value() if key else None,
        football_data_url=settings.football_data_url,
    )
    return open_context(
        store,
        providers,
        clock=SystemClock(),
        rules=rules_from(settings),
        names=load_catalogue().names,
        processes=1,
        vault=vault,
    )


def _say_what_is_missing(settings: Settings) -> None:
    """Say once what comes from football-data.co.uk's files alone for want of a key."""
    if not settings.odds_api_keys:
        log.warning("odds_from_files_twice_a_week", until="MON_PS_ODDS_API_KEYS is set")
    if settings.api_football_key is None:
        log.warning("results_from_files_twice_a_week", until="MON_PS_API_FOOTBALL_KEY is set")


def _health(door: Door) -> Callable[[], Awaitable[Health]]:
    async def read() -> Health:
        async with door.store.reading() as tx:
            return await tx.reports.health(door.clock(), door.provenance)

    return read
