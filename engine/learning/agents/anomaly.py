"""The fit of agent A: trees on what quotes looked like, and where odd ones closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.agents.anomaly import COLUMNS, Anomaly, Forest
from engine.learning.agents.linear import ENOUGH, learnable
from engine.learning.clusters import week_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.agents.past_bets import PastBets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEVELS: Final = (0.90, 0.95, 0.98, 0.99)
"""The shares of quotes below which nothing is odd enough for each level."""
_TREES: Final = 100
_SAMPLE: Final = 256
"""Quotes that each tree is grown on, as in the paper of the method."""
_ROWS: Final = 100_000
"""Quotes that are scored to learn from: the newest, more would take seconds."""
_SEED: Final = 20_260_801
_FURTHEST: Final = 1.0
_RATIO_ROWS: Final = 200.0
"""Rows that errors of the expected size weigh in a ratio."""
_DOUBT: Final = 4.0
"""Squared standard errors below which a mean is nothing."""


def fit_anomaly(past: PastBets, until: float) -> Anomaly | None:
    """Return what quotes known at an instant looked like; None where those are too few."""
    rows = np.flatnonzero(learnable(past, until))
    if len(rows) < ENOUGH:
        return None
    rows = rows[:: -(-len(rows) // _ROWS)]
    these = past.where(rows)
    values = these.bets.features.of(COLUMNS)
    forest = grow(values)
    odd = forest.oddity(values)
    cuts = np.quantile(odd, LEVELS)
    level = np.searchsorted(cuts, odd, side="right") - 1
    shift, ratio = _closed(these, level)
    return Anomaly(
        forest=forest, median=np.median(values, axis=0), cuts=cuts, shift=shift, ratio=ratio
    )


def grow(values: Floats) -> Forest:
    """Return an isolation forest on rows of features, the same for the same rows."""
    from sklearn.ensemble import (  # noqa: PLC0415  # a second that only fits should pay
        IsolationForest,
    )

    trees = IsolationForest(
        n_estimators=_TREES, max_samples=min(_SAMPLE, len(values)), random_state=_SEED
    ).fit(values)
    parts = [_flat(each.tree_) for each in trees.estimators_]
    sizes = np.array([len(part["left"]) for part in parts])
    first = np.cumsum(sizes) - sizes
    return Forest(
        feature=np.concatenate([part["feature"] for part in parts]).astype(np.int32),
        threshold=np.concatenate([part["threshold"] for part in parts]),
        left=np.concatenate(
            [part["left"] + start for part, start in zip(parts, first, strict=True)]
        ).astype(np.int32),
        length=np.concatenate([part["length"] for part in parts]),
        roots=first.astype(np.int32),
        depth=int(max(each.tree_.max_depth for each in trees.estimators_)),
        usual=float(_usual_length(np.array([trees.max_samples_]))[0]),
    )


def _flat(tree: Any) -> dict[str, NDArray[Any]]:
    """Return a tree's nodes by depth, a node's two children one after the other."""
    order, depth = [0], [0]
    left = np.zeros(tree.node_count, dtype=np.int64)
    for place, node in enumerate(order):  # grows while it is walked
        inner = tree.children_left[node] >= 0
        left[place] = len(order) if inner else place
        if inner:
            order += [int(tree.children_left[node]), int(tree.children_right[node])]
            depth += [depth[place] + 1] * 2
    leaf = tree.children_left[order] < 0
    return {
        "feature": np.where(leaf, 0, tree.feature[order]),
        "threshold": np.where(leaf, np.inf, tree.threshold[order]),
        "left": left,
        "length": np.array(depth) + _usual_length(tree.n_node_samples[order]),
    }


def _usual_length(rows: NDArray[Any]) -> Floats:
    """Return how many questions it usually takes to set one of so many rows apart."""
    many = np.maximum(rows, 3).astype(np.float64)
    usual = 2 * (np.log(many - 1) + np.euler_gamma) - 2 * (many - 1) / many
    return np.where(rows > 2, usual, np.where(rows == 2, 1.0, 0.0))  # noqa: PLR2004  # two part at once


def _closed(past: PastBets, level: Ints) -> tuple[Floats, Floats]:
    """Return how odd bets closed beside what was expected (2, levels): moves, sizes of errors."""
    left = np.clip(past.moved, -_FURTHEST, _FURTHEST)
    expected = past.bets.expected
    size = left * expected * (1 - expected) / np.maximum(past.bets.expected_error, 1e-4)
    week, edge = week_of(past.looked_at), past.bets.feature("edge") > 0
    shift, ratio = np.zeros((2, len(LEVELS))), np.ones((2, len(LEVELS)))
    for sign in (0, 1):
        rows = (edge == sign) & (level >= 0)
        common = proven_mean(left[rows], week[rows])
        for each in range(len(LEVELS)):
            own = rows & (level == each)
            shift[sign, each] = common + proven_mean(left[own] - common, week[own])
            squares = float((size[own] ** 2).sum())
            ratio[sign, each] = np.sqrt((squares + _RATIO_ROWS) / (own.sum() + _RATIO_ROWS))
    return shift, ratio


def proven_mean(values: Floats, week: Ints) -> float:
    """Return a mean shrunk by its doubt (weeks as draws): 0 within two standard errors of 0.

    >>> proven_mean(np.array([1.0, 1.2, 0.8]), np.array([1, 2, 3])) > 0.9
    True
    >>> proven_mean(np.array([1.0, -1.2, 0.8]), np.array([1, 2, 3]))
    0.0
    """
    _, place = np.unique(week, return_inverse=True)
    sums, counts = np.bincount(place, values), np.bincount(place)
    if len(sums) < 2:  # noqa: PLR2004  # one week tells nothing of how weeks differ
        return 0.0
    mean = float(sums.sum() / counts.sum())
    variance = float(((sums - mean * counts) ** 2).sum()) * len(sums) / (len(sums) - 1)
    error = variance / float(counts.sum()) ** 2
    return mean * max(0.0, 1 - _DOUBT * error / mean**2) if mean else 0.0
