"""Scripted faults of the providers: what the next answers do wrong, or all those of a while."""

import asyncio
import hashlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Self

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.clock import now
from sandbox.witness import Witness

HTML: Final = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
TOO_FAST: Final[dict[str, Any]] = {
    "message": "Requests are being made too frequently",
    "error_code": "EXCEEDED_FREQ_LIMIT",
}
_RESULTS: Final = "/api-football"
_RESULTS_TOO_FAST: Final[dict[str, Any]] = {
    "errors": {"rateLimit": "Too many requests."},
    "results": 0,
    "response": [],
}
_CONTROL: Final = frozenset(
    {"/faults", "/keys", "/truth", "/world", "/instant", "/happenings", "/renewals", "/answers"}
)
_SEEN_AT: Final[ContextVar[datetime | None]] = ContextVar("seen_at", default=None)


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault, for the next `times` requests whose path contains `path`.

    With `lasts`, for every such request of so many minutes of the world instead, `starts_in`
    minutes from now; `name` is how a judge calls it.

    `truncate`: cut the body (at that many bytes, or True for half); `disconnect`: promise the
    whole body, send half and hang up; `html`: answer a web page; `body`: a string is sent as it
    is, anything else as JSON; `refuse`: hang up without a word; `outage`: in turn hang up, answer
    503 and answer a web page of 502; `too_fast`: 429 in the provider's own words; `empty`: no
    events, though there are some; `freeze`: answer 200 with what was true when it began;
    `duplicate`: every event twice, under the `same` or an `other` id. What is not given keeps the
    true answer's value.
    """

    path: str = ""
    name: str = ""
    status: int | None = None
    body: Any = None
    headers: dict[str, str] | None = None
    truncate: int | bool | None = None
    delay_seconds: float = 0.0
    html: bool = False
    disconnect: bool = False
    refuse: bool = False
    outage: bool = False
    too_fast: bool = False
    empty: bool = False
    freeze: bool = False
    duplicate: Literal["same", "other"] | None = None
    times: int = 1
    starts_in: float = 0.0
    lasts: float | None = None

    @property
    def breaks_off(self) -> bool:
        return self.refuse or self.disconnect

    @property
    def label(self) -> str:
        """Return the fault's name or kind; nothing for one that leaves the answer true."""
        kinds = ("refuse", "outage", "disconnect", "html", "too_fast", "empty", "freeze")
        kind = next((one for one in kinds if getattr(self, one)), "")
        spoilt = kind or self.truncate is not None or self.body is not None or self.status
        return (self.name or kind or "spoilt") if spoilt else ""

    @classmethod
    def parse(cls, wanted: dict[str, Any]) -> Self:
        """Read a fault.

        Raises:
            ValueError: a field is unknown, or duplicates are to have neither id.
        """
        unknown = sorted(set(wanted) - {one.name for one in fields(cls)})
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(unknown)}")
        if wanted.get("duplicate") not in {None, "same", "other"}:
            raise ValueError("duplicate is same or other")
        return cls(**wanted)


@dataclass(slots=True, kw_only=True)
class Scripted:
    """A fault with its window, `until` being open where it counts requests; `met` counts them."""

    fault: Fault
    since: datetime
    until: datetime | None
    met: int = field(default=0)

    def covers(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class Faults:
    """All faults, first declared first; those spent are kept for the judge."""

    def __init__(
        self,
        clock: Callable[[], datetime] = now,
        scale: float = 1.0,
        witness: Witness | None = None,
    ) -> None:
        self._clock = clock
        self._scale = scale
        self._witness = witness
        self._waiting: list[Scripted] = []
        self.script: list[Scripted] = []

    def add(self, fault: Fault) -> None:
        since = self._clock() + self._minutes(fault.starts_in)
        until = None if fault.lasts is None else since + self._minutes(fault.lasts)
        scripted = Scripted(fault=fault, since=since, until=until)
        self._waiting.append(scripted)
        self.script.append(scripted)

    def clear(self) -> None:
        self._waiting.clear()

    def listed(self) -> list[dict[str, Any]]:
        return [
            asdict(one.fault) | {"since": one.since, "until": one.until, "met": one.met}
            for one in self._waiting
        ]

    def seen_at(self) -> datetime:
        """Return the instant the present answer speaks of: a frozen feed's is in the past."""
        return _SEEN_AT.get() or self._clock()

    def take(self, path: str) -> Scripted | None:
        """Return the fault due for this path, and count it down."""
        at = self._clock()
        self._waiting = [one for one in self._waiting if one.until is None or at < one.until]
        due = (one for one in self._waiting if one.fault.path in path and one.covers(at))
        found = next(due, None)
        if found is not None:
            found.met += 1
            if found.until is None:
                found.fault.times -= 1
                if found.fault.times <= 0:
                    self._waiting.remove(found)
        return found

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer as scripted, else truly."""
        if request.path in _CONTROL:
            return await handler(request)
        scripted = self.take(request.path)
        if scripted is None:
            answer = await handler(request)
            self._note(request, answer, "")
            return answer
        fault = _turned(scripted)
        await asyncio.sleep(fault.delay_seconds)
        token = _SEEN_AT.set(scripted.since if fault.freeze else None)
        try:
            answer = await _done_wrong(fault, request, handler)
            self._note(request, None if fault.breaks_off else answer, fault.label)
            return answer
        finally:
            _SEEN_AT.reset(token)

    def _note(self, request: web.Request, answer: web.StreamResponse | None, fault: str) -> None:
        if self._witness is None:
            return
        whole = answer if isinstance(answer, web.Response) else None
        self._witness.note(request.path, whole, self._clock(), self.seen_at(), fault)

    def _minutes(self, minutes: float) -> timedelta:
        return timedelta(minutes=minutes) / self._scale


def _turned(scripted: Scripted) -> Fault:
    """Return the fault as this request meets it: an outage has three faces in turn."""
    if not scripted.fault.outage:
        return scripted.fault
    face = scripted.met % 3
    bare = replace(scripted.fault, outage=False)
    if face == 1:
        return replace(bare, refuse=True)
    return replace(bare, status=503) if face else replace(bare, status=502, html=True)


async def _done_wrong(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    if fault.refuse:
        return _left_alone(request)
    answer = await _spoil(fault, request, handler)
    return await _hang_up(request, answer) if fault.disconnect else answer


async def _spoil(fault: Fault, request: web.Request, handler: Handler) -> web.Response:
    answer = await _answered(fault, request, handler)
    answer.headers.update(fault.headers or {})
    if fault.empty or fault.duplicate:
        answer.body = _rewritten(fault, _whole(answer))
    if fault.truncate is not None:
        whole = _whole(answer)
        answer.body = whole[: len(whole) // 2 if fault.truncate is True else int(fault.truncate)]
    return answer


async def _answered(fault: Fault, request: web.Request, handler: Handler) -> web.Response:
    if fault.html:
        return web.Response(status=fault.status or 200, text=HTML, content_type="text/html")
    if fault.too_fast:
        late = _RESULTS_TOO_FAST if request.path.startswith(_RESULTS) else TOO_FAST
        return web.json_response(late, status=429)
    if isinstance(fault.body, str):
        answer = web.Response(status=fault.status or 200, text=fault.body)
        answer.content_type = "application/json"
        return answer
    if fault.body is not None:
        return web.json_response(fault.body, status=fault.status or 200)
    if fault.status is not None:
        return web.Response(status=fault.status)
    true_answer = await handler(request)
    if not isinstance(true_answer, web.Response):
        raise TypeError("only whole answers can be spoilt")
    return true_answer


def _whole(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _rewritten(fault: Fault, body: bytes) -> bytes:
    """Return the body with no event, or each twice; what is not a list of events stays."""
    found = orjson.loads(body)
    events = found.get("response") if isinstance(found, dict) else found
    if not isinstance(events, list):
        return body
    changed = [] if fault.empty else [two for one in events for two in _twice(fault, one)]
    if isinstance(found, dict):
        return orjson.dumps(found | {"response": changed, "results": len(changed)})
    return orjson.dumps(changed)


def _twice(fault: Fault, event: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    if fault.duplicate == "same" or "id" not in event:
        return event, event
    return event, event | {"id": other_id(str(event["id"]))}


def other_id(event_id: str) -> str:
    """Return the second id under which a doubled event is listed."""
    return hashlib.md5(event_id.encode(), usedforsecurity=False).hexdigest()


def _left_alone(request: web.Request) -> web.Response:
    """Close the connection before a word was said; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


async def _hang_up(request: web.Request, answer: web.Response) -> web.StreamResponse:
    whole = _whole(answer)
    half = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    half.content_length = max(2, len(whole))
    await half.prepare(request)
    await half.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
