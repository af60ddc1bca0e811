"""Archives as they were known at an instant: with nothing later, or with another future."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

_MARKETS: Final = ("match_odds", "total", "handicap")
_LINES: Final = ("total_line", "handicap_line")
_KEPT: Final = 2 / 3
_MISSING: Final = 0.2
_NOISE: Final = 0.3
_MOST_GOALS: Final = 6


def truncated(archive: Archive, at: float) -> Archive:
    """Return what is known at an instant: looks taken by then, their closes and results by then.

    Closes of matches that kick off later and results known later are struck out.
    """
    unplayed, open_ = archive.played_at > at, archive.kick_off > at
    known = replace(
        archive,
        home_goals=np.where(unplayed, np.nan, archive.home_goals),
        away_goals=np.where(unplayed, np.nan, archive.away_goals),
        close=_struck_out(archive.close, open_),
    )
    return known.where(archive.looked_at <= at)


def scrambled(archive: Archive, at: float, seed: int) -> Archive:
    """Return an archive with another future: what is known later than `at` is noise, or missing.

    A third of the later looks never happens, the others are at other prices between teams of
    other matches; later closes and results are others, one in five is never told. It catches what
    a future that is missing would hide: a mean over whole columns, a count of what comes.
    """
    rng = np.random.default_rng(seed)
    later, open_, unplayed = (
        moment > at for moment in (archive.looked_at, archive.kick_off, archive.played_at)
    )
    home, away = _swapped(archive, later, rng)
    other = replace(
        archive,
        home=home,
        away=away,
        home_goals=np.where(unplayed, _goals(len(archive), rng), archive.home_goals),
        away_goals=np.where(unplayed, _goals(len(archive), rng), archive.away_goals),
        look=_noisy(archive.look, later, rng),
        close=_noisy(archive.close, open_, rng),
    )
    kept = other.where(~later | (rng.random(len(archive)) < _KEPT))
    return kept.where(
        np.lexsort((kept.home, kept.competition, kept.kick_off, kept.looked_at))  # teams moved
    )


def _swapped(
    archive: Archive, later: Bools, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Let later matches of a division be played by the teams of others of them."""
    home, away = archive.home.copy(), archive.away.copy()
    for competition in np.unique(archive.competition[later]).tolist():
        rows = np.flatnonzero(later & (archive.competition == competition))
        others = rng.permutation(rows)
        home[rows], away[rows] = archive.home[others], archive.away[others]
    return home, away


def _goals(count: int, rng: np.random.Generator) -> Floats:
    goals = rng.integers(0, _MOST_GOALS, count).astype(np.float64)
    goals[rng.random(count) < _MISSING] = np.nan
    return goals


def _struck_out(odds: MainOdds, rows: Bools) -> MainOdds:
    changed = {name: getattr(odds, name).copy() for name in (*_MARKETS, *_LINES)}
    for column in changed.values():
        column[rows] = np.nan
    return replace(odds, **changed)


def _noisy(odds: MainOdds, rows: Bools, rng: np.random.Generator) -> MainOdds:
    changed = {name: getattr(odds, name).copy() for name in (*_MARKETS, "handicap_line")}
    for name in _MARKETS:
        table = changed[name]
        noise = np.exp(rng.normal(0, _NOISE, table[rows].shape))
        table[rows] = 1 + (table[rows] - 1) * noise
        table[rows & (rng.random(len(table)) < _MISSING)] = np.nan
    changed["handicap_line"][rows] += rng.choice([-0.5, -0.25, 0.25, 0.5], int(rows.sum()))
    return replace(odds, **changed)
