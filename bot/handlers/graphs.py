"""The pictures of a record: one command each, every other a tap away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from bot.graphs import Graph, drawn_of, under_graph
from bot.handlers.stats import teach
from bot.pictures import Picture, picture_key
from bot.render.cells import nothing
from bot.render.graphs import (
    Telling,
    told_calibration,
    told_correlations,
    told_course,
    told_cut,
    told_spread,
)
from bot.render.graphs_money import told_curve, told_depths, told_periods
from bot.render.html import escape
from engine.domain.filter_reading import FilterRefused
from engine.learning.periods import Span, by_period
from engine.learning.record import record
from engine.learning.recorded.calibrated import calibrated
from engine.learning.recorded.columns import columns
from engine.learning.recorded.correlated import correlated
from engine.learning.recorded.course import clv_course
from engine.learning.recorded.curve import profit_curve
from engine.learning.recorded.histogram import clv_histogram
from engine.learning.recorded.underwater import underwater
from engine.learning.slices import By, sliced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.context import Handler, Visit
    from bot.graphs import Drawn
    from bot.render.graphs import Graphic
    from engine.domain.record import SettledBet

    Maker = Callable[[Sequence[SettledBet], Telling], Graphic | None]


def graph_of(graph: Graph) -> Handler:
    """Return the handler of the command for one picture; the screen of all has any as its own."""

    async def show(visit: Visit) -> None:
        """Show the picture that was asked for, through the filter that was typed or kept."""
        try:
            drawn = await drawn_of(visit, graph)
        except FilterRefused as refused:
            await teach(visit, refused)
            return
        await _show(visit, drawn)

    return show


async def _show(visit: Visit, drawn: Drawn) -> None:
    """Show the picture in place of what was shown; words where there is nothing to draw."""
    asked, keyboard = drawn.asked, under_graph(visit.buttons, drawn)
    kept = await visit.door.records.of(asked.provenance)
    telling = Telling(
        graph=drawn.graph,
        provenance=asked.provenance,
        voice=visit.voice,
        money=visit.money,
        filter=str(asked.picks),
    )
    zone = visit.money.time_zone.key
    told = await visit.door.records.told(
        asked.provenance,
        ("graph", drawn.graph, visit.language, zone),
        partial(_told, telling),
        picks=asked.picks,
    )
    if told is None:
        await visit.show(nothing(asked.picks, visit.voice), keyboard)
        return
    caption, shade = escape(told.caption), visit.preferences.shade
    picture = Picture(
        key=picture_key("graph", drawn.args, kept.revision, told.caption, shade, zone),
        draw=partial(told.draw, shade),
        caption=caption,
        words=caption,
    )
    await visit.show_picture(picture, keyboard)


def _told(telling: Telling, bets: Sequence[SettledBet]) -> Graphic | None:
    return MAKERS[Graph(telling.graph)](bets, telling) if bets else None


def _cut(by: By) -> Maker:
    return lambda bets, telling: told_cut(sliced(bets, by, telling.provenance), telling)


def _periods(span: Span) -> Maker:
    return lambda bets, telling: told_periods(
        by_period(bets, span, telling.money.time_zone), span, telling
    )


MAKERS: Final[Mapping[Graph, Maker]] = {
    Graph.SPREAD: lambda bets, telling: told_spread(
        clv_histogram(columns(bets, telling.provenance)), telling
    ),
    Graph.COURSE: lambda bets, telling: told_course(
        clv_course(columns(bets, telling.provenance)), telling
    ),
    Graph.TIMING: _cut(By.TIMING),
    Graph.MARKET: _cut(By.MARKET),
    Graph.LEAGUE: _cut(By.LEAGUE),
    Graph.BOOK: _cut(By.BOOK),
    Graph.CURVE: lambda bets, telling: told_curve(
        record(bets, telling.provenance), profit_curve(bets), telling
    ),
    Graph.UNDER: lambda bets, telling: told_depths(
        underwater(columns(bets, telling.provenance)), telling
    ),
    Graph.DAY: _periods(Span.DAY),
    Graph.WEEK: _periods(Span.WEEK),
    Graph.MONTH: _periods(Span.MONTH),
    Graph.CALIBRATION: lambda bets, telling: told_calibration(
        calibrated(columns(bets, telling.provenance)), telling
    ),
    Graph.CORRELATION: lambda bets, telling: told_correlations(correlated(bets), telling),
}
