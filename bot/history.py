"""What a person asks of the history of results: which record, filter and page, and how many."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.asking import UNFILTERED, keep, names_of
from engine.domain.filter_reading import EXAMPLES, Fault, FilterRefused
from engine.domain.pick import Provenance
from engine.domain.pick_filter import EVERYTHING, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Visit
    from engine.domain.pick_filter import PickFilter
    from engine.domain.record import SettledBet

MOST: Final = 12
"""Results a message holds at most."""
USUAL: Final = 6
_LETTERS: Final = {Provenance.LIVE: "l", Provenance.PAPER: "p", Provenance.BACKTEST: "b"}
_BY_LETTER: Final = {letter: provenance for provenance, letter in _LETTERS.items()}
_ARGS: Final = re.compile(r"([lpb])(?:([0-9]{10})([0-9a-f]{5}))?")
_KEY: Final = 5
_SIZES: Final = 16
_HOW_MANY: Final = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One page of results: `size` a page, from the result settled at `since` on, newest first.

    `since` is POSIX seconds and the first digits of the pick's id; None is the newest.
    """

    provenance: Provenance
    picks: PickFilter = EVERYTHING
    filter_number: int = UNFILTERED
    size: int = USUAL
    since: tuple[int, str] | None = None

    @property
    def number(self) -> int:
        """What a button says of filter and size."""
        return self.filter_number * _SIZES + self.size

    @property
    def args(self) -> str:
        """What a button says of record and page."""
        letter = _LETTERS[self.provenance]
        return letter if self.since is None else f"{letter}{self.since[0]:010}{self.since[1]}"

    def begin_at(self, bet: SettledBet) -> Wanted:
        """Return the page that begins with a bet."""
        return replace(self, since=place_of(bet))

    def begins(self, bet: SettledBet) -> bool:
        """Say whether a bet stands where the page begins, or after."""
        return self.since is None or place_of(bet) <= self.since


def place_of(bet: SettledBet) -> tuple[int, str]:
    """Return where a bet stands among others: by its settlement, then by its pick's id."""
    return int(bet.settled_at.timestamp()), bet.pick.hex[:_KEY]


def newest_first(bets: Sequence[SettledBet]) -> list[SettledBet]:
    """Return bets, settled last first."""
    return sorted(bets, key=place_of, reverse=True)


async def read(visit: Visit) -> Wanted:
    """Return what was typed or tapped; a filter that was typed has its number from now on.

    Raises:
        FilterRefused: the filter says something nobody understands, or is known no more.
    """
    names, now = names_of(visit.door), visit.now.astimezone(visit.money.time_zone)
    wanted = Wanted(provenance=visit.door.provenance)
    if visit.words:
        words = list(visit.words)
        if _HOW_MANY.fullmatch(words[0]):
            wanted = replace(wanted, size=min(MOST, max(1, int(words.pop(0)))))
        picks = parse(" ".join(words), now, names) if words else EVERYTHING
        number = await keep(visit, picks)
        return _allowed(replace(wanted, picks=picks, filter_number=number))
    if visit.tap.number:
        filter_number, size = divmod(visit.tap.number, _SIZES)
        wanted = replace(wanted, size=min(MOST, max(1, size)), filter_number=filter_number)
    if wanted.filter_number:
        async with visit.door.store.reading() as tx:
            written = await tx.filters.written(wanted.filter_number)
        if written is None:
            raise FilterRefused(Fault.FORGOTTEN, "", fixed=EXAMPLES["market"])
        wanted = replace(wanted, picks=parse(written, now, names))
    found = _ARGS.fullmatch(visit.tap.args)
    if found is not None:
        since = (int(found[2]), found[3]) if found[2] else None
        wanted = replace(wanted, provenance=_BY_LETTER[found[1]], since=since)
    return _allowed(wanted)


def _allowed(wanted: Wanted) -> Wanted:
    """Return it with a record that the filter lets in, if there is any."""
    allowed = [one for one in Provenance if one in wanted.picks.provenances]
    if not allowed or wanted.provenance in allowed:
        return wanted
    return replace(wanted, provenance=allowed[0], since=None)
