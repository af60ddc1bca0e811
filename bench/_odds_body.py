"""A large answer of the odds provider, the same for a seed: its shape, and prices that fit."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

AT: Final = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)
BOOKS: Final = 25
EVENTS: Final = 93
_TEAMS: Final = (
    *("Arsenal", "Aston Villa", "Bournemouth", "Brentford", "Brighton and Hove Albion"),
    *("Burnley", "Chelsea", "Crystal Palace", "Everton", "Fulham", "Leeds United"),
    *("Liverpool", "Manchester City", "Manchester United", "Newcastle United"),
    *("Nottingham Forest", "Sunderland", "Tottenham Hotspur", "West Ham United"),
)
_LINES: Final = (2.25, 2.5, 2.75, 3.0)


def odds_body(seed: int = 1) -> bytes:
    """Return about 1.2 MB: h2h, totals and spreads of many books, outcomes in any order."""
    random = Random(seed)  # noqa: S311  # a made-up market, not a secret
    pairs = [(home, away) for home in _TEAMS for away in _TEAMS if home != away]
    events = [_event(random, number, *pair) for number, pair in enumerate(pairs[:EVENTS])]
    return json.dumps(events, separators=(",", ":")).encode()


def _event(random: Random, number: int, home: str, away: str) -> dict[str, Any]:
    return {
        "id": f"{random.getrandbits(128):032x}",
        "sport_key": "soccer_epl",
        "sport_title": "EPL",
        "commence_time": _stamp(AT + timedelta(days=1 + number // 8, hours=number % 8)),
        "home_team": home,
        "away_team": away,
        "bookmakers": [_book(random, each, home, away) for each in range(random.randint(19, 25))],
    }


def _book(random: Random, number: int, home: str, away: str) -> dict[str, Any]:
    updated = _stamp(AT - timedelta(seconds=random.randint(1, 600)))
    line, handicap = random.choice(_LINES), random.choice((-0.5, -0.25, 0.0, 0.25))
    markets: dict[str, list[tuple[str, float | None]]] = {
        "h2h": [(home, None), (away, None), ("Draw", None)],
        "spreads": [(home, handicap), (away, -handicap)],
        "totals": [("Over", line), ("Under", line)],
    }
    return {
        "key": f"bookmaker_{number}",
        "title": f"Bookmaker {number}",
        "last_update": updated,
        "markets": [
            {"key": key, "last_update": updated, "outcomes": _outcomes(random, outcomes)}
            for key, outcomes in markets.items()
        ],
    }


def _outcomes(random: Random, outcomes: list[tuple[str, float | None]]) -> list[dict[str, Any]]:
    random.shuffle(outcomes)
    fair = len(outcomes) * 0.95
    offered = []
    for name, point in outcomes:
        price = {"name": name, "price": round(fair * random.uniform(0.98, 1.02), 2)}
        offered.append(price if point is None else {**price, "point": point})
    return offered


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
