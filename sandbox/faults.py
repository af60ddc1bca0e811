"""Scripted faults of the providers: what the next answers do wrong."""

import asyncio
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

from aiohttp import web
from aiohttp.typedefs import Handler

HTML: Final = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_CONTROL: Final = frozenset({"/faults", "/keys", "/truth", "/world", "/instant"})


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault, for the next `times` requests whose path contains `path`.

    `truncate`: cut the body (at that many bytes, or True for half); `disconnect`: promise the
    whole body, send half and hang up; `html`: answer a web page; `body`: a string is sent as it
    is, anything else as JSON. What is not given keeps the true answer's value.
    """

    path: str = ""
    status: int | None = None
    body: Any = None
    headers: dict[str, str] | None = None
    truncate: int | bool | None = None
    delay_seconds: float = 0.0
    html: bool = False
    disconnect: bool = False
    times: int = 1

    @classmethod
    def parse(cls, wanted: dict[str, Any]) -> Self:
        """Read a fault.

        Raises:
            ValueError: a field is unknown.
        """
        unknown = sorted(set(wanted) - {one.name for one in fields(cls)})
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(unknown)}")
        return cls(**wanted)


class Faults:
    """The faults still to happen, first declared first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._waiting]

    def take(self, path: str) -> Fault | None:
        """Return the fault due for this path, and count it down."""
        for fault in self._waiting:
            if fault.path in path:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer as scripted, else truly."""
        fault = None if request.path in _CONTROL else self.take(request.path)
        if fault is None:
            return await handler(request)
        await asyncio.sleep(fault.delay_seconds)
        answer = await _spoil(fault, request, handler)
        if fault.disconnect:
            return await _hang_up(request, answer)
        return answer


async def _spoil(fault: Fault, request: web.Request, handler: Handler) -> web.Response:
    if fault.html:
        return web.Response(status=fault.status or 200, text=HTML, content_type="text/html")
    if fault.body is None and fault.status is not None:
        return web.Response(status=fault.status, headers=fault.headers)
    if fault.body is None:
        true_answer = await handler(request)
        if not isinstance(true_answer, web.Response):
            raise TypeError("only whole answers can be spoilt")
        answer = true_answer
    elif isinstance(fault.body, str):
        answer = web.Response(status=fault.status or 200, text=fault.body)
        answer.content_type = "application/json"
    else:
        answer = web.json_response(fault.body, status=fault.status or 200)
    answer.headers.update(fault.headers or {})
    if fault.truncate is not None:
        whole = answer.body if isinstance(answer.body, bytes) else b""
        answer.body = whole[: len(whole) // 2 if fault.truncate is True else int(fault.truncate)]
    return answer


async def _hang_up(request: web.Request, answer: web.Response) -> web.StreamResponse:
    whole = answer.body if isinstance(answer.body, bytes) else b""
    half = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    half.content_length = max(2, len(whole))
    await half.prepare(request)
    await half.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
