"""What is learned of closes: the books' weights, the expected close, and its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.domain.policy import PricingRules
from engine.learning.reference.walk import close_logs, learn_book_weights
from engine.pricing.reference.dense import MAIN_KINDS
from jobs.learn_metrics import nearer
from jobs.learn_shared import Fitted, reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from jobs.learn_shared import Learning

_MARKETS: Final = ("match_odds", "total", "handicap")


def closes(learning: Learning) -> int:
    """Return how many looks have a reference and a close of one."""
    archive = learning.archive
    both = (reference(odds, "match_odds") for odds in (archive.look, archive.close))
    return int(np.isfinite(np.hstack([*both])).all(axis=1).sum())


def fit_expected_close(learning: Learning) -> Fitted:
    """Return the model; what it is worth is told by a walk that never saw the closes it names."""
    told = learning.walked_close.forecast
    said = {market: getattr(told, market) for market in _MARKETS}
    model = learning.close.model
    return Fitted(value=model, seen_until=model.seen_until, metrics=_nearer(learning, said))


def fit_weights(learning: Learning) -> Fitted:
    """Return the weights of the books; what they are worth is told by the references walked."""
    said = {market: getattr(learning.references, market).probability for market in _MARKETS}
    return Fitted(
        value=learn_book_weights(learning.archive, learning.seen_until),
        seen_until=learning.seen_until,
        metrics=_nearer(learning, said),
    )


def _nearer(learning: Learning, said: Mapping[str, NDArray[np.float64]]) -> dict[str, Any]:
    """Return how much nearer to closes, at the looks' lines, each market came than one book."""
    archive = learning.archive
    closed = close_logs(archive, PricingRules())
    return {
        market: nearer(np.exp(closed[kind]), told, reference(archive.look, market), archive)
        for kind, (market, told) in zip(MAIN_KINDS, said.items(), strict=True)
    }


def fit_close_state(learning: Learning) -> Fitted:
    """Return what past closes say of teams and leagues: the model's input."""
    state = learning.close.state
    return Fitted(
        value=state,
        seen_until=state.seen_until,
        metrics={"teams": len(state.teams), "leagues": len(state.leagues)},
    )
