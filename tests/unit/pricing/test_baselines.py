"""The published baselines on real closes come out of this devig, to the pick."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.pricing.devig.book import devig, is_book

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("PSH", "PSD", "PSA", "PSCH", "PSCD", "PSCA", "MaxH", "MaxD", "MaxA")


def season(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Odds of every complete row, and which outcome won."""
    odds, won = [], []
    for file in sorted(folder.glob("*.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8-sig", errors="replace") as lines:
            for row in csv.DictReader(lines):
                values = [row.get(column) or "nan" for column in COLUMNS]
                odds.append([float(value) for value in values])
                won.append([row.get("FTR") == result for result in "HDA"])
    usable = is_book(np.array(odds))
    return np.array(odds)[usable], np.array(won)[usable]


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("edge_above", "picks", "roi", "clv"),
    [(0.0, 7234, 2.54, 1.38), (0.02, 2684, 3.70, 2.58), (0.05, 525, -4.64, 3.55)],
)
def test_buchdahls_rule_repeats_the_season_of_2021(
    real_data: Path, edge_above: float, picks: int, roi: float, clv: float
) -> None:
    """METHOD part C: best price against the sharp book, edges over 25 % dropped."""
    odds, won = season(real_data / "football-data/main/2122")
    now, close, best = devig(odds[:, :3]), devig(odds[:, 3:6]), odds[:, 6:]
    edge = best * now - 1
    taken = (edge > edge_above) & (edge <= 0.25)
    profit = np.where(won, best - 1, -1)[taken]
    assert taken.sum() == picks
    assert 100 * profit.mean() == pytest.approx(roi, abs=0.006)
    assert 100 * (best * close - 1)[taken].mean() == pytest.approx(clv, abs=0.006)
