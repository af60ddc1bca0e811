"""The scripted mishaps of a demo: read from a file, laid over a world before it is played."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sandbox.demo_coverage import Trouble
from sandbox.faults import Fault
from sandbox.providers import Providers
from sandbox.world.happenings import Happening
from sandbox.world.world import World

_TABLES: Final = frozenset({"key", "renewal", "fault", "happening"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishaps:
    """A read script; every table is what the endpoint of its name takes over HTTP."""

    keys: tuple[dict[str, Any], ...]
    renewals: tuple[dict[str, Any], ...]
    faults: tuple[dict[str, Any], ...]
    happenings: tuple[dict[str, Any], ...]


def read_mishaps(path: Path) -> Mishaps:
    """Read a script of mishaps.

    Raises:
        ValueError: it has a table nobody knows.
        OSError: it cannot be read.
    """
    found = tomllib.loads(path.read_text())
    unknown = sorted(set(found) - _TABLES)
    if unknown:
        raise ValueError(f"{path.name}: unknown tables: {', '.join(unknown)}")
    return Mishaps(
        keys=tuple(found.get("key", ())),
        renewals=tuple(found.get("renewal", ())),
        faults=tuple(found.get("fault", ())),
        happenings=tuple(found.get("happening", ())),
    )


def lay(mishaps: Mishaps, providers: Providers, world: World) -> None:
    """Have all of them happen, counted from now.

    Raises:
        ValueError: a mishap names a league, match, key or field that is not there.
    """
    for key in mishaps.keys:
        providers.accounts.put(key)
    for renewal in mishaps.renewals:
        providers.renewals.put(renewal)
    for fault in mishaps.faults:
        providers.faults.add(Fault.parse(fault))
    for happening in mishaps.happenings:
        _befall(world, dict(happening))


def _befall(world: World, wanted: dict[str, Any]) -> None:
    number, sport_key, place = (wanted.pop(name) for name in ("matchday", "sport_key", "match"))
    matches = [one for one in world.scheduled(number) if one.league.sport_key == sport_key]
    if not 0 <= place < len(matches):
        raise ValueError(f"{sport_key} has no match {place} on matchday {number}")
    world.happen(matches[place].event_id, Happening.parse(wanted))


def troubles(providers: Providers, at: datetime) -> tuple[Trouble, ...]:
    """Return every fault of the wire so far with its window, spent keys among them."""
    wire = [
        Trouble(
            name=one.fault.label,
            path=one.fault.path,
            since=one.since,
            until=one.until or at,
        )
        for one in providers.faults.script
        if one.fault.label and one.since <= at
    ]
    return (*wire, *_spent(providers, at))


def _spent(providers: Providers, at: datetime) -> list[Trouble]:
    """Return the times when a script had emptied an odds key until it was renewed."""
    script = [one for one in providers.renewals.script if one.provider == "odds_api"]
    found = []
    for one in script:
        if one.spent and one.at <= at:
            back = (each.at for each in script if each.key == one.key and each.at > one.at)
            found.append(
                Trouble(
                    name="spent keys",
                    path="/odds-api",
                    since=one.at,
                    until=min(back, default=at),
                )
            )
    return found
