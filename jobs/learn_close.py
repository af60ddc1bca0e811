"""The expected close, fitted on every look that has a close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.learning.expected_close_walk import walk_expected_close
from jobs.learn_metrics import nearer
from jobs.learn_shared import Fitted, reference

if TYPE_CHECKING:
    from jobs.learn_shared import Learning

_MARKETS = ("match_odds", "total", "handicap")


def closes(learning: Learning) -> int:
    """Return how many looks have a reference and a close of one."""
    archive = learning.archive
    both = (reference(odds, "match_odds") for odds in (archive.look, archive.close))
    return int(np.isfinite(np.hstack([*both])).all(axis=1).sum())


def fit_expected_close(learning: Learning) -> Fitted:
    """Return the model; what it is worth is told by a walk that never saw the closes it names."""
    archive = learning.archive
    told = walk_expected_close(archive)
    same = {
        "match_odds": np.ones(len(archive), dtype=np.bool_),
        "total": archive.look.total_line == archive.close.total_line,
        "handicap": archive.look.handicap_line == archive.close.handicap_line,
    }
    metrics = {}
    for market in _MARKETS:
        base, close = (reference(odds, market) for odds in (archive.look, archive.close))
        close[~same[market]] = np.nan
        metrics[market] = nearer(close, getattr(told, market), base, archive)
    return Fitted(
        value=learning.close.model, seen_until=learning.close.model.seen_until, metrics=metrics
    )


def fit_close_state(learning: Learning) -> Fitted:
    """Return what past closes say of teams and leagues: the model's input."""
    state = learning.close.state
    return Fitted(
        value=state,
        seen_until=state.seen_until,
        metrics={"teams": len(state.teams), "leagues": len(state.leagues)},
    )
