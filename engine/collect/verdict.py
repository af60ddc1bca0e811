"""What an answer means for the key that asked and for the caller."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

import msgspec

from engine.domain.errors import FeedDown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.collect.budget import Allowance
    from engine.collect.payload import Ask
    from engine.domain.errors import MonPsError


class Fate(Enum):
    """What becomes of the key: another key is tried only where this one is out."""

    KEEP = auto()
    SLOW = auto()
    PARK = auto()
    DISABLE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that is no data: the error for the caller, the fate of the key.

    `said` are the provider's own words, for what they name; they are not shown.
    """

    code: str
    error: MonPsError
    fate: Fate = Fate.KEEP
    said: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Where to ask; carries a key, so it is never shown.

    `hops` is how many redirects may be followed, never to another host: one that carries a key
    follows none.
    """

    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    hops: int = 0

    def __repr__(self) -> str:
        return f"Request(url={self.url!r})"


class Wire(Protocol):
    """What tells one provider from another; each is a module of this stage.

    `KEPT` begin the names of the headers worth keeping; `JSON` says what its data is written in.
    """

    @property
    def WHO(self) -> str: ...  # noqa: N802  # a module's constant
    @property
    def KEPT(self) -> tuple[str, ...]: ...  # noqa: N802  # a module's constant
    @property
    def JSON(self) -> bool: ...  # noqa: N802  # a module's constant

    def address(self, url: str, ask: Ask, key: str) -> Request: ...
    def allowance(self, headers: Mapping[str, str]) -> Allowance: ...
    def refusal(self, status: int, body: bytes) -> Refusal | None: ...
    def is_empty(self, body: bytes) -> bool: ...
    def next_reset(self, now: datetime) -> datetime: ...


def unreadable(who: str, status: int, body: bytes) -> Refusal | None:
    """Refuse a body that is not one whole JSON document (HTML, cut short, empty).

    NaN and Infinity pass: they are for the reader of prices to refuse, one by one.
    """
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return _not_json(who, status, body)
    return None


def _not_json(who: str, status: int, body: bytes) -> Refusal:
    start = body.lstrip()[:1]
    if not start:
        what = "nothing"
    elif start == b"<":
        what = "a web page"
    else:
        what = "a cut-off or garbled answer" if start in b"[{" else "text"
    return Refusal(
        code="NOT_JSON",
        error=FeedDown(f"{who} answered {status} with {what} instead of its JSON"),
    )
