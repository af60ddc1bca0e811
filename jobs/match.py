"""python -m jobs match: which stored fixture a person means by two names, or by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from engine.collect.lookup import Lookup, look_up

if TYPE_CHECKING:
    from datetime import date

    from engine.collect.names import Names
    from engine.domain.fixture import Fixture
    from storage.store import Tx

_PAST: Final = timedelta(days=14)
_AHEAD: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a person asks for; without `day`, the last two weeks and the next two months."""

    text: str
    competition: str | None = None
    day: date | None = None


async def find_match(tx: Tx, tables: Names, sought: Sought, now: datetime) -> Lookup:
    """Return the stored fixtures meant, or those that may have been."""
    since, until = now - _PAST, now + _AHEAD
    if sought.day is not None:
        since = datetime.combine(sought.day, time(), tzinfo=UTC)
        until = since + timedelta(days=1)
    fixtures = [
        fixture
        for fixture in await tx.fixtures.between(since, until)
        if sought.competition in {None, fixture.competition}
    ]
    return look_up(sought.text, fixtures, await tx.aliases.names(tables), now)


def explain_lookup(lookup: Lookup, sought: Sought) -> str:
    """Return what was found, or what may have been meant, for a person to read."""
    if lookup.found:
        return "\n".join(_line(fixture) for fixture in lookup.found)
    if not lookup.suggestions:
        return f"No stored fixture looks like {sought.text!r}."
    lines = [f"No stored fixture is {sought.text!r}. Did you mean:"]
    lines += [f"{score:5.1f}  {_line(fixture)}" for fixture, score in lookup.suggestions]
    return "\n".join(lines)


def _line(fixture: Fixture) -> str:
    return (
        f"{fixture.kick_off.astimezone(UTC):%a %Y-%m-%d %H:%M} UTC"
        f"  {fixture.home.name} - {fixture.away.name}"
        f"  [{fixture.competition}, {fixture.status.value}, {fixture.id}]"
    )
