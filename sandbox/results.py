"""The world's matches as the results provider lists them."""

from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from sandbox.world.leagues import Team
from sandbox.world.play import LONG, Standing
from sandbox.world.schedule import Match
from sandbox.world.world import World

_MEDIA: Final = "https://media.api-sports.io"
_SEASON_TURNS: Final = 7
_SECOND_HALF: Final = timedelta(minutes=60)

Score = tuple[int, int] | None


def entry(world: World, match: Match, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """Return one element of `response`: fixture, league, teams, goals, score."""
    standing = world.standing(match, now)
    return {
        "fixture": _fixture(world, match, standing, zone, now),
        "league": _league(match),
        "teams": _teams(match, standing),
        "goals": _pair(standing.goals),
        "score": {
            "halftime": _pair(standing.halftime),
            "fulltime": _pair(standing.fulltime),
            "extratime": _pair(standing.extratime),
            "penalty": _pair(None),
        },
    }


def _fixture(
    world: World, match: Match, standing: Standing, zone: tzinfo, now: datetime
) -> dict[str, Any]:
    second = match.kick_off + world.plan.real(_SECOND_HALF)
    started = standing.goals is not None
    return {
        "id": match.fixture_id,
        "referee": None,
        "timezone": str(zone),
        "date": match.kick_off.astimezone(zone).isoformat(),
        "timestamp": int(match.kick_off.timestamp()),
        "periods": {
            "first": int(match.kick_off.timestamp()) if started else None,
            "second": int(second.timestamp()) if started and now >= second else None,
        },
        "venue": {"id": None, "name": None, "city": None},
        "status": {
            "long": LONG[standing.status],
            "short": standing.status,
            "elapsed": standing.elapsed,
            "extra": None,
        },
    }


def _league(match: Match) -> dict[str, Any]:
    league = match.league
    year = match.kick_off.year
    return {
        "id": league.results_id,
        "name": league.results_name,
        "country": league.country,
        "logo": f"{_MEDIA}/football/leagues/{league.results_id}.png",
        "flag": f"{_MEDIA}/flags/{league.flag}.svg",
        "season": year if match.kick_off.month >= _SEASON_TURNS else year - 1,
        "round": f"Regular Season - {match.matchday // 2 + 1}",
        "standings": True,
    }


def _teams(match: Match, standing: Standing) -> dict[str, Any]:
    goals = standing.goals
    lead = 0 if goals is None else goals[0] - goals[1]
    return {
        "home": _team(match.home, None if lead == 0 else lead > 0),
        "away": _team(match.away, None if lead == 0 else lead < 0),
    }


def _team(team: Team, winner: bool | None) -> dict[str, Any]:  # noqa: FBT001  # three-valued
    return {
        "id": team.results_id,
        "name": team.results_name,
        "logo": f"{_MEDIA}/football/teams/{team.results_id}.png",
        "winner": winner,
    }


def _pair(score: Score) -> dict[str, int | None]:
    return {"home": None, "away": None} if score is None else {"home": score[0], "away": score[1]}
