"""Whether a card's price was on offer when it was sent, by what the world's bookmakers showed."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.event_markets import EVENT_MARKETS, with_event_markets
from sandbox.feeds import Wanted, book_json
from sandbox.world.schedule import Match
from sandbox.world.world import World

Json = dict[str, Any]

_SHOWN: Final = re.compile(r"(\d+[.,]\d{2})\s\(")
_FRESH: Final = timedelta(minutes=10)
_FRESH_LATE: Final = timedelta(minutes=5)
_LATE: Final = timedelta(hours=1)
_SLACK: Final = timedelta(minutes=3)
"""Whole seconds of the wire and the way of a message: a second is two minutes of the demo."""
_STEP: Final = timedelta(seconds=30)
_TINY: Final = 0.0051
_MAIN: Final = frozenset({"h2h", "totals", "spreads"})
_RESULTS: Final = frozenset({"home", "draw", "away"})
_DOUBLE: Final = ("dc_1x", "dc_x2", "dc_12")
"""Double chances in the order in which every bookmaker lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One delivered card: what it says, when, and the pick behind it."""

    text: str
    at: datetime
    pick: Json


def staleness(world: World, cards: Iterable[Sent]) -> Json:
    """Return how many cards showed a price nobody had offered within the freshness limit."""
    judged, stale = 0, []
    matches: dict[str, Match] = {}
    for card in cards:
        match = _match(world, matches, card)
        shown = shown_odds(card)
        if match is None or shown is None:
            continue
        judged += 1
        if not any(abs(shown - odds) < _TINY for odds in offers(world, match, card)):
            stale.append(
                {
                    "match": f"{match.home.name} - {match.away.name}",
                    "selection": card.pick["selection"],
                    "bookmaker": card.pick["bookmaker"],
                    "shown": shown,
                    "offered": sorted(set(offers(world, match, card))),
                    "sent_at": card.at.isoformat(),
                    "kick_off": match.kick_off.isoformat(),
                }
            )
    return {"n": judged, "stale": len(stale), "cards": stale}


def shown_odds(card: Sent) -> float | None:
    """Return the price a card tells the reader to take: the last one beside a bookmaker."""
    lines = (_SHOWN.findall(line) for line in card.text.splitlines())
    found = next((prices for prices in lines if prices), None)
    return None if found is None else float(found[-1].replace(",", "."))


def offers(world: World, match: Match, card: Sent) -> Iterator[float]:
    """Yield what the pick's bookmaker offered until the card was sent, no older than allowed."""
    plan = world.plan
    soon = match.kick_off - card.at <= plan.real(_LATE)
    limit = plan.real((_FRESH_LATE if soon else _FRESH) + _SLACK)
    at = card.at
    while at >= card.at - limit:
        shown = _shown_at(world, match, card, at)
        yield from _offered(shown, match, card.pick["selection"], card.at - limit)
        at -= plan.real(_STEP)


def _shown_at(world: World, match: Match, card: Sent, at: datetime) -> Iterator[Json]:
    """Yield the markets the pick's bookmaker showed at `at`, those asked match by match too."""
    key = card.pick["bookmaker"]
    main = Wanted(bookmakers=frozenset({key}), markets=_MAIN)
    for book in world.quotes(match, at):
        if book.bookmaker.key == key:
            yield from book_json(book, main)["markets"]
    if card.pick["selection"] in _RESULTS:
        return
    apart = Wanted(bookmakers=frozenset({key}), markets=EVENT_MARKETS)
    bare = {"id": match.event_id, "bookmakers": []}
    for found in with_event_markets(world, bare, apart, at)["bookmakers"]:
        yield from found["markets"]


def _offered(
    markets: Iterable[Json], match: Match, selection: str, oldest: datetime
) -> Iterator[float]:
    for market in markets:
        if datetime.fromisoformat(market["last_update"]) < oldest:
            continue
        for place, one in enumerate(market["outcomes"]):
            if _is(selection, match, market["key"], place, one):
                yield one["price"]


def _is(selection: str, match: Match, market: str, place: int, outcome: Json) -> bool:
    """Say whether an outcome as the odds provider writes it is this selection."""
    sides: Mapping[str, str] = {"home": match.home.name, "draw": "Draw", "away": match.away.name}
    name, at, handicap = selection.partition("@")
    side, _, line = name.partition("_")
    listed, point = str(outcome["name"]), outcome.get("point")
    if market == "double_chance":
        return selection == _DOUBLE[place]
    if market == "h2h":
        return listed == sides.get(selection)
    if market == "draw_no_bet":
        return side == "dnb" and listed == sides[line]
    if market == "btts":
        return selection == f"btts_{listed}".casefold()
    if market.endswith("spreads"):
        wanted = float(handicap) if at else math.nan
        return listed == sides.get(line) and point == wanted
    totals = market.endswith("totals") and side == listed.casefold()
    return bool(totals and point == float(line))


def _match(world: World, known: dict[str, Match], card: Sent) -> Match | None:
    """Return the card's match; one first met later than the last look is looked for anew."""
    event_id = card.pick["event_ids"].get("odds_api", "")
    if event_id not in known:
        known.update({one.event_id: one for one in world.known(card.at)})
    return known.get(event_id)
