"""All alarms that are open at an instant, from an archive of looks and results."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import binom

from engine.domain.board import AGGREGATES
from engine.domain.regime import Regime, Watch
from engine.learning.regimes.cusum import watched
from engine.learning.regimes.weeks import standardised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.regimes.weeks import Weeks

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_WEEK: Final = 7 * 86_400.0
_DAY: Final = 86_400.0
_TUESDAY: Final = 5 * _DAY  # where week_of begins a week
_Z: Final = 1.96
_MONTH: Final = 28 * _DAY
_FEW: Final = 10
_USUAL: Final = 0.5
_CHANCE: Final = 1e-4
_AVERAGE: Final = "fd_avg"
_USUAL_TOTAL: Final = 2.5
_BANDS: Final = (0.42, 0.45, 0.48, 0.51, 0.54, 0.58, 0.63)
"""Fair chances of over 2.5 that part matches into eighths, about."""
_PAUSE: Final = 8 * _WEEK
"""Of what was not seen for longer than a summer nothing is said."""
_MATTERS: Final = {Watch.MARGIN: 0.01, Watch.FEED: 0.1}
"""A change of less is told nobody: a point of margin, a tenth of the matches."""
_FLOORS: Final = {Watch.MARGIN: 0.002, Watch.FEED: 0.1}
"""What a single match varies by at least: a book that always quoted alike varied by nothing."""


def alarms(archive: Archive, now: float, sharp: Sequence[str]) -> tuple[Regime, ...]:
    """Return the regimes that are open at `now` (POSIX seconds), by nothing known later.

    `sharp` names the books that a reference may stand on.
    """
    return (
        *_results(archive, now),
        *_books(archive, now),
        *_sharp(archive, now, sharp),
    )


def history(values: Floats, at: Floats, group: Ints) -> tuple[Weeks, Ints]:
    """Return every week of values and the side of the alarm after it; for looking back."""
    weeks = standardised(values, at, group)
    return weeks, watched(weeks.z).side


def goals(archive: Archive) -> Floats:
    """Return the goals of each match."""
    found: Floats = archive.home_goals + archive.away_goals
    return found


def home_share(archive: Archive) -> Floats:
    """Return what the home side took: 1 of a win, a half of a draw."""
    margin = archive.home_goals - archive.away_goals
    return np.where(np.isfinite(margin), (np.sign(margin) + 1) / 2, np.nan)


def expected_band(archive: Archive) -> Ints:
    """Return the band of goals that prices expected of each match; its league's where none did.

    Scores rise towards the end of a season, and prices know: what they knew is no regime.
    """
    place = archive.look.book(_AVERAGE)
    if place is None:
        return archive.competition
    odds = archive.look.total[:, place]
    over = odds[:, 1] / odds.sum(axis=1)
    usual = archive.look.total_line == _USUAL_TOTAL
    band = np.searchsorted(_BANDS, over, side="right")
    return np.where(np.isfinite(over) & usual, band, len(_BANDS) + 1 + archive.competition)


def _results(archive: Archive, now: float) -> Iterator[Regime]:
    over = first_looks(archive) & (archive.played_at <= now)
    mine = archive.where(over)
    told = (
        (Watch.GOALS, goals(mine), expected_band(mine)),
        (Watch.HOME, home_share(mine), mine.competition),
    )
    for watch, values, group in told:
        yield from _open(watch, values, mine.kick_off, group, now=now)


def _books(archive: Archive, now: float) -> Iterator[Regime]:
    seen = archive.where(archive.looked_at <= now)
    for place, book in enumerate(seen.look.books):
        if book in AGGREGATES:
            continue
        odds = seen.look.match_odds[:, place]
        margin = (1 / odds).sum(axis=1) - 1
        quoted = np.isfinite(margin).astype(np.float64)
        at, group = seen.looked_at, seen.competition
        yield from _open(Watch.MARGIN, margin, at, group, now=now, of=book)
        yield from _open(Watch.FEED, quoted, at, group, now=now, of=book)


def _open(
    watch: Watch, values: Floats, at: Floats, group: Ints, *, now: float, of: str = ""
) -> Iterator[Regime]:
    """Yield the regime that is open after the last week, if one is, and matters."""
    weeks = standardised(values, at, group, floor=_FLOORS.get(watch, 0.0))
    told = watched(weeks.z)
    if not len(weeks.n) or not told.side[-1] or _start(int(weeks.number[-1])) < now - _PAUSE:
        return
    since = int(told.since[-1])
    n = weeks.n[since:]
    mean = float((weeks.mean[since:] * n).sum() / n.sum())
    usual = float((weeks.usual[since:] * n).sum() / n.sum())
    if abs(mean - usual) < _MATTERS.get(watch, 0.0):
        return
    error = float(np.sqrt(((weeks.error[since:] * n) ** 2).sum()) / n.sum())
    yield Regime(
        watch=watch,
        of=of,
        since=datetime.fromtimestamp(_start(int(weeks.number[since])), UTC),
        usual=usual,
        now=mean,
        low=mean - _Z * error,
        high=mean + _Z * error,
        n=int(n.sum()),
    )


def _sharp(archive: Archive, now: float, sharp: Sequence[str]) -> Iterator[Regime]:
    """Yield that the last day's looks lack a sharp book far more often than the month before's.

    Far more often: by chance less than once in ten thousand days.
    """
    places = [place for place, book in enumerate(archive.look.books) if book in set(sharp)]
    whole = np.all(np.isfinite(archive.look.match_odds[:, places]), axis=2)
    known: NDArray[np.bool_] = np.asarray(np.any(whole, axis=1))
    age = now - archive.looked_at
    today, before = (age >= 0) & (age < _DAY), (age >= _DAY) & (age < _DAY + _MONTH)
    n, usual = int(today.sum()), float(known[before].mean()) if before.any() else 0.0
    if n < _FEW or usual < _USUAL:
        return
    has = int(known[today].sum())
    if float(binom.cdf(has, n, usual)) >= _CHANCE:
        return
    share = has / n
    reach = _Z * (max(share * (1 - share), 0.25 / n) / n) ** 0.5
    yield Regime(
        watch=Watch.SHARP,
        of="",
        since=datetime.fromtimestamp(float(archive.looked_at[today].min()), UTC),
        usual=usual,
        now=share,
        low=max(0.0, share - reach),
        high=min(1.0, share + reach),
        n=n,
    )


def first_looks(archive: Archive) -> NDArray[np.bool_]:
    """Return the first look of each match: a result counts once."""
    keys = np.stack([archive.competition, archive.home, archive.away, archive.season])
    _, first = np.unique(keys, axis=1, return_index=True)
    found = np.zeros(len(archive), dtype=np.bool_)
    found[first] = True
    return found


def _start(week: int) -> float:
    return (week - 1) * _WEEK + _TUESDAY
