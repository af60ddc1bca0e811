"""Small answers of The Odds API and API-Football, as JSON, with sensible defaults."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from config.catalogue import load_catalogue
from engine.collect.known import Known
from engine.collect.payload import API_FOOTBALL, ODDS_API, Ask, Payload
from engine.domain.fixture import Fixture, fixture_id

if TYPE_CHECKING:
    from engine.collect.names import Names
    from engine.domain.numbers import FixtureId

NOW = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)
KICK_OFF = datetime(2026, 8, 22, 14, 0, tzinfo=UTC)
EPL = "soccer_epl"


@cache
def names() -> Names:
    return load_catalogue().names


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def outcome(name: str, price: object, point: object = None) -> dict[str, Any]:
    return {"name": name, "price": price} | ({} if point is None else {"point": point})


def h2h(home: object = 2.1, draw: object = 3.4, away: object = 3.6) -> list[dict[str, Any]]:
    return [outcome("Arsenal", home), outcome("Chelsea", away), outcome("Draw", draw)]


def market(outcomes: object, key: str = "h2h", updated: datetime | None = NOW) -> dict[str, Any]:
    found = {"key": key, "outcomes": outcomes}
    return found if updated is None else {**found, "last_update": stamp(updated)}


def book(key: str, *markets: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "title": key, "last_update": stamp(NOW), "markets": list(markets)}


def event(
    *books: dict[str, Any],
    event_id: str = "e1",
    kick_off: datetime = KICK_OFF,
    home: str = "Arsenal",
    away: str = "Chelsea",
    sport: str = EPL,
) -> dict[str, Any]:
    return {
        "id": event_id,
        "sport_key": sport,
        "sport_title": "EPL",
        "commence_time": stamp(kick_off),
        "home_team": home,
        "away_team": away,
        "bookmakers": list(books),
    }


def odds(*events: dict[str, Any], at: datetime = NOW) -> Payload:
    return raw_odds(json.dumps(list(events)).encode(), at=at)


def raw_odds(body: bytes, *, at: datetime = NOW, status: int = 200) -> Payload:
    ask = Ask(source=ODDS_API, path=f"/v4/sports/{EPL}/odds", competition=EPL)
    return Payload(source=ODDS_API, ask=ask, fetched_at=at, status=status, body=body)


def row(
    status: str = "FT",
    full: tuple[int | None, int | None] = (2, 1),
    *,
    extra: tuple[int | None, int | None] = (None, None),
    penalty: tuple[int | None, int | None] = (None, None),
    goals: tuple[int | None, int | None] | None = None,
    row_id: int = 7,
    teams: tuple[str, str] = ("Arsenal", "Chelsea"),
    league: int = 39,
    kick_off: datetime = KICK_OFF,
) -> dict[str, Any]:
    def pair(goals: tuple[int | None, int | None]) -> dict[str, int | None]:
        return {"home": goals[0], "away": goals[1]}

    return {
        "fixture": {"id": row_id, "date": kick_off.isoformat(), "status": {"short": status}},
        "league": {"id": league, "name": "Premier League", "country": "England"},
        "teams": {"home": {"id": 1, "name": teams[0]}, "away": {"id": 2, "name": teams[1]}},
        "goals": pair(full if goals is None else goals),
        "score": {
            "halftime": pair((0, 0)),
            "fulltime": pair(full),
            "extratime": pair(extra),
            "penalty": pair(penalty),
        },
    }


def results(*rows: dict[str, Any], errors: object = (), at: datetime = NOW) -> Payload:
    found = {"get": "fixtures", "errors": errors, "response": list(rows)}
    return raw_results(json.dumps(found).encode(), at=at)


def raw_results(body: bytes, *, at: datetime = NOW, status: int = 200) -> Payload:
    ask = Ask(source=API_FOOTBALL, path="/fixtures", purpose="results")
    return Payload(source=API_FOOTBALL, ask=ask, fetched_at=at, status=status, body=body)


def a_stored(
    kick_off: datetime = KICK_OFF, home: str = "arsenal", away: str = "chelsea"
) -> Fixture:
    teams = names().teams
    return Fixture(
        id=fixture_id(EPL, home, away, kick_off.date()),
        competition=EPL,
        home=teams[home],
        away=teams[away],
        kick_off=kick_off,
    )


def known(
    *fixtures: Fixture,
    ids: dict[str, FixtureId] | None = None,
    seen: dict[str, timedelta] | None = None,
) -> Known:
    """What is stored: `ids` by The Odds API's event id, `seen` how long before NOW."""
    return Known(
        names=names(),
        fixtures=fixtures,
        event_ids={(ODDS_API, event): fixture for event, fixture in (ids or {}).items()},
        first_seen={(ODDS_API, event): NOW - ago for event, ago in (seen or {}).items()},
    )
