"""What a fit says of itself: out of sample, with intervals by weeks, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.learning.calibration.curve import reliability
from engine.learning.calibration.leagues import score_leagues
from engine.learning.clusters import clustered_mean, clustered_ratio, week_of
from engine.learning.scores import kl, log_loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.blend.blend import Forecasts
    from engine.learning.clusters import Clustered

    Floats = NDArray[np.float64]


def compared(one: Forecasts, said: Floats, matches: Archive) -> dict[str, Any]:
    """Return the log-loss of what was said and how it differs from the reference's, on results."""
    known = np.isfinite(np.hstack([one.reference, one.outcome, said])).all(axis=1)
    losses, base = (log_loss(each[known], one.outcome[known]) for each in (said, one.reference))
    week = week_of(matches.kick_off[known])
    return {
        "log_loss": told(clustered_mean(losses, week)),
        "less_reference": told(clustered_mean(losses - base, week)),
    }


def curve_told(one: Forecasts, said: Floats, matches: Archive) -> dict[str, Any]:
    """Return how far what was said can be taken at its word, of matches without refunds."""
    whole = np.where(np.isin(one.outcome, (0.0, 1.0)), one.outcome, np.nan)
    whole[one.outcome.sum(axis=1) < 1] = np.nan
    curve = reliability(said, whole, week_of(matches.kick_off))
    return {
        "ece": {"mean": curve.ece, "n": curve.n, "low": curve.ece_low, "high": curve.ece_high},
        "ece_by_chance": curve.ece_by_chance,
        "bias_above_60": told(curve.likely),
        "bias_below_20": told(curve.unlikely),
    }


def leagues_told(one: Forecasts, said: Floats, matches: Archive) -> dict[str, Any]:
    """Return each league's scores."""
    return {
        league.competition: {
            "log_loss": told(league.log_loss),
            "rps": told(league.rps),
            "ece": league.ece,
            "ece_by_chance": league.ece_by_chance,
        }
        for league in score_leagues(matches, said, one.outcome)
    }


def told(one: Clustered) -> dict[str, Any]:
    """Return an estimate as JSON, which has no NaN."""
    named = {"mean": one.value, "low": one.low, "high": one.high}
    return {
        "n": one.n,
        **{name: each if np.isfinite(each) else None for name, each in named.items()},
    }


def nearer(close: Floats, said: Floats, base: Floats, archive: Archive) -> dict[str, Any]:
    """Return KL from what was said to the close, and its change relative to the base's."""
    known = np.isfinite(np.hstack([close, said, base])).all(axis=1)
    week = week_of(archive.kick_off[known])
    one, other = (kl(close[known], each[known]) for each in (said, base))
    return {
        "kl": told(clustered_mean(one, week)),
        "kl_change": told(clustered_ratio(one - other, other, week)),
    }
