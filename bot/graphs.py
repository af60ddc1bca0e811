"""The pictures of a record: which there are, which are a tap apart, and how buttons name them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.asking import UNFILTERED, Asked, Tab, read
from bot.keyboards import in_rows
from engine.domain.pick import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram import InlineKeyboardButton

    from bot.context import Visit
    from bot.keyboards import Buttons

SCREEN: Final = "graph"


class Graph(StrEnum):
    """What of a record is drawn."""

    SPREAD = "spread"
    COURSE = "course"
    TIMING = "timing"
    MARKET = "market"
    LEAGUE = "league"
    BOOK = "book"
    CURVE = "curve"
    UNDER = "under"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    CALIBRATION = "calib"
    CORRELATION = "corr"


FAMILIES: Final = (
    (Graph.SPREAD, Graph.COURSE, Graph.TIMING, Graph.MARKET, Graph.LEAGUE, Graph.BOOK),
    (Graph.CURVE, Graph.UNDER, Graph.DAY, Graph.WEEK, Graph.MONTH),
    (Graph.CALIBRATION, Graph.CORRELATION),
)
"""Pictures that are a tap apart; the first of the other families are, too."""
_TERMS: Final[Mapping[Graph, str]] = {
    Graph.CURVE: "luck",
    Graph.UNDER: "drawdown",
    Graph.DAY: "yieldrate",
    Graph.WEEK: "yieldrate",
    Graph.MONTH: "yieldrate",
    Graph.CALIBRATION: "calibration",
    Graph.CORRELATION: "correlation",
}
"""What each picture rests on most; the others rest on CLV."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One picture that is asked for: what it shows, of which record, through which filter."""

    graph: Graph
    asked: Asked

    @property
    def args(self) -> str:
        return f"{self.graph}x{self.asked.provenance}"


async def drawn_of(visit: Visit, graph: Graph) -> Drawn:
    """Return what was typed after a command for `graph`, or what a button says.

    Raises:
        FilterRefused: the filter says something nobody understands, or is known no more.
    """
    asked = await read(visit)
    named, _, provenance = visit.tap.args.partition("x")
    if named in set(Graph):
        graph = Graph(named)
    if provenance in set(Provenance) and Provenance(provenance) in asked.allowed:
        asked = replace(asked, provenance=Provenance(provenance))
    return Drawn(graph=graph, asked=asked)


def under_graph(buttons: Buttons, drawn: Drawn) -> InlineKeyboardMarkup:
    """Return the pictures that are a tap away, the other records, and the way back."""
    asked = drawn.asked
    family = next(one for one in FAMILIES if drawn.graph in one)
    near = [_to(buttons, replace(drawn, graph=one)) for one in family if one is not drawn.graph]
    far = [_to(buttons, replace(drawn, graph=one[0])) for one in FAMILIES if one is not family]
    records = [
        _to(buttons, replace(drawn, asked=replace(asked, provenance=one)), f"record_{one}")
        for one in asked.allowed
        if one is not asked.provenance
    ]
    whole = []
    if asked.number != UNFILTERED:
        plain = replace(drawn, asked=replace(asked, number=UNFILTERED))
        whole = [_to(buttons, plain, "unfiltered")]
    words = buttons.make(
        "back_stats",
        "stats",
        number=asked.number,
        args=replace(asked, tab=Tab.OVERVIEW).args,
    )
    about = buttons.info(_TERMS.get(drawn.graph, "clv"))
    return InlineKeyboardMarkup(
        [
            *in_rows(near),
            far,
            *([records] if records else []),
            *([whole] if whole else []),
            [words, about, buttons.home()],
        ]
    )


def _to(buttons: Buttons, drawn: Drawn, label: str = "") -> InlineKeyboardButton:
    return buttons.make(
        label or f"graph_{drawn.graph}", SCREEN, number=drawn.asked.number, args=drawn.args
    )
