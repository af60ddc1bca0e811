"""What each market is truly worth: a dot, a thick and a thin line, and how much was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts.numbers import written
from charts.phone import Key, Mark, Sheet, sheet
from engine.learning.markets.badges import HURDLE, Badge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from charts.palette import Palette
    from engine.domain.preferences import Shade
    from engine.learning.markets.rows import Belief

_ROW: Final = 19.0
_LEAST: Final = 110.0
_NAMES: Final = 148.0
_COUNTS: Final = 58.0
"""Points: a row's height, the least height, and what the names and counts beside take."""
_LETTERS: Final = 26
_STAR: Final = 11.0
_DOT: Final = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketMark:
    """One market of the chart: what is believed of it, from how many closes."""

    label: str
    belief: Belief
    closes: int
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketLabels:
    """The words of the chart, in the reader's language."""

    title: str
    subtitle: str
    axis: str
    hurdle: str
    empty: str
    badges: Mapping[Badge, str]
    decimal_mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A badge told apart by shape and colour, never by colour alone."""

    marker: str
    colour: str
    filled: bool = True


def _looks(colours: Palette) -> Mapping[Badge, _Look]:
    return {
        Badge.TOP: _Look(marker="*", colour=colours.closing.colour),
        Badge.GOOD: _Look(marker="o", colour=colours.good),
        Badge.AVOID: _Look(marker="X", colour=colours.bad),
        Badge.INSUFFICIENT: _Look(marker="o", colour=colours.unsure, filled=False),
    }


def markets_chart(marks: Sequence[MarketMark], labels: MarketLabels, shade: Shade) -> bytes:
    """Return the picture of `marks`, the first at the top, as PNG bytes."""
    return draw_markets(marks, labels, shade).png()


def draw_markets(marks: Sequence[MarketMark], labels: MarketLabels, shade: Shade) -> Sheet:
    """Return the sheet behind the picture, as high as its rows need."""
    there = [badge for badge in Badge if badge in {mark.badge for mark in marks}]
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        x=labels.axis if marks else "",
        keys=len(there) + bool(there),
        body=max(_ROW * (len(marks) + 1), _LEAST),
        beside=(_NAMES, _COUNTS),
    )
    if marks:
        _draw_marks(page, marks, labels)
        looks, line = _looks(page.palette), page.palette.faint
        named = [_key(looks[badge], labels.badges[badge]) for badge in there]
        page.key([*named, Key(label=labels.hurdle, colour=line, dash=":", width=1.0)])
    else:
        page.say(labels.empty)
    return page


def _draw_marks(page: Sheet, marks: Sequence[MarketMark], labels: MarketLabels) -> None:
    axes, colours = page.axes, page.palette
    looks = _looks(colours)
    axes.axvline(0, color=colours.faint, linewidth=1)
    axes.axvline(100 * HURDLE, color=colours.faint, linewidth=1, linestyle=":")
    for place, mark in enumerate(marks):
        _draw_mark(page, place, mark, looks[mark.badge])
    axes.set_ylim(len(marks) - 0.4, -0.6)
    ends = [0.0, *(100 * end for mark in marks for end in (mark.belief.low95, mark.belief.high95))]
    page.scale_x(min(ends), max(ends), lambda percent: written(percent, labels.decimal_mark))
    page.name_y(
        {place: mark.label for place, mark in enumerate(marks)},
        lines=False,
        colour=colours.ink,
        letters=_LETTERS,
    )
    page.name_right({place: f"n = {mark.closes}" for place, mark in enumerate(marks)})


def _draw_mark(page: Sheet, place: int, mark: MarketMark, look: _Look) -> None:
    belief = mark.belief
    ends = (belief.low95, belief.high95), (belief.low80, belief.high80)
    for (low, high), width in zip(ends, (1.2, 3.6), strict=True):
        page.axes.hlines(
            place, 100 * low, 100 * high, color=look.colour, linewidth=width, alpha=0.75, zorder=2
        )
    page.axes.plot(
        [100 * belief.mean],
        [place],
        marker=look.marker,
        markersize=_STAR if look.marker == "*" else _DOT,
        markerfacecolor=look.colour if look.filled else page.palette.paper,
        markeredgecolor=look.colour,
        linestyle="",
        zorder=3,
    )


def _key(look: _Look, label: str) -> Key:
    return Key(
        label=label, colour=look.colour, mark=Mark.DOT, shape=look.marker, filled=look.filled
    )
