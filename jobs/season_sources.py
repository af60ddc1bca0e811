"""Where season files come from: a folder, or football-data.co.uk itself, politely."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.collect.asks import ask_file
from engine.collect.payload import FOOTBALL_DATA
from engine.collect.season_files.season import Origin, origin_of
from engine.domain.errors import RetryLater, SettingsInvalid, Skip
from jobs.import_files import Arrived, Source
from jobs.season_digest import is_exhausted
from jobs.season_years import season_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from engine.collect.names import Names
    from engine.domain.errors import MonPsError
    from jobs.context import Context
    from storage.seasons import FileRecord

FIRST_YEAR: Final = 1993
_FIRST: Final[Mapping[str, int]] = {
    **dict.fromkeys(("G1", "P1", "SC0", "SC1", "T1"), 1994),
    "B1": 1995,
    **dict.fromkeys(("F2", "SP2"), 1996),
    **dict.fromkeys(("I2", "SC2", "SC3"), 1997),
    "EC": 2005,
}
"""The first season of divisions that came later; to ask for less would be to ask for nothing."""
_EXTRA_LETTERS: Final = 3
POLITE_SECONDS: Final = 0.5
"""Between two files: the site is one person's, and nobody waits for history."""
_PATIENCE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which files; empty means all. Extra leagues keep all their seasons in one file."""

    divisions: frozenset[str] = frozenset()
    seasons: frozenset[str] = frozenset()

    def covers(self, origin: Origin) -> bool:
        """Say whether a file is wanted; what its name does not tell is no reason against it."""
        division = not self.divisions or origin.division in {"", *self.divisions}
        return division and (not self.seasons or origin.season in {"", *self.seasons})


def folder_sources(path: Path, wanted: Wanted) -> tuple[Source, ...]:
    """Return the wanted files of a folder, or the one file.

    Raises:
        SettingsInvalid: there is no such file or folder, or it holds no season file.
    """
    if not path.exists():
        raise SettingsInvalid(f"{path} is neither a file nor a folder")
    top = path if path.is_dir() else path.parent
    files = sorted({*path.rglob("*.csv.gz"), *path.rglob("*.csv")}) if path.is_dir() else [path]
    sources = tuple(
        _from_disk(file, origin)
        for file in files
        if wanted.covers(origin := origin_of(file.relative_to(top).as_posix()))
    )
    if not sources:
        raise SettingsInvalid(f"{path} holds no season file (.csv or .csv.gz) of those wanted")
    return sources


def download_sources(
    ctx: Context,
    wanted: Wanted,
    before: Mapping[str, FileRecord],
    pause_seconds: float = POLITE_SECONDS,
) -> tuple[Source, ...]:
    """Return the wanted files as the site has them; unchanged ones are not sent again."""
    site = _Site(ctx, before, pause_seconds)
    origins = _offered(ctx.names, ctx.clock.now())
    return tuple(site.source(one) for one in origins if wanted.covers(one))


def seasons_until(now: datetime) -> tuple[str, ...]:
    """Return every season's name from the first file's to the one under way.

    >>> from datetime import UTC, datetime
    >>> seasons_until(datetime(2001, 7, 1, tzinfo=UTC))[-3:]
    ('9900', '0001', '0102')
    """
    return tuple(_season(year) for year in range(FIRST_YEAR, season_of(now) + 1))


def path_of(origin: Origin) -> str:
    """Return where the site keeps a file."""
    if _is_extra(origin.division):
        return f"/new/{origin.division}.csv"
    return f"/mmz4281/{origin.season}/{origin.division}.csv"


def _season(year: int) -> str:
    return f"{year % 100:02}{(year + 1) % 100:02}"


def _is_extra(division: str) -> bool:
    return len(division) == _EXTRA_LETTERS and division.isalpha()


def _offered(names: Names, now: datetime) -> list[Origin]:
    """Return every file the site should have of our divisions, the newest seasons first."""
    ours = sorted({code for source, code in names.leagues if source == FOOTBALL_DATA})
    extra = [
        Origin(name=f"extra/{code}.csv", division=code, season="")
        for code in ours
        if _is_extra(code)
    ]
    main = [
        Origin(name=f"main/{season}/{code}.csv", division=code, season=season)
        for year, season in reversed(list(enumerate(seasons_until(now), start=FIRST_YEAR)))
        for code in ours
        if not _is_extra(code) and year >= _FIRST.get(code, FIRST_YEAR)
    ]
    return extra + main


def _from_disk(file: Path, origin: Origin) -> Source:
    async def load() -> Arrived:
        try:
            return Arrived(content=await asyncio.to_thread(file.read_bytes))
        except OSError as error:
            raise Skip("UNREADABLE", str(error.strerror)) from None

    return Source(origin=origin, load=load)


class _Site:
    """The site, asked for one file at a time with a pause between; given up when it is down."""

    def __init__(
        self, ctx: Context, before: Mapping[str, FileRecord], pause_seconds: float
    ) -> None:
        self._ctx = ctx
        self._before = before
        self._pause_seconds = pause_seconds
        self._down = 0

    def source(self, origin: Origin) -> Source:
        """Return one file of the site."""

        async def load() -> Arrived:
            return await self._load(origin)

        return Source(origin=origin, load=load)

    async def _load(self, origin: Origin) -> Arrived:
        record = self._before.get(origin.name)
        held = record if record and is_exhausted(record, self._ctx.names) else None
        ask = ask_file(path_of(origin), since=held.last_modified if held else None)
        await asyncio.sleep(self._pause_seconds)
        fetched = await self._ctx.feeds.fetch([ask])
        if fetched.failures:
            self._refuse(fetched.failures[0].error)
        self._down = 0
        payload = fetched.payloads[-1]
        modified = payload.headers.get("last-modified")
        return Arrived(content=payload.body or None, last_modified=modified)

    def _refuse(self, error: MonPsError) -> None:
        """Name the file that is not there; a site that answers nothing at all ends the import."""
        if isinstance(error, RetryLater):
            self._down += 1
            if self._down < _PATIENCE:
                raise Skip("UNAVAILABLE", str(error))
        raise error
