"""football-data.co.uk: its address, its refusals and its headers. It asks for no key."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from engine.collect.budget import Allowance, next_day
from engine.collect.verdict import Refusal, Request
from engine.domain.errors import FeedDown, Skip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.collect.payload import Ask

WHO: Final = "football-data.co.uk"
KEPT: Final = ("last-modified", "date", "etag")
JSON: Final = False
_HOPS: Final = 3
_FIRST_5XX: Final = 500

next_reset = next_day


def address(url: str, ask: Ask, key: str) -> Request:
    """Return where to ask; with `since`, only for what has changed after it."""
    del key
    headers = {} if ask.since is None else {"If-Modified-Since": ask.since}
    return Request(url=f"{url}{ask.path}", params=dict(ask.params), headers=headers, hops=_HOPS)


def allowance(headers: Mapping[str, str]) -> Allowance:
    """Return nothing: files are free, and nobody counts."""
    del headers
    return Allowance()


def refusal(status: int, body: bytes) -> Refusal | None:
    """Return why an answer is no file; None for a file, or for word that it is unchanged."""
    if status == HTTPStatus.NOT_MODIFIED:
        return None
    if status != HTTPStatus.OK:
        return _by_status(status)
    start = body.lstrip()[:1]
    if not start or start == b"<":
        what = "a web page" if start else "nothing"
        error = FeedDown(f"{WHO} answered {status} with {what} instead of its file")
        return Refusal(code="NOT_CSV", error=error)
    return None


def is_empty(body: bytes) -> bool:
    """Say whether a file has no row under its header."""
    return body.strip().count(b"\n") == 0


def _by_status(status: int) -> Refusal:
    if status >= _FIRST_5XX:
        error = FeedDown(f"{WHO} answered {status}")
        return Refusal(code=f"HTTP_{status}", error=error)
    return Refusal(code=f"HTTP_{status}", error=Skip(f"HTTP_{status}", f"no such file at {WHO}"))
