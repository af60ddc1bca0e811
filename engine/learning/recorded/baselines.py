"""What doing nothing clever would have earned: on the same matches, at the same moments.

Every bet is held against two bettors. One backs each side of its market blindly, at the best odds
there were; the other backs anything on the matches of the record at odds like the bet's, whatever
it is. Both are told as their expectation, which needs no drawing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.learning.backtest.baselines import band_of
from engine.learning.clusters import week_of
from engine.learning.intervals import by_weeks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from engine.domain.numbers import PickId
    from engine.domain.record import Alternative, Estimate, SettledBet

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A figure of a bettor who is not clever, and how far the record of n bets is above it."""

    n: int
    theirs: Estimate
    gained: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Bettor:
    """What a bettor who is not clever would have come to, beside the record.

    `bets` is how many bets their expectation is made of.
    """

    bets: int
    yield_: Beside
    clv: Beside


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """`blind` backs each side of the same markets, `alike` anything at odds of the same band.

    `n` bets were asked about; those whose moment is known no more are missing from each figure.
    """

    n: int
    blind: Bettor
    alike: Bettor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """Bets as rows: what one unit came to, the stake on it, and where it belongs."""

    worth: Floats
    stake: Floats
    band: Ints
    week: list[str]
    fixture: list[str]

    def __len__(self) -> int:
        return len(self.worth)

    def known(self) -> _Rows:
        """Return those of which it is known what they came to."""
        there = np.flatnonzero(np.isfinite(self.worth)).tolist()
        return replace(
            self,
            worth=self.worth[there],
            stake=self.stake[there],
            band=self.band[there],
            week=[self.week[place] for place in there],
            fixture=[self.fixture[place] for place in there],
        )


def baselines(
    bets: Sequence[SettledBet], offered: Mapping[PickId, Sequence[Alternative]]
) -> Baselines:
    """Return what others would have made of the matches of settled bets of one provenance.

    Raises:
        ValueError: bets are of two provenances.
    """
    if len({bet.provenance for bet in bets}) > 1:
        raise ValueError("bets of two provenances: they are never summed")
    asked = sorted(bets, key=lambda bet: (bet.settled_at, bet.pick))
    sides = [(bet, _market(bet, offered.get(bet.pick, ()))) for bet in asked]
    whole = [(bet, side) for bet, side in sides if side]
    matches = {(bet.fixture, bet.issued_at): bet for bet in asked if offered.get(bet.pick)}
    pool = [(bet, one) for bet in matches.values() for one in offered[bet.pick]]
    there = [bet for bet in asked if offered.get(bet.pick)]
    return Baselines(
        n=len(asked),
        blind=Bettor(
            bets=sum(len(side) for _, side in whole),
            yield_=_blind(whole, money=True),
            clv=_blind(whole, money=False),
        ),
        alike=Bettor(
            bets=len(pool),
            yield_=_alike(_own(there, money=True), _theirs(pool, money=True)),
            clv=_alike(_own(there, money=False), _theirs(pool, money=False)),
        ),
    )


def _market(bet: SettledBet, offered: Sequence[Alternative]) -> list[Alternative]:
    """Return every side of a bet's market; none where one of them could not be bet."""
    market = bet.selection.market
    found = [one for one in offered if one.selection.market == market]
    return found if len(found) == len(market.selections) else []


def _blind(whole: Sequence[tuple[SettledBet, Sequence[Alternative]]], *, money: bool) -> Beside:
    own = _own([bet for bet, _ in whole], money=money)
    theirs = np.array(
        [float(np.mean([_worth(one, money=money) for one in side])) for _, side in whole]
    )
    both = np.isfinite(own.worth) & np.isfinite(theirs)
    known = replace(own, worth=np.where(both, own.worth, np.nan)).known()
    return _beside(known, theirs[both])


def _alike(own: _Rows, pool: _Rows) -> Beside:
    """Return bettors who draw from the pool's bets of the same band of odds.

    That the pool's means are estimates too is part of both intervals: each of its bets stands
    among the rows with its deviation from its band, as many times as its band was bet.
    """
    own, pool = own.known(), pool.known()
    there = np.bincount(pool.band, minlength=_bands(own, pool)).astype(np.float64)
    sums = np.bincount(pool.band, pool.worth, len(there))
    means = np.divide(sums, there, out=np.full(len(there), np.nan), where=there > 0)
    known = replace(own, worth=np.where(np.isfinite(means[own.band]), own.worth, np.nan)).known()
    staked = np.bincount(known.band, known.stake, len(there))
    share = np.divide(staked, there, out=np.zeros(len(there)), where=there > 0)
    return _beside(
        known, means[known.band], pool, share[pool.band] * (pool.worth - means[pool.band])
    )


def _bands(*rows: _Rows) -> int:
    return 1 + max((int(one.band.max(initial=0)) for one in rows), default=0)


def _beside(
    own: _Rows, theirs: Floats, pool: _Rows | None = None, noise: Floats | None = None
) -> Beside:
    """Return the figure of others and what the record gained on it, both by weeks."""
    error: Floats = np.empty(0) if noise is None else noise
    weeks, fixtures = (own.week, own.fixture)
    if pool is not None:
        weeks, fixtures = own.week + pool.week, own.fixture + pool.fixture
    weights = np.concatenate([own.stake, np.zeros(len(error))]).tolist()

    def told(worth: Floats, sign: float) -> Estimate:
        rows = np.concatenate([own.stake * worth, sign * error]).tolist()
        return replace(by_weeks(rows, weights, weeks, fixtures), n=len(own))

    return Beside(n=len(own), theirs=told(theirs, 1.0), gained=told(own.worth - theirs, -1.0))


def _own(bets: Sequence[SettledBet], *, money: bool) -> _Rows:
    """Return bets as rows: a yield weighs them by their stakes, a mean of CLV does not."""
    stakes = [float(bet.stake) if money else 1.0 for bet in bets]
    values = [
        (float(bet.profit) / stake if stake else np.nan) if money else _number(bet.clv)
        for bet, stake in zip(bets, stakes, strict=True)
    ]
    return _rows(bets, values, stakes, [bet.odds for bet in bets])


def _theirs(pool: Sequence[tuple[SettledBet, Alternative]], *, money: bool) -> _Rows:
    values = [_worth(one, money=money) for _, one in pool]
    return _rows(
        [bet for bet, _ in pool], values, [1.0] * len(pool), [one.odds for _, one in pool]
    )


def _rows(
    bets: Sequence[SettledBet],
    values: Sequence[float],
    stakes: Sequence[float],
    odds: Sequence[float],
) -> _Rows:
    begun = np.array([bet.kick_off.timestamp() for bet in bets], dtype=np.float64)
    return _Rows(
        worth=np.array(values, dtype=np.float64),
        stake=np.array(stakes, dtype=np.float64),
        band=band_of(np.array(odds, dtype=np.float64)),
        week=[str(week) for week in week_of(begun).tolist()],
        fixture=[bet.fixture for bet in bets],
    )


def _worth(one: Alternative, *, money: bool) -> float:
    return one.profit if money else _number(one.clv)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
