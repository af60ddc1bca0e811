"""Bets of a backtest as a stream of candidates: what each hurdle would have made a pick."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from engine.domain.pick import Gate
from engine.learning.archive import PLAYED
from engine.learning.backtest.tried import PASSED
from engine.learning.evidence import day_of
from engine.learning.policy.stream import PickStream
from engine.scoring.exposure import nth
from engine.scoring.gates import family

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.policy import ScoringRules
    from engine.learning.agents.walk import Refit
    from engine.learning.backtest.picks import Bets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_OPEN: Final = (PASSED, tuple(Gate).index(Gate.FIXTURE_FULL))
"""The gates of bets that fail on nothing of their own."""
_TAIL: Final = NormalDist().inv_cdf(0.9)
_NEAR: Final = 1e-9


def stream_of(
    bets: Bets,
    looked_at: Floats,
    refits: Sequence[Refit],
    rules: ScoringRules,
    hurdles: Sequence[float],
) -> PickStream:
    """Return the candidates among bets that were judged without caps, one by one.

    `looked_at` is when each was; `refits` are the scores then in force, `rules` what decided.
    Stakes are not asked for: what the bankroll's caps would have left out is left in.

    Raises:
        ValueError: a score cannot be had again from what is kept of it.
    """
    rows = np.flatnonzero(np.isin(bets.tried.gate, _OPEN))
    rows = rows[np.argsort(looked_at[rows], kind="stable")]
    own, at = bets.where(rows), looked_at[rows]
    spot = np.stack([spot_scores(own, at, refits, rules, hurdle) for hurdle in hurdles], axis=1)
    return PickStream(
        hurdles=tuple(hurdles),
        issued_at=at,
        kick_off=own.kick_off,
        settled_at=own.kick_off + PLAYED.total_seconds(),
        season=own.season,
        odds=own.tried.odds,
        signal_score=own.tried.signal_score,
        spot=spot,
        taken=np.stack([taken(own, at, scores, rules) for scores in spot.T], axis=1),
        clv=own.clv,
        clv_alt=own.clv_alt,
        profit=own.profit,
    )


def spot_scores(
    bets: Bets, looked_at: Floats, refits: Sequence[Refit], rules: ScoringRules, hurdle: float
) -> Floats:
    """Return the sweet-spot score of bets at another hurdle than the one they were scored at.

    Where a score was learned it goes by how closes then landed, elsewhere by a normal law. Which
    it was is told by the score that was given.

    Raises:
        ValueError: none of the two gives that score.
    """
    given = bets.tried.sweet_spot_score
    found = np.full(len(bets), np.nan)
    missing = np.isfinite(given)
    for again, other in zip(
        _scores(bets, looked_at, refits, rules, rules.hurdle),
        _scores(bets, looked_at, refits, rules, hurdle),
        strict=True,
    ):
        same = missing & (np.abs(again - given) < _NEAR)
        found[same] = other[same]
        missing &= ~same
    if missing.any():
        msg = f"{int(missing.sum())} of {len(bets)} scores cannot be had again at another hurdle"
        raise ValueError(msg)
    return found


def taken(bets: Bets, looked_at: Floats, scores: Floats, rules: ScoringRules) -> Bools:
    """Say which bets get a place when they compete by `scores`, as `engine.scoring` has it.

    One of each family in a match, so many in a match, in a league's day, in a day; who fails an
    earlier cap takes no place at a later one.
    """
    place = bets.tried.row * 8 + bets.tried.bet
    order = np.lexsort((place, -bets.tried.edge, -scores, looked_at))
    match, day = bets.tried.row, day_of(bets.kick_off)
    groups = (
        (match << 4 | family(bets.selection, rules), 1),
        (match, rules.max_picks_per_fixture),
        (day << 16 | bets.competition, rules.max_picks_per_league),
        (day, rules.max_picks_per_day),
    )
    for code, most in groups:
        order = order[nth(code[order]) < most]
    found = np.zeros(len(bets), dtype=np.bool_)
    found[order] = True
    return found


def _scores(
    bets: Bets, looked_at: Floats, refits: Sequence[Refit], rules: ScoringRules, hurdle: float
) -> tuple[Floats, Floats, Floats]:
    """Return the scores by each law that a score can have been given by."""
    edge = bets.tried.edge
    deviation = (bets.tried.high - bets.tried.low) / (2 * _TAIL)
    learned = np.full(len(bets), np.nan)
    which = np.searchsorted([one.at for one in refits], looked_at, side="right") - 1
    for number in np.unique(which[which >= 0]).tolist():
        rows, spot = which == number, refits[number].scores.spot
        learned[rows] = spot.score(edge[rows], deviation[rows], hurdle)
    unsure = np.hypot(deviation, rules.clv_sd)
    normal, wide = (100 * ndtr((edge - hurdle) / one) for one in (deviation, unsure))
    return learned, normal, wide
