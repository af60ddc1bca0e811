"""The wire: the only place that asks providers, and the only place that retries."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aiohttp
import stamina

from engine.collect import api_football, odds_api
from engine.collect.budget import (
    KeyState,
    choose,
    disable,
    fingerprint,
    observe,
    park,
    slow_down,
)
from engine.collect.known import printable
from engine.collect.payload import API_FOOTBALL, ODDS_API, Payload
from engine.collect.verdict import Fate, Refusal, unreadable
from engine.domain.errors import (
    FeedDown,
    KeyRefused,
    MonPsError,
    QuotaSpent,
    RetryLater,
    Skip,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping
    from datetime import datetime

    from engine.collect.payload import Ask
    from engine.collect.rules import CollectRules

_QUOTA_HEADERS: Final = ("x-requests-", "x-ratelimit-")
_WIRES: Final = {ODDS_API: odds_api, API_FOOTBALL: api_football}
_WHO: Final = {ODDS_API: "The Odds API", API_FOOTBALL: "API-Football"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An ask that brought no data, and why."""

    ask: Ask
    error: MonPsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Everything that came back, refusals included, and how the keys stand now."""

    payloads: tuple[Payload, ...]
    failures: tuple[Failure, ...]
    key_states: tuple[KeyState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """A provider's address and its declared keys, by fingerprint in the order declared."""

    url: str
    keys: Mapping[str, str]

    def __repr__(self) -> str:
        return f"_Account(url={self.url!r}, keys={len(self.keys)})"


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
        self._session = session
        self._accounts = accounts
        self._rules = rules
        self._clock = clock
        known = {(state.source, state.fingerprint): state for state in key_states}
        self._states = {
            (source, name): known.get((source, name), KeyState(source=source, fingerprint=name))
            for source, account in accounts.items()
            for name in account.keys
        }

    @property
    def key_states(self) -> tuple[KeyState, ...]:
        return tuple(self._states.values())

    async def fetch(self, asks: Iterable[Ask]) -> Fetched:
        """Ask everything; an ask that fails never takes the others down."""
        wanted = tuple(asks)
        gate = asyncio.Semaphore(self._rules.concurrency)
        kept: list[list[Payload]] = [[] for _ in wanted]

        async def one(index: int, ask: Ask) -> Failure | None:
            async with gate:
                return await self._ask(ask, kept[index])

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(index, ask)) for index, ask in enumerate(wanted)]
        outcomes = [task.result() for task in tasks]
        return Fetched(
            payloads=tuple(payload for answers in kept for payload in answers),
            failures=tuple(outcome for outcome in outcomes if outcome is not None),
            key_states=self.key_states,
        )

    async def _ask(self, ask: Ask, kept: list[Payload]) -> Failure | None:
        """Ask until there is data, the error is final, or the attempts are used up."""
        try:
            async for attempt in stamina.retry_context(
                on=RetryLater,
                attempts=self._rules.attempts,
                timeout=None,
                wait_initial=self._rules.retry_wait.total_seconds(),
                wait_max=8 * self._rules.retry_wait.total_seconds(),
                wait_jitter=self._rules.retry_wait.total_seconds() / 2,
            ):
                with attempt:
                    await self._ask_with_some_key(ask, kept)
        except MonPsError as error:
            return Failure(ask=ask, error=error)
        return None

    async def _ask_with_some_key(self, ask: Ask, kept: list[Payload]) -> None:
        """Walk down the declared keys until one is neither spent nor refused."""
        while True:
            state = self._key_for(ask.source)
            await self._wait_until_due(state)
            payload, cut = await self._send(ask, state.fingerprint)
            kept.append(payload)
            refusal = _judge(payload, cut=cut)
            self._remember(state, payload, refusal)
            if refusal is None:
                return
            if refusal.fate not in {Fate.PARK, Fate.DISABLE}:
                raise refusal.error

    def _key_for(self, source: str) -> KeyState:
        states = [state for state in self._states.values() if state.source == source]
        state = choose(states, self._clock())
        if state is not None:
            return state
        who = _WHO[source]
        if not states:
            raise KeyRefused(f"no key for {who} is set")
        if all(state.disabled for state in states):
            reasons = ", ".join(sorted({str(state.disabled) for state in states}))
            raise KeyRefused(f"{who} refuses every declared key ({reasons})")
        resets = [state.parked_until for state in states if state.parked_until is not None]
        raise QuotaSpent(
            f"every key of {who} is out of credits until {min(resets):%d %b %H:%M} UTC"
        )

    async def _wait_until_due(self, state: KeyState) -> None:
        if state.slow_until is not None:
            wait = (state.slow_until - self._clock()).total_seconds()
            await asyncio.sleep(max(0.0, min(wait, self._rules.retry_wait.total_seconds())))

    def _remember(self, state: KeyState, payload: Payload, refusal: Refusal | None) -> None:
        wire, now = _WIRES[state.source], self._clock()
        place = (state.source, state.fingerprint)
        new = observe(self._states[place], wire.allowance(payload.headers))
        fate = Fate.KEEP if refusal is None else refusal.fate
        if fate is Fate.PARK:
            new = park(new, wire.next_reset(now))
        elif fate is Fate.DISABLE and refusal is not None:
            new = disable(new, refusal.code)
        elif fate is Fate.SLOW:
            new = slow_down(new, now + self._rules.retry_wait)
        self._states[place] = new

    async def _send(self, ask: Ask, name: str) -> tuple[Payload, bool]:
        """Return the answer as it came, and whether it was cut off.

        Addresses carry keys, so aiohttp's own errors are never shown nor chained.
        """
        account, who = self._accounts[ask.source], _WHO[ask.source]
        request = _WIRES[ask.source].address(account.url, ask, account.keys[name])
        body, cut = bytearray(), False
        try:
            async with self._session.get(
                request.url,
                params=dict(request.params),
                headers=dict(request.headers),
                allow_redirects=False,
            ) as response:
                try:
                    async for chunk in response.content.iter_any():
                        body += chunk
                        if len(body) > self._rules.max_body:
                            cut = True
                            break
                except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError):
                    cut = True
        except TimeoutError:
            raise FeedDown(f"{who} did not answer {ask.path} in time") from None
        except aiohttp.InvalidURL:
            raise Skip("BAD_URL", f"the address set for {who} is not one") from None
        except aiohttp.ClientError as error:
            raise FeedDown(f"{who} cannot be reached ({type(error).__name__})") from None
        payload = Payload(
            source=ask.source,
            ask=ask,
            fetched_at=self._clock(),
            status=response.status,
            headers=_quota_headers(response.headers),
            body=self._without_keys(bytes(body)),
        )
        return payload, cut

    def _without_keys(self, body: bytes) -> bytes:
        """Blot out keys that an answer echoes: answers are kept and shown."""
        for account in self._accounts.values():
            for key in account.keys.values():
                body = body.replace(key.encode(), b"***")
        return body


@asynccontextmanager
async def open_feeds(
    *,
    odds_api_url: str,
    odds_api_keys: tuple[str, ...],
    api_football_url: str,
    api_football_key: str | None,
    rules: CollectRules,
    clock: Callable[[], datetime],
    key_states: Iterable[KeyState] = (),
) -> AsyncIterator[Feeds]:
    """Open one HTTP session for both providers; `key_states` as a former run left them."""
    football_keys = (api_football_key,) if api_football_key else ()
    accounts = {
        ODDS_API: _account(odds_api_url, odds_api_keys),
        API_FOOTBALL: _account(api_football_url, football_keys),
    }
    timeout = aiohttp.ClientTimeout(total=rules.timeout.total_seconds())
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield Feeds(session, accounts, rules=rules, clock=clock, key_states=key_states)


def _account(url: str, keys: tuple[str, ...]) -> _Account:
    return _Account(url=url.rstrip("/"), keys={fingerprint(key): key for key in keys if key})


def _judge(payload: Payload, *, cut: bool) -> Refusal | None:
    """Return why an answer is no data; None where it is."""
    who = _WHO[payload.source]
    if cut:
        error = FeedDown(f"{who} answered {payload.status} but the answer was cut off")
        return Refusal(code="CUT_OFF", error=error)
    broken = unreadable(who, payload.status, payload.body)
    return broken or _WIRES[payload.source].refusal(payload.status, payload.body)


def _quota_headers(headers: Mapping[str, str]) -> dict[str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    return {
        name: printable(value) for name, value in lower.items() if name.startswith(_QUOTA_HEADERS)
    }
