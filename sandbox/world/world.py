"""The world as its observers meet it: matches, quotes, results and, for the judge, the truth."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sandbox.world.dossier import Dossier, dossier_of
from sandbox.world.goals import canonical
from sandbox.world.happenings import Happening, Kind, Side, first
from sandbox.world.leagues import League
from sandbox.world.play import POSTPONED_BEFORE, Standing
from sandbox.world.quotes import BookQuotes, quotes_before, quotes_during
from sandbox.world.schedule import Match, Plan, matches_of, whole_second

_SEARCHED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The truth of one match, for whoever judges a forecast: (win, lose) shares by code."""

    match: Match
    standing: Standing
    listed_first: datetime
    happenings: tuple[Happening, ...]
    now: dict[str, tuple[float, float]]
    close: dict[str, tuple[float, float]]


class World:
    """One world: the same plan, start and happenings give the same matches, prices, results."""

    def __init__(self, plan: Plan, start_at: datetime) -> None:
        self.plan = plan
        self.start_at = start_at
        self._listed_first: dict[int, tuple[Match, ...]] = {}
        self._dossiers: dict[int, Dossier] = {}
        self._happenings: dict[int, tuple[Happening, ...]] = {}

    @property
    def leagues(self) -> tuple[League, ...]:
        return self.plan.leagues

    def league(self, sport_key: str) -> League | None:
        return next((one for one in self.leagues if one.sport_key == sport_key), None)

    def happen(self, event_id: str, happening: Happening) -> None:
        """Have something befall a match of the first dozen matchdays, from now on for good.

        Raises:
            ValueError: there is no such match.
        """
        matches = (one for number in range(_SEARCHED) for one in self.scheduled(number))
        match = next((one for one in matches if one.event_id == event_id), None)
        if match is None:
            raise ValueError(f"no match {event_id}")
        self._happenings[match.number] = (*self._happenings.get(match.number, ()), happening)
        self._dossiers.pop(match.number, None)
        self.dossier(match)

    def scheduled(self, number: int) -> tuple[Match, ...]:
        """Return the matches of a matchday, the first being 0, at the kick-offs first listed."""
        if number not in self._listed_first:
            self._listed_first[number] = matches_of(self.plan, self.start_at, number)
        return self._listed_first[number]

    def matchday(self, number: int) -> tuple[Match, ...]:
        """Return the matches of a matchday at their true kick-offs."""
        return tuple(self._truly(match) for match in self.scheduled(number))

    def dossier(self, match: Match) -> Dossier:
        """Return everything about a match, whichever kick-off `match` has."""
        if match.number not in self._dossiers:
            listed = self._as_scheduled(match)
            self._dossiers[match.number] = dossier_of(
                self.plan,
                self._truly(listed),
                listed.kick_off,
                self._happenings.get(match.number, ()),
            )
        return self._dossiers[match.number]

    def told(self, match: Match, side: Side, at: datetime) -> Match:
        """Return a match with the kick-off that this side knows at `at`."""
        dossier = self.dossier(match)
        moved = first(dossier.fate.happenings, Kind.MOVED)
        if side == "truth" or moved is None:
            return dossier.match
        known_at = dossier.fate.listed_first + self.plan.real(moved.told_to(side))
        return dossier.match if at >= known_at else self._as_scheduled(match)

    def listed(self, at: datetime, side: Side = "truth") -> tuple[Match, ...]:
        """Return the matches priced now: the next matchdays, and those in play."""
        return tuple(
            self.told(match, side, at)
            for number in self._known_matchdays(at)
            for match in self.matchday(number)
            if not self.standing(match, at, side).over
        )

    def known(self, at: datetime, side: Side = "truth") -> tuple[Match, ...]:
        """Return every match whose existence is public: all played, and the next matchdays."""
        last = self._next_matchday(at) + self.plan.open_matchdays
        return tuple(
            self.told(match, side, at)
            for number in range(last)
            for match in self.scheduled(number)
        )

    def by_fixture_id(self, fixture_id: int, at: datetime) -> Match | None:
        return next((one for one in self.known(at) if one.fixture_id == fixture_id), None)

    def standing(self, match: Match, at: datetime, side: Side = "truth") -> Standing:
        return self.dossier(match).fate.standing(at, side)

    def quotes(self, match: Match, at: datetime) -> list[BookQuotes]:
        """Return what every bookmaker shows for a listed match."""
        dossier = self.dossier(match)
        truly = dossier.match
        if at < truly.kick_off:
            return quotes_before(self.plan, truly, dossier.truth, dossier.habits, at)
        score = self.standing(truly, at).goals or (0, 0)
        return quotes_during(self.plan, truly, dossier.truth, dossier.habits, at, score=score)

    def verdict(self, match: Match, at: datetime) -> Verdict:
        """Return the truth of a match now and at its close."""
        dossier = self.dossier(match)
        return Verdict(
            match=dossier.match,
            standing=self.standing(match, at),
            listed_first=dossier.fate.listed_first,
            happenings=dossier.fate.happenings,
            now=canonical(dossier.truth.outlook(at)),
            close=canonical(dossier.truth.outlook(dossier.match.kick_off)),
        )

    def _as_scheduled(self, match: Match) -> Match:
        found = (one for one in self.scheduled(match.matchday) if one.number == match.number)
        return next(found)

    def _truly(self, match: Match) -> Match:
        moved = first(self._happenings.get(match.number, ()), Kind.MOVED)
        if moved is None:
            return match
        by = self.plan.real(timedelta(minutes=moved.minutes))
        return replace(match, kick_off=whole_second(match.kick_off + by))

    def _next_matchday(self, at: datetime) -> int:
        """Return the first matchday with a kick-off still to come."""
        gone = at - self.start_at - self.plan.real(self.plan.first_kick_off)
        number = max(0, gone // self.plan.real(self.plan.matchday_every))
        while all(match.kick_off <= at for match in self.scheduled(number)):
            number += 1
        return number

    def _known_matchdays(self, at: datetime) -> list[int]:
        """Return the matchdays that may still be priced, those with a match put back too."""
        upcoming = self._next_matchday(at)
        longest = self.plan.real(timedelta(hours=3))
        behind = -(-longest // self.plan.real(self.plan.matchday_every)) + 1
        usual = range(max(0, upcoming - behind), upcoming + self.plan.open_matchdays)
        moved = (
            dossier.match.matchday
            for number in self._happenings
            if (dossier := self._dossiers.get(number)) is not None
            and dossier.match.kick_off > dossier.fate.listed_first
        )
        return sorted({*usual, *(number for number in moved if number < usual.stop)})


class WorldAsTold(World):
    """The world as one provider shows it: kick-offs and results as they were announced to it."""

    def __init__(self, world: World, side: Side) -> None:
        super().__init__(world.plan, world.start_at)
        self._world = world
        self._side = side

    def dossier(self, match: Match) -> Dossier:
        return self._world.dossier(match)

    def listed(self, at: datetime, side: Side | None = None) -> tuple[Match, ...]:
        return self._world.listed(at, side or self._side)

    def known(self, at: datetime, side: Side | None = None) -> tuple[Match, ...]:
        return self._world.known(at, side or self._side)

    def standing(self, match: Match, at: datetime, side: Side | None = None) -> Standing:
        return self._world.standing(match, at, side or self._side)


__all__ = ["POSTPONED_BEFORE", "Dossier", "Verdict", "World", "WorldAsTold"]
