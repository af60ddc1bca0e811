"""A small world of looks and closes with planted moves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.domain.numbers import BookmakerKey
from engine.learning.archive import Archive
from engine.pricing.expected_close.lines import handicap_logit
from engine.pricing.reference.main_odds import MainOdds

DAY = 86_400.0
START = 1_500_000_000.0
BOOKS = ("pinnacle", "bet365", "williamhill", "fd_bw", "fd_avg", "fd_max")


@dataclass(frozen=True, kw_only=True)
class World:
    """How much is planted: a team's own drift, what ordinary books know before the sharp one."""

    rounds: int = 80
    teams: int = 20
    drift: float = 0.08
    known: float = 0.5
    leads: tuple[float, ...] = (48.0,)
    seed: int = 7


def archive_of(world: World) -> Archive:
    """Return an archive of two leagues with a round each week."""
    rng = np.random.default_rng(world.seed)
    drift, strength = rng.normal(0, world.drift, 2 * world.teams), rng.normal(0, 0.5, 40)
    rows: list[dict[str, float]] = []
    for week in range(world.rounds):
        for league in range(2):
            order = rng.permutation(world.teams) + league * world.teams
            for home, away in order.reshape(-1, 2).tolist():
                now = 0.4 + strength[home] - strength[away] + rng.normal(0, 0.1)
                news, goals_news = rng.normal(0, 0.12), rng.normal(0, 0.08)
                goals = rng.normal(0, 0.25)
                close = now + drift[home] - drift[away] + news
                kick_off = START + week * 7 * DAY
                for lead in world.leads:
                    share = (lead / 48) ** 0.5  # of the whole move, what is still to come
                    rows.append(
                        {
                            "league": league,
                            "home": home,
                            "away": away,
                            "kick_off": kick_off,
                            "looked_at": kick_off - lead * 3600,
                            "look": close - share * (close - now),
                            "close": close,
                            "hint": world.known * share * (close - now) + rng.normal(0, 0.03),
                            "total": goals + (1 - share) * goals_news,
                            "total_close": goals + goals_news,
                            "total_hint": world.known * share * goals_news + rng.normal(0, 0.02),
                            "lead_goals": float(rng.integers(-2, 3)),
                        }
                    )
    rows.sort(key=lambda row: (row["looked_at"], row["kick_off"], row["league"], row["home"]))
    return _archive({name: np.array([row[name] for row in rows]) for name in rows[0]}, rng)


def without(archive: Archive, book: str) -> Archive:
    """Return an archive that has never heard of a book."""
    return replace(archive, look=_less(archive.look, book), close=_less(archive.close, book))


def fair(supremacy: np.ndarray) -> np.ndarray:
    """Return match odds probabilities: the draw follows from supremacy."""
    sides = np.stack([supremacy / 2, -0.15 - 0.05 * supremacy**2, -supremacy / 2], axis=1)
    return np.asarray(np.exp(sides) / np.exp(sides).sum(axis=1, keepdims=True))


def _less(odds: MainOdds, book: str) -> MainOdds:
    kept = [place for place, key in enumerate(odds.books) if key != book]
    return replace(
        odds,
        books=tuple(odds.books[place] for place in kept),
        match_odds=odds.match_odds[:, kept],
        total=odds.total[:, kept],
        handicap=odds.handicap[:, kept],
    )


def _archive(column: dict[str, np.ndarray], rng: np.random.Generator) -> Archive:
    count = len(column["look"])
    line = np.round(-column["look"] * 0.55 * 4) / 4
    look = _odds(
        column["look"], column["total"], line, (column["hint"], column["total_hint"]), rng
    )
    none = np.zeros(count), np.zeros(count)
    moved = np.where(rng.random(count) < 0.3, line + 0.25, line)
    close = _odds(column["close"], column["total_close"], moved, none, rng)
    return Archive(
        competitions=("one", "two"),
        teams=tuple(f"x:{number:02d}" for number in range(40)),
        competition=column["league"].astype(np.int64),
        season=np.full(count, 2017),
        home=column["home"].astype(np.int64),
        away=column["away"].astype(np.int64),
        kick_off=column["kick_off"],
        looked_at=column["looked_at"],
        home_goals=np.maximum(column["lead_goals"], 0) + 1,
        away_goals=np.maximum(-column["lead_goals"], 0) + 1,
        look=look,
        close=close,
    )


def _odds(
    supremacy: np.ndarray,
    total: np.ndarray,
    line: np.ndarray,
    hints: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> MainOdds:
    margins = {"pinnacle": 1.02, "fd_max": 1.0}
    match_odds, totals, handicaps = [], [], []
    for book in BOOKS:
        sharp = book == "pinnacle"
        noise = 0.0 if sharp else rng.normal(0, 0.02, len(supremacy))
        own = supremacy + (0.0 if sharp else hints[0]) + noise
        over = total + (0.0 if sharp else hints[1]) + noise
        margin = margins.get(book, 1.05)
        match_odds.append(1 / (fair(own) * margin))
        totals.append(_pair(over, margin))
        handicaps.append(_pair(handicap_logit(own, np.full(len(own), 2.6), line), margin))
    return MainOdds(
        books=tuple(BookmakerKey(book) for book in BOOKS),
        match_odds=np.stack(match_odds, axis=1),
        total=np.stack(totals, axis=1),
        total_line=np.full(len(supremacy), 2.5),
        handicap=np.stack(handicaps, axis=1),
        handicap_line=line,
    )


def _pair(logit: np.ndarray, margin: float) -> np.ndarray:
    first = 1 / (1 + np.exp(-logit))
    return 1 / (np.stack([first, 1 - first], axis=1) * margin)
