"""The wire: the only place that asks providers, and the only place that retries."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import aiohttp
import stamina
import structlog

from engine.collect import api_football, csv_wire, odds_api
from engine.collect.budget import KeyState, fingerprint, read_count
from engine.collect.costs import cost_of_odds, regions_charged
from engine.collect.keyring import Keyring
from engine.collect.pace import Pace
from engine.collect.payload import API_FOOTBALL, FOOTBALL_DATA, ODDS_API
from engine.collect.quarantine import Quarantine
from engine.collect.transport import Transport
from engine.collect.verdict import Fate, Refusal, Wire, unreadable
from engine.domain.errors import FeedDown, MonPsError, RetryLater, Skip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping
    from datetime import datetime, timedelta

    from engine.collect.keyring import Turn
    from engine.collect.payload import Ask, Payload
    from engine.collect.rules import CollectRules
    from engine.collect.transport import Answer

SKEW_LIMIT: Final = 30.0
"""Seconds by which our clock may differ from the providers' before our times mean nothing."""
_SKEW_WARNING: Final = 2.0
_MOST_PAGES: Final = 50
_SLACK: Final = 1.02
"""By how much a minute is drawn out: calls arrive later than they are sent, some more so."""
_WIRES: Final[Mapping[str, Wire]] = {
    ODDS_API: odds_api,
    API_FOOTBALL: api_football,
    FOOTBALL_DATA: csv_wire,
}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An ask that brought no data, and why."""

    ask: Ask
    error: MonPsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Everything that came back, refusals included, and how the keys stand now.

    `empty` are the asks answered with nothing at all, as they were sent. That is an answer, but
    never one that no match is played or that all are void: another form of the question, or the
    same one later, may bring them. `skew_seconds` is by how much our clock is ahead.
    """

    payloads: tuple[Payload, ...]
    failures: tuple[Failure, ...]
    key_states: tuple[KeyState, ...]
    empty: tuple[Ask, ...] = ()
    skew_seconds: float = 0.0

    @property
    def is_clock_off(self) -> bool:
        """Say whether our clock is too wrong for its times to be trusted."""
        return abs(self.skew_seconds) > SKEW_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """A provider's address and its declared keys, by fingerprint in the order declared."""

    url: str
    keys: Mapping[str, str]

    def __repr__(self) -> str:
        return f"_Account(url={self.url!r}, keys={len(self.keys)})"


@dataclass(slots=True, kw_only=True)
class _Round:
    """What one fetch has brought so far, in the order of its asks."""

    kept: list[list[Payload]]
    empty: list[Ask]
    skew: float = 0.0


class Feeds:
    """Asks the providers. One instance serves one process; asks run a few at a time."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        accounts: Mapping[str, _Account],
        *,
        rules: CollectRules,
        clock: Callable[[], datetime],
        key_states: Iterable[KeyState],
    ) -> None:
        self._accounts = accounts
        self._rules = rules
        self._clock = clock
        self._keys = Keyring(
            {source: tuple(account.keys) for source, account in accounts.items()},
            _WIRES,
            key_states,
            cost_of_odds(len(rules.markets), regions_charged(rules.regions.split(","))),
        )
        secrets = [key for account in accounts.values() for key in account.keys.values()]
        self._transport = Transport(session, secrets, rules=rules, clock=clock)
        self._quarantine = Quarantine(rules.quarantine)
        # evenly spaced: of a burst, more arrive within the provider's second than within ours
        self._seconds = {source: Pace(1, 1 / rules.per_second) for source in accounts}
        minute = rules.minute.total_seconds() * _SLACK
        self._minutes = {source: Pace(None, minute) for source in accounts}
        self._warned = False

    @property
    def key_states(self) -> tuple[KeyState, ...]:
        return self._keys.states

    async def fetch(self, asks: Iterable[Ask]) -> Fetched:
        """Ask everything; an ask that fails never takes the others down."""
        wanted = tuple(asks)
        gate = asyncio.Semaphore(self._rules.concurrency)
        found = _Round(kept=[[] for _ in wanted], empty=[])

        async def one(index: int, ask: Ask) -> Failure | None:
            async with gate:
                return await self._ask(ask, found, found.kept[index])

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(index, ask)) for index, ask in enumerate(wanted)]
        outcomes = [task.result() for task in tasks]
        self._warn(found.skew)
        return Fetched(
            payloads=tuple(payload for answers in found.kept for payload in answers),
            failures=tuple(outcome for outcome in outcomes if outcome is not None),
            key_states=self.key_states,
            empty=tuple(found.empty),
            skew_seconds=found.skew,
        )

    async def _ask(self, ask: Ask, found: _Round, kept: list[Payload]) -> Failure | None:
        """Ask page after page; of a page that fails, the failure stands for the rest."""
        page: Ask | None = ask
        for _ in range(_MOST_PAGES):
            if page is None:
                return None
            try:
                answer = await self._ask_until_told(page, found, kept)
            except MonPsError as error:
                return Failure(ask=page, error=error)
            page = api_football.next_page(answer) if answer.source == API_FOOTBALL else None
        return None

    async def _ask_until_told(self, ask: Ask, found: _Round, kept: list[Payload]) -> Payload:
        """Ask until there is data, the error is final, or the attempts are used up."""
        async for attempt in stamina.retry_context(
            on=RetryLater,
            attempts=self._rules.attempts,
            timeout=None,
            wait_initial=self._rules.retry_wait.total_seconds(),
            wait_max=8 * self._rules.retry_wait.total_seconds(),
            wait_jitter=self._rules.retry_wait.total_seconds() / 2,
        ):
            with attempt:
                answered = await self._ask_once(ask, found, kept)
        return answered

    async def _ask_once(self, ask: Ask, found: _Round, kept: list[Payload]) -> Payload:
        """Walk down the declared keys and the markets on offer until there is data."""
        tried: set[str] = set()
        sent = self._quarantine.narrowed(ask, self._clock())
        while True:
            turn, answer, refusal = await self._call(sent, found, kept, tried)
            if refusal is None:
                if answer.payload.status == HTTPStatus.OK and _is_empty(answer.payload):
                    found.empty.append(sent)
                return answer.payload
            narrower = self._quarantine.learn(ask, sent, refusal, self._clock())
            if turn is not None and refusal.fate in {Fate.PARK, Fate.DISABLE}:
                tried.add(turn.fingerprint)
            elif narrower is not None:
                sent = narrower
            else:
                raise refusal.error

    async def _call(
        self, ask: Ask, found: _Round, kept: list[Payload], tried: set[str]
    ) -> tuple[Turn | None, Answer, Refusal | None]:
        """Make one call with the key whose turn it is, and keep what came of it."""
        wire, account = _WIRES[ask.source], self._accounts[ask.source]
        if not account.url:
            raise Skip("NO_ADDRESS", f"no address of {wire.WHO} is set")
        turn = None
        if ask.source != FOOTBALL_DATA:
            turn = self._keys.take(ask, self._clock(), tried)
        try:
            await self._wait(ask.source, turn)
            key = account.keys[turn.fingerprint] if turn else ""
            answer = await self._transport.get(ask, wire.address(account.url, ask, key), wire)
        finally:
            if turn is not None:
                self._keys.give_back(turn)
        kept.append(answer.payload)
        if answer.skew is not None and abs(answer.skew) > abs(found.skew):
            found.skew = answer.skew
        refusal = _judge(answer)
        self._learn(turn, answer.payload, refusal)
        return turn, answer, refusal

    async def _wait(self, source: str, turn: Turn | None) -> None:
        """Wait while the provider wants no call: after it said so, or by its known limits."""
        slow_until = None if turn is None else self._keys.state(turn).slow_until
        if slow_until is not None:
            wait = (slow_until - self._clock()).total_seconds()
            await asyncio.sleep(max(0.0, min(wait, self._pause(source).total_seconds())))
        await self._minutes[source].turn()
        await self._seconds[source].turn()

    def _pause(self, source: str) -> timedelta:
        return self._rules.minute if source == API_FOOTBALL else self._rules.slow_wait

    def _learn(self, turn: Turn | None, payload: Payload, refusal: Refusal | None) -> None:
        if turn is None:
            return
        headers, source = payload.headers, payload.source
        limit = read_count(headers, "x-ratelimit-limit")
        self._minutes[source].learn(limit, read_count(headers, "x-ratelimit-remaining"))
        said = _WIRES[source].allowance(headers)
        pause = self._pause(source)
        self._keys.learn(turn, said, refusal, self._clock(), pause=pause)

    def _warn(self, skew: float) -> None:
        if abs(skew) > _SKEW_WARNING and not self._warned:
            self._warned = True
            _log.warning("clock_differs", ahead_seconds=round(skew, 1))


@asynccontextmanager
async def open_feeds(
    *,
    odds_api_url: str,
    odds_api_keys: tuple[str, ...],
    api_football_url: str,
    api_football_key: str | None,
    football_data_url: str = "",
    rules: CollectRules,
    clock: Callable[[], datetime],
    key_states: Iterable[KeyState] = (),
) -> AsyncIterator[Feeds]:
    """Open one HTTP session for all providers; `key_states` as a former run left them."""
    football_keys = (api_football_key,) if api_football_key else ()
    accounts = {
        ODDS_API: _account(odds_api_url, odds_api_keys),
        API_FOOTBALL: _account(api_football_url, football_keys),
        FOOTBALL_DATA: _account(football_data_url, ()),
    }
    timeout = aiohttp.ClientTimeout(total=rules.timeout.total_seconds())
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield Feeds(session, accounts, rules=rules, clock=clock, key_states=key_states)


def _account(url: str, keys: tuple[str, ...]) -> _Account:
    return _Account(url=url.rstrip("/"), keys={fingerprint(key): key for key in keys if key})


def _judge(answer: Answer) -> Refusal | None:
    """Return why an answer is no data; None where it is."""
    payload, wire = answer.payload, _WIRES[answer.payload.source]
    if answer.cut:
        error = FeedDown(f"{wire.WHO} answered {payload.status} but the answer was cut off")
        return Refusal(code="CUT_OFF", error=error)
    broken = unreadable(wire.WHO, payload.status, payload.body) if wire.JSON else None
    return broken or wire.refusal(payload.status, payload.body)


def _is_empty(payload: Payload) -> bool:
    return _WIRES[payload.source].is_empty(payload.body)
