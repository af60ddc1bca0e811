"""From payloads to results: only of fixtures that are ours, only by known names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.collect import api_football
from engine.collect.identify import Contradicted, Identified, Listing, Nameless, Register
from engine.collect.known import EventId, Known, UnmatchedName
from engine.collect.payload import API_FOOTBALL, Payload
from engine.collect.verdict import unreadable
from engine.domain.errors import FeedDown, MonPsError
from engine.domain.settlement import Phase, Result, Score, Told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.collect.api_football import Goals, Row
    from engine.collect.payload import Ask
    from engine.domain.fixture import Fixture

_NEAR: Final = timedelta(days=4)
"""How far a kick-off may lie from ours for a fixture met for the first time by its names."""
_DUE: Final = timedelta(hours=36)
"""How near one of our fixtures must be for an unknown name to matter to anyone."""
_SCORED: Final = frozenset({Phase.FINISHED, Phase.ABANDONED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsFailure:
    """An answer that cannot be read as results; never taken for "no matches"."""

    ask: Ask
    error: MonPsError


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsIntake:
    """What a read of results brought; `foreign` fixtures are none of ours, `malformed` unread.

    `contradicted` ones name other teams than the fixture stored: never settled. One that names
    host and guest the other way round is a result of phase REVERSED: its scores are told as our
    fixture has the teams, and none of them stands.
    """

    results: tuple[Result, ...]
    event_ids: tuple[EventId, ...]
    unmatched: tuple[UnmatchedName, ...]
    failures: tuple[ResultsFailure, ...]
    foreign: int
    malformed: int
    contradicted: int


def read_results(payloads: Iterable[Payload], known: Known) -> ResultsIntake:
    """Return what the answers say of our fixtures; the latest answer on each speaks."""
    reader = _Reader(known)
    failures = []
    for payload in sorted(payloads, key=lambda each: (each.fetched_at, each.key)):
        if payload.source != API_FOOTBALL:
            continue
        who = "API-Football"
        refusal = unreadable(who, payload.status, payload.body) or api_football.refusal(
            payload.status, payload.body
        )
        if refusal is not None:
            failures.append(ResultsFailure(ask=payload.ask, error=refusal.error))
            continue
        decoded = api_football.decode(payload.body)
        reader.malformed += decoded.malformed
        if decoded.malformed and not decoded.rows:
            error = FeedDown(f"{who} answered with fixtures of another shape")
            failures.append(ResultsFailure(ask=payload.ask, error=error))
        for row in decoded.rows:
            reader.read(row, payload.fetched_at)
    return ResultsIntake(
        results=reader.nearest(),
        event_ids=tuple(reader.event_ids.values()),
        unmatched=tuple(reader.unmatched.values()),
        failures=tuple(failures),
        foreign=reader.foreign,
        malformed=reader.malformed,
        contradicted=reader.contradicted,
    )


class _Reader:
    """Recognises fixtures row by row."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._register = Register(known)
        self._by_id = {fixture.id: fixture for fixture in known.fixtures}
        self._turned: set[str] = set()
        self.results: dict[str, Result] = {}
        self.event_ids: dict[str, EventId] = {}
        self.unmatched: dict[tuple[str, str, str], UnmatchedName] = {}
        self.foreign = 0
        self.malformed = 0
        self.contradicted = 0

    def read(self, row: Row, read_at: datetime) -> None:
        fixture = self._fixture(row)
        if fixture is None:
            self.foreign += 1
            return
        event_id = str(row.fixture.id)
        phase = api_football.phase(row)
        if event_id in self._turned:
            row, phase = api_football.turned(row), Phase.REVERSED
        scored = phase in _SCORED
        self.results[event_id] = Result(
            fixture_id=fixture.id,
            source=API_FOOTBALL,
            status=api_football.status(row),
            phase=phase,
            full_time=_full_time(row, phase),
            half_time=_score(row.score.halftime) if scored else None,
            kick_off=row.fixture.date,
            read_at=read_at,
            event_id=event_id,
            told=_told(row),
        )
        self.event_ids[event_id] = EventId(
            provider=API_FOOTBALL,
            event_id=event_id,
            fixture_id=fixture.id,
            kick_off=row.fixture.date,
            seen_at=read_at,
        )

    def nearest(self) -> tuple[Result, ...]:
        """Return the results, of two rows on one fixture that of the kick-off nearest ours first.

        The other is kept: it may be the replay of a match that was put off.
        """
        return tuple(
            sorted(
                self.results.values(),
                key=lambda one: abs(one.kick_off - self._by_id[one.fixture_id].kick_off),
            )
        )

    def _fixture(self, row: Row) -> Fixture | None:
        """Return our fixture by the id it was met under, else by competition, names and date."""
        met = self._known.event_ids.get((API_FOOTBALL, str(row.fixture.id)))
        if met in self._by_id:
            return self._recognise(row, self._by_id[met].competition)
        leagues = self._known.names.leagues.get((API_FOOTBALL, str(row.league.id)), ())
        found = (self._recognise(row, competition) for competition in leagues)
        return next((fixture for fixture in found if fixture is not None), None)

    def _recognise(self, row: Row, competition: str) -> Fixture | None:
        seen = Listing(
            provider=API_FOOTBALL,
            event_id=str(row.fixture.id),
            competition=competition,
            home=row.teams.home.name,
            away=row.teams.away.name,
            kick_off=row.fixture.date,
        )
        match self._register.identify(seen, _NEAR):
            case Identified(fixture=fixture):
                return fixture
            case Nameless(names=names):
                due = self._register.around(competition, row.fixture.date, _DUE)
                for waiting in names if due else ():
                    self.unmatched[competition, waiting.name, seen.event_id] = waiting
            case Contradicted(fixture=fixture, turned=True):
                self._turned.add(str(row.fixture.id))
                return fixture
            case Contradicted():
                self.contradicted += 1
        return None


def _full_time(row: Row, phase: Phase) -> Score | None:
    """Return the 90-minute score; of a game broken off, the one it had reached.

    A goals market may be decided by then. Goals of extra time cannot be told apart there.
    """
    if phase is Phase.ABANDONED and not api_football.is_score(row.score.fulltime):
        return None if row.score.extratime.home is not None else _score(row.goals)
    return _score(row.score.fulltime) if phase in _SCORED else None


def _told(row: Row) -> Told:
    return Told(
        goals=_score(row.goals),
        half_time=_score(row.score.halftime),
        full_time=_score(row.score.fulltime),
        extra_time=_score(row.score.extratime),
        penalties=_score(row.score.penalty),
    )


def _score(goals: Goals) -> Score | None:
    """Return a score where both goals are known and are numbers of goals."""
    if goals.home is None or goals.away is None or not api_football.is_score(goals):
        return None
    return Score(home=goals.home, away=goals.away)
