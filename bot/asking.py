"""What a person asks of the statistics: which tab, of which record, through which filter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.texts.loader import LANGUAGES
from engine.domain.filter_reading import EXAMPLES, Fault, FilterRefused
from engine.domain.filter_words import FilterNames
from engine.domain.pick import Provenance
from engine.domain.pick_filter import EVERYTHING, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.context import Door, Visit
    from bot.texts.loader import Texts
    from engine.domain.pick_filter import PickFilter

UNFILTERED: Final = 0
"""The number of no filter."""
_NICKNAMES: Final[Mapping[str, Iterable[str]]] = {
    "soccer_france_ligue_one": ("L1",),
    "soccer_france_ligue_two": ("L2",),
    "soccer_epl": ("PL", "Premier League"),
    "soccer_spain_la_liga": ("Liga",),
    "soccer_uefa_champs_league": ("LDC", "UCL"),
}
"""What people call a league beside its names and codes; no other may be meant by it."""


class Tab(StrEnum):
    """What of a record is shown; those of `By` cut it by a trait."""

    OVERVIEW = "all"
    MONEY = "money"
    LUCK = "luck"
    CLV = "clv"
    PROOF = "proof"
    BASELINES = "base"
    TAKEN = "mine"
    TIMING = "timing"
    MARKET = "market"
    LEAGUE = "league"
    BOOK = "book"
    AGENT = "agent"
    ODDS = "odds"
    SCORE = "score"
    TIER = "tier"
    GRADE = "grade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One screen of the statistics. `number` is how buttons know the filter.

    `pressed` says that a tab or its refresh was asked for, not the statistics as such.
    """

    tab: Tab
    provenance: Provenance
    picks: PickFilter = EVERYTHING
    number: int = UNFILTERED
    pressed: bool = False

    @property
    def args(self) -> str:
        """What a button says of the screen it leads to, beside the filter's number."""
        return f"{self.tab}x{self.provenance}"

    @property
    def allowed(self) -> tuple[Provenance, ...]:
        """The records that the filter lets in."""
        return tuple(one for one in Provenance if one in self.picks.provenances)


async def read(visit: Visit) -> Asked:
    """Return what was typed or tapped; a filter that was typed has its number from now on.

    Raises:
        FilterRefused: the filter says something nobody understands, or is known no more.
    """
    names = names_of(visit.door)
    now = visit.now.astimezone(visit.money.time_zone)
    if visit.words:
        found = parse(" ".join(visit.words), now, names)
        number = await keep(visit, found)
        return _first(visit, found, number)
    tab, provenance = _pressed(visit.tap.args)
    picks = EVERYTHING
    if visit.tap.number:
        async with visit.door.store.reading() as tx:
            written = await tx.filters.written(visit.tap.number)
        if written is None:
            raise FilterRefused(Fault.FORGOTTEN, "", fixed=EXAMPLES["market"])
        picks = parse(written, now, names)
    asked = _first(visit, picks, visit.tap.number)
    if tab is None or provenance not in asked.allowed:
        return replace(asked, tab=tab or Tab.OVERVIEW, pressed=tab is not None)
    return replace(asked, tab=tab, provenance=provenance, pressed=True)


async def keep(visit: Visit, picks: PickFilter) -> int:
    """Return the number under which buttons know a filter."""
    if not picks:
        return UNFILTERED
    async with visit.door.store.transaction() as tx:
        return await tx.filters.keep(str(picks), visit.now)


def _first(visit: Visit, picks: PickFilter, number: int) -> Asked:
    """Return the overview of the record in force, or else of the first the filter lets in."""
    asked = Asked(tab=Tab.OVERVIEW, provenance=visit.door.provenance, picks=picks, number=number)
    if asked.provenance in asked.allowed or not asked.allowed:
        return asked
    return replace(asked, provenance=asked.allowed[0])


def _pressed(args: str) -> tuple[Tab | None, Provenance | None]:
    tab, _, provenance = args.partition("x")
    return (
        Tab(tab) if tab in set(Tab) else None,
        Provenance(provenance) if provenance in set(Provenance) else None,
    )


def names_of(door: Door) -> FilterNames:
    """Return how leagues and bookmakers may be spelled: by key, code, nickname, or any name."""
    leagues: dict[str, list[str]] = {}
    for key in (*door.names.scopes, *_keys(door.texts, "competition")):
        shown = _shown(door.texts, "competition", key)
        leagues[key] = [key.removeprefix("soccer_"), *shown]
    for (provider, code), keys in door.names.leagues.items():
        for key in keys if provider == "football_data" else ():
            leagues.setdefault(key, []).append(code)
    books = {key: _shown(door.texts, "bookmaker", key) for key in _keys(door.texts, "bookmaker")}
    named = FilterNames.of(leagues, books)
    nicknames = FilterNames.of(_NICKNAMES, {})
    return FilterNames(leagues={**named.leagues, **nicknames.leagues}, books=named.books)


def _keys(texts: Texts, section: str) -> list[str]:
    words = texts.words[LANGUAGES[0]]
    return [key.partition(".")[2] for key in words if key.startswith(f"{section}.")]


def _shown(texts: Texts, section: str, key: str) -> list[str]:
    told = (texts.maybe(language, f"{section}.{key}") for language in LANGUAGES)
    return [each for each in told if each is not None]
