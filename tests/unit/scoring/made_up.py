"""Verdicts and models of scores with every kind of number in them."""

from __future__ import annotations

import numpy as np

from engine.domain.market import Selection
from engine.domain.signal import AgentName, ReasonColumn, Signals, Standing, Verdicts
from engine.scoring.landing import LEVELS, Landing
from engine.scoring.signal_score import SignalScale
from engine.scoring.spot import COLUMNS, TERMS, SpotModel

CODES = ("home", "draw", "away", "over_2.5", "under_2.5", "ah_home@-0.25", "ah_away@-0.25")


def some_verdicts(seed: int, count: int = 40) -> Verdicts:
    """Verdicts on the seven bets of some fixtures, one agent counted, one in the shadow."""
    rng = np.random.default_rng(seed)
    fixture = np.repeat(np.arange(-(-count // 7)), 7)[:count]
    number = np.array([Selection.parse(code).number for code in CODES])
    selection = np.tile(np.sort(number), len(fixture))[:count]
    fair = rng.uniform(0.1, 0.85, count)
    expected = np.clip(fair + rng.normal(0, 0.01, count), 0.05, 0.95)
    lean = np.where(rng.random(count) < 0.2, np.nan, rng.normal(0, 0.05, count))
    effect = 0.4 * lean
    probability = 1 / (1 + (1 / expected - 1) * np.exp(-np.nan_to_num(effect)))
    odds = np.maximum((1 + rng.normal(0, 0.04, count)) / fair, 1.01)
    refund = np.where(selection >> 16 == 6, rng.uniform(0, 0.3, count), 0.0)
    features = {
        "dispersion": rng.uniform(0, 0.06, count),
        "gap_mean": rng.normal(0.03, 0.02, count),
        "books": np.log1p(rng.integers(1, 12, count)),
        "lead": rng.normal(0, 1, count),
        "moved": rng.normal(0, 0.03, count),
        "log_odds": np.log(odds),
        "odds": odds,
        "refund": refund,
        "fair": fair,
        "expected": expected,
    }
    deviation = rng.uniform(0.01, 0.04, count)
    return Verdicts(
        fixture=fixture,
        selection=selection,
        probability=probability,
        deviation=deviation,
        doubt=0.3 * deviation,
        tier=np.zeros(count, dtype=np.int8),
        agreement=np.nan_to_num(lean) / 0.05,
        effective=np.isfinite(lean).astype(np.float64),
        signals=(
            _agent(AgentName.DRIFT, expected, lean, deviation),
            _agent(AgentName.SPREAD, expected, rng.normal(0, 0.1, count), deviation),
            Signals(
                agent=AgentName.PATRON,
                probability=probability,
                std_error=deviation,
                direction=np.sign(odds * probability - 1).astype(np.int8),
                reasons=(
                    ReasonColumn(name="expected_close", value=expected, effect=expected - fair),
                    ReasonColumn(name="drift", value=lean, effect=effect),
                ),
            ),
        ),
        standings={
            AgentName.DRIFT: Standing.COUNTS,
            AgentName.SPREAD: Standing.SHADOW,
            AgentName.PATRON: Standing.COUNTS,
        },
        names=tuple(features),
        features=np.column_stack(list(features.values())),
    )


def a_spot(seed: int) -> SpotModel:
    """A model in which everything corrects something."""
    rng = np.random.default_rng(seed)
    root, season = rng.normal(0, 0.001, (len(COLUMNS),) * 2), rng.normal(0, 0.005, (2, 2))
    sample = rng.normal(0.05, 1.1, 500) + 0.3 * rng.exponential(1, 500)
    return SpotModel(
        centre=rng.normal(0, 0.01, len(TERMS)),
        scale=rng.uniform(0.5, 2, len(TERMS)),
        weights=rng.normal(0, 0.004, len(COLUMNS)),
        covariance=root @ root.T,
        level=float(rng.normal(0, 0.004)),
        slope=float(rng.normal(0, 0.1)),
        season_covariance=season @ season.T,
        width=float(rng.uniform(0.8, 1.2)),
        growth=float(rng.uniform(0, 0.3)),
        landing=Landing(quantiles=np.quantile(sample, LEVELS)),
        seen=500,
    )


def a_scale(seed: int) -> SignalScale:
    rng = np.random.default_rng(seed)
    weights = {AgentName.PATRON: 0.8, AgentName.DRIFT: 0.3}
    return SignalScale(weights=weights, marks=np.sort(rng.normal(0.5, 1, 101)))


def _agent(
    name: AgentName, expected: np.ndarray, lean: np.ndarray, deviation: np.ndarray
) -> Signals:
    probability = 1 / (1 + (1 / expected - 1) * np.exp(-lean))
    return Signals(
        agent=name,
        probability=probability,
        std_error=np.where(np.isfinite(lean), deviation, np.nan),
        direction=np.sign(np.nan_to_num(lean)).astype(np.int8),
        reasons=(ReasonColumn(name="made_up", value=lean, effect=lean),),
    )
