"""Whether a card's price was on offer when it was sent, by what the world's bookmakers showed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.world.quotes import BookQuotes
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
        offered = frozenset(offers(world, match, card))
        if not any(abs(shown - odds) < _TINY for odds in offered):
            stale.append(
                {
                    "match": f"{match.home.name} - {match.away.name}",
                    "selection": card.pick["selection"],
                    "bookmaker": card.pick["bookmaker"],
                    "shown": shown,
                    "offered": sorted(offered),
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
        yield from _offered(world.quotes(match, at), match, card, card.at - limit)
        at -= plan.real(_STEP)


def _offered(
    books: Iterable[BookQuotes], match: Match, card: Sent, oldest: datetime
) -> Iterator[float]:
    market, name, point = _outcome(card.pick["selection"], match)
    for book in books:
        if book.bookmaker.key != card.pick["bookmaker"] or book.last_update < oldest:
            continue
        for listed in book.markets:
            for one in listed.outcomes if listed.key == market else ():
                if one.name == name and one.point == point:
                    yield one.price


def _outcome(selection: str, match: Match) -> tuple[str, str, float | None]:
    """Return the market, the outcome's name and its point as the odds provider writes them."""
    sides: Mapping[str, str] = {"home": match.home.name, "draw": "Draw", "away": match.away.name}
    name, at, handicap = selection.partition("@")
    if at:
        return "spreads", sides[name.removeprefix("ah_")], float(handicap) + 0.0
    side, _, line = name.partition("_")
    if side in {"over", "under"}:
        return "totals", side.capitalize(), float(line)
    return "h2h", sides.get(name, name), None


def _match(world: World, known: dict[str, Match], card: Sent) -> Match | None:
    """Return the card's match; one first met later than the last look is looked for anew."""
    event_id = card.pick["event_ids"].get("odds_api", "")
    if event_id not in known:
        known.update({one.event_id: one for one in world.known(card.at)})
    return known.get(event_id)
