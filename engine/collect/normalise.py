"""From payloads to a board: every quote offered is kept or counted under one reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.collect.columns import Columns, read_columns
from engine.collect.identity import Placed, Sighting, place
from engine.collect.known import EventId, Known, UnmatchedName
from engine.collect.markets import EVERY_LINE, MARKETS, UNKNOWN
from engine.collect.odds_api import decode, is_odds
from engine.collect.payload import ODDS_API, Payload
from engine.collect.quality import Quotes, Reject, Sieved, sieve
from engine.domain.board import Board
from engine.domain.market import LINED, MarketKind
from engine.domain.numbers import BookmakerKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.collect.odds_api import Event
    from engine.collect.payload import Ask
    from engine.collect.rules import CollectRules
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId
    from engine.domain.path import Scope, Unconfirmed

__all__ = ["EventId", "Intake", "Known", "Reject", "UnmatchedName", "normalise"]

_OK: Final = 200
_KINDS: Final = max(MarketKind) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a look brought. `offered` is `len(board)` plus the sum of `rejected`.

    `fixtures` are those new, moved or revived; `events` every event id met, `in_play` those
    ignored because play had begun. `scope` says of which fixtures which kinds of market were
    asked and answered: what the board lacks within it is offered no longer. An answer for main
    lines speaks for all lines of its kind, unless a look at the match alone told others: those
    are withdrawn only by one that asks for main lines too. `stale` gives of each competition how
    many quotes were refused as stale, of how many, and `unconfirmed` whose they were.
    """

    board: Board
    fixtures: tuple[Fixture, ...]
    event_ids: tuple[EventId, ...]
    unmatched: tuple[UnmatchedName, ...]
    offered: int
    rejected: Mapping[str, int]
    events: frozenset[str]
    in_play: frozenset[str]
    scope: Scope
    stale: Mapping[str, tuple[int, int]]
    unconfirmed: Unconfirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One event of one answer: of which moment it speaks, and which kinds of market were asked.

    `kinds` is empty where nothing may be concluded from what the answer lacks.
    """

    event: Event
    at: datetime
    kinds: frozenset[MarketKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Homes:
    """Where each look belongs: its fixture's place in `fixtures`, or -1 and the reason why not."""

    fixtures: tuple[Fixture, ...]
    place: NDArray[np.int64]
    reasons: Sequence[Reject | None]


def normalise(
    payloads: Iterable[Payload], known: Known, rules: CollectRules, now: datetime
) -> Intake:
    """Return the board of `payloads`, in an order that theirs does not influence.

    Answers that are not odds (errors, results) bring nothing; a list of fixtures brings
    fixtures alone. Without any answer, the board is of `now`.
    """
    looks, malformed = _read(payloads, known)
    columns = read_columns([look.event for look in looks])
    sightings = _sightings(looks, columns, rules)
    placed = place(sightings.values(), known, rules)
    homes = _homes(looks, sightings, placed)
    usable, rejected = _usable(columns, homes)
    rejected[Reject.MALFORMED] += malformed
    quotes, bookmakers = _quotes(looks, columns, homes, usable)
    sieved = sieve(quotes, rules)
    rejected.update({Reject(reason): count for reason, count in sieved.rejected.items()})
    as_of = max((look.at for look in looks), default=now)
    board = _board(as_of, homes.fixtures, bookmakers, quotes, sieved)
    reasons = {str(reason): count for reason, count in sorted(rejected.items()) if count}
    refused = placed.refused.items()
    return Intake(
        board=board,
        fixtures=tuple(sorted(placed.changed.values(), key=_by_kick_off)),
        event_ids=tuple(sorted(placed.event_ids, key=lambda each: each.event_id)),
        unmatched=tuple(name for _, name in sorted(placed.unmatched.items())),
        offered=len(board) + sum(reasons.values()),
        rejected=reasons,
        events=frozenset(look.event.id for look in looks),
        in_play=frozenset(event for event, reason in refused if reason is Reject.IN_PLAY),
        scope=_scope(looks, homes, quotes, sieved),
        stale=_stale(homes.fixtures, quotes, sieved),
        unconfirmed=_unconfirmed(quotes, sieved),
    )


def _by_kick_off(fixture: Fixture) -> tuple[datetime, str]:
    return fixture.kick_off, str(fixture.id)


def _read(payloads: Iterable[Payload], known: Known) -> tuple[list[_Look], int]:
    """Return the events of all answers, and how many outcomes could not be read."""
    looks: list[_Look] = []
    malformed = 0
    for payload in payloads:
        if payload.source != ODDS_API or payload.status != _OK or not is_odds(payload.ask):
            continue
        decoded = decode(payload.body)
        malformed += decoded.malformed
        at = min(decoded.taken_at or payload.fetched_at, payload.fetched_at)
        kinds = frozenset[MarketKind]() if decoded.malformed else _kinds(payload.ask)
        main = kinds - _lines_left_out(payload.ask)
        looks += [
            _Look(event=event, at=at, kinds=main if event.id in known.all_lines else kinds)
            for event in decoded.events
        ]
    return looks, malformed


def _kinds(ask: Ask) -> frozenset[MarketKind]:
    """Return the kinds of market of which an answer names every book; h2h_lay is one of h2h.

    Lines beside the main ones are told by few books: of those that are not there nothing is said.
    """
    params = dict(ask.params)
    if "bookmakers" in params:
        return frozenset()
    asked = params.get("markets", "").split(",")
    return frozenset(
        MARKETS[market][0] for market in asked if market in MARKETS.keys() - EVERY_LINE
    )


def _lines_left_out(ask: Ask) -> frozenset[MarketKind]:
    """Return the kinds of which only the main line was asked."""
    asked = dict(ask.params).get("markets", "").split(",")
    told = {MARKETS[market][0] for market in asked if market in EVERY_LINE}
    return LINED - told


def _sightings(
    looks: Sequence[_Look], columns: Columns, rules: CollectRules
) -> dict[str, Sighting]:
    """Return each event id as last seen."""
    at = np.array([look.at.timestamp() for look in looks], dtype=np.float64)
    quoted = _quoted_at(columns.confirmed, at[columns.owner])
    fresh = quoted >= at[columns.owner] - rules.stale.total_seconds()
    books = np.bincount(columns.owner, weights=fresh, minlength=len(looks))
    latest = np.zeros(len(looks))
    np.maximum.at(latest, columns.owner, quoted)
    last: dict[str, Sighting] = {}
    for look, fresh_books, newest in zip(looks, books.tolist(), latest.tolist(), strict=True):
        sighting = Sighting(
            event=look.event, fetched_at=look.at, fresh_books=int(fresh_books), latest=newest
        )
        before = last.get(look.event.id)
        if before is None or _age(before) < _age(sighting):
            last[look.event.id] = sighting
    return last


def _age(sighting: Sighting) -> tuple[datetime, int, float, datetime, str, str, str]:
    """Order the sightings of one id; the same id twice in one answer is settled by content."""
    event = sighting.event
    return (
        sighting.fetched_at,
        sighting.fresh_books,
        sighting.latest,
        event.commence_time,
        event.sport_key,
        event.home_team,
        event.away_team,
    )


def _quoted_at(confirmed: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """When prices were last confirmed: never after we fetched them, whatever a clock says."""
    return np.fmin(confirmed, at)


def _homes(looks: Sequence[_Look], sightings: Mapping[str, Sighting], placed: Placed) -> _Homes:
    """Return where looks belong; one that names other teams than its id's last is refused."""
    found: list[Fixture | None] = []
    reasons: list[Reject | None] = []
    for look in looks:
        event, last = look.event, sightings[look.event.id].event
        same = (event.home_team, event.away_team) == (last.home_team, last.away_team)
        fixture = placed.fixtures.get(event.id) if same else None
        found.append(fixture)
        refused = placed.refused.get(event.id, Reject.DUPLICATE_EVENT)
        reasons.append(refused if fixture is None else None)
    fixtures = sorted({each for each in found if each is not None}, key=_by_kick_off)
    rank: dict[Fixture | None, int] = {each: number for number, each in enumerate(fixtures)}
    place = np.array([rank.get(each, -1) for each in found], dtype=np.int64)
    return _Homes(fixtures=tuple(fixtures), place=place, reasons=reasons)


def _usable(columns: Columns, homes: _Homes) -> tuple[NDArray[np.bool_], Counter[Reject]]:
    """Return the rows of known markets of fixtures, and why the others are none."""
    rejected: Counter[Reject] = Counter()
    outcomes = np.bincount(columns.event, minlength=len(homes.place)).tolist()
    for reason, count in zip(homes.reasons, outcomes, strict=True):
        if reason is not None:
            rejected[reason] += count
    usable = homes.place[columns.event] >= 0
    odd = usable & (columns.kind == UNKNOWN)
    named = np.array([book.isprintable() for book in columns.books], dtype=np.bool_)
    nameless = usable & ~odd & ~named[columns.book]
    rejected[Reject.UNKNOWN_MARKET] += int(np.count_nonzero(odd))
    rejected[Reject.MALFORMED] += int(np.count_nonzero(nameless))
    return usable & ~odd & ~nameless, rejected


def _quotes(
    looks: Sequence[_Look], columns: Columns, homes: _Homes, usable: NDArray[np.bool_]
) -> tuple[Quotes, tuple[str, ...]]:
    """Return the usable rows as quotes, and the bookmakers they are of, in sorted order."""
    rows = slice(None) if usable.all() else np.flatnonzero(usable)
    event, book = columns.event[rows], columns.book[rows]
    met = np.flatnonzero(np.bincount(book, minlength=len(columns.books)))
    bookmakers = sorted(columns.books[code] for code in met)
    rank = {key: number for number, key in enumerate(bookmakers)}
    ranks = np.array([rank.get(key, -1) for key in columns.books], dtype=np.int64)
    at = np.array([look.at.timestamp() for look in looks], dtype=np.float64)[event]
    fixture = homes.place[event]
    starts = [each.kick_off.timestamp() for each in homes.fixtures]
    quotes = Quotes(
        fixture=fixture,
        bookmaker=ranks[book],
        kind=columns.kind[rows],
        lay=columns.lay[rows],
        block=columns.block[rows],
        side=columns.side[rows],
        odds=columns.odds[rows],
        point=columns.point[rows],
        quoted_at=_quoted_at(columns.updated[rows], at),
        fetched_at=at,
        kick_off=np.array(starts, dtype=np.float64)[fixture],
    )
    return quotes, tuple(bookmakers)


def _board(
    as_of: datetime,
    fixtures: tuple[Fixture, ...],
    bookmakers: tuple[str, ...],
    quotes: Quotes,
    sieved: Sieved,
) -> Board:
    """Return the quotes that were kept, sorted by fixture, selection, book and side."""
    rows = np.flatnonzero(sieved.kept)
    order = (quotes.lay, quotes.bookmaker, sieved.selection, quotes.fixture)
    rows = rows[np.lexsort(tuple(column[rows] for column in order))]
    return Board(
        as_of=as_of,
        fixtures=fixtures,
        bookmakers=tuple(BookmakerKey(key) for key in bookmakers),
        fixture=quotes.fixture[rows].astype(np.int32),
        bookmaker=quotes.bookmaker[rows].astype(np.int16),
        selection=sieved.selection[rows].astype(np.int32),
        odds=quotes.odds[rows],
        quoted_at=quotes.quoted_at[rows],
        lay=quotes.lay[rows],
    )


def _scope(looks: Sequence[_Look], homes: _Homes, quotes: Quotes, sieved: Sieved) -> Scope:
    """Return which kinds were asked of each fixture that was met.

    Where all that was offered of a kind was refused (a frozen feed), nothing is said of it:
    those prices are not withdrawn, they are unknown.
    """
    asked: dict[FixtureId, set[MarketKind]] = defaultdict(set)
    for look, rank in zip(looks, homes.place.tolist(), strict=True):
        if rank >= 0:
            asked[homes.fixtures[rank].id] |= look.kinds
    pairs = quotes.fixture * _KINDS + quotes.kind
    silent = np.setdiff1d(pairs, pairs[sieved.kept])
    for rank, kind in zip(*np.divmod(silent, _KINDS), strict=True):
        asked[homes.fixtures[rank].id].discard(MarketKind(int(kind)))
    return {fixture: frozenset(kinds) for fixture, kinds in asked.items() if kinds}


def _stale(
    fixtures: Sequence[Fixture], quotes: Quotes, sieved: Sieved
) -> Mapping[str, tuple[int, int]]:
    """Return how many quotes of each competition were refused as stale, of how many."""
    offered = np.bincount(quotes.fixture, minlength=len(fixtures)).tolist()
    stale = np.bincount(quotes.fixture[sieved.stale], minlength=len(fixtures)).tolist()
    found: dict[str, tuple[int, int]] = {}
    for fixture, old, every in zip(fixtures, stale, offered, strict=True):
        before = found.get(fixture.competition, (0, 0))
        found[fixture.competition] = before[0] + old, before[1] + every
    return {key: counts for key, counts in found.items() if counts[1]}


def _unconfirmed(quotes: Quotes, sieved: Sieved) -> Unconfirmed:
    """Return whose quotes of which kind were refused as stale."""
    old = np.flatnonzero(sieved.stale)
    columns = (quotes.fixture[old], quotes.bookmaker[old], quotes.kind[old])
    met = np.unique(np.stack(columns, axis=1), axis=0).tolist()
    return tuple((fixture, book, MarketKind(kind)) for fixture, book, kind in met)
