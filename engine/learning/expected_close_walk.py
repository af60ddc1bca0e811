"""The expected close walked over an archive: each look is told from what was known at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.market import SIDES, MarketKind
from engine.pricing.devig import devig_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from engine.learning.archive import Archive

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloseForecast:
    """What each row's close was expected to be: E[p], its deviation, whether the model spoke.

    Rows without a reference are NaN. Where the model did not speak, the anchor's own probability
    stands, corrected for the winner's curse by nobody: `spoke` says so.
    """

    match_odds: Floats
    total: Floats
    handicap: Floats
    match_odds_sd: Floats
    total_sd: Floats
    handicap_sd: Floats
    spoke: Mapping[MarketKind, NDArray[np.bool_]]


def walk_expected_close(
    archive: Archive, *, progress: Callable[[int, int], None] | None = None
) -> CloseForecast:
    """Return the expected close of every look."""
    kinds = {
        "match_odds": MarketKind.MATCH_ODDS,
        "total": MarketKind.TOTAL_GOALS,
        "handicap": MarketKind.ASIAN_HANDICAP,
    }
    found: dict[str, Floats] = {}
    for done, (name, kind) in enumerate(kinds.items(), start=1):
        odds = getattr(archive.look, name)
        fair = np.full((len(archive), len(SIDES[kind])), np.nan)
        for source in ("fd_avg", "pinnacle"):
            book = archive.look.book(source)
            if book is not None:
                own = devig_rows(odds[:, book])
                fair = np.where(np.isnan(own), fair, own)
        found[name] = fair
        found[f"{name}_sd"] = np.full_like(fair, np.nan)
        if progress is not None:
            progress(done, len(kinds))
    spoke = {kind: np.zeros(len(archive), dtype=np.bool_) for kind in kinds.values()}
    return CloseForecast(**found, spoke=spoke)
