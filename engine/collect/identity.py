"""Which fixture an event is: providers rename, move and list one match twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid5

from engine.collect.identify import OVER, SAME_HOUR, Listing, Register
from engine.collect.known import EventId, Known, UnmatchedName
from engine.collect.payload import ODDS_API
from engine.collect.quality import Reject
from engine.domain.fixture import Fixture, FixtureStatus, Team, fixture_id
from engine.domain.numbers import FixtureId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from engine.collect.odds_api import Event
    from engine.collect.rules import CollectRules

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)

Match = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One event as last seen; `fresh_books` and `latest` say how alive its prices are."""

    event: Event
    fetched_at: datetime
    fresh_books: int
    latest: float

    @property
    def in_play(self) -> bool:
        return self.event.commence_time <= self.fetched_at


@dataclass(slots=True, kw_only=True)
class Placed:
    """Where each event belongs: a fixture, or the reason why its quotes are not used."""

    fixtures: dict[str, Fixture] = field(default_factory=dict)
    refused: dict[str, Reject] = field(default_factory=dict)
    changed: dict[FixtureId, Fixture] = field(default_factory=dict)
    event_ids: list[EventId] = field(default_factory=list)
    unmatched: dict[tuple[str, str, str], UnmatchedName] = field(default_factory=dict)


@dataclass(slots=True)
class _Cluster:
    """The sightings of one match, and the kick-offs it has been announced for."""

    known: Fixture | None
    kick_offs: list[datetime]
    sightings: list[Sighting]


def place(sightings: Iterable[Sighting], known: Known, rules: CollectRules) -> Placed:
    """Return the fixture of each event id; the order of `sightings` does not matter."""
    placed = Placed()
    register = Register(known)
    matches: dict[Match, list[Sighting]] = defaultdict(list)
    teams: dict[str, Team] = {}
    for sighting in sightings:
        pair = _teams(sighting, register, placed)
        if pair is not None:
            home, away = pair
            teams |= {home.key: home, away.key: away}
            matches[sighting.event.sport_key, home.key, away.key].append(sighting)
    for sighting in _turned(matches, teams, register, known):
        placed.refused[sighting.event.id] = Reject.SWAPPED_TEAMS
    stored: dict[Match, list[Fixture]] = defaultdict(list)
    match_of: dict[FixtureId, Match] = {}
    for fixture in known.fixtures:
        its_match = (fixture.competition, fixture.home.key, fixture.away.key)
        stored[its_match].append(fixture)
        match_of[fixture.id] = its_match
    for match, listed in sorted(matches.items()):
        seen = [each for each in listed if each.event.id not in placed.refused]
        met = {each.event.id: known.event_ids.get((ODDS_API, each.event.id)) for each in seen}
        own = {
            event: identity
            for event, identity in met.items()
            if identity is not None and match_of.get(identity, match) == match
        }
        clusters = _cluster(match, seen, stored[match], own, rules.max_move)
        for identity, cluster in clusters.items():
            if cluster.sightings:
                _Verdict(placed, known, rules).give(identity, match, cluster, teams)
    return placed


def _teams(sighting: Sighting, register: Register, placed: Placed) -> tuple[Team, Team] | None:
    event = sighting.event
    listing = Listing(
        provider=ODDS_API,
        event_id=event.id,
        competition=event.sport_key,
        home=event.home_team,
        away=event.away_team,
        kick_off=event.commence_time,
    )
    pair = register.pair(listing)
    if pair is None:
        placed.refused[event.id] = Reject.IN_PLAY if sighting.in_play else Reject.UNMATCHED_TEAM
        for asked in () if sighting.in_play else register.questions(listing):
            placed.unmatched[event.sport_key, asked.name, event.id] = asked
    return pair


def _turned(
    matches: Mapping[Match, Sequence[Sighting]],
    teams: Mapping[str, Team],
    register: Register,
    known: Known,
) -> Iterator[Sighting]:
    """Give the sightings that name host and guest the other way round than another feed has.

    What was stored first stands; of two that are both new, neither is believed. A provider that
    turns its own listing has changed its mind: that is another match.
    """
    for (competition, home, away), seen in matches.items():
        other_way = matches.get((competition, away, home), ())
        for sighting in seen:
            kick_off = sighting.event.commence_time
            place = (competition, teams[home], teams[away], kick_off, SAME_HOUR)
            if register.nearest(*place) is not None:
                continue
            turned = register.nearest(competition, teams[away], teams[home], kick_off, SAME_HOUR)
            own = known.event_ids.get((ODDS_API, sighting.event.id))
            stored = turned is not None and turned.status not in OVER and turned.id != own
            if stored or any(
                abs(other.event.commence_time - kick_off) <= SAME_HOUR for other in other_way
            ):
                yield sighting


def _cluster(
    match: Match,
    seen: Sequence[Sighting],
    stored: Sequence[Fixture],
    own: Mapping[str, FixtureId],
    max_move: timedelta,
) -> dict[FixtureId, _Cluster]:
    """Group the sightings of one ordered pair by match; a known id keeps its fixture.

    `own` are the known ids of this pair; a fixture too old to be among `stored` included.
    """
    clusters = {fixture.id: _Cluster(fixture, [fixture.kick_off], []) for fixture in stored}
    over = {fixture.id for fixture in stored if fixture.status in OVER}
    strangers = []
    for sighting in sorted(seen, key=lambda each: (each.event.commence_time, each.event.id)):
        identity = own.get(sighting.event.id)
        if identity is None:
            strangers.append(sighting)
            continue
        cluster = clusters.setdefault(identity, _Cluster(None, [], []))
        cluster.kick_offs.append(sighting.event.commence_time)
        cluster.sightings.append(sighting)
    for sighting in strangers:
        kick_off = sighting.event.commence_time
        near = {
            identity: min(abs(kick_off - other) for other in cluster.kick_offs)
            for identity, cluster in clusters.items()
            if identity not in over
        }
        identity = min(near, key=lambda each: (near[each], str(each)), default=None)
        if identity is None or near[identity] > max_move:
            identity = fixture_id(*match, kick_off.astimezone(UTC).date())
            if identity in clusters:  # over or too far, yet of this day: the pair's other match
                identity = FixtureId(uuid5(identity, kick_off.astimezone(UTC).isoformat()))
            clusters.setdefault(identity, _Cluster(None, [kick_off], []))
        clusters[identity].sightings.append(sighting)
    return clusters


@dataclass(slots=True)
class _Verdict:
    """Which of the ids of one match is in force, and what follows for its fixture."""

    placed: Placed
    known: Known
    rules: CollectRules

    def give(
        self, identity: FixtureId, match: Match, cluster: _Cluster, teams: dict[str, Team]
    ) -> None:
        """Record the fixture of the id in force and refuse the others."""
        winner = max(cluster.sightings, key=self._strength)
        for loser in cluster.sightings:
            reason = Reject.IN_PLAY if loser.in_play else Reject.DUPLICATE_EVENT
            self.placed.refused[loser.event.id] = reason
        fixture = self._fixture(identity, match, cluster, winner, teams)
        if not self._over_or_begun(winner, identity, cluster.known):
            del self.placed.refused[winner.event.id]
            self.placed.fixtures[winner.event.id] = fixture
            if fixture != cluster.known:
                self.placed.changed[identity] = fixture
        elif cluster.known is None:
            return
        elif winner.in_play and cluster.known.kick_off > winner.fetched_at:
            # begun before its stored hour: not priced, yet what waits for that hour must know
            self.placed.changed[identity] = fixture
        self.placed.event_ids.extend(
            EventId(
                provider=ODDS_API,
                event_id=each.event.id,
                fixture_id=identity,
                kick_off=each.event.commence_time,
                seen_at=each.fetched_at,
            )
            for each in cluster.sightings
            if not each.in_play
        )

    def _strength(self, sighting: Sighting) -> tuple[datetime, int, float, str]:
        """The id met later is in force; at first sight, the one more books are alive on."""
        return (
            self._first_seen(sighting.event.id, sighting.fetched_at),
            sighting.fresh_books,
            sighting.latest,
            sighting.event.id,
        )

    def _first_seen(self, event_id: str, default: datetime) -> datetime:
        place = (ODDS_API, event_id)
        missing = _ALWAYS if place in self.known.event_ids else default
        return self.known.first_seen.get(place, missing)

    def _over_or_begun(self, winner: Sighting, identity: FixtureId, known: Fixture | None) -> bool:
        """Say whether the match must not be priced; the reason stands with the winner's id.

        A match that was played is not put off, whatever date its id shows afterwards. Kick-offs
        of events in play drift by seconds to minutes: no move. And once a match has begun its id
        in force may vanish while an older one still shows a later date.
        """
        if winner.in_play:
            return True
        if known is None or known.kick_off > winner.fetched_at:
            return False
        late = winner.event.commence_time - known.kick_off
        if known.status is FixtureStatus.FINISHED or late <= self.rules.delay:
            self.placed.refused[winner.event.id] = Reject.IN_PLAY
            return True
        first = self._first_seen(winner.event.id, winner.fetched_at)
        return any(
            other == identity and self.known.first_seen.get(place, _ALWAYS) > first
            for place, other in self.known.event_ids.items()
        )

    def _fixture(
        self,
        identity: FixtureId,
        match: Match,
        cluster: _Cluster,
        winner: Sighting,
        teams: dict[str, Team],
    ) -> Fixture:
        kick_off = winner.event.commence_time
        if cluster.known is None:
            competition, home, away = match
            return Fixture(
                id=identity,
                competition=competition,
                home=teams[home],
                away=teams[away],
                kick_off=kick_off,
            )
        if abs(kick_off - cluster.known.kick_off) < self.rules.drift:
            kick_off = cluster.known.kick_off
        return replace(cluster.known, kick_off=kick_off, status=FixtureStatus.SCHEDULED)
