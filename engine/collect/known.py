"""What collection knows before it reads, and what it learns of identities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.collect.names import Names
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names, fixtures stored (recent and upcoming) and the providers' ids for them.

    `first_seen` says when a (provider, event id) was first met: where a provider lists one
    match under two ids, the one met later is the one in force. `all_lines` are the event ids of
    which a look at that match alone told lines beside the main ones.
    """

    names: Names
    fixtures: tuple[Fixture, ...] = ()
    event_ids: Mapping[tuple[str, str], FixtureId] = field(default_factory=dict)
    first_seen: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    all_lines: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventId:
    """A provider's id for a fixture; the first `seen_at` of an id is the one to keep."""

    provider: str
    event_id: str
    fixture_id: FixtureId
    kick_off: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedName:
    """A spelling no table knows, with the likeliest teams (key, score 0-100) for a person."""

    provider: str
    competition: str
    name: str
    opponent: str
    kick_off: datetime
    suggestions: tuple[tuple[str, float], ...]


def printable(text: str) -> str:
    r"""Return `text` as it can be stored and shown: one line, at most 120 characters.

    >>> printable("Bad\x00\xa0Name\n"), printable("\x00\n")
    ('Bad Name', '')
    """
    line = " ".join(text.split())
    return "".join(letter for letter in line if letter.isprintable()).strip()[:120]


def is_playable(kick_off: datetime) -> bool:
    """Say whether a kick-off is a date of our time: the calendar's ends fit no database."""
    return 2000 <= kick_off.year < 2200  # noqa: PLR2004  # generous on both sides
