"""Scores of The Odds API: a second witness of results, by the names of the teams.

A score is that of the whole match: where extra time can be played, nobody can tell from it what
stood after 90 minutes, and no status tells a walk-over from a match. So it is evidence: it may
confirm or contradict a result, and in a cup it is never one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta, Struct

from engine.collect.identify import Identified, Listing, Register
from engine.collect.known import is_playable
from engine.collect.odds_api import WHO, Moment, refusal
from engine.collect.payload import ODDS_API, Payload
from engine.collect.verdict import unreadable
from engine.domain.settlement import Score

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.collect.known import Known
    from engine.collect.payload import Ask
    from engine.domain.errors import MonPsError
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId
    from engine.domain.settlement import Result

_MOST_GOALS: Final = 149
_NEAR: Final = timedelta(days=4)
_Goals = Annotated[str, Meta(pattern=r"^\d{1,3}$")]


class _Side(Struct):
    name: str
    score: _Goals


class Row(Struct):
    """One match as the provider tells it; `scores` are absent until play begins."""

    id: str
    sport_key: str
    commence_time: Moment
    home_team: str
    away_team: str
    completed: bool = False
    scores: list[_Side] | None = None


_ROWS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_ROW: Final = msgspec.json.Decoder(Row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """What was told of one of our fixtures; `score` may count extra time.

    `completed`: the provider says that the match is over. `score` is None where the match has
    not begun, or where it is not told by the names of its two teams.
    """

    fixture_id: FixtureId
    event_id: str
    completed: bool
    score: Score | None
    kick_off: datetime
    read_at: datetime

    def confirms(self, result: Result) -> bool:
        """Say whether this tells of the same final score as a result after 90 minutes."""
        return self.completed and self.score is not None and self.score == result.full_time

    def contradicts(self, result: Result) -> bool:
        """Say whether the match went on, or ended with fewer goals than `result` has.

        More goals contradict nothing: extra time may have brought them.
        """
        full, told = result.full_time, self.score
        if full is None or told is None:
            return False
        if not self.completed:
            return True
        return told.home < full.home or told.away < full.away


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresFailure:
    """An answer that cannot be read as scores; never taken for "no matches"."""

    ask: Ask
    error: MonPsError


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresIntake:
    """What a read of scores brought; `empty` are the asks answered with nothing at all."""

    witnessed: tuple[Witnessed, ...]
    failures: tuple[ScoresFailure, ...]
    empty: tuple[Ask, ...]
    foreign: int
    malformed: int


def read_scores(payloads: Iterable[Payload], known: Known) -> ScoresIntake:
    """Return what the answers to scores asks say of our fixtures; the latest on each speaks."""
    found: dict[FixtureId, Witnessed] = {}
    failures, empty = [], []
    foreign = malformed = 0
    register = Register(known)
    for payload in sorted(payloads, key=lambda each: (each.fetched_at, each.key)):
        if payload.source != ODDS_API or not payload.ask.path.rstrip("/").endswith("/scores"):
            continue
        refused = unreadable(WHO, payload.status, payload.body)
        refused = refused or refusal(payload.status, payload.body)
        if refused is not None:
            failures.append(ScoresFailure(ask=payload.ask, error=refused.error))
            continue
        rows, broken = _rows(payload.body)
        malformed += broken
        if not rows and not broken:
            empty.append(payload.ask)
        for row in rows:
            fixture = _fixture(row, register)
            if fixture is None:
                foreign += 1
            else:
                found[fixture.id] = _witnessed(row, fixture, payload.fetched_at)
    return ScoresIntake(
        witnessed=tuple(found.values()),
        failures=tuple(failures),
        empty=tuple(empty),
        foreign=foreign,
        malformed=malformed,
    )


def _rows(body: bytes) -> tuple[list[Row], int]:
    """Return the rows that can be read, and how many cannot."""
    rows, broken = [], 0
    try:
        listed = _ROWS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return [], 1
    for raw in listed:
        try:
            row = _ROW.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            broken += 1
            continue
        if is_playable(row.commence_time):
            rows.append(row)
        else:
            broken += 1
    return rows, broken


def _witnessed(row: Row, fixture: Fixture, read_at: datetime) -> Witnessed:
    return Witnessed(
        fixture_id=fixture.id,
        event_id=row.id,
        completed=row.completed,
        score=_score(row),
        kick_off=row.commence_time,
        read_at=read_at,
    )


def _score(row: Row) -> Score | None:
    """Return the score by the names of the teams, whatever order they come in."""
    told = {side.name: int(side.score) for side in row.scores or ()}
    goals = (told.get(row.home_team), told.get(row.away_team))
    if len(row.scores or ()) != len(goals) or row.home_team == row.away_team:
        return None
    home, away = goals
    if home is None or away is None or max(home, away) > _MOST_GOALS:
        return None
    return Score(home=home, away=away)


def _fixture(row: Row, register: Register) -> Fixture | None:
    """Return our fixture by the id it was met under, else by both names and a near kick-off."""
    seen = Listing(
        provider=ODDS_API,
        event_id=row.id,
        competition=row.sport_key,
        home=row.home_team,
        away=row.away_team,
        kick_off=row.commence_time,
    )
    found = register.identify(seen, _NEAR)
    return found.fixture if isinstance(found, Identified) else None
