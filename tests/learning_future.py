"""No look-ahead, as a test: what is told of the past must not change with the future."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.pricing.reference.main_odds import MainOdds


def assert_blind_to_the_future(
    walk: Callable[[Archive], Sequence[NDArray[np.float64]]], archive: Archive, at: float
) -> None:
    """Fail where a walk tells a look taken by `at` anything that was learnt after `at`.

    `walk` returns arrays with one row per row of the archive it is given. It is called on the
    archive and on one whose later closes, results and looks are others, or missing: the rows
    looked at by `at` must come out the same to the last bit, and must say something.
    """
    seen = int(np.searchsorted(archive.looked_at, at, side="right"))
    assert 0 < seen < len(archive), "some looks must be before, some after"
    before = [told[:seen].copy() for told in walk(archive)]
    assert any(np.isfinite(told).any() for told in before), "a walk that tells nothing is blind"
    for seed in (1, 2):
        after = walk(another_future(archive, at, seed))
        assert len(after) == len(before)
        for number, (was, now) in enumerate(zip(before, after, strict=True)):
            changed = ~_same_bits(was, now[:seen])
            assert not changed.any(), (
                f"array {number}: {int(changed.sum())} of {seen} looks changed, the first is row "
                f"{int(np.flatnonzero(changed)[0])}, {_when(archive, changed, at)}"
            )


def another_future(archive: Archive, at: float, seed: int) -> Archive:
    """Return the archive with all that is known later than `at` changed, or taken away.

    Closes of matches that kick off later, results known later, looks taken later; a third of
    the later looks is missing. Rows looked at by `at` stay where they are.
    """
    rng = np.random.default_rng(seed)
    later, home, away = archive.played_at > at, archive.home_goals, archive.away_goals
    changed = replace(
        archive,
        home_goals=np.where(later, _other_goals(home, rng), home),
        away_goals=np.where(later, _other_goals(away, rng), away),
        look=_other_odds(archive.look, archive.looked_at > at, rng),
        close=_other_odds(archive.close, archive.kick_off > at, rng),
    )
    return changed.where((archive.looked_at <= at) | (rng.random(len(archive)) < 2 / 3))


def _other_goals(goals: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    other = (goals + rng.integers(1, 4, len(goals))) % 6
    other[rng.random(len(goals)) < 0.2] = np.nan  # some are never told
    return other


def _other_odds(odds: MainOdds, rows: NDArray[np.bool_], rng: np.random.Generator) -> MainOdds:
    changed = {}
    for name in ("match_odds", "total", "handicap"):
        table = getattr(odds, name).copy()
        table[rows] = 1 + (table[rows] - 1) * rng.uniform(0.8, 1.4, table[rows].shape)
        table[rows & (rng.random(len(table)) < 0.2)] = np.nan  # some are missing
        changed[name] = table
    line = odds.handicap_line.copy()
    line[rows] += rng.choice([-0.5, -0.25, 0.25], int(rows.sum()))
    return replace(odds, **changed, handicap_line=line)


def _same_bits(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    found: NDArray[np.bool_] = same.reshape(len(same), -1).all(axis=1)
    return found


def _when(archive: Archive, changed: NDArray[np.bool_], at: float) -> str:
    hours = (at - archive.looked_at[: len(changed)][changed]) / 3600
    return f"looked at {hours.min():.1f} to {hours.max():.1f} hours before the change"
