"""A season file made ready to be stored: the part of an import that only computes."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.collect.payload import FOOTBALL_DATA
from engine.collect.season_files.books import bookmaker_keys
from engine.collect.season_files.columns import Stage
from engine.collect.season_files.instants import pre_match_instant
from engine.collect.season_files.place import name_rows
from engine.collect.season_files.rows import RowReject
from engine.collect.season_files.season import read_season_file
from engine.domain.settlement import Phase, Result
from storage.binary_copy import microseconds
from storage.seasons import FileRecord, SeasonOdds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.collect.names import Names
    from engine.collect.season_files.place import NamedRows, PlacedRows
    from engine.collect.season_files.prices import Prices
    from engine.collect.season_files.rows import BadRow
    from engine.collect.season_files.season import Origin, SeasonFile
    from engine.domain.numbers import BookmakerKey

REPEATED_PRICE: Final = "repeated_price"
STATUS: Final = "FT"
_READER: Final = "2:"
"""Which reader a file was read by: what a former one left out, this one may understand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One file, read and with its names resolved; where its games are stored is not known yet."""

    origin: Origin
    sha256: str
    season: SeasonFile
    named: NamedRows
    keys: Mapping[str, BookmakerKey]

    @property
    def years(self) -> set[int]:
        """The years its odds may be of: a game of 1 January may have been priced in December."""
        years = {match.kick_off.year for match in self.season.matches}
        return years | {pre_match_instant(m.kick_off).year for m in self.season.matches}

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The first and the last kick-off, or None where there is none."""
        moments = [match.kick_off for match in self.season.matches]
        return (min(moments), max(moments)) if moments else None


def fingerprint(content: bytes) -> str:
    """Tell one content from another, and who has read it."""
    return _READER + hashlib.sha256(content).hexdigest()


def digest(content: bytes, origin: Origin, names: Names) -> Digest:
    """Read a file and find out who plays.

    Raises:
        Skip: the content is no table at all.
    """
    season = read_season_file(content, origin)
    return Digest(
        origin=origin,
        sha256=fingerprint(content),
        season=season,
        named=name_rows(season.matches, names),
        keys=bookmaker_keys(season.prices.codes),
    )


def results_of(read: Digest, placed: PlacedRows, now: datetime) -> list[Result]:
    """Return what the file says of how its games ended, read at `now`."""
    matches = read.season.matches
    return [
        Result(
            fixture_id=fixture.id,
            source=FOOTBALL_DATA,
            status=STATUS,
            phase=Phase.FINISHED,
            full_time=matches[row].full_time,
            half_time=matches[row].half_time,
            kick_off=matches[row].kick_off,
            read_at=now,
        )
        for row, fixture in zip(placed.rows, placed.fixtures, strict=True)
    ]


def odds_of(read: Digest, placed: PlacedRows) -> tuple[SeasonOdds, Counter[str]]:
    """Return the odds of the placed games at their instants, and why others were left out."""
    prices = read.season.prices
    place = np.full(len(read.season.matches), -1, dtype=np.int32)
    place[placed.rows] = np.arange(len(placed.rows), dtype=np.int32)
    rejected = Counter(prices.rejected)
    keys = tuple(dict.fromkeys(read.keys.values()))
    number = np.array([keys.index(read.keys[code]) for code in prices.codes], dtype=np.int16)
    prices = prices.where(place[prices.match] >= 0)
    book = number[prices.code] if len(prices) else np.empty(0, dtype=np.int16)
    if len(keys) < len(prices.codes):
        first = _first(prices, book)
        rejected[REPEATED_PRICE] += int(np.count_nonzero(~first))
        prices, book = prices.where(first), book[first]
    fixture = place[prices.match]
    instants = np.array(
        [
            (microseconds(pre_match_instant(one.kick_off)), microseconds(one.kick_off))
            for one in placed.fixtures
        ],
        dtype=np.int64,
    ).reshape(-1, len(Stage))
    odds = SeasonOdds(
        fixtures=tuple(one.id for one in placed.fixtures),
        bookmakers=keys,
        fixture=fixture,
        changed_at=instants[fixture, prices.stage - 1],
        odds=prices.odds,
        selection=prices.selection,
        bookmaker=book,
        stage=prices.stage,
    )
    return odds, +rejected


def record_of(
    read: Digest,
    placed: PlacedRows,
    *,
    prices: int,
    prices_rejected: Mapping[str, int],
    last_modified: str | None,
) -> FileRecord:
    """Return what the file brought: every line is stored, blank, or left out by name."""
    season = read.season
    bad = sorted((*season.bad, *read.named.bad, *placed.bad), key=lambda row: row.line)
    stored = Counter(season.matches[row].season for row in placed.rows)
    return FileRecord(
        name=read.origin.name,
        sha256=read.sha256,
        read=season.read,
        stored=len(placed.rows),
        seasons=_by_season(stored, bad, season.blank),
        bad_rows=[[row.line, row.reason.value, row.text] for row in bad],
        notes=dict(season.notes),
        prices=prices,
        prices_rejected=dict(prices_rejected),
        unmatched=[[one.competition, one.name] for one in read.named.unmatched],
        last_modified=last_modified,
    )


def _by_season(
    stored: Counter[str], bad: Iterable[BadRow], blank: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    rejected: dict[str, Counter[str]] = {name: Counter() for name in (*stored, *blank)}
    for row in bad:
        rejected.setdefault(row.season, Counter())[row.reason.value] += 1
    for name, count in blank.items():
        rejected[name][RowReject.BLANK.value] += count
    return {
        name: {
            "read": stored[name] + reasons.total(),
            "stored": stored[name],
            "rejected": dict(sorted(reasons.items())),
        }
        for name, reasons in sorted(rejected.items())
    }


def _first(prices: Prices, book: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Say which prices are the first of their match, moment, selection and bookmaker."""
    key = prices.match.astype(np.int64) << 40 | prices.stage.astype(np.int64) << 36
    key |= prices.selection.astype(np.int64) << 16 | book
    _, index = np.unique(key, return_index=True)
    first = np.zeros(len(key), dtype=np.bool_)
    first[index] = True
    return first


def is_exhausted(record: FileRecord, names: Names) -> bool:
    """Say whether reading a file's same content again can bring nothing that was not brought.

    It can where another reader read it, and where a name or a division is known by now.
    """
    divisions = {
        text.partition(",")[0]
        for _, reason, text in record.bad_rows
        if reason == RowReject.UNKNOWN_DIVISION
    }
    ours = {code for source, code in names.leagues if source == FOOTBALL_DATA}
    return (
        record.sha256.startswith(_READER)
        and divisions.isdisjoint(ours)
        and still_unknown(record.unmatched, names)
    )


def still_unknown(unmatched: Sequence[Sequence[str]], names: Names) -> bool:
    """Say whether every spelling that was unknown is so to this day."""
    return all(names.resolve(competition, name) is None for competition, name in unmatched)
