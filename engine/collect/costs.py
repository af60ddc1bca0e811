"""What a question costs in The Odds API's credits, known before it is asked."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from engine.collect.payload import ODDS_API

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.collect.payload import Ask

HISTORICAL: Final = 10
SCORES: Final = 2
"""With `daysFrom`, which alone brings finished matches; without it 1."""
_BOOKMAKERS_PER_REGION: Final = 10


def cost_of_odds(markets: int, regions: int) -> int:
    """Return what one call for a league costs, or one for a match at most.

    A league's call costs the same for one match as for ten; a match's is charged for the markets
    that are there, so this is what it can cost, not what it must.

    >>> cost_of_odds(markets=3, regions=1)
    3
    """
    return markets * regions


def regions_charged(regions: Sequence[str], bookmakers: Sequence[str] = ()) -> int:
    """Return how many regions are paid for: named bookmakers count ten to a region instead.

    >>> regions_charged(["eu", "uk"]), regions_charged(["eu", "uk"], ["pinnacle"])
    (2, 1)
    """
    return ceil(len(bookmakers) / _BOOKMAKERS_PER_REGION) if bookmakers else len(regions)


def cost(ask: Ask) -> int:
    """Return the credits `ask` may cost, for a counter of our own where headers are silent.

    Another provider's questions cost none of these credits: it counts requests, by the day.
    """
    if ask.source != ODDS_API:
        return 0
    steps = ask.path.strip("/").split("/")
    params = dict(ask.params)
    if steps[-1] == "scores":
        return SCORES if "daysFrom" in params else 1
    historical = "historical" in steps
    if steps[-1] == "odds":
        regions = regions_charged(_items(params, "regions"), _items(params, "bookmakers"))
        now = cost_of_odds(len(_items(params, "markets")) or 1, regions or 1)
        return now * HISTORICAL if historical else now
    return 1 if historical or steps[-1] == "markets" else 0


def _items(params: dict[str, str], name: str) -> list[str]:
    return [item for item in params.get(name, "").split(",") if item]
