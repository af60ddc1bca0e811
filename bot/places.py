"""Which time zone somebody means by the place they typed, in whatever spelling."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zlib import crc32
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import fuzz, process

from bot.render.numbers import place
from bot.texts.loader import LANGUAGES
from engine.collect.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

LIKELY: Final = (
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Zurich",
    "Europe/London",
    "Africa/Casablanca",
    "Africa/Algiers",
    "Africa/Tunis",
    "Africa/Dakar",
    "Africa/Abidjan",
    "Africa/Kinshasa",
    "America/Toronto",
    "America/Martinique",
    "Indian/Reunion",
    "America/New_York",
    "Pacific/Noumea",
)
"""Where readers of French and English are likely to be; anybody may type another place."""
SURE: Final = 90.0
"""How like a place must be to be taken without asking back."""
_WORTH: Final = 60.0
_MOST: Final = 6
_LONGEST: Final = 40
_SHORTEST: Final = 3
_NO_PLACES: Final = ("Etc/", "SystemV/", "US/", "posix/", "right/", "Brazil/", "Chile/", "Mexico/")
_TOWNS: Final[Mapping[str, str]] = {
    "Europe/Paris": "France, Lyon, Marseille, Lille, Toulouse, Bordeaux, Nantes, "
    "Nice, Strasbourg, Rennes, Montpellier, Lens",
    "Europe/Brussels": "Belgique, Belgium, Liège, Anvers, Antwerp, Charleroi",
    "Europe/Zurich": "Suisse, Switzerland, Genève, Geneva, Lausanne, Berne",
    "Europe/London": "Royaume-Uni, United Kingdom, England, Manchester, Liverpool, "
    "Birmingham, Leeds, Edinburgh, Glasgow, Cardiff",
    "America/Toronto": "Montréal, Québec, Quebec City",
    "Indian/Reunion": "La Réunion, Saint-Denis de La Réunion",
    "Europe/Madrid": "Espagne, Spain, Barcelone, Barcelona, Séville, Valence",
    "Europe/Rome": "Italie, Italy, Milan, Naples, Turin",
    "Europe/Berlin": "Allemagne, Germany, Munich, Hambourg, Cologne, Francfort",
    "Africa/Casablanca": "Maroc, Morocco, Rabat, Marrakech, Fès, Tanger",
    "Africa/Algiers": "Algérie, Oran, Constantine",
    "Africa/Douala": "Cameroun, Yaoundé",
    "America/New_York": "Boston, Miami, Washington",
    "America/Los_Angeles": "San Francisco, Seattle, Las Vegas",
    "Asia/Dubai": "Abou Dabi, Abu Dhabi",
    "Asia/Kolkata": "Inde, India, Mumbai, Delhi",
}
"""Larger towns and countries that no zone is named after."""


def zones_like(asked: str) -> tuple[str, ...]:
    """Return the zones that may be meant, the likeliest first: one where there is no doubt."""
    wanted = fold(asked[:_LONGEST])
    spellings = _spellings()
    if wanted in spellings:
        return (spellings[wanted],)
    if len(wanted) < _SHORTEST:
        return ()
    found = process.extract(
        wanted, spellings.keys(), scorer=fuzz.ratio, score_cutoff=_WORTH, limit=_MOST * 2
    )
    begun = [name for name in spellings if name.startswith(wanted)]
    ranked = [spellings[name] for name in begun] + [spellings[name] for name, _, _ in found]
    distinct = tuple(dict.fromkeys(ranked))
    alone = len({spellings[name] for name in begun}) == 1 and len(wanted) > _SHORTEST
    if alone or (found and found[0][1] >= SURE and not begun):
        return distinct[:1]
    return distinct[:_MOST]


def number_of(zone: str) -> int:
    """Return how a button knows a zone, whatever zones the tables gain or lose."""
    return crc32(zone.encode())


def zone_of(number: int) -> str | None:
    """Return the zone that a button means; None where the tables know it no more."""
    return _numbered().get(number)


@lru_cache(maxsize=1)
def _numbered() -> Mapping[int, str]:
    return {number_of(zone): zone for zone in available_timezones()}


@lru_cache(maxsize=1)
def _spellings() -> Mapping[str, str]:
    """Return every spelling of a place with its zone; likely zones keep what others share."""
    found: dict[str, str] = {}
    zones = sorted(zone for zone in available_timezones() if _has_place(zone))
    for zone in (*LIKELY, *zones):
        named = [place(ZoneInfo(zone), language) for language in LANGUAGES]
        bare = zone.rpartition("/")[2].replace("_", " ")
        for spelling in (bare, zone, *_TOWNS.get(zone, bare).split(", "), *named):
            found.setdefault(fold(spelling), zone)
    return {**found, "utc": "UTC", "gmt": "UTC"}


def _has_place(zone: str) -> bool:
    return "/" in zone and not zone.startswith(_NO_PLACES)
