"""Markets that are asked match by match, priced from what the match is really worth."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np

from sandbox.feeds import Json, Wanted
from sandbox.world.bookmakers import BOOKMAKERS, Bookmaker
from sandbox.world.goals import Outlook
from sandbox.world.pricing import cut, price
from sandbox.world.schedule import Match
from sandbox.world.world import World

EVENT_MARKETS: Final = frozenset(
    {"btts", "draw_no_bet", "double_chance", "alternate_totals", "alternate_spreads"}
)
_OFFERS: Final = 0.7
"""The share of bookmakers that offer such a market on a match."""
_TOTALS: Final = (0.5, 1.5, 2.5, 3.5, 4.5)
_QUARTERS: Final = (1.75, 2.0, 2.25, 2.5, 2.75, 3.0, 3.25)
_SPREADS: Final = (-1.5, -1.25, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
_LEAST: Final = 1.01

_Line = list[tuple[str, float, float | None]]
"""Outcomes of one book: name, probability, and the line where there is one."""


def with_event_markets(world: World | None, event: Json, wanted: Wanted, at: datetime) -> Json:
    """Return an event with the per-event markets asked for; none once play has begun."""
    if world is None or not wanted.markets & EVENT_MARKETS:
        return event
    match = next((one for one in world.listed(at) if one.event_id == event["id"]), None)
    if match is None or at >= match.kick_off:
        return event
    outlook = world.dossier(match).truth.outlook(at)
    shown = {book["key"]: dict(book) for book in event["bookmakers"]}
    for quotes in world.quotes(match, at):
        book = quotes.bookmaker
        if book.exchange or not wanted.has_book(book.key, book.regions):
            continue
        updated = quotes.last_update.strftime("%Y-%m-%dT%H:%M:%SZ")
        markets = _markets(world.plan.seed, match, book, outlook, wanted)
        if markets:
            bare = {"key": book.key, "title": book.title, "last_update": updated, "markets": []}
            one = shown.setdefault(book.key, bare)
            stamped = [{**market, "last_update": updated} for market in markets]
            one["markets"] = [*one["markets"], *stamped]
    return {**event, "bookmakers": list(shown.values())}


def _markets(
    seed: int, match: Match, book: Bookmaker, outlook: Outlook, wanted: Wanted
) -> list[dict[str, Any]]:
    random = np.random.default_rng([seed, match.number, BOOKMAKERS.index(book), 6])
    priced = []
    for key, lines in _chances(match, book, outlook).items():
        offers, noises = random.random() < _OFFERS, random.normal(0, book.noise, 64)
        if offers and key in wanted.markets:
            outcomes = [
                outcome
                for number, line in enumerate(lines)
                for outcome in _priced(line, book, noises[number : number + len(line)])
            ]
            priced.append({"key": key, "outcomes": outcomes})
    return priced


def _priced(line: _Line, book: Bookmaker, noise: Any) -> list[dict[str, Any]]:
    """Return a line's outcomes at the book's odds, or nothing where one is not worth offering."""
    chances = np.array([chance for _, chance, _ in line])
    total = float(chances.sum())
    odds = cut(price(chances / total, book.margin_two_way, noise) / total, fine=book.sharp)
    if min(odds) < _LEAST:
        return []
    return [
        {"name": name, "price": each} | ({} if point is None else {"point": point})
        for (name, _, point), each in zip(line, odds, strict=True)
    ]


def _chances(match: Match, book: Bookmaker, outlook: Outlook) -> Mapping[str, list[_Line]]:
    home, draw, away = (float(each) for each in outlook.match_odds()[0])
    both = float(outlook.both_score()[0])
    first, last = match.home.name, match.away.name
    pairs = zip(_spelt(match, book), (home + draw, draw + away, home + away), strict=True)
    totals = [_total(outlook, line) for line in (_QUARTERS if book.quarters else _TOTALS)]
    spreads = [_spread(outlook, line, first, last) for line in _SPREADS] if book.spreads else []
    return {
        "btts": [[("Yes", both, None), ("No", 1 - both, None)]],
        "draw_no_bet": [[(first, home / (home + away), None), (last, away / (home + away), None)]],
        "double_chance": [[(name, chance, None) for name, chance in pairs]],
        "alternate_totals": totals,
        **({"alternate_spreads": spreads} if spreads else {}),
    }


def _total(outlook: Outlook, line: float) -> _Line:
    over = float(outlook.total(line).probability[0])
    return [("Over", over, line), ("Under", 1 - over, line)]


def _spread(outlook: Outlook, line: float, first: str, last: str) -> _Line:
    home = float(outlook.handicap(line).probability[0])
    return [(first, home, line), (last, 1 - home, -line + 0.0)]


def _spelt(match: Match, book: Bookmaker) -> tuple[str, str, str]:
    """Return home or draw, draw or away, home or away: every house has its own way to write."""
    home, away = match.home.name, match.away.name
    ways = (
        (f"{home} or Draw", f"Draw or {away}", f"{home} or {away}"),
        ("Home or Draw", "Draw or Away", "Home or Away"),
        ("Home/Draw", "Away/Draw", "Home/Away"),
        (f"Draw or {home}", f"{away} or Draw", f"{away} or {home}"),
    )
    return ways[BOOKMAKERS.index(book) % len(ways)]
