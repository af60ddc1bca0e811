"""How a match's odds moved: every book's price of one selection, from opening to kick-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from math import ceil, isnan, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from charts.palette import Stroke
from charts.phone import SMALL, Key, Sheet, line_key, round_values, sheet
from charts.phone import Mark as Drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from charts.palette import Palette
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey
    from engine.domain.path import OddsPath
    from engine.domain.preferences import Shade

_TICKS: Final = 5
_ROOM: Final = 0.12
_FLATTEST: Final = 0.05
"""Room above and below in odds, however little they moved: a tick is not made a landslide."""
_SHORTEST: Final = 60.0
"""Seconds an axis spans at least, and between two ticks: clocks are written in minutes."""
_WRITABLE: Final = (1, 2, 5, 10)
"""Steps of a scale of odds: hundredths can be written, not 2.125."""
_DASH: Final = 14.0
"""Points: what one look alone is drawn as."""
_NEIGHBOURS: Final = 0.06
"""Of the axis: moments nearer than that with the same odds have them written once."""


class Moment(Enum):
    """A point worth naming: the shape and size it is drawn with, and where its odds stand.

    Alert and close are often neighbours: one is written to the upper left, the other beneath.
    """

    OPEN = ("o", 7.0, (0, 8), "center")
    ALERT = ("*", 14.0, (-7, 7), "right")
    CLOSE = ("s", 6.5, (0, -16), "center")


class Part(Enum):
    """Which book a line is of: the one bet at, the sharp reference, or any other."""

    OURS = "ours"
    REFERENCE = "reference"
    OTHER = "other"


_DEPTHS: Final = {Part.OTHER: 2, Part.REFERENCE: 3, Part.OURS: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """One book's price of the selection: from each instant on, NaN while it was withdrawn.

    `seen_until` is when a look last saw it so, in POSIX seconds like `at`.
    """

    bookmaker: BookmakerKey
    part: Part
    at: tuple[float, ...]
    odds: tuple[float, ...]
    seen_until: float

    @property
    def first(self) -> float:
        """The opening: the first price ever seen."""
        return next(value for value in self.odds if not isnan(value))

    @property
    def last(self) -> float | None:
        """The last price seen; None where it was withdrawn last."""
        return None if isnan(self.odds[-1]) else self.odds[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment of the path: when, at which odds, and its words in the legend."""

    moment: Moment
    at: float
    odds: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathLabels:
    """The words of the chart, in the reader's language; `clock` writes an instant in them."""

    title: str
    subtitle: str
    ours: str
    reference: str
    others: str
    withdrawn: str
    kick_off: str
    axis_time: str
    axis_odds: str
    clock: Callable[[datetime], str]
    odds: Callable[[float], str]


def lines_of(
    path: OddsPath,
    selection: Selection,
    *,
    ours: BookmakerKey,
    sharp: Sequence[BookmakerKey],
    without: Collection[BookmakerKey] = (),
) -> tuple[BookLine, ...]:
    """Return a line for each book that ever priced `selection`, by bookmaker.

    The reference is the first of `sharp` that did; lay sides and the books of `without`, which
    nobody offers, are left out.
    """
    wanted = (path.selection == selection.number) & ~path.lay
    priced = set(np.unique(path.bookmaker[wanted & ~np.isnan(path.odds)]).tolist())
    books = {path.bookmakers[place]: place for place in sorted(priced)}
    known = {key: place for key, place in books.items() if key not in without}
    reference = next((key for key in sharp if key in known), None)
    parts = {reference: Part.REFERENCE} | {ours: Part.OURS}
    return tuple(
        _line(path, np.flatnonzero(wanted & (path.bookmaker == place)), key, parts)
        for key, place in known.items()
    )


def _line(
    path: OddsPath,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    key: BookmakerKey,
    parts: dict[BookmakerKey | None, Part],
) -> BookLine:
    return BookLine(
        bookmaker=key,
        part=parts.get(key, Part.OTHER),
        at=tuple(path.changed_at[rows].tolist()),
        odds=tuple(path.odds[rows].tolist()),
        seen_until=float(path.last_seen_at[rows[-1]]),
    )


def odds_path_chart(
    lines: Sequence[BookLine],
    marks: Sequence[Mark],
    kick_off: float,
    labels: PathLabels,
    shade: Shade,
) -> bytes:
    """Return the picture as PNG bytes."""
    return draw_odds_path(lines, marks, kick_off, labels, shade).png()


def draw_odds_path(
    lines: Sequence[BookLine],
    marks: Sequence[Mark],
    kick_off: float,
    labels: PathLabels,
    shade: Shade,
) -> Sheet:
    """Return the sheet behind the picture."""
    parts = {line.part for line in lines}
    gone = [at for line in lines if line.part is not Part.OTHER for at in _withdrawals(line)]
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        x=labels.axis_time,
        y=labels.axis_odds,
        x_lines=2,
        keys=len(parts) + len(marks) + 1 + bool(gone),
    )
    entries = _draw_books(page, lines, labels)
    if gone:
        at, odds = zip(*gone, strict=True)
        page.axes.scatter(at, odds, marker="x", s=50, color=page.palette.ink, zorder=9)
        entries.append(
            Key(label=labels.withdrawn, colour=page.palette.ink, mark=Drawn.DOT, shape="x")
        )
    page.axes.axvline(kick_off, color=page.palette.ink, linestyle=":", linewidth=1.4)
    first = min([*(line.at[0] for line in lines), *(mark.at for mark in marks)])
    width = max(kick_off - first, _SHORTEST)  # no time before the first thing known is shown
    entries += _draw_marks(page, marks, labels, width)
    whistle = Key(label=labels.kick_off, colour=page.palette.ink, dash=":", width=1.4)
    page.key([*entries, whistle])
    _frame_time(page, kick_off, width, labels)
    _frame_odds(page, lines, marks, labels)
    return page


def _strokes(colours: Palette) -> Mapping[Part, Stroke]:
    """Return how each kind of line is drawn: ours thickest, the others hardly."""
    return {
        Part.OURS: Stroke(colour=colours.actual.colour, dash="-", width=2.6),
        Part.REFERENCE: Stroke(colour=colours.bad, dash="--", width=1.9),
        Part.OTHER: Stroke(colour=colours.unsure, dash="-", width=0.7),
    }


def _draw_books(page: Sheet, lines: Sequence[BookLine], labels: PathLabels) -> list[Key]:
    """Draw the others beneath, the reference above them, ours on top; a kind is explained once."""
    names = {
        Part.OURS: labels.ours,
        Part.REFERENCE: labels.reference,
        Part.OTHER: labels.others,
    }
    strokes = _strokes(page.palette)
    for line in lines:
        stroke = strokes[line.part]
        page.axes.plot(
            [*line.at, line.seen_until],
            [*line.odds, line.odds[-1]],
            drawstyle="steps-post",
            color=stroke.colour,
            linestyle=stroke.dash,
            linewidth=stroke.width,
            marker="_" if line.seen_until == line.at[0] else "",
            markersize=_DASH,
            markeredgewidth=stroke.width,
            label=names[line.part],
            zorder=_DEPTHS[line.part],
        )
    there = {line.part for line in lines}
    return [line_key(names[part], strokes[part]) for part in names if part in there]


def _withdrawals(line: BookLine) -> list[tuple[float, float]]:
    """Return when the price was taken away, at the last odds before."""
    known, found = nan, []
    for at, odds in zip(line.at, line.odds, strict=True):
        if isnan(odds) and not isnan(known):
            found.append((at, known))
        known = odds
    return found


def _draw_marks(page: Sheet, marks: Sequence[Mark], labels: PathLabels, width: float) -> list[Key]:
    """Draw each moment, its odds beside it unless its neighbour says them; return the key."""
    ink, paper = page.palette.ink, page.palette.paper
    shown: list[Mark] = []
    for mark in marks:
        shape, size, beside, side = mark.moment.value
        page.axes.plot(
            [mark.at],
            [mark.odds],
            linestyle="",
            marker=shape,
            markersize=size,
            markerfacecolor=paper,
            markeredgecolor=ink,
            markeredgewidth=1.4,
            label=mark.label,
            zorder=7,
        )
        if any(_is_written(mark, other, labels, width) for other in shown):
            continue
        shown.append(mark)
        page.axes.annotate(
            labels.odds(mark.odds),
            (mark.at, mark.odds),
            xytext=beside,
            textcoords="offset points",
            ha=side,
            fontsize=SMALL,
            fontweight="bold",
            color=ink,
            bbox={"boxstyle": "round,pad=0.15", "fc": paper, "ec": "none", "alpha": 0.75},
            zorder=8,
        )
    return [
        Key(label=mark.label, colour=ink, mark=Drawn.DOT, shape=mark.moment.value[0], filled=False)
        for mark in marks
    ]


def _is_written(mark: Mark, other: Mark, labels: PathLabels, width: float) -> bool:
    """Say whether the odds of a mark already stand beside its neighbour."""
    same = labels.odds(mark.odds) == labels.odds(other.odds)
    return same and abs(mark.at - other.at) < _NEIGHBOURS * width


def _frame_time(page: Sheet, kick_off: float, width: float, labels: PathLabels) -> None:
    """Show the seconds before kick-off with room around them, instants as people write them."""
    page.axes.set_xlim(kick_off - width * (1 + _ROOM), kick_off + width * _ROOM / 2)
    step = ceil(width / (_TICKS - 1) / _SHORTEST) * _SHORTEST  # whole minutes, as they are written
    ticks = kick_off - np.arange(width // step, -1, -1) * step
    page.name_x({tick: labels.clock(datetime.fromtimestamp(tick, UTC)) for tick in ticks.tolist()})


def _frame_odds(
    page: Sheet, lines: Sequence[BookLine], marks: Sequence[Mark], labels: PathLabels
) -> None:
    """Show everything drawn with room around it, odds as people write them."""
    prices = [value for line in lines for value in line.odds if not isnan(value)]
    prices += [mark.odds for mark in marks]
    room = max(_FLATTEST, _ROOM * (max(prices) - min(prices)))
    low, high = max(1.0, min(prices) - room), max(prices) + room
    page.axes.set_ylim(low, high)
    page.name_y({value: labels.odds(value) for value in round_values(low, high, steps=_WRITABLE)})
