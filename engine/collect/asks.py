"""The questions a provider can be asked, one function a kind; when to ask is the plan's affair."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from engine.collect.payload import API_FOOTBALL, FOOTBALL_DATA, ODDS_API, Ask

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from engine.collect.rules import CollectRules

IDS_PER_ASK: Final = 20  # API-Football refuses more ids in one call


def ask_sports() -> tuple[Ask, ...]:
    """Ask which competitions are on offer: a free call, which also proves a key."""
    return (Ask(source=ODDS_API, path="/v4/sports", purpose="sports"),)


def ask_sweep(competitions: Iterable[str], rules: CollectRules) -> tuple[Ask, ...]:
    """Ask the odds of every competition once."""
    return tuple(_odds(key, "sweep", rules) for key in dict.fromkeys(competitions))


def ask_closing(competitions: Iterable[str], rules: CollectRules) -> tuple[Ask, ...]:
    """Ask the odds of the competitions that kick off in a slot, once each."""
    return tuple(_odds(key, "closing", rules) for key in dict.fromkeys(competitions))


def ask_results_by_date(dates: Iterable[date]) -> tuple[Ask, ...]:
    """Ask every fixture of each UTC day."""
    return tuple(_fixtures("date", day.isoformat()) for day in dict.fromkeys(dates))


def ask_results_by_ids(ids: Iterable[str]) -> tuple[Ask, ...]:
    """Ask the fixtures with these API-Football ids, twenty in a call."""
    left = iter(dict.fromkeys(ids))
    batches = iter(lambda: tuple(islice(left, IDS_PER_ASK)), ())
    return tuple(_fixtures("ids", "-".join(batch)) for batch in batches)


def ask_file(path: str, *, since: str | None = None) -> Ask:
    """Ask a file of football-data.co.uk; only if it changed after `since` (its Last-Modified)."""
    return Ask(source=FOOTBALL_DATA, path=path, purpose="file", since=since)


def _odds(competition: str, purpose: str, rules: CollectRules) -> Ask:
    return Ask(
        source=ODDS_API,
        path=f"/v4/sports/{competition}/odds",
        params=(
            ("regions", rules.regions),
            ("markets", ",".join(rules.markets)),
            ("oddsFormat", "decimal"),
            ("dateFormat", "iso"),
        ),
        competition=competition,
        purpose=purpose,
    )


def _fixtures(name: str, value: str) -> Ask:
    return Ask(source=API_FOOTBALL, path="/fixtures", params=((name, value),), purpose="results")
