"""Both providers behind one HTTP server, with their faults, keys and the truth."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from sandbox.accounts import Account, Accounts
from sandbox.api_football import ApiFootball
from sandbox.clock import now
from sandbox.faults import Fault, Faults
from sandbox.feeds import OddsSource, WorldOdds, stamp
from sandbox.odds_api import OddsApi
from sandbox.recorded import RecordedFolder
from sandbox.renewals import Renewals
from sandbox.witness import Witness
from sandbox.world.happenings import Happening
from sandbox.world.world import Verdict, World, WorldAsTold

DEMO_QUOTA = 1_000_000


def demo_accounts() -> tuple[Account, ...]:
    """Return keys large enough for a season played in an hour."""
    return (
        Account(provider="odds_api", key="sandbox-odds-1", quota=DEMO_QUOTA),
        Account(provider="odds_api", key="sandbox-odds-2", quota=DEMO_QUOTA),
        Account(
            provider="api_football", key="sandbox-results", quota=DEMO_QUOTA, per_minute=DEMO_QUOTA
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Providers:
    """Two providers, serving."""

    url: str
    accounts: Accounts
    faults: Faults
    renewals: Renewals
    witness: Witness
    world: World | None

    @property
    def odds_api_url(self) -> str:
        return f"{self.url}/odds-api"

    @property
    def api_football_url(self) -> str:
        return f"{self.url}/api-football"


@asynccontextmanager
async def open_providers(
    *,
    world: World | None = None,
    recorded: RecordedFolder | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    keys: tuple[Account, ...] | None = None,
) -> AsyncIterator[Providers]:
    """Serve a world, or recorded odds, until the block ends.

    Raises:
        OSError: the port is taken.
    """
    accounts = Accounts(demo_accounts() if keys is None else keys)
    scale = 1.0 if world is None else world.plan.scale
    witness = Witness()
    controls = _Controls(
        accounts=accounts,
        faults=Faults(now, scale, witness),
        renewals=Renewals(accounts, now, scale),
        witness=witness,
    )
    runner = web.AppRunner(
        _application(world, recorded, controls), access_log=None, shutdown_timeout=1.0
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0][1]
        yield Providers(
            url=f"http://{host}:{bound}",
            accounts=accounts,
            faults=controls.faults,
            renewals=controls.renewals,
            witness=witness,
            world=world,
        )
    finally:
        await runner.cleanup()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Controls:
    """What a script may lay its hands on."""

    accounts: Accounts
    faults: Faults
    renewals: Renewals
    witness: Witness


def _application(
    world: World | None, recorded: RecordedFolder | None, controls: _Controls
) -> web.Application:
    source: OddsSource
    if recorded is not None:
        source = recorded
    elif world is not None:
        source = WorldOdds(WorldAsTold(world, "odds"))
    else:
        raise ValueError("serve a world, or a folder of recordings")
    accounts, clock = controls.accounts, controls.faults.seen_at
    told = None if world is None else WorldAsTold(world, "results")
    app = web.Application(middlewares=[controls.renewals.middleware, controls.faults.middleware])
    listed = None if world is None else WorldAsTold(world, "odds")
    app.add_subapp("/odds-api", OddsApi(source, accounts, clock, listed).application())
    app.add_subapp("/api-football", ApiFootball(told, accounts, clock).application())
    _add_controls(app, controls)
    if world is not None:
        app.router.add_get("/truth", _truth(world))
        app.router.add_get("/world", _reader(lambda: _summary(world)))
        app.router.add_post("/happenings", _writer(lambda body: _befall(world, body)))
    if recorded is not None:
        app.router.add_get("/instant", _reader(lambda: _instants(recorded)))
        app.router.add_post("/instant", _writer(lambda body: recorded.choose(body["instant"])))
    return app


def _add_controls(app: web.Application, controls: _Controls) -> None:
    faults, renewals = controls.faults, controls.renewals
    app.router.add_get("/faults", _reader(faults.listed))
    app.router.add_post("/faults", _writer(lambda body: faults.add(Fault.parse(body))))
    app.router.add_delete("/faults", _reader(faults.clear))
    app.router.add_post("/keys", _writer(lambda body: _shown(controls.accounts.put(body))))
    app.router.add_get("/renewals", _reader(renewals.listed))
    app.router.add_post("/renewals", _writer(renewals.put))
    app.router.add_get("/answers", _reader(controls.witness.counts))


def _befall(world: World, body: dict[str, Any]) -> None:
    wanted = dict(body)
    world.happen(str(wanted.pop("event_id", "")), Happening.parse(wanted))


_Handler = Callable[[web.Request], Awaitable[web.Response]]


def _reader(read: Callable[[], Any]) -> _Handler:
    async def handle(_: web.Request) -> web.Response:
        return _json({"ok": True} if (found := read()) is None else found)

    return handle


def _writer(write: Callable[[dict[str, Any]], Any]) -> _Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            found = write(await request.json())
        except (ValueError, TypeError, KeyError) as error:
            return _json({"ok": False, "error": str(error)}, status=400)
        return _json({"ok": True} if found is None else found)

    return handle


def _truth(world: World) -> _Handler:
    async def handle(request: web.Request) -> web.Response:
        at = now()
        wanted = set(request.query.get("event_ids", "").split(",")) - {""}
        matches = [m for m in world.known(at) if not wanted or m.event_id in wanted]
        return _json({"fixtures": [_judged(world.verdict(match, at)) for match in matches]})

    return handle


def _judged(verdict: Verdict) -> dict[str, Any]:
    match, standing = verdict.match, verdict.standing
    return {
        "event_id": match.event_id,
        "fixture_id": match.fixture_id,
        "sport_key": match.league.sport_key,
        "matchday": match.matchday,
        "home": match.home.name,
        "away": match.away.name,
        "kick_off": stamp(match.kick_off),
        "listed_first": stamp(verdict.listed_first),
        "status": standing.status,
        "finished": standing.final,
        "over": standing.over,
        "happenings": [one.wire() for one in verdict.happenings],
        "result": standing.fulltime,
        "now": verdict.now,
        "close": verdict.close,
    }


def _summary(world: World) -> dict[str, Any]:
    plan = world.plan
    return {
        "seed": plan.seed,
        "scale": plan.scale,
        "start_at": world.start_at.isoformat(),
        "first_kick_off": stamp(min(match.kick_off for match in world.matchday(0))),
        "matchday_every_seconds": plan.real(plan.matchday_every).total_seconds(),
        "fixtures_a_matchday": len(world.matchday(0)),
        "sport_keys": [league.sport_key for league in world.leagues],
    }


def _instants(recorded: RecordedFolder) -> dict[str, Any]:
    return {"instant": recorded.instant, "instants": recorded.instants}


def _shown(account: Account) -> dict[str, Any]:
    return {
        "provider": account.provider,
        "key": account.key,
        "quota": account.quota,
        "used": account.used,
        "active": account.active,
    }


def _json(body: Any, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
