"""The world's matches as the odds provider lists them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sandbox.world.leagues import LEAGUES
from sandbox.world.quotes import BookQuotes, MarketQuotes
from sandbox.world.schedule import Match
from sandbox.world.world import World

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which books and markets one request asks for."""

    regions: frozenset[str] = frozenset()
    bookmakers: frozenset[str] = frozenset()
    markets: frozenset[str] = frozenset({"h2h"})

    def has_book(self, key: str, regions: tuple[str, ...]) -> bool:
        if self.bookmakers:
            return key in self.bookmakers
        return not self.regions.isdisjoint(regions)

    def has_market(self, key: str) -> bool:
        """Say whether a market is shown: exchanges add h2h_lay to h2h unasked."""
        return key in self.markets or (key == "h2h_lay" and "h2h" in self.markets)


class OddsSource(Protocol):
    """Where the odds provider's answers come from: a world, or a folder of recordings."""

    def sports(self) -> list[Json]: ...

    def events(self, sport_key: str, wanted: Wanted, at: datetime) -> list[Json] | None:
        """Return the events of a sport with their quotes; None for an unknown sport."""
        ...


def stamp(moment: datetime) -> str:
    """Write an instant as the provider does: whole seconds, Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class WorldOdds:
    """The world seen by the odds provider."""

    def __init__(self, world: World) -> None:
        self._world = world

    def sports(self) -> list[Json]:
        return [sport(league.sport_key) for league in self._world.leagues]

    def events(self, sport_key: str, wanted: Wanted, at: datetime) -> list[Json] | None:
        if self._world.league(sport_key) is None:
            return None
        listed = [m for m in self._world.listed(at) if m.league.sport_key == sport_key]
        listed.sort(key=lambda match: (match.kick_off, match.event_id))
        return [self._event(match, wanted, at) for match in listed]

    def _event(self, match: Match, wanted: Wanted, at: datetime) -> Json:
        books = (
            book_json(quotes, wanted)
            for quotes in self._world.quotes(match, at)
            if wanted.has_book(quotes.bookmaker.key, quotes.bookmaker.regions)
        )
        return {
            "id": match.event_id,
            "sport_key": match.league.sport_key,
            "sport_title": match.league.title,
            "commence_time": stamp(match.kick_off),
            "home_team": match.home.name,
            "away_team": match.away.name,
            "bookmakers": [book for book in books if book["markets"]],
        }


def sport(sport_key: str) -> Json:
    """Describe a sport; one outside the world gets its key for a title."""
    league = next((one for one in LEAGUES if one.sport_key == sport_key), None)
    plain = sport_key.removeprefix("soccer_").replace("_", " ").title()
    return {
        "key": sport_key,
        "group": "Soccer",
        "title": league.title if league else plain,
        "description": league.description if league else plain,
        "active": True,
        "has_outrights": False,
    }


def book_json(quotes: BookQuotes, wanted: Wanted) -> Json:
    """Write one bookmaker's markets as the provider does."""
    updated = stamp(quotes.last_update)
    return {
        "key": quotes.bookmaker.key,
        "title": quotes.bookmaker.title,
        "last_update": updated,
        "markets": [
            _market(market, updated) for market in quotes.markets if wanted.has_market(market.key)
        ],
    }


def _market(market: MarketQuotes, updated: str) -> Json:
    outcomes = [
        {"name": one.name, "price": one.price}
        | ({} if one.point is None else {"point": one.point})
        for one in market.outcomes
    ]
    return {"key": market.key, "last_update": updated, "outcomes": outcomes}
