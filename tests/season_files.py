"""A simulated world as football-data.co.uk would have written it down."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from engine.learning.archive import Archive
    from engine.pricing.reference.main_odds import MainOdds

_LONDON: Final = ZoneInfo("Europe/London")
_CODES: Final = {
    "pinnacle": ("PS", "P"),
    "bet365": ("B365", "B365"),
    "fd_bw": ("BW", "BW"),
    "fd_avg": ("Avg", "Avg"),
    "fd_max": ("Max", "Max"),
}


def write_season_files(archive: Archive, folder: Path) -> None:
    """Write a file a division and season, with prices looked at and closing, to two decimals."""
    for season in np.unique(archive.season).tolist():
        for number, division in enumerate(archive.competitions):
            rows = np.flatnonzero((archive.season == season) & (archive.competition == number))
            path = folder / f"{season % 100:02}{(season + 1) % 100:02}" / f"{division}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            written = [_match(archive, row, division) for row in rows.tolist()]
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(written[0]))
                writer.writeheader()
                writer.writerows(written)


def _match(archive: Archive, row: int, division: str) -> dict[str, object]:
    kick_off = datetime.fromtimestamp(float(archive.kick_off[row]), UTC).astimezone(_LONDON)
    home, away = int(archive.home_goals[row]), int(archive.away_goals[row])
    return {
        "Div": division,
        "Date": f"{kick_off:%d/%m/%Y}",
        "Time": f"{kick_off:%H:%M}",
        "HomeTeam": archive.teams[archive.home[row]].partition(":")[2],
        "AwayTeam": archive.teams[archive.away[row]].partition(":")[2],
        "FTHG": home,
        "FTAG": away,
        "FTR": "HDA"[1 - (home > away) + (home < away)],
        **_prices(archive.look, row, ""),
        **_prices(archive.close, row, "C"),
    }


def _prices(odds: MainOdds, row: int, stage: str) -> dict[str, object]:
    told: dict[str, object] = {f"AH{stage}h": float(odds.handicap_line[row])}
    for place, book in enumerate(odds.books):
        code, short = _CODES[book]
        named = (
            ([f"{code}{stage}{side}" for side in "HDA"], odds.match_odds),
            ([f"{short}{stage}>2.5", f"{short}{stage}<2.5"], odds.total),
            ([f"{short}{stage}AHH", f"{short}{stage}AHA"], odds.handicap),
        )
        for columns, table in named:
            for column, price in zip(columns, table[row, place].tolist(), strict=True):
                told[column] = f"{price:.2f}" if np.isfinite(price) else ""
    return told
