"""The database as an archive: imported seasons and our own looks, with closes and results."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.collect.season_files.instants import pre_match_instant
from engine.learning.archive import Archive
from engine.pricing.reference.main_odds import MainOdds
from jobs.archive_odds import dense_odds, quoting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jobs.context import Context
    from storage.archive import StoredPast

LEADS: Final = tuple(timedelta(hours=hours) for hours in (48, 24, 6, 1))
"""Of all our looks at a match, those nearest to these leads before kick-off are learned from."""
_SUMMER: Final = 7  # a season begins in July; those of a calendar year count as two halves
_RARE: Final = 1000  # a book that quotes less than one match in so many teaches nothing
_ERAS: Final = {"fd_bbav": "fd_avg", "fd_bbmx": "fd_max"}
_MARKETS: Final = (("match_odds",), ("total", "total_line"), ("handicap", "handicap_line"))


async def stored_archive(ctx: Context, since: datetime) -> Archive:
    """Return what is stored of matches that kicked off from `since` until now, as an archive.

    Competitions are our keys, teams the keys of our clubs: one club is one team in every
    competition. A match has one row for what files print of it before kick-off, and one for each
    own look nearest to `LEADS`. Its close is that of our last look before kick-off, if it was of
    grade A or B, else the printed one, market by market. Matches without any look, only played,
    stand at the instant files would have printed them.
    """
    return await ctx.workers.run(build_archive, await read_past(ctx, since))


async def read_past(ctx: Context, since: datetime) -> StoredPast:
    """Return the columns that `build_archive` makes an archive of."""
    async with ctx.store.reading() as tx:
        return await tx.archive.read(
            since, ctx.clock.now(), leads=LEADS, close_within=ctx.rules.closing.grade_b
        )


def build_archive(past: StoredPast) -> Archive:
    """Return the archive of what is stored."""
    match, looked_at, seen, printed = _rows(past)
    matches, books = past.matches, _books(past)
    competitions = tuple(sorted(set(matches.competition)))
    teams = tuple(sorted({*matches.home, *matches.away}))
    competition = _numbers(matches.competition, competitions)[match]
    home = _numbers(matches.home, teams)[match]
    order = np.lexsort((home, competition, matches.kick_off[match], looked_at))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    match = match[order]
    look = dense_odds(
        books,
        len(match),
        [(past.seen, _placed(seen, place)), (past.printed, _placed(printed, place))],
    )
    return Archive(
        competitions=competitions,
        teams=teams,
        competition=competition[order],
        season=_seasons(matches.kick_off)[match],
        home=home[order],
        away=_numbers(matches.away, teams)[match],
        kick_off=matches.kick_off[match],
        looked_at=looked_at[order],
        home_goals=matches.home_goals[match],
        away_goals=matches.away_goals[match],
        look=look,
        close=_closes(past, books).where(match),
    )


def _rows(
    past: StoredPast,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return match and instant of each row, and the row of each look seen and printed, or -1."""
    matches = past.matches
    numbers, match, at = [], [], []
    start = 0
    for looks in (past.seen, past.printed):
        open_ = ~looks.closing & (looks.at < matches.kick_off[looks.match])
        number = np.full(len(open_), -1, dtype=np.int64)
        number[open_] = start + np.arange(np.count_nonzero(open_))
        start += int(np.count_nonzero(open_))
        numbers.append(number)
        match.append(looks.match[open_])
        at.append(looks.at[open_])
    bare = ~np.isnan(matches.home_goals)
    bare[np.concatenate(match)] = False
    match.append(np.flatnonzero(bare))
    at.append(_printed_at(matches.kick_off[bare]))
    return np.concatenate(match), np.concatenate(at), numbers[0], numbers[1]


def _printed_at(kick_off: NDArray[np.float64]) -> NDArray[np.float64]:
    instants = [datetime.fromtimestamp(at, UTC) for at in kick_off.tolist()]
    return np.array([pre_match_instant(at).timestamp() for at in instants], dtype=np.float64)


def _books(past: StoredPast) -> dict[int, str]:
    """Return the name of each bookmaker's number that is worth a column.

    The aggregates of both eras of the files are one book each.
    """
    names = {number: _ERAS.get(key, str(key)) for number, key in past.bookmakers.items()}
    least = len(past.matches) // _RARE
    return {number: names[number] for number in quoting((past.seen, past.printed), least)}


def _closes(past: StoredPast, books: dict[int, str]) -> MainOdds:
    """Return the close of every match, ours before the printed one, market by market."""
    count = len(past.matches)
    own, printed = (
        dense_odds(books, count, [(looks, np.where(looks.closing, looks.match, -1))])
        for looks in (past.seen, past.printed)
    )
    if not past.seen.closing.any():
        return printed
    found: dict[str, NDArray[np.float64]] = {}
    for names in _MARKETS:
        ours = ~np.isnan(getattr(own, names[0])).all(axis=(1, 2))
        for name in names:
            column = getattr(printed, name)
            column[ours] = getattr(own, name)[ours]
            found[name] = column
    return MainOdds(books=printed.books, **found)


def _placed(number: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(number >= 0, place[number] if len(place) else number, -1)


def _numbers(names: tuple[str, ...], known: tuple[str, ...]) -> NDArray[np.int64]:
    place = {name: number for number, name in enumerate(known)}
    return np.array([place[name] for name in names], dtype=np.int64)


def _seasons(kick_off: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the year in which each match's season begins."""
    months = kick_off.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return 1970 + months // 12 - (months % 12 + 1 < _SUMMER)
