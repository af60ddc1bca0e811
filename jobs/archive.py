"""The database as an archive: imported seasons and our own looks, with closes and results."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.collect.season_files.instants import pre_match_instant
from engine.domain.policy import DEFAULT_POLICY
from engine.learning.archive import Archive
from jobs.archive_looks import odds_seen
from jobs.archive_odds import dense_odds, quoting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import PricingRules
    from engine.pricing.reference.main_odds import MainOdds
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
    own look nearest to `LEADS`: of such, exactly the odds that it was priced with. Its close is
    that of our last look before kick-off, if it was of grade A or B, else the printed one, market
    by market. Matches without any look, only played, stand at the instant files would have
    printed them.
    """
    return await ctx.workers.run(
        build_archive, await read_past(ctx, since), ctx.rules.policy.pricing
    )


async def read_past(ctx: Context, since: datetime) -> StoredPast:
    """Return the columns that `build_archive` makes an archive of."""
    async with ctx.store.reading() as tx:
        return await tx.archive.read(
            since, ctx.clock.now(), leads=LEADS, close_within=ctx.rules.closing.grade_b
        )


def build_archive(past: StoredPast, rules: PricingRules = DEFAULT_POLICY.pricing) -> Archive:
    """Return the archive of what is stored; `rules` say what of our looks was no price."""
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
    own = odds_seen(past, sorted(set(books.values())), rules)
    look = dense_odds(books, len(match), past.printed, _placed(printed, place))
    taken = seen >= 0
    _overwrite(look, _placed(seen, place)[taken], own.where(taken), _MARKETS)
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
        close=_closes(past, books, own).where(match),
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


def _closes(past: StoredPast, books: dict[int, str], own: MainOdds) -> MainOdds:
    """Return the close of every match, ours before the printed one, market by market."""
    printed, seen = past.printed, past.seen
    rows = np.where(printed.closing, printed.match, -1)
    found = dense_odds(books, len(past.matches), printed, rows)
    for market in _MARKETS:
        known = ~np.isnan(getattr(own, market[0])).all(axis=(1, 2))
        ours = seen.closing & known
        _overwrite(found, seen.match[ours], own.where(ours), (market,))
    return found


def _overwrite(
    odds: MainOdds, rows: NDArray[np.int64], by: MainOdds, markets: tuple[tuple[str, ...], ...]
) -> None:
    """Write the odds of looks into these rows of the table."""
    for name in chain.from_iterable(markets):
        getattr(odds, name)[rows] = getattr(by, name)


def _placed(number: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(number >= 0, place[number] if len(place) else number, -1)


def _numbers(names: tuple[str, ...], known: tuple[str, ...]) -> NDArray[np.int64]:
    place = {name: number for number, name in enumerate(known)}
    return np.array([place[name] for name in names], dtype=np.int64)


def _seasons(kick_off: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the year in which each match's season begins."""
    months = kick_off.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return 1970 + months // 12 - (months % 12 + 1 < _SUMMER)
