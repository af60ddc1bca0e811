"""Season files as one archive: looks, closes and results of every division, in columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.collect.season_files.books import bookmaker_keys
from engine.collect.season_files.columns import Stage
from engine.collect.season_files.instants import pre_match_instant
from engine.collect.season_files.season import origin_of, read_season_file
from engine.domain.errors import SettingsInvalid, Skip
from engine.domain.market import SIDES, MarketKind
from engine.learning.archive import Archive
from engine.pricing.reference.main_odds import MainOdds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.collect.season_files.rows import MatchRow
    from engine.collect.season_files.season import Origin, SeasonFile

_TOTAL_LINE: Final = 2.5  # the one total the site has
_ZERO_LINE: Final = 512
_MAIN: Final = {
    "match_odds": MarketKind.MATCH_ODDS,
    "total": MarketKind.TOTAL_GOALS,
    "handicap": MarketKind.ASIAN_HANDICAP,
}
_ERAS: Final = {"fd_bbav": "fd_avg", "fd_bbmx": "fd_max"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    season: int
    division: str
    file: SeasonFile


def read_archive(
    folder: Path,
    seasons: Iterable[int],
    divisions: frozenset[str] = frozenset(),
    progress: Callable[[int, int], None] | None = None,
) -> Archive:
    """Return the archive of the season files below `folder`; `seasons` are first years.

    Competitions are the site's division codes, teams "country:name" as the site spells them:
    one country's divisions share their teams. Empty `divisions` means all. Of several files of
    one division's season the one with the most matches counts.

    Raises:
        SettingsInvalid: there is no such folder, no file of these seasons or of a division asked
            for is there, or one cannot be read.
    """
    if not folder.is_dir():
        raise SettingsInvalid(f"--football-data: {folder} is no folder")
    paths = _wanted(folder, frozenset(seasons), divisions)
    fullest: dict[tuple[int, str], _Read] = {}
    for done, (path, origin) in enumerate(paths, start=1):
        one = _read(path, origin)
        key = (one.season, one.division)
        if key not in fullest or len(one.file.matches) > len(fullest[key].file.matches):
            fullest[key] = one
        if progress is not None:
            progress(done, len(paths))
    read = [one for one in fullest.values() if one.file.matches]
    if not read:
        raise SettingsInvalid(f"--football-data: no season file of those wanted in {folder}")
    absent = divisions - {one.division for one in read}
    if absent:
        raise SettingsInvalid(f"--divisions: no file of {', '.join(sorted(absent))} in {folder}")
    return _archive(read)


def _wanted(
    folder: Path, seasons: frozenset[int], divisions: frozenset[str]
) -> list[tuple[Path, Origin]]:
    """Return the files of these seasons and divisions, by name."""
    found = []
    for path in sorted({*folder.rglob("*.csv"), *folder.rglob("*.csv.gz")}):
        origin = origin_of(path.relative_to(folder).as_posix())
        of_division = bool(origin.division) and (not divisions or origin.division in divisions)
        if of_division and origin.season and _first_year(origin.season) in seasons:
            found.append((path, origin))
    return found


def _read(path: Path, origin: Origin) -> _Read:
    try:
        file = read_season_file(path.read_bytes(), origin)
    except (Skip, OSError) as error:
        raise SettingsInvalid(f"--football-data: {origin.name}: {error}") from None
    return _Read(season=_first_year(origin.season), division=origin.division, file=file)


def _first_year(season: str) -> int:
    short = int(season[:2])
    return short + (1900 if short > 90 else 2000)  # noqa: PLR2004  # 1993/94 is the first


def _archive(read: Sequence[_Read]) -> Archive:
    rows = [(one, match) for one in read for match in one.file.matches]
    competitions = tuple(sorted({one.division for one in read}))
    teams = tuple(sorted({_team(one, name) for one, m in rows for name in (m.home, m.away)}))
    number = {name: index for index, name in enumerate(teams)}
    books = tuple(sorted({key for one in read for key in _keys(one).values()}))
    looks, closes = (_odds(read, books, stage) for stage in (Stage.PRE_MATCH, Stage.CLOSING))
    archive = Archive(
        competitions=competitions,
        teams=teams,
        competition=np.array([competitions.index(one.division) for one, _ in rows]),
        season=np.array([one.season for one, _ in rows]),
        home=np.array([number[_team(one, match.home)] for one, match in rows]),
        away=np.array([number[_team(one, match.away)] for one, match in rows]),
        kick_off=np.array([match.kick_off.astimezone(UTC).timestamp() for _, match in rows]),
        looked_at=np.array([pre_match_instant(match.kick_off).timestamp() for _, match in rows]),
        home_goals=np.array([_goals(match)[0] for _, match in rows]),
        away_goals=np.array([_goals(match)[1] for _, match in rows]),
        look=looks,
        close=closes,
    )
    order = np.lexsort((archive.home, archive.competition, archive.kick_off, archive.looked_at))
    return archive.where(order)


def _goals(match: MatchRow) -> tuple[float, float]:
    return float(match.full_time.home), float(match.full_time.away)


def _team(one: _Read, name: str) -> str:
    """Return a team's name in its country: "SC0" and "SC3" are one, "E0" and "EC" too."""
    return f"{one.division.rstrip('0123456789').removesuffix('C') or one.division}:{name}"


def _keys(one: _Read) -> dict[str, str]:
    """Return the book of each code; the aggregates of both eras are one, "fd_avg" and "fd_max"."""
    keys = bookmaker_keys(one.file.prices.codes)
    return {code: _ERAS.get(key, str(key)) for code, key in keys.items()}


def _odds(read: Sequence[_Read], books: tuple[str, ...], stage: Stage) -> MainOdds:
    parts = [_file_odds(one, books, stage) for one in read]
    return MainOdds(
        books=books,  # type: ignore[arg-type]
        **{name: np.concatenate([part[name] for part in parts]) for name in parts[0]},
    )


def _file_odds(one: _Read, books: tuple[str, ...], stage: Stage) -> dict[str, NDArray[np.float64]]:
    prices = one.file.prices.where(one.file.prices.stage == stage)
    keys, count = _keys(one), len(one.file.matches)
    place = np.array([books.index(keys[code]) for code in prices.codes], dtype=np.int64)
    kind, side = prices.selection >> 16, prices.selection & 0xF
    line = ((prices.selection >> 4 & 0xFFF) - _ZERO_LINE) / 4
    found: dict[str, NDArray[np.float64]] = {}
    for name, wanted in _MAIN.items():
        sides = SIDES[wanted]
        odds = np.full((count, len(books), len(sides)), np.nan)
        lines = np.full(count, np.nan)
        for column, one_side in enumerate(sides):
            mask = (kind == wanted) & (side == one_side)
            if wanted is MarketKind.TOTAL_GOALS:
                mask &= line == _TOTAL_LINE
            odds[prices.match[mask], place[prices.code[mask]], column] = prices.odds[mask]
            lines[prices.match[mask]] = line[mask]
        odds[np.isnan(odds).any(axis=2)] = np.nan
        found[name] = odds
        if name != "match_odds":
            found[f"{name}_line"] = lines
    return found
