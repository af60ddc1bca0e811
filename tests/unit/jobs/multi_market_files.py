"""Season files of the many-markets kind, written from made-up matches."""

import csv
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from engine.learning.derived.past import DerivedPast

COLUMNS = (
    "Date",
    "Time",
    "HomeTeam",
    "AwayTeam",
    "FTHG",
    "FTAG",
    "B365H",
    "B365D",
    "B365A",
    "B365>2.5",
    "B365<2.5",
    "BTTS_Yes",
    "BTTS_No",
    *(f"{side}_FT_{line}_5" for line in (0, 1, 3, 4) for side in ("Over", "Under")),
    "DC_1X",
    "DC_12",
    "DC_X2",
)
_ZONE = timezone(timedelta(hours=-3))
_MARGIN = 1.05
_ODDS = "2.10 3.40 3.60 2.00 1.80 1.80 1.95 1.06 9.00 1.30 3.40 3.20 1.33 6.00 1.12 1.30 1.33 1.75"


def match(**fields: str) -> dict[str, str]:
    """Return a row as the files have it."""
    row = {
        "Date": "2020-09-12",
        "Time": "11:00:00",
        "HomeTeam": "Home",
        "AwayTeam": "Away",
        "FTHG": "1.0",
        "FTAG": "0.0",
    }
    return row | dict(zip(COLUMNS[6:], _ODDS.split(), strict=True)) | fields


def write(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> None:
    """Write one season file."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def write_feed(folder: Path, feed: DerivedPast) -> None:
    """Write a made-up feed as the files of one division, a season from each July."""
    seasons: dict[int, list[dict[str, str]]] = {}
    for row in range(len(feed)):
        local = datetime.fromtimestamp(float(feed.kick_off[row]), UTC).astimezone(_ZONE)
        fair = [*feed.match_odds[row], feed.over[row], 1 - feed.over[row]]
        fair += [one for quote in feed.quotes[row] for one in (quote, 1 - quote)]
        home, draw, away = feed.match_odds[row]
        fair += [home + draw, home + away, draw + away]
        odds = [f"{1 / (one * _MARGIN):.4f}" for one in fair]
        seasons.setdefault(local.year - (local.month < 7), []).append(
            match(
                Date=f"{local:%Y-%m-%d}",
                Time=f"{local:%H:%M:%S}",
                HomeTeam=f"T{feed.home[row]}",
                AwayTeam=f"T{feed.away[row]}",
                FTHG=str(feed.home_goals[row]),
                FTAG=str(feed.away_goals[row]),
                **dict(zip(COLUMNS[6:], odds, strict=True)),
            )
        )
    for season, rows in seasons.items():
        write(folder / f"X1_{season % 100:02}{(season + 1) % 100:02}.csv", rows)
