"""Seasons of leagues whose lines close where they are expected to, but for what is planted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.agents.bets import bets_of
from engine.agents.linear import moved
from engine.learning.agents.past_bets import PastBets
from tests.unit.agents.made_up import DAY, START, a_look

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from engine.agents.bets import Bets

    Floats = NDArray[np.float64]

LEAGUES = ("E0", "E2", "D1", "I1")
_TEAMS = 10
_ROUND = 20
_WEEK = 7 * DAY


def leagues_past(
    seed: int,
    matches: int = 2_000,
    plant: Callable[[Bets], Floats] | None = None,
    shock: float = 0.02,
) -> PastBets:
    """Bets on rounds of `matches` in all, of which `plant` says how far they close beyond.

    A week's lines share a `shock`, and the bets of a match another: beside what is planted they
    close, on average, where they are expected to.
    """
    rng = np.random.default_rng(seed)
    look = a_look(seed, matches, missing=0.05)
    week = np.arange(matches) // _ROUND
    looked_at = START + _WEEK * week.astype(np.float64)
    league = np.arange(matches) % len(LEAGUES)
    teams = np.stack([rng.permutation(_TEAMS)[:2] for _ in range(matches)])
    look = replace(
        look,
        fixtures=replace(
            look.fixtures,
            competition=tuple(LEAGUES[each] for each in league),
            home=_names(league, teams[:, 0]),
            away=_names(league, teams[:, 1]),
            looked_at=looked_at,
            kick_off=looked_at + rng.integers(20, 70, matches) * 3600.0,
        ),
    )
    bets = bets_of(look)
    shocks = rng.normal(0, shock, (week[-1] + 1, 7)), rng.normal(0, 0.04, (matches, 7))
    bet = np.array([0, 3, 5])[bets.market] + bets.side
    way = shocks[0][week[bets.fixture], bet] + shocks[1][bets.fixture, bet]
    way += plant(bets) if plant else 0.0
    kick_off = look.fixtures.kick_off[bets.fixture]
    close = moved(bets.expected, way)
    return PastBets(
        bets=bets,
        row=bets.fixture,
        close=close,
        won=(rng.random(len(bets)) < close).astype(np.float64),
        decided=np.ones(len(bets)),
        closed_at=kick_off,
        played_at=kick_off + 2 * 3600,
    )


def in_league(bets: Bets, league: str) -> NDArray[np.bool_]:
    """Say which bets are on a league's matches."""
    here = np.array([each == league for each in bets.fixtures.competition])
    found: NDArray[np.bool_] = here[bets.fixture]
    return found


def _names(league: NDArray[np.int64], team: NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(f"{LEAGUES[one]}:{other}" for one, other in zip(league, team, strict=True))
