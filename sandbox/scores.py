"""The world's scores as the odds provider tells them: whole matches, extra time included."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.feeds import Json, stamp
from sandbox.world.schedule import Match
from sandbox.world.world import World


def scores(world: World, sport_key: str, since: timedelta, at: datetime) -> list[Json]:
    """Return the matches of a sport ahead, in play, and over since so long."""
    oldest = at - world.plan.real(since)
    listed = {match.event_id for match in world.listed(at)}
    matches = [
        match
        for match in world.known(at)
        if match.league.sport_key == sport_key
        and (match.event_id in listed or oldest <= match.kick_off <= at)
    ]
    matches.sort(key=lambda match: (match.kick_off, match.event_id))
    return [_row(world, match, at) for match in matches]


def _row(world: World, match: Match, at: datetime) -> Json:
    standing = world.standing(match, at)
    goals = standing.goals
    told: list[dict[str, Any]] | None = None
    if goals is not None:
        sides = (match.home.name, match.away.name)
        told = [{"name": side, "score": str(n)} for side, n in zip(sides, goals, strict=True)]
        if match.number % 2:
            told.reverse()
    return {
        "id": match.event_id,
        "sport_key": match.league.sport_key,
        "sport_title": match.league.title,
        "commence_time": stamp(match.kick_off),
        "completed": standing.final,
        "home_team": match.home.name,
        "away_team": match.away.name,
        "scores": told,
        "last_update": None if told is None else stamp(at),
    }
