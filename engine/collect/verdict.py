"""What an answer means for the key that asked and for the caller."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import msgspec

from engine.domain.errors import FeedDown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.domain.errors import MonPsError


class Fate(Enum):
    """What becomes of the key: another key is tried only where this one is out."""

    KEEP = auto()
    SLOW = auto()
    PARK = auto()
    DISABLE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that is no data: the error for the caller, the fate of the key."""

    code: str
    error: MonPsError
    fate: Fate = Fate.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Where to ask; carries a key, so it is never shown."""

    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Request(url={self.url!r})"


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
