"""Moving odds, told as events: what one look shows against the looks before it.

A look sees prices, not their changes. What happened between two looks is known no better than the
time between them: every event says it (`Movement.resolution`), and steam is told only where all
of it lies between looks within the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import Selection
from engine.domain.movement import Direction, MoveKind, Movement
from engine.domain.numbers import Odds
from engine.pricing.tracks import NONE, cut_tracks, gain, track_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.domain.numbers import BookmakerKey
    from engine.domain.path import OddsPath
    from engine.pricing.rules import MovementRules
    from engine.pricing.tracks import Tracks

_SIGN: Final = {Direction.SHORTENING: 1.0, Direction.LENGTHENING: -1.0}
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shift:
    """How far each track moved from a row of its past, and each book's looks in between.

    `began` is when the book was last seen as it was, `gap` its longest time between two looks.
    """

    base: NDArray[np.int64]
    points: NDArray[np.float64]
    began: NDArray[np.int64]
    gap: NDArray[np.int64]


def find_movements(
    path: OddsPath, at: datetime, rules: MovementRules, said: Sequence[Movement] = ()
) -> tuple[Movement, ...]:
    """Return what the look at `at` shows; nothing stored or said later takes part.

    `path` reaches back over the drift window and begins with the prices in force there. `said`
    are the events of that time: steam is not repeated within its window, and a book's drift is
    counted anew from where it was last said.
    """
    tracks = cut_tracks(path, at.timestamp())
    fresh = tracks.changed[tracks.last] == tracks.at
    if not fresh.any():
        return ()
    earlier = [one for one in said if one.seen_at < at]
    touched = _any(tracks.book, fresh)
    found = [
        *_steam(tracks, touched, rules, earlier),
        *_drift(tracks, touched, rules, earlier),
        *_closures(tracks, rules),
    ]
    return tuple(sorted(found, key=_place))


def _steam(
    tracks: Tracks, touched: NDArray[np.bool_], rules: MovementRules, said: Sequence[Movement]
) -> Iterator[Movement]:
    """Tell selections that enough books moved one way since looks within the window."""
    since = tracks.at - rules.steam_window // _MICROSECOND
    recent = {
        (one.fixture_id, one.selection, one.direction)
        for one in said
        if one.kind is MoveKind.STEAM and _instant(one.seen_at) > since
    }
    # a price seen within the window and another one now: all that happened lies within it
    shift = _shift(tracks, tracks.first_where((tracks.seen >= since) & np.isfinite(tracks.odds)))
    for direction, sign in _SIGN.items():
        moved = sign * shift.points >= rules.steam_points
        for members in _by_selection(tracks, moved):
            if len(members) < rules.steam_books or not touched[members].any():
                continue
            event = _move(tracks, (MoveKind.STEAM, direction), members, shift)
            if (event.fixture_id, event.selection, direction) not in recent:
                yield event


def _drift(
    tracks: Tracks, touched: NDArray[np.bool_], rules: MovementRules, said: Sequence[Movement]
) -> Iterator[Movement]:
    """Tell selections that a book has moved far since the window began or since it was said."""
    began = tracks.at - rules.drift_window // _MICROSECOND
    for direction, sign in _SIGN.items():
        since = _last_said(tracks, said, direction, began)
        start = np.maximum(tracks.last_by(since), tracks.first)
        rows = np.arange(len(tracks.odds)) >= start[tracks.track]
        shift = _shift(tracks, tracks.first_where(rows & np.isfinite(tracks.odds)))
        moved = touched & (sign * shift.points >= rules.drift_points)
        for members in _by_selection(tracks, moved):
            yield _move(tracks, (MoveKind.DRIFT, direction), members, shift)


def _closures(tracks: Tracks, rules: MovementRules) -> Iterator[Movement]:
    """Tell what books took away at this look, and which closed markets they opened again."""
    before = tracks.last_by(tracks.at - 1)
    known = before != NONE
    was = known & np.isfinite(tracks.odds[before])
    is_now = np.isfinite(tracks.odds[tracks.last])
    open_before, open_now = _any(tracks.shop, was), _any(tracks.shop, is_now)
    # what stands as it stood says nothing of its last look before this one, but of its first
    standing = before == tracks.last
    seen = np.where(standing, tracks.changed[before], tracks.seen[before])
    seen[~known] = NONE
    for members in _by_selection(tracks, was & ~is_now & open_now):
        odds = Odds(float(np.median(tracks.odds[before[members]])))
        yield _closure(tracks, MoveKind.GONE, members, seen, odds)
    whole = np.full(tracks.shop.max(initial=0) + 1, NONE)
    np.maximum.at(whole, tracks.shop, seen)
    for members in _by_kind(tracks, was & ~open_now):
        wide = len(np.unique(tracks.bookmaker[members])) >= rules.wide_books
        kind = MoveKind.MARKET_SUSPENDED if wide else MoveKind.SUSPENDED
        yield _closure(tracks, kind, members, whole[tracks.shop])
    for members in _by_kind(tracks, known & ~open_before & open_now):
        yield _closure(tracks, MoveKind.RETURNED, members, whole[tracks.shop])


def _shift(tracks: Tracks, base: NDArray[np.int64]) -> _Shift:
    """Return the moves from each track's base to its last row."""
    moved = (base != NONE) & (base != tracks.last)
    books = tracks.book.max(initial=0) + 1
    began, gap = np.full(books, tracks.at), np.zeros(books, np.int64)
    np.minimum.at(began, tracks.book[moved], tracks.seen[base[moved]])
    np.maximum.at(gap, tracks.book[moved], tracks.longest_gap(base)[moved])
    return _Shift(
        base=base,
        points=gain(tracks, base, tracks.last),
        began=began[tracks.book],
        gap=gap[tracks.book],
    )


def _move(
    tracks: Tracks,
    what: tuple[MoveKind, Direction],
    members: NDArray[np.int64],
    shift: _Shift,
) -> Movement:
    """Return one move of a selection at several books."""
    selection = Selection.from_number(int(tracks.selection[members[0]]))
    return Movement(
        fixture_id=tracks.fixtures[tracks.fixture[members[0]]],
        kind=what[0],
        market=selection.market.kind,
        selection=selection,
        direction=what[1],
        books=_names(tracks, members),
        points=float(np.median(np.abs(shift.points[members]))),
        from_odds=Odds(float(np.median(tracks.odds[shift.base[members]]))),
        to_odds=Odds(float(np.median(tracks.odds[tracks.last[members]]))),
        started_at=_moment(shift.began[members].min()),
        seen_at=_moment(tracks.at),
        resolution=int(shift.gap[members].max()) * _MICROSECOND,
    )


def _closure(
    tracks: Tracks,
    kind: MoveKind,
    members: NDArray[np.int64],
    seen: NDArray[np.int64],
    odds: Odds | None = None,
) -> Movement:
    """Return what books closed or opened: one outcome that had odds, or a whole market kind."""
    selection = Selection.from_number(int(tracks.selection[members[0]]))
    began = int(seen[members].min())
    return Movement(
        fixture_id=tracks.fixtures[tracks.fixture[members[0]]],
        kind=kind,
        market=selection.market.kind,
        selection=None if odds is None else selection,
        direction=None,
        books=_names(tracks, members),
        points=None,
        from_odds=odds,
        to_odds=None,
        started_at=_moment(began),
        seen_at=_moment(tracks.at),
        resolution=(tracks.at - began) * _MICROSECOND,
    )


def _any(group: NDArray[np.int64], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say of each row whether any row of its group is marked."""
    marked: NDArray[np.bool_] = np.bincount(group, weights=mask) > 0
    return marked[group]


def _by_selection(tracks: Tracks, mask: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Give the marked tracks of each selection of each fixture."""
    return _grouped(mask, tracks.fixture << 20 | tracks.selection)


def _by_kind(tracks: Tracks, mask: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Give the marked tracks of each market kind of each fixture."""
    return _grouped(mask, tracks.fixture << 20 | tracks.selection >> 16)


def _grouped(mask: NDArray[np.bool_], key: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    members = np.flatnonzero(mask)
    members = members[np.argsort(key[members], kind="stable")]
    cuts = np.flatnonzero(np.diff(key[members])) + 1
    return (group for group in np.split(members, cuts) if len(group))


def _last_said(
    tracks: Tracks, said: Sequence[Movement], direction: Direction, began: int
) -> NDArray[np.int64]:
    """Return when each track's drift was last told, or when the window began."""
    fixtures = {key: index for index, key in enumerate(tracks.fixtures)}
    books = {key: index for index, key in enumerate(tracks.bookmakers)}
    told = [
        (fixtures[one.fixture_id], one.selection.number, books[book], _instant(one.seen_at))
        for one in said
        if one.kind is MoveKind.DRIFT and one.direction is direction and one.selection
        for book in one.books
        if one.fixture_id in fixtures and book in books
    ]
    since = np.full(len(tracks), began)
    fixture, selection, bookmaker, seen = np.array(told, np.int64).reshape(-1, 4).T
    wanted = track_key(fixture, selection, bookmaker)
    places = np.searchsorted(tracks.key, wanted)
    known = places < len(tracks)
    known[known] = tracks.key[places[known]] == wanted[known]
    np.maximum.at(since, places[known], seen[known])
    return since


def _names(tracks: Tracks, members: NDArray[np.int64]) -> tuple[BookmakerKey, ...]:
    return tuple(sorted({tracks.bookmakers[code] for code in tracks.bookmaker[members].tolist()}))


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + int(microseconds) * _MICROSECOND


def _instant(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, UTC)) // _MICROSECOND


def _place(event: Movement) -> tuple[str, ...]:
    what = "" if event.selection is None else event.selection.code
    return str(event.fixture_id), event.kind, str(event.market), what, event.direction or ""
