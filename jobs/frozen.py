"""A feed that answers but whose prices stand still: all of it, or that of some leagues."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from jobs.exhaustion import WHO
from jobs.telling import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storage.views import StaleFact

_FROZEN: Final = 0.9  # of what was offered: here and there a book is always behind
_LOOKS: Final = 2


def frozen(facts: Sequence[StaleFact]) -> Iterator[Trouble]:
    """Complain, once each time, of what the last looks of all, or of a league, found frozen.

    `facts` begin with those of the latest look. Old quotes are refused one by one, so nothing of
    them becomes a pick or a close. A look at one league alone says nothing of the others.
    """
    looks = [list(look) for _, look in groupby(facts, key=lambda fact: fact.looked_at)]
    every = [fact for look in _streak(looks) for fact in look]
    if len({fact.competition for fact in every}) > 1:
        yield _trouble("", every)
        return
    for league in sorted({fact.competition for fact in facts}):
        if mine := _streak([[fact] for fact in facts if fact.competition == league]):
            yield _trouble(f" for {league}", [fact for look in mine for fact in look])


def _streak(looks: Sequence[list[StaleFact]]) -> Sequence[list[StaleFact]]:
    """Return the latest looks that were frozen, as far as enough of them followed one another."""
    for number, look in enumerate(looks):
        if sum(fact.stale for fact in look) < _FROZEN * sum(fact.offered for fact in look):
            return looks[:number] if number >= _LOOKS else ()
    return looks if len(looks) >= _LOOKS else ()


def _trouble(of_what: str, facts: Sequence[StaleFact]) -> Trouble:
    since = min(fact.looked_at for fact in facts)
    stale, offered = sum(fact.stale for fact in facts), sum(fact.offered for fact in facts)
    return Trouble(
        text=f"{WHO['odds_api']} answers with old prices{of_what} since"
        f" {since:%Y-%m-%d %H:%M} UTC: {stale} of {offered} refused as stale, no pick is made of"
        " them",
        episode=f"frozen|{of_what.removeprefix(' for ')}|{since.isoformat()}",
    )
