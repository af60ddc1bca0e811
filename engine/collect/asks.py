"""The questions a provider can be asked, one function a kind; when to ask is the plan's affair."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Final

from engine.collect.payload import API_FOOTBALL, FOOTBALL_DATA, ODDS_API, Ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from engine.collect.rules import CollectRules

IDS_PER_ASK: Final = 20  # API-Football refuses more ids in one call
SCORES_DAYS: Final = range(1, 4)


def ask_sports() -> tuple[Ask, ...]:
    """Ask which competitions are on offer: a free call, which also proves a key."""
    return (Ask(source=ODDS_API, path="/v4/sports", purpose="sports"),)


def ask_results_by_date(dates: Iterable[date]) -> tuple[Ask, ...]:
    """Ask every fixture of each UTC day."""
    return tuple(_fixtures("date", day.isoformat()) for day in dict.fromkeys(dates))


def ask_results_by_ids(ids: Iterable[str]) -> tuple[Ask, ...]:
    """Ask the fixtures with these API-Football ids, twenty in a call."""
    left = iter(dict.fromkeys(ids))
    batches = iter(lambda: tuple(islice(left, IDS_PER_ASK)), ())
    return tuple(_fixtures("ids", "-".join(batch)) for batch in batches)


def ask_events(competitions: Iterable[str], purpose: str = "events") -> tuple[Ask, ...]:
    """Ask the fixture list of every competition: free, and all the planner needs of kick-offs."""
    return tuple(
        Ask(
            source=ODDS_API,
            path=f"/v4/sports/{key}/events",
            params=(("dateFormat", "iso"),),
            competition=key,
            purpose=purpose,
        )
        for key in dict.fromkeys(competitions)
    )


def ask_league(competition: str, markets: Sequence[str], rules: CollectRules, purpose: str) -> Ask:
    """Ask these markets of every match of a competition."""
    return _odds(f"/v4/sports/{competition}/odds", competition, markets, rules, purpose)


def ask_event(
    event_id: str, competition: str, markets: Sequence[str], rules: CollectRules, purpose: str
) -> Ask:
    """Ask these markets of one match; only those that are offered are paid for."""
    path = f"/v4/sports/{competition}/events/{event_id}/odds"
    return _odds(path, competition, markets, rules, purpose)


def ask_scores(competitions: Iterable[str], days_from: int | None = None) -> tuple[Ask, ...]:
    """Ask the scores of every competition: live and upcoming, and with `days_from` past ones.

    Raises:
        ValueError: the provider looks back one to three days.
    """
    if days_from is not None and days_from not in SCORES_DAYS:
        raise ValueError(f"days_from was {days_from}: the provider looks back 1 to 3 days")
    past = () if days_from is None else (("daysFrom", str(days_from)),)
    return tuple(
        Ask(
            source=ODDS_API,
            path=f"/v4/sports/{key}/scores",
            params=(*past, ("dateFormat", "iso")),
            competition=key,
            purpose="results",
        )
        for key in dict.fromkeys(competitions)
    )


def ask_history(
    competition: str, at: datetime, markets: Sequence[str], rules: CollectRules
) -> Ask:
    """Ask a competition's odds as they were at an instant; paid plans alone may ask."""
    path = f"/v4/historical/sports/{competition}/odds"
    ask = _odds(path, competition, markets, rules, "backfill")
    when = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return replace(ask, params=(*ask.params, ("date", when)))


def ask_live() -> tuple[Ask, ...]:
    """Ask every fixture being played, of all competitions, in one call."""
    return (_fixtures("live", "all"),)


def ask_season(league_id: int, season: int) -> Ask:
    """Ask the fixtures of a league's season, by the year in which it begins; pages follow."""
    ask = _fixtures("league", str(league_id))
    return replace(ask, params=(*ask.params, ("season", str(season))), purpose="fixtures")


def ask_file(path: str, *, since: str | None = None) -> Ask:
    """Ask a file of football-data.co.uk; only if it changed after `since` (its Last-Modified)."""
    return Ask(source=FOOTBALL_DATA, path=path, purpose="file", since=since)


def _odds(
    path: str, competition: str, markets: Sequence[str], rules: CollectRules, purpose: str
) -> Ask:
    return Ask(
        source=ODDS_API,
        path=path,
        params=(
            ("regions", rules.regions),
            ("markets", ",".join(markets)),
            ("oddsFormat", "decimal"),
            ("dateFormat", "iso"),
        ),
        competition=competition,
        purpose=purpose,
    )


def _fixtures(name: str, value: str) -> Ask:
    return Ask(source=API_FOOTBALL, path="/fixtures", params=((name, value),), purpose="results")
