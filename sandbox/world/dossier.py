"""Everything about one match: its truth, its story, what befalls it, how bookmakers behave."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sandbox.world.bookmakers import BOOKMAKERS
from sandbox.world.fate import Fate
from sandbox.world.happenings import Happening, Kind
from sandbox.world.play import Story, story_of
from sandbox.world.quotes import Habits, habits_of
from sandbox.world.schedule import Match, Plan
from sandbox.world.truth import Truth, truth_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything about one match, past and future; `match` has the true kick-off."""

    match: Match
    truth: Truth
    story: Story
    habits: Habits
    fate: Fate


def dossier_of(
    plan: Plan, match: Match, listed_first: datetime, happenings: tuple[Happening, ...]
) -> Dossier:
    """Return the dossier of a match: the same seed and happenings always give the same."""
    truth = truth_of(plan, match)
    for one in happenings:
        if one.kind is Kind.STEAM:
            truth = truth.jolted(timedelta(minutes=one.minutes), one.size)
    story = story_of(plan, match, truth)
    return Dossier(
        match=match,
        truth=truth,
        story=story,
        habits=_habits(plan, match, happenings),
        fate=Fate(
            plan=plan,
            match=match,
            story=story,
            happenings=happenings,
            listed_first=listed_first,
        ),
    )


def _habits(plan: Plan, match: Match, happenings: Iterable[Happening]) -> Habits:
    absences, jolts = [], []
    for one in happenings:
        since = match.kick_off - plan.real(timedelta(minutes=one.minutes))
        if one.kind is Kind.BOOKS_OUT:
            until = since + plan.real(timedelta(minutes=one.lasts))
            absences.append((_numbers(one.books), since, until))
        if one.kind is Kind.STEAM:
            jolts.append((_numbers(one.books), since))
    return replace(habits_of(plan, match), absences=tuple(absences), jolts=tuple(jolts))


def _numbers(books: tuple[str, ...]) -> frozenset[int]:
    """Return the places of these bookmakers; none named are all of them."""
    return frozenset(i for i, book in enumerate(BOOKMAKERS) if not books or book.key in books)
