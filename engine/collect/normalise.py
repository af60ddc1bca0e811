"""From payloads to a board: every quote offered is kept or counted under one reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.collect import odds_api
from engine.collect.identity import Placed, Sighting, place
from engine.collect.known import EventId, Known, UnmatchedName
from engine.collect.markets import MARKETS, Sides
from engine.collect.payload import ODDS_API, Payload
from engine.collect.quality import Quotes, Reject, sieve
from engine.domain.board import Board
from engine.domain.market import LINED
from engine.domain.numbers import BookmakerKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.collect.odds_api import Bookmaker, Event, Market
    from engine.collect.rules import CollectRules
    from engine.domain.fixture import Fixture

__all__ = ["EventId", "Intake", "Known", "Reject", "UnmatchedName", "normalise"]

_OK: Final = 200
_NAN: Final = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a look brought. `offered` is `len(board)` plus the sum of `rejected`.

    `fixtures` are those new, moved or revived; `events` every event id met, `in_play` those
    ignored because play had begun.
    """

    board: Board
    fixtures: tuple[Fixture, ...]
    event_ids: tuple[EventId, ...]
    unmatched: tuple[UnmatchedName, ...]
    offered: int
    rejected: Mapping[str, int]
    events: frozenset[str]
    in_play: frozenset[str]


def normalise(
    payloads: Iterable[Payload], known: Known, rules: CollectRules, now: datetime
) -> Intake:
    """Return the board of `payloads`, in an order that theirs does not influence.

    Answers that are not odds (errors, results) bring nothing. Without any, the board is of `now`.
    """
    looks, malformed = _read(payloads)
    sightings = _sightings(looks, rules)
    placed = place(sightings.values(), known, rules)
    builder = _Builder(placed, sightings)
    for event, fetched_at in looks:
        builder.add(event, fetched_at)
    board, rejected = builder.board(max((at for _, at in looks), default=now), rules)
    rejected[Reject.MALFORMED] += malformed
    reasons = {str(reason): count for reason, count in sorted(rejected.items()) if count}
    refused = placed.refused.items()
    return Intake(
        board=board,
        fixtures=tuple(sorted(placed.changed.values(), key=_by_kick_off)),
        event_ids=tuple(sorted(placed.event_ids, key=lambda each: each.event_id)),
        unmatched=tuple(name for _, name in sorted(placed.unmatched.items())),
        offered=len(board) + sum(reasons.values()),
        rejected=reasons,
        events=frozenset(event.id for event, _ in looks),
        in_play=frozenset(event for event, reason in refused if reason is Reject.IN_PLAY),
    )


def _by_kick_off(fixture: Fixture) -> tuple[datetime, str]:
    return fixture.kick_off, str(fixture.id)


def _read(payloads: Iterable[Payload]) -> tuple[list[tuple[Event, datetime]], int]:
    """Return the events of all answers with the moment each was fetched."""
    looks: list[tuple[Event, datetime]] = []
    malformed = 0
    for payload in payloads:
        if payload.source != ODDS_API or payload.status != _OK:
            continue
        decoded = odds_api.decode(payload.body)
        malformed += decoded.malformed
        looks.extend((event, payload.fetched_at) for event in decoded.events)
    return looks, malformed


def _sightings(
    looks: Iterable[tuple[Event, datetime]], rules: CollectRules
) -> dict[str, Sighting]:
    """Return each event id as last seen."""
    last: dict[str, Sighting] = {}
    for event, fetched_at in looks:
        now = fetched_at.timestamp()
        quoted = [_quoted_at(book.last_update, now) for book in event.bookmakers]
        oldest = now - rules.stale.total_seconds()
        sighting = Sighting(
            event=event,
            fetched_at=fetched_at,
            fresh_books=sum(moment >= oldest for moment in quoted),
            latest=max(quoted, default=0.0),
        )
        before = last.get(event.id)
        if before is None or _age(before) < _age(sighting):
            last[event.id] = sighting
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


def _quoted_at(moment: datetime | None, fetched_at: float) -> float:
    """When a price was last confirmed: never after we fetched it, whatever a clock says."""
    return fetched_at if moment is None else min(moment.timestamp(), fetched_at)


@dataclass(slots=True)
class _Builder:
    """Gathers quotes: a few values per book and market, lists per quote."""

    placed: Placed
    sightings: Mapping[str, Sighting]
    rejected: Counter[Reject] = field(default_factory=Counter)
    fixtures: dict[Fixture, int] = field(default_factory=dict)
    bookmakers: dict[str, int] = field(default_factory=dict)
    heads: list[tuple[int, int, int, bool, float, float, float, int]] = field(default_factory=list)
    sides: list[int] = field(default_factory=list)
    odds: list[float] = field(default_factory=list)
    points: list[float] = field(default_factory=list)

    def add(self, event: Event, fetched_at: datetime) -> None:
        """Take an event's quotes in, or count them under the reason the event was refused."""
        fixture = self.placed.fixtures.get(event.id)
        last = self.sightings[event.id].event
        if fixture is None or (event.home_team, event.away_team) != (
            last.home_team,
            last.away_team,
        ):
            reason = self.placed.refused.get(event.id, Reject.DUPLICATE_EVENT)
            self.rejected[reason] += _count(event)
            return
        number = self.fixtures.setdefault(fixture, len(self.fixtures))
        sides = Sides(event.home_team, event.away_team)
        times = (fetched_at.timestamp(), fixture.kick_off.timestamp())
        for book in event.bookmakers:
            for market in book.markets:
                self._add(number, book, market, sides, times)

    def _add(
        self,
        fixture: int,
        book: Bookmaker,
        market: Market,
        sides: Sides,
        times: tuple[float, float],
    ) -> None:
        meant = MARKETS.get(market.key)
        if meant is None or not book.key.isprintable():
            unreadable = Reject.UNKNOWN_MARKET if meant is None else Reject.MALFORMED
            self.rejected[unreadable] += len(market.outcomes)
            return
        kind, lay = meant
        outcomes = market.outcomes
        bookmaker = self.bookmakers.setdefault(book.key, len(self.bookmakers))
        quoted_at = _quoted_at(market.last_update or book.last_update, times[0])
        self.heads.append((fixture, bookmaker, kind, lay, quoted_at, *times, len(outcomes)))
        self.sides += sides.read(kind, [outcome.name for outcome in outcomes])
        self.odds += [outcome.price for outcome in outcomes]
        if kind in LINED:
            self.points += [_NAN if each.point is None else each.point for each in outcomes]
        else:
            self.points += [0.0] * len(outcomes)

    def board(self, as_of: datetime, rules: CollectRules) -> tuple[Board, Counter[Reject]]:
        """Return the board of what was gathered, sorted, and all rejections so far."""
        fixtures = sorted(self.fixtures, key=_by_kick_off)
        bookmakers = sorted(self.bookmakers)
        quotes = self._quotes(fixtures, bookmakers)
        sieved = sieve(quotes, rules)
        for reason, count in sieved.rejected.items():
            self.rejected[Reject(reason)] += count
        rows = np.flatnonzero(sieved.kept)
        order = (quotes.lay, quotes.bookmaker, sieved.selection, quotes.fixture)
        rows = rows[np.lexsort(tuple(column[rows] for column in order))]
        board = Board(
            as_of=as_of,
            fixtures=tuple(fixtures),
            bookmakers=tuple(BookmakerKey(key) for key in bookmakers),
            fixture=quotes.fixture[rows].astype(np.int32),
            bookmaker=quotes.bookmaker[rows].astype(np.int16),
            selection=sieved.selection[rows].astype(np.int32),
            odds=quotes.odds[rows],
            quoted_at=quotes.quoted_at[rows],
            lay=quotes.lay[rows],
        )
        return board, self.rejected

    def _quotes(self, fixtures: list[Fixture], bookmakers: list[str]) -> Quotes:
        """Return the columns; fixtures and bookmakers are renumbered in sorted order."""
        heads = np.array(self.heads, dtype=np.float64).reshape(-1, 8)
        block = np.repeat(np.arange(len(heads)), heads[:, 7].astype(np.int64))
        fixture, bookmaker, kind, lay, quoted_at, fetched_at, kick_off = heads[block, :7].T
        fixture_rank = {each: rank for rank, each in enumerate(fixtures)}
        book_rank = {each: rank for rank, each in enumerate(bookmakers)}
        fixture_code = np.array([fixture_rank[each] for each in self.fixtures], dtype=np.int64)
        book_code = np.array([book_rank[each] for each in self.bookmakers], dtype=np.int64)
        return Quotes(
            fixture=fixture_code[fixture.astype(np.int64)],
            bookmaker=book_code[bookmaker.astype(np.int64)],
            kind=kind.astype(np.int64),
            lay=lay.astype(np.bool_),
            block=block,
            side=np.array(self.sides, dtype=np.int64),
            odds=np.array(self.odds, dtype=np.float64),
            point=np.array(self.points, dtype=np.float64),
            quoted_at=quoted_at.copy(),
            fetched_at=fetched_at.copy(),
            kick_off=kick_off.copy(),
        )


def _count(event: Event) -> int:
    return sum(len(market.outcomes) for book in event.bookmakers for market in book.markets)
