"""Names no table knows, and what people say they mean: in force from the next look on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.collect.names import Alias
from engine.collect.spelling import fold, joined, slug
from engine.domain.errors import Unmatched
from engine.domain.fixture import Team
from storage.people import Audit
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import asyncpg

    from engine.collect.names import Names
    from storage.pool import Connection

NOBODY: Final = "-"
"""Stands for the team of a name that is none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A name that waits for a person: `suggestions` are (team key, score 0-100), best first."""

    id: int
    provider: str
    competition: str
    name: str
    opponent: str
    kick_off: datetime
    suggestions: tuple[tuple[str, float], ...]
    seen: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a spelling means from now on; `already` where the same was said before."""

    alias_id: int
    competition: str
    spelling: str
    team: Team
    already: bool


class Aliases:
    """The queue of unknown names, and the aliases, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = Audit(connection)

    async def waiting(self) -> tuple[Waiting, ...]:
        """Return the names nobody has said the meaning of, the latest first."""
        rows = await self._connection.fetch(queries("aliases").waiting)
        return tuple(_waiting(dict(row)) for row in rows)

    async def get(self, waiting_id: int) -> Waiting:
        """Return a name of the queue, whatever was said of it since.

        Raises:
            Unmatched: no name has this number.
        """
        row = dict(await self._row(waiting_id))
        return _waiting({key: row[key] for key in row if key not in {"resolved_as", "alias_id"}})

    async def accepted(self) -> tuple[Alias, ...]:
        """Return every spelling people have said the meaning of."""
        rows = await self._connection.fetch(queries("aliases").accepted)
        return tuple(
            Alias(
                competition=row["competition"],
                spelling=row["spelling"],
                team=Team(key=row["team_key"], name=row["team_name"]),
            )
            for row in rows
        )

    async def names(self, tables: Names) -> Names:
        """Return the names in force: the tables', and what people have said since."""
        aliases = await self.accepted()
        return tables.with_aliases(aliases) if aliases else tables

    async def accept(
        self, tables: Names, waiting_id: int, team_key: str, *, by: int, now: datetime
    ) -> Accepted:
        """Say which team a waiting name means; the same again changes nothing.

        Raises:
            Unmatched: it cannot mean that team, or something else was said before.
        """
        row = await self._row(waiting_id)
        names = await self.names(tables)
        if row["resolved_as"] == team_key and row["alias_id"] is not None:
            return _already(row, names.teams[team_key])
        _refuse_resolved(row)
        team = names.acceptable(row["competition"], row["name"], team_key, row["opponent"])
        return await self._keep(names, (row["competition"], row["name"]), team, by, now)

    async def say(
        self,
        tables: Names,
        competition: str,
        spelling: str,
        team_key: str,
        *,
        by: int,
        now: datetime,
    ) -> Accepted:
        """Say what a spelling means before any feed has written it.

        Raises:
            Unmatched: it cannot mean that team, or something else was said before.
        """
        names = await self.names(tables)
        team = names.acceptable(competition, spelling, team_key, opponent="")
        return await self._keep(names, (competition, spelling), team, by, now)

    async def add_team(
        self, tables: Names, waiting_id: int, name: str, *, by: int, now: datetime
    ) -> Accepted:
        """Say that a waiting name is a team no table has, shown as `name`.

        Raises:
            Unmatched: there is a team of that name, or something else was said before.
        """
        row = await self._row(waiting_id)
        names = await self.names(tables)
        shown = " ".join(name.split())
        team = Team(key=slug(shown), name=shown)
        known = names.teams.get(team.key)
        if row["resolved_as"] == team.key and row["alias_id"] is not None:
            return _already(row, team)
        _refuse_resolved(row)
        if not team.key:
            raise Unmatched("no_name", "a new team needs a name with letters or figures")
        if known is not None:
            raise Unmatched("team_exists", f"{known.name} is there already, as {known.key}")
        return await self._keep(names, (row["competition"], row["name"]), team, by, now)

    async def ignore(self, waiting_id: int, *, by: int, now: datetime) -> None:
        """Say that a waiting name is nobody's: it is not shown again.

        Raises:
            Unmatched: something else was said before.
        """
        row = await self._row(waiting_id)
        if row["resolved_as"] == NOBODY:
            return
        _refuse_resolved(row)
        detail = {"competition": row["competition"], "name": row["name"]}
        await self._audit.add(by, "name_ignored", detail, now)
        await self._connection.execute(
            queries("aliases").resolve, [waiting_id], NOBODY, None, by, now
        )

    async def undo(self, alias_id: int, *, by: int, now: datetime) -> bool:
        """Take a word back: its names wait again. False where it is not in force."""
        row = await self._connection.fetchrow(queries("aliases").undo, alias_id, by, now)
        if row is None:
            return False
        await self._connection.execute(queries("aliases").reopen, alias_id)
        await self._audit.add(by, "alias_undone", dict(row), now)
        return True

    async def undo_ignore(self, waiting_id: int, *, by: int, now: datetime) -> bool:
        """Let a name that was ignored wait again. False where it was not ignored."""
        row = await self._connection.fetchrow(queries("aliases").reopen_ignored, waiting_id)
        if row is not None:
            await self._audit.add(by, "name_ignored_undone", dict(row), now)
        return row is not None

    async def _row(self, waiting_id: int) -> asyncpg.Record:
        row = await self._connection.fetchrow(queries("aliases").get, waiting_id)
        if row is None:
            raise Unmatched("no_such_name", f"no name has the number {waiting_id}")
        return row

    async def _keep(
        self, names: Names, place: tuple[str, str], team: Team, by: int, now: datetime
    ) -> Accepted:
        """Keep the word and resolve every name of the competition it explains."""
        sql = queries("aliases")
        competition, spelling = place
        folded = joined(fold(spelling))
        waiting = await self._connection.fetch(sql.alike, competition)
        await self._connection.execute(sql.add, *place, folded, team.key, team.name, by, now)
        (kept,) = await self._connection.fetch(sql.in_force, competition, folded)
        if kept["team_key"] != team.key:
            raise Unmatched("already_said", f"{spelling!r} means {kept['team_key']} already")
        told = names.with_aliases([Alias(competition=competition, spelling=spelling, team=team)])
        alike = [one["id"] for one in waiting if told.playing(competition, one["name"]) == team]
        await self._connection.execute(sql.resolve, alike, team.key, kept["id"], by, now)
        detail = {"competition": competition, "spelling": spelling, "team": team.key}
        await self._audit.add(by, "alias_accepted", detail, now)
        return Accepted(
            alias_id=kept["id"],
            competition=competition,
            spelling=spelling,
            team=team,
            already=False,
        )


def _refuse_resolved(row: asyncpg.Record) -> None:
    if row["resolved_as"] is not None:
        said = "nobody's" if row["resolved_as"] == NOBODY else row["resolved_as"]
        raise Unmatched("already_said", f"{row['name']!r} was said to be {said}; undo that first")


def _already(row: asyncpg.Record, team: Team) -> Accepted:
    return Accepted(
        alias_id=row["alias_id"],
        competition=row["competition"],
        spelling=row["name"],
        team=team,
        already=True,
    )


def _waiting(row: Mapping[str, Any]) -> Waiting:
    suggestions = tuple((str(key), float(score)) for key, score in row["suggestions"])
    return Waiting(**{**row, "suggestions": suggestions})
