"""A record cut by a trait, and its closing line value, as Telegram HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render.filters import in_force
from bot.render.html import Html, bold, lines, paragraphs
from bot.render.markets import market_name
from bot.render.numbers import day, decimal, percent
from bot.render.slices import slice_words
from bot.render.stats import ALL_LOST, estimate
from engine.domain.filter_words import NO_GRADE
from engine.domain.record import FEW
from engine.learning.slices import NOBODY, By

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick_filter import PickFilter
    from engine.learning.decay import Decay, Left
    from engine.learning.recorded.closing import CloseFigures
    from engine.learning.slices import Cell, Sliced

MOST: Final = 12
"""Cells of one screen."""
_HOUR: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Closes:
    """What the tab of closing line value tells of one record."""

    figures: CloseFigures
    grades: Sliced
    decay: Decay


def render_cells(cut: Sliced, picks: PickFilter, *, voice: Voice, money: Money) -> Html:
    """Return a record cut by one trait: each cell with its n, and marked when it has few."""
    title = voice.html(f"cells.title_{cut.by}", provenance=voice.plain(f"stats.{cut.provenance}"))
    head = lines(bold(title), in_force(picks, voice), _window(cut, voice, money))
    if not cut.cells:
        return paragraphs(head, nothing(picks, voice))
    shown, rest = cut.cells[:MOST], cut.cells[MOST:]
    return paragraphs(
        head,
        *(_cell(cell, cut.by, voice) for cell in shown),
        voice.count("cells.rest", len(rest), bets=sum(each.n for each in rest)) if rest else "",
        lines(
            voice.html("cells.overlap") if cut.by is By.AGENT else "",
            voice.html("cells.how", few=FEW),
        ),
    )


def render_closes(closes: Closes, picks: PickFilter, *, voice: Voice, money: Money) -> Html:
    """Return what the closes say of one record, and how fast its edges go."""
    cut, figures = closes.grades, closes.figures
    title = voice.html("cells.title_clv", provenance=voice.plain(f"stats.{cut.provenance}"))
    head = lines(bold(title), in_force(picks, voice), _window(cut, voice, money))
    if not figures.n:
        return paragraphs(head, nothing(picks, voice))
    grades = ", ".join(f"{cell_name(By.GRADE, each.key, voice)} {each.n}" for each in cut.cells)
    return paragraphs(
        head,
        lines(
            voice.html("stats.clv", value=estimate(figures.clv, voice)),
            voice.html("cells.weighted", value=estimate(figures.weighted, voice)),
            voice.html("stats.clv_alt", value=estimate(figures.clv_alt, voice)),
            _spread(figures, voice),
            voice.html("cells.beat", value=estimate(figures.beat, voice, signed=False)),
            voice.html("cells.log", value=estimate(figures.log, voice)),
            voice.html("cells.movement", value=estimate(figures.movement, voice)),
            voice.html("cells.gap", value=estimate(figures.gap, voice)),
            voice.html("stats.coverage", closes=figures.closes, n=figures.n),
            voice.html("cells.grades", grades=grades),
            voice.html("cells.within", value=estimate(figures.within, voice, floor=ALL_LOST)),
            voice.html("cells.without", value=estimate(figures.without, voice, floor=ALL_LOST)),
            voice.html("stats.caution", n=FEW) if figures.n < FEW else "",
        ),
        _decay(closes.decay, voice),
        voice.html("cells.how_clv"),
    )


def _spread(figures: CloseFigures, voice: Voice) -> Html | str:
    """Return between which CLVs half and four fifths of the bets lie; nothing of few."""
    if figures.spread is None or figures.closes < FEW:
        return ""
    names = ("lowest", "low", "median", "high", "highest")
    ends = (decimal(100 * one, voice.language, digits=1, signed=True) for one in figures.spread)
    return voice.html("cells.spread", n=figures.closes, **dict(zip(names, ends, strict=True)))


def nothing(picks: PickFilter, voice: Voice) -> Html:
    """Return that there is no settled bet, or none that the filter keeps."""
    return voice.html("filter.none_kept" if picks else "stats.empty")


def cell_name(by: By, key: str, voice: Voice) -> str:
    """Return what a cell is called."""
    return _NAMES.get(by, _band)(by, key, voice)


def _window(cut: Sliced, voice: Voice, money: Money) -> Html | str:
    if cut.since is None or cut.until is None:
        return ""
    ends = {
        name: day(at, money.time_zone, voice.language)
        for name, at in (("since", cut.since), ("until", cut.until))
    }
    return voice.count("cells.window", cut.n, **ends)


def _cell(cell: Cell, by: By, voice: Voice) -> Html:
    name = cell_name(by, cell.key, voice)
    return lines(
        voice.html(
            "cells.head_few" if cell.few else "cells.head",
            name=bold(name[:1].upper() + name[1:]),
            n=cell.n,
        ),
        voice.html(
            "cells.clv",
            clv=estimate(cell.clv, voice),
            beat=estimate(cell.beat, voice, signed=False),
        ),
        voice.html(
            "cells.yield",
            value=estimate(cell.yield_, voice, floor=ALL_LOST),
            coverage=percent(cell.coverage, voice.language, digits=0),
        ),
    )


def _decay(found: Decay, voice: Voice) -> Html:
    if not found.points:
        return voice.html("cells.decay_none")
    return lines(
        bold(voice.html("cells.decay", n=found.n)),
        *(_left(point, voice) for point in found.points),
        _half(found, voice),
    )


def _left(point: Left, voice: Voice) -> Html:
    share = percent(point.share, voice.language, digits=0)
    span = _minutes(point.minutes, voice)
    if point.low is None or point.high is None:
        return voice.html("cells.left_bare", span=span, share=share, n=point.n)
    low, high = (decimal(100 * end, voice.language, digits=0) for end in (point.low, point.high))
    return voice.html("cells.left", span=span, share=share, low=low, high=high, n=point.n)


def _half(found: Decay, voice: Voice) -> Html:
    if found.half_life is None:
        return voice.html("cells.half_unknown", few=FEW)
    half = _minutes(found.half_life, voice)
    if found.low is None:
        return voice.html("cells.half_bare", half=half)
    if found.high is None:
        return voice.html("cells.half_open", half=half, low=_minutes(found.low, voice))
    low, high = _minutes(found.low, voice), _minutes(found.high, voice)
    return voice.html("cells.half", half=half, low=low, high=high)


def _minutes(minutes: float, voice: Voice) -> str:
    """Write a number of minutes: `45 min`, `2 h`, `1.5 h`."""
    if minutes < _HOUR:
        return voice.plain("cells.minutes", n=decimal(minutes, voice.language, digits=0))
    hours = minutes / _HOUR
    digits = 0 if minutes % _HOUR == 0 else 1
    return voice.plain("cells.hours", n=decimal(hours, voice.language, digits=digits))


def _band(by: By, key: str, voice: Voice) -> str:
    return slice_words(f"{by}={key}", voice)


def _grade(_by: By, key: str, voice: Voice) -> str:
    return voice.plain("stats.no_grade") if key == NO_GRADE else key


def _agent(_by: By, key: str, voice: Voice) -> str:
    return voice.plain("cells.nobody") if key == NOBODY else voice.plain(f"agent.{key}")


_NAMES: Final[Mapping[By, Callable[[By, str, Voice], str]]] = {
    By.MARKET: lambda _by, key, voice: market_name(key, voice),
    By.LEAGUE: lambda _by, key, voice: voice.competition(key),
    By.BOOK: lambda _by, key, voice: voice.bookmaker(key),
    By.AGENT: _agent,
    By.TIER: lambda _by, key, voice: voice.plain(f"tier.{key}"),
    By.GRADE: _grade,
}
