"""Where a match stands once what befalls it is counted in, as it is or as a provider shows it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sandbox.world.happenings import Happening, Kind, Side, first
from sandbox.world.play import BREAK, HALF, Standing, Story, standing
from sandbox.world.schedule import Match, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """A match with its story and all that befalls it; `match` has the true kick-off."""

    plan: Plan
    match: Match
    story: Story
    happenings: tuple[Happening, ...]
    listed_first: datetime
    """The kick-off everybody was told before any move."""

    def standing(self, at: datetime, side: Side = "truth") -> Standing:
        """Return where the match stands at `at`, in the eyes of `side`."""
        put_off = first(self.happenings, Kind.POSTPONED)
        if put_off and self._since(self.listed_first, at) >= put_off.told_to(side):
            return Standing(status="PST", elapsed=None, goals=None)
        forfeit = first(self.happenings, Kind.WALKOVER)
        if forfeit and at >= self.match.kick_off:
            return Standing(status="WO", elapsed=None, goals=forfeit.goals)
        found = self._played(at)
        return self._shown(found, at) if side == "results" and found.final else found

    def _played(self, at: datetime) -> Standing:
        stop = first(self.happenings, Kind.ABANDONED, Kind.AWARDED, Kind.SUSPENDED)
        if stop is None or self._since(self.match.kick_off, at) < _on_the_clock(stop.minutes):
            return standing(self.plan, self.match, self.story, at)
        until = _on_the_clock(stop.minutes) + timedelta(minutes=stop.lasts)
        going_on = self._since(self.match.kick_off, at) < until
        if stop.kind is Kind.SUSPENDED and not going_on:
            pause = self.plan.real(timedelta(minutes=stop.lasts))
            return standing(self.plan, self.match, self.story, at - pause)
        if stop.kind is Kind.AWARDED and not going_on:
            return Standing(status="AWD", elapsed=int(stop.minutes), goals=stop.goals)
        return self._stopped("SUSP" if stop.kind is Kind.SUSPENDED else "ABD", stop.minutes)

    def _stopped(self, status: str, minute: float) -> Standing:
        past_half = timedelta(minutes=minute) > HALF
        return Standing(
            status=status,
            elapsed=int(minute),
            goals=self.story.score(minute),
            halftime=self.story.score(45) if past_half else None,
        )

    def _shown(self, found: Standing, at: datetime) -> Standing:
        """Return a finished match as the results provider shows it: late, or wrongly at first."""
        late = first(self.happenings, Kind.LATE)
        if late and not self._final_since(at, late.minutes):
            return replace(found, status="2H", elapsed=90, fulltime=None, extratime=None)
        wrong = first(self.happenings, Kind.CORRECTED)
        behind = wrong.minutes + (late.minutes if late else 0.0) if wrong else 0.0
        if wrong and not self._final_since(at, behind):
            return replace(found, goals=wrong.goals, fulltime=wrong.goals)
        return found

    def _final_since(self, at: datetime, minutes: float) -> bool:
        return self._played(at - self.plan.real(timedelta(minutes=minutes))).final

    def _since(self, moment: datetime, at: datetime) -> timedelta:
        return (at - moment) * self.plan.scale


def _on_the_clock(minute: float) -> timedelta:
    """Return how long after kick-off a minute of play is reached."""
    played = timedelta(minutes=minute)
    return played if played <= HALF else played + BREAK
