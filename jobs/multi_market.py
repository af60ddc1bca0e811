"""Season files that quote many markets at one instant before each match."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.collect.season_files.instants import pre_match_instant
from engine.domain.errors import SettingsInvalid
from engine.learning.derived.past import DerivedPast, fair_book, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_ZONE: Final = timezone(timedelta(hours=-3))  # the files' clock, for every country
_MATCH_ODDS: Final = ("B365H", "B365D", "B365A")
_TOTAL: Final = ("B365>2.5", "B365<2.5")
_QUOTES: Final = (
    ("BTTS_Yes", "BTTS_No"),
    *((f"Over_FT_{line}_5", f"Under_FT_{line}_5") for line in (0, 1, 3, 4)),
)
_ALSO: Final = {"B365>2.5": "Over_FT_2_5", "B365<2.5": "Under_FT_2_5"}
"""Other names under which some seasons have a column."""
_DOUBLE_CHANCE: Final = ("DC_1X", "DC_12", "DC_X2")
_GOALS: Final = ("FTHG", "FTAG")
_COLUMNS: Final = (
    *_GOALS,
    *_MATCH_ODDS,
    *_TOTAL,
    *(column for pair in _QUOTES for column in pair),
    *_DOUBLE_CHANCE,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MultiMarket:
    """A folder's matches; `double_chance` (n, 3) are fair quotes that sum to 2, NaN if unquoted.

    `season` is the year it begins in. `left_out` counts rows that were not used, and quotes that
    a row lacks, by reason.
    """

    past: DerivedPast
    season: NDArray[np.int64]
    double_chance: NDArray[np.float64]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    division: str
    season: int
    home: str
    away: str
    kick_off: datetime
    numbers: tuple[float, ...]


def read_multi_market(folder: Path) -> MultiMarket:
    """Return the matches of `{Div}_{season}.csv[.gz]` below `folder`, in the order of their looks.

    The files say nothing of when a price was taken; it is held to be known from the Friday or
    Tuesday before the match, as season files of the other kind are.

    Raises:
        SettingsInvalid: there is no such folder, a file cannot be read, or no match is there.
    """
    left_out: Counter[str] = Counter()
    rows = list(_rows(folder, left_out))
    if not rows:
        raise SettingsInvalid(f"--multi-market: no match to read in {folder}{_told(left_out)}")
    numbers = np.array([row.numbers for row in rows])
    column = {name: numbers[:, place] for place, name in enumerate(_COLUMNS)}
    match_odds = fair_book(np.column_stack([column[name] for name in _MATCH_ODDS]))
    over = fair_book(np.column_stack([column[name] for name in _TOTAL]))[:, 0]
    quotes = [fair_book(np.column_stack([column[a], column[b]]))[:, 0] for a, b in _QUOTES]
    double_chance = _fair_double_chance(np.column_stack([column[n] for n in _DOUBLE_CHANCE]))
    looks = np.array([pre_match_instant(row.kick_off).timestamp() for row in rows])
    competitions, teams = _numbers(rows)
    kick_off = np.array([row.kick_off.timestamp() for row in rows])
    past = DerivedPast(
        competition=competitions,
        home=teams[:, 0],
        away=teams[:, 1],
        kick_off=kick_off,
        looked_at=looks,
        match_odds=match_odds,
        over=over,
        quotes=np.column_stack(quotes),
        home_goals=column["FTHG"],
        away_goals=column["FTAG"],
    )
    complete = np.isfinite(match_odds).all(axis=1) & np.isfinite(over)
    left_out["main_market_incomplete"] += int((~complete).sum())
    clear = readable(match_odds, over)
    left_out["main_market_contradictory"] += int((complete & ~clear).sum())
    order = np.lexsort((past.home, past.competition, kick_off, looks))
    kept = order[clear[order]]
    if not len(kept):
        raise SettingsInvalid(
            f"--multi-market: no match with its main odds in {folder}{_told(left_out)}"
        )
    _count_unquoted(past.quotes[kept], left_out)
    return MultiMarket(
        past=past.where(kept),
        season=np.array([row.season for row in rows])[kept],
        double_chance=double_chance[kept],
        left_out={reason: count for reason, count in sorted(left_out.items()) if count},
    )


def _count_unquoted(quotes: NDArray[np.float64], left_out: Counter[str]) -> None:
    for place, (yes, _) in enumerate(_QUOTES):
        left_out[f"no_quote_{yes.lower()}"] += int(np.isnan(quotes[:, place]).sum())


def _fair_double_chance(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Halve the raw probabilities, take the margin out, double them: a fair book sums to 2.

    The stronger opponent: on three seasons the power on halves loses 0.001 less (12 and X2) than
    on the raw probabilities with a total of 2.
    """
    halves: NDArray[np.float64] = 2 * fair_book(2 * odds)
    return halves


def _told(left_out: Counter[str]) -> str:
    told = ", ".join(f"{count} {reason}" for reason, count in sorted(left_out.items()) if count)
    return f" ({told})" if told else ""


def _numbers(rows: list[_Row]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number competitions and teams; a team keeps its number in every division of its country."""
    divisions = {name: n for n, name in enumerate(sorted({row.division for row in rows}))}
    pairs = [
        tuple(f"{row.division.rstrip('0123456789')}:{name}" for name in (row.home, row.away))
        for row in rows
    ]
    teams = {name: n for n, name in enumerate(sorted({name for pair in pairs for name in pair}))}
    return (
        np.array([divisions[row.division] for row in rows]),
        np.array([[teams[home], teams[away]] for home, away in pairs]),
    )


def _rows(folder: Path, left_out: Counter[str]) -> Iterator[_Row]:
    if not folder.is_dir():
        raise SettingsInvalid(f"--multi-market: {folder} is no folder")
    seen: set[tuple[str, str, str, str]] = set()
    for path in sorted({*folder.glob("*.csv"), *folder.glob("*.csv.gz")}):
        division, _, season = path.name.split(".")[0].rpartition("_")
        if not division or not season[:2].isdigit():
            left_out["file_name_unknown"] += 1
            continue
        for record in csv.DictReader(io.StringIO(_text(path), newline="")):
            row = _row(division, 2000 + int(season[:2]), record)
            key = tuple((record.get(name) or "") for name in ("Date", "HomeTeam", "AwayTeam"))
            if isinstance(row, str):
                left_out[row] += 1
            elif (division, *key) in seen:
                left_out["repeated"] += 1
            else:
                seen.add((division, *key))  # type: ignore[arg-type]
                yield row


def _text(path: Path) -> str:
    try:
        body = path.read_bytes()
        body = gzip.decompress(body) if path.suffix == ".gz" else body
    except (OSError, EOFError, zlib.error) as error:
        raise SettingsInvalid(f"--multi-market: cannot read {path}: {error}") from None
    return body.decode("utf-8-sig", errors="replace")


def _row(division: str, season: int, record: Mapping[str, str | None]) -> _Row | str:
    """Return the row, or why it cannot be used."""
    home, away = (record.get(name) or "" for name in ("HomeTeam", "AwayTeam"))
    if not home or not away:
        return "no_teams"
    try:
        local = datetime.fromisoformat(f"{record.get('Date')}T{record.get('Time') or '12:00:00'}")
    except ValueError:
        return "kick_off_unreadable"
    numbers = tuple(
        _number(record.get(name) or record.get(_ALSO.get(name, ""))) for name in _COLUMNS
    )
    if np.isnan(numbers[:2]).any():
        return "no_result"
    return _Row(
        division=division,
        season=season,
        home=home,
        away=away,
        kick_off=local.replace(tzinfo=_ZONE),
        numbers=numbers,
    )


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")
