"""The world as its observers meet it: matches, quotes, results and, for the judge, the truth."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.world.goals import canonical
from sandbox.world.leagues import League
from sandbox.world.play import POSTPONED_BEFORE, Standing, Story, standing, story_of
from sandbox.world.quotes import BookQuotes, Habits, habits_of, quotes_before, quotes_during
from sandbox.world.schedule import Match, Plan, matches_of
from sandbox.world.truth import Truth, truth_of

PER_MATCHDAY_LEAGUE = 16
FIRST_FIXTURE_ID = 1_300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything about one match, past and future."""

    match: Match
    truth: Truth
    story: Story
    habits: Habits


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The truth of one match, for whoever judges a forecast: (win, lose) shares by code."""

    match: Match
    standing: Standing
    now: dict[str, tuple[float, float]]
    close: dict[str, tuple[float, float]]


class World:
    """One world: the same plan and start always give the same matches, prices and results."""

    def __init__(self, plan: Plan, start_at: datetime) -> None:
        self.plan = plan
        self.start_at = start_at
        self._matchdays: dict[int, tuple[Match, ...]] = {}
        self._dossiers: dict[int, Dossier] = {}

    @property
    def leagues(self) -> tuple[League, ...]:
        return self.plan.leagues

    def league(self, sport_key: str) -> League | None:
        return next((one for one in self.leagues if one.sport_key == sport_key), None)

    def matchday(self, number: int) -> tuple[Match, ...]:
        """Return the matches of a matchday, the first being 0."""
        if number not in self._matchdays:
            self._matchdays[number] = matches_of(self.plan, self.start_at, number)
        return self._matchdays[number]

    def dossier(self, match: Match) -> Dossier:
        """Return everything about a match."""
        if match.number not in self._dossiers:
            truth = truth_of(self.plan, match)
            self._dossiers[match.number] = Dossier(
                match=match,
                truth=truth,
                story=story_of(self.plan, match, truth),
                habits=habits_of(self.plan, match),
            )
        return self._dossiers[match.number]

    def listed(self, at: datetime) -> tuple[Match, ...]:
        """Return the matches priced now: the next matchdays, and those in play."""
        found = []
        for number in self._known_matchdays(at):
            for match in self.matchday(number):
                status = self.standing(match, at)
                if not status.final and status.status != "PST":
                    found.append(match)
        return tuple(found)

    def known(self, at: datetime) -> tuple[Match, ...]:
        """Return every match whose existence is public: all played, and the next matchdays."""
        last = self._next_matchday(at) + self.plan.open_matchdays
        return tuple(match for number in range(last) for match in self.matchday(number))

    def by_fixture_id(self, fixture_id: int, at: datetime) -> Match | None:
        return next((one for one in self.known(at) if one.fixture_id == fixture_id), None)

    def standing(self, match: Match, at: datetime) -> Standing:
        return standing(self.plan, match, self.dossier(match).story, at)

    def quotes(self, match: Match, at: datetime) -> list[BookQuotes]:
        """Return what every bookmaker shows for a listed match."""
        dossier = self.dossier(match)
        if at < match.kick_off:
            return quotes_before(self.plan, match, dossier.truth, dossier.habits, at)
        score = self.standing(match, at).goals or (0, 0)
        return quotes_during(self.plan, match, dossier.truth, dossier.habits, at, score=score)

    def verdict(self, match: Match, at: datetime) -> Verdict:
        """Return the truth of a match now and at its close."""
        truth = self.dossier(match).truth
        return Verdict(
            match=match,
            standing=self.standing(match, at),
            now=canonical(truth.outlook(at)),
            close=canonical(truth.outlook(match.kick_off)),
        )

    def _next_matchday(self, at: datetime) -> int:
        """Return the first matchday with a kick-off still to come."""
        gone = at - self.start_at - self.plan.real(self.plan.first_kick_off)
        number = max(0, gone // self.plan.real(self.plan.matchday_every))
        while all(match.kick_off <= at for match in self.matchday(number)):
            number += 1
        return number

    def _known_matchdays(self, at: datetime) -> range:
        """Return the matchdays that may still be priced."""
        upcoming = self._next_matchday(at)
        longest = self.plan.real(timedelta(hours=3))
        behind = -(-longest // self.plan.real(self.plan.matchday_every)) + 1
        return range(max(0, upcoming - behind), upcoming + self.plan.open_matchdays)


__all__ = ["POSTPONED_BEFORE", "Dossier", "Verdict", "World"]
