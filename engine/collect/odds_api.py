"""The Odds API v4: its address, its refusals, its allowance and its shapes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from engine.collect.budget import Allowance, next_month, read_count
from engine.collect.known import is_playable, printable
from engine.collect.verdict import Fate, Refusal, Request
from engine.domain.errors import FeedDown, KeyRefused, MonPsError, QuotaSpent, RateLimited, Skip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.collect.payload import Ask

WHO: Final = "The Odds API"
KEPT: Final = ("x-requests-",)
JSON: Final = True
_REFUSED: Final = frozenset({"INVALID_KEY", "DEACTIVATED_KEY", "MISSING_KEY"})
_SPENT: Final = "OUT_OF_USAGE_CREDITS"
_TOO_FAST: Final = "EXCEEDED_FREQ_LIMIT"

_NAN: Final = float("nan")

Moment = Annotated[datetime, Meta(tz=True)]
_T = TypeVar("_T")


class Outcome(Struct, gc=False):
    name: str
    price: float
    point: float | None = _NAN
    description: str | None = None


class Market(Struct, gc=False):
    """One book's market; `last_update` is kept as written, for it is written a thousand times."""

    key: str
    outcomes: list[Outcome]
    last_update: str | None = None


class Bookmaker(Struct, gc=False):
    key: str
    markets: list[Market]
    last_update: str | None = None


class Event(Struct, gc=False):
    """One match; a list of fixtures alone names no bookmakers."""

    id: str
    sport_key: str
    commence_time: Moment
    home_team: str
    away_team: str
    bookmakers: list[Bookmaker] = []


class Decoded(Struct):
    """The events of an answer; `malformed` outcomes could not be read at all.

    `taken_at` is set where the answer is a recording: the instant of which it speaks.
    """

    events: list[Event]
    malformed: int = 0
    taken_at: datetime | None = None


class _Recording(Struct):
    """The wrapper of a historical answer."""

    timestamp: Moment | None = None
    data: msgspec.Raw = msgspec.Raw(b"")


_RECORDING: Final = msgspec.json.Decoder(_Recording)
_EVENTS: Final = msgspec.json.Decoder(list[Event])
_EVENT: Final = msgspec.json.Decoder(Event)


class _Error(Struct):
    error_code: str = ""
    message: str = ""
    id: str = ""
    timestamp: str = ""


_ERROR: Final = msgspec.json.Decoder(_Error)


def address(url: str, ask: Ask, key: str) -> Request:
    """Return where to ask; the key travels in the query, so the request is never shown."""
    return Request(url=f"{url}{ask.path}", params={**dict(ask.params), "apiKey": key}, headers={})


def allowance(headers: Mapping[str, str]) -> Allowance:
    """Return the credits the headers speak of."""
    return Allowance(
        remaining=read_count(headers, "x-requests-remaining"),
        used=read_count(headers, "x-requests-used"),
        last=read_count(headers, "x-requests-last"),
    )


next_reset = next_month


def refusal(status: int, body: bytes) -> Refusal | None:
    """Return why the answer is no data. The code decides: statuses differ between sources."""
    if body.lstrip()[:1] == b"[":
        return None if status == 200 else _odd(status)  # noqa: PLR2004  # HTTP OK
    try:
        error = _ERROR.decode(body)
    except msgspec.DecodeError:
        return _odd(status)
    if code := printable(error.error_code):
        return replace(_by_code(code), said=printable(error.message))
    whole = error.id or error.timestamp
    return None if whole and status == 200 else _odd(status)  # noqa: PLR2004  # HTTP OK


def is_empty(body: bytes) -> bool:
    """Say whether an answer lists no event, or one that nobody prices."""
    if body.lstrip()[:1] == b"[":
        return not body.strip()[1:-1].strip()
    try:
        found = _SIZE.decode(body)
    except msgspec.DecodeError:
        return False
    return not (found.bookmakers if found.data is None else found.data)


class _Size(Struct):
    data: list[msgspec.Raw] | None = None
    bookmakers: list[msgspec.Raw] = []


_SIZE: Final = msgspec.json.Decoder(_Size)


def _by_code(code: str) -> Refusal:
    error: MonPsError
    if code in _REFUSED:
        error = KeyRefused(f"The Odds API refuses the key ({code})")
        return Refusal(code=code, error=error, fate=Fate.DISABLE)
    if code == _SPENT:
        error = QuotaSpent("The Odds API: the key is out of credits")
        return Refusal(code=code, error=error, fate=Fate.PARK)
    if code == _TOO_FAST:
        error = RateLimited("The Odds API asks for a slower pace", after_seconds=2.0)
        return Refusal(code=code, error=error, fate=Fate.SLOW)
    return Refusal(code=code, error=Skip(code, "The Odds API"))


def _odd(status: int) -> Refusal:
    error = FeedDown(f"The Odds API answered {status} without data or an error code")
    return Refusal(code="NO_CODE", error=error)


def decode(body: bytes) -> Decoded:
    """Return the events of an answer; what cannot be read is left out and counted."""
    single = body.lstrip()[:1] == b"{"
    try:
        recorded = _RECORDING.decode(body) if single else _Recording()
        if recorded.timestamp is not None and bytes(recorded.data):
            decoded = decode(bytes(recorded.data))
            decoded.taken_at = recorded.timestamp
            return decoded
        found = [_EVENT.decode(body)] if single else _EVENTS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _salvage(body)
    decoded = Decoded(events=[])
    for event in found:
        _sort(event, event.bookmakers, decoded)
    return decoded


def stamps(events: Iterable[Event]) -> Iterator[datetime]:
    """Return every moment at which the prices of `events` were confirmed, each spelling once."""
    books = [book for event in events for book in event.bookmakers]
    written = {book.last_update for book in books}
    written |= {market.last_update for book in books for market in book.markets}
    for text in written - {None}:
        moment = _convert(text, datetime)
        if moment is not None and moment.tzinfo is not None:
            yield moment


def is_odds(ask: Ask) -> bool:
    """Say whether an answer to `ask` lists events to read: odds, or fixtures without any."""
    return ask.path.rstrip("/").endswith(("/odds", "/events"))


def _sort(event: Event | None, books: list[Bookmaker], decoded: Decoded) -> None:
    """Take an event in, or count its outcomes as malformed where nobody could name it."""
    if event is not None and _is_whole(event):
        decoded.events.append(event)
    else:
        decoded.malformed += sum(len(m.outcomes) for book in books for m in book.markets)


def _is_whole(event: Event) -> bool:
    """Say whether an event has what tells it apart: an id, two names, a date of our time.

    Control characters in a name are stripped; one in an id makes it another id, so it is none.
    """
    return (
        bool(event.id)
        and event.id.isprintable()
        and bool(printable(event.home_team))
        and bool(printable(event.away_team))
        and is_playable(event.commence_time)
    )


def _salvage(body: bytes) -> Decoded:
    """Read what is left of a damaged answer, outcome by outcome."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Decoded(events=[])
    decoded = Decoded(events=[])
    for raw in _dicts(found if isinstance(found, list) else [found]):
        read = [_book(book, decoded) for book in _dicts(raw.get("bookmakers"))]
        books = [book for book in read if book is not None]
        _sort(_convert({**raw, "bookmakers": books}, Event), books, decoded)
    return decoded


def _book(raw: dict[str, Any], decoded: Decoded) -> Bookmaker | None:
    markets = [_market(market, decoded) for market in _dicts(raw.get("markets"))]
    kept = [market for market in markets if market is not None]
    update = _written(raw.get("last_update"))
    book = _convert({"key": raw.get("key"), "markets": kept, "last_update": update}, Bookmaker)
    if book is None:
        decoded.malformed += sum(len(market.outcomes) for market in kept)
    return book


def _market(raw: dict[str, Any], decoded: Decoded) -> Market | None:
    offered = list(_dicts(raw.get("outcomes")))
    outcomes = [outcome for each in offered if (outcome := _convert(each, Outcome)) is not None]
    decoded.malformed += len(offered) - len(outcomes)
    update = _written(raw.get("last_update"))
    market = _convert({"key": raw.get("key"), "outcomes": outcomes, "last_update": update}, Market)
    if market is None:
        decoded.malformed += len(outcomes)
    return market


def _dicts(found: object) -> Iterator[dict[str, Any]]:
    found = found if isinstance(found, list) else []
    return (each for each in found if isinstance(each, dict))


def _written(found: object) -> str | None:
    return found if isinstance(found, str) else None


def _convert(found: object, kind: type[_T]) -> _T | None:
    """Return `found` as a `kind`; None where it is not one."""
    try:
        return msgspec.convert(found, kind, from_attributes=True)
    except (msgspec.ValidationError, UnicodeError, OverflowError, RecursionError):
        return None
