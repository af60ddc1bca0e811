"""A small world behind both providers' real HTTP, on a clock that the test moves."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from config.catalogue import load_catalogue
from config.settings import load
from engine.domain.alert import Role
from jobs.catalogue import JOBS, job_of
from jobs.context import Providers, open_context
from jobs.plan import build_plan
from jobs.rules import rules_from
from jobs.runner import Runner
from jobs.slots import look_slots
from sandbox.accounts import Accounts
from sandbox.api_football import ApiFootball
from sandbox.faults import Fault, Faults
from sandbox.feeds import Json, Wanted, WorldOdds, stamp
from sandbox.odds_api import OddsApi
from sandbox.providers import demo_accounts
from sandbox.world.leagues import LEAGUES
from sandbox.world.schedule import Plan
from sandbox.world.world import World
from storage.people import Person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from engine.domain.fixture import Fixture
    from jobs.context import Context
    from jobs.rules import Rules
    from jobs.run import Outcome
    from jobs.slots import Slot
    from storage.store import Store
    from storage.views import PickView

START = datetime(2026, 9, 5, 12, tzinfo=UTC)
PLAN = Plan(
    seed=7,
    leagues=LEAGUES[:3],
    slots=1,  # one kick-off for all games of a matchday, and days until the next
    matchday_every=timedelta(days=4),
    postponed_rate=0.0,
    extra_time_rate=0.0,
)
KEY = "sandbox-odds-1"


@dataclass(slots=True)
class Hands:
    """The hands of the one clock that the world, its providers and the walks go by."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at


class MovableOdds(WorldOdds):
    """The world's odds, with kick-offs that the provider announces anew."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.moved: dict[str, datetime] = {}

    def events(self, sport_key: str, wanted: Wanted, at: datetime) -> list[Json] | None:
        return [
            {**event, "commence_time": stamp(self.moved[event["id"]])}
            if event["id"] in self.moved
            else event
            for event in super().events(sport_key, wanted, at) or []
        ]


@dataclass(slots=True, kw_only=True)
class Outside:
    """The providers, serving."""

    url: str
    hands: Hands
    world: World
    faults: Faults
    odds: MovableOdds
    accounts: Accounts

    def key(self, key: str, **state: object) -> None:
        """Declare a key of the odds provider, or change how it stands."""
        self.accounts.put({"provider": "odds_api", "key": key, **state})

    def fail(self, **fault: object) -> None:
        self.faults.add(Fault.parse(fault))


@dataclass(slots=True, kw_only=True)
class House:
    """The walks over a real store, and what a test asks of them."""

    ctx: Context
    store: Store
    outside: Outside
    runner: Runner

    @property
    def hands(self) -> Hands:
        return self.outside.hands

    async def run(self, job: str) -> Outcome:
        return await self.runner.run(JOBS[job], self.hands.at)

    async def looks(self, until: datetime) -> tuple[Slot, ...]:
        """Return the looks that the plan of now wants until then."""
        plan = await build_plan(self.ctx, self.hands.at)
        return look_slots(plan.planned, (), self.hands.at, until)

    async def at(self, slot: Slot) -> Outcome:
        self.hands.at = max(self.hands.at, slot.at)
        return await self.runner.run(job_of(slot), slot.at)

    async def picks(self) -> tuple[PickView, ...]:
        async with self.store.reading() as tx:
            return await tx.picks.all_views()

    async def begun(self) -> list[PickView]:
        """Return the picks whose games have begun."""
        return [view for view in await self.picks() if view.fixture.kick_off <= self.hands.at]

    async def event_of(self, view: PickView) -> str:
        async with self.store.reading() as tx:
            return (await tx.fixtures.events_of([view.fixture.id]))[view.fixture.id, "odds_api"]

    async def alerts(self) -> list[dict[str, object]]:
        async with self.store.reading() as tx:
            return [dict(row) for row in await tx.outbox.rows()]

    async def fixtures(self) -> tuple[Fixture, ...]:
        async with self.store.reading() as tx:
            return await tx.fixtures.between(START, START + timedelta(days=2))


@asynccontextmanager
async def open_outside(start_at: datetime = START) -> AsyncIterator[Outside]:
    world, hands = World(PLAN, start_at), Hands(start_at)
    accounts, faults = Accounts(demo_accounts()), Faults(hands.now)
    app = web.Application(middlewares=[faults.middleware])
    odds = MovableOdds(world)
    app.add_subapp("/odds-api", OddsApi(odds, accounts, faults.seen_at).application())
    app.add_subapp("/api-football", ApiFootball(world, accounts, faults.seen_at).application())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield Outside(
            url=url, hands=hands, world=world, faults=faults, odds=odds, accounts=accounts
        )
    finally:
        await runner.cleanup()


def house_rules() -> Rules:
    """The rules of a service without settings, following the world's leagues; quick to retry."""
    rules = rules_from(load({}, None))
    scoring = replace(rules.policy.scoring, min_edge=0.005)  # a few picks in every look
    return replace(
        rules,
        policy=replace(rules.policy, scoring=scoring),
        competitions=tuple(league.sport_key for league in PLAN.leagues),
        collect=replace(rules.collect, retry_wait=timedelta(milliseconds=5)),
    )


@asynccontextmanager
async def open_house(
    store: Store,
    outside: Outside,
    *,
    odds_keys: tuple[str, ...] = (KEY,),
    football_key: str | None = "sandbox-results",
    processes: int = 0,
) -> AsyncIterator[House]:
    providers = Providers(
        odds_api_url=f"{outside.url}/odds-api",
        odds_api_keys=odds_keys,
        api_football_url=f"{outside.url}/api-football",
        api_football_key=football_key,
    )
    async with open_context(
        store,
        providers,
        clock=outside.hands,
        rules=house_rules(),
        names=load_catalogue().names,
        processes=processes,
    ) as ctx:
        yield House(ctx=ctx, store=store, outside=outside, runner=Runner(ctx))


async def subscribe(store: Store, user: int, role: Role = Role.MEMBER) -> None:
    person = Person(user_id=user, chat_id=user, role=role, language="fr", wants_picks=True)
    async with store.transaction() as tx:
        await tx.people.save(person, START)
