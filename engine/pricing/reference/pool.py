"""One rung's prices of many markets: its best source, the crowd and each book, pooled.

A logarithmic pool: weighted sums of logarithms of probabilities, scaled to sum to 1. For two
outcomes it is the weighted mean of logits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.price import Rung
from engine.pricing.reference.implied import implied_match_odds
from engine.pricing.reference.voices import NOBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import PricingRules
    from engine.pricing.reference.voices import Voices
    from engine.pricing.reference.weights import PoolWeights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """What goes into a pool of n markets.

    `lead` (n, k) logs of the rung's best source, NaN where it has none, `leader` (n,) its column
    or NOBODY. `crowd` (n, k) logs; `mean` (n,) says where it is the mean of `members` (n, b),
    rather than printed. `others` (n, b): who else speaks. `usable` (n,): the rung has a price.
    """

    lead: NDArray[np.float64]
    leader: NDArray[np.int64]
    crowd: NDArray[np.float64]
    mean: NDArray[np.bool_]
    members: NDArray[np.bool_]
    others: NDArray[np.bool_]
    usable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """Fair probabilities of n markets, and without each book: NaN where the rung has none.

    `whole` (n, k), of `count` (n,) books. `without` (n, b, k), of as many less one, is NaN also
    where a book has no part in the price; None where no book has.
    """

    parts: Parts
    whole: NDArray[np.float64]
    count: NDArray[np.int64]
    without: NDArray[np.float64] | None


def parts_of(voices: Voices, rung: Rung, rules: PricingRules, *, learned: bool) -> Parts:
    """Return what a rung's pool is made of; nothing of a better rung has a part in it."""
    there = np.isfinite(voices.logs[:, :, 0])
    members = there & voices.roles.ordinary
    lead, leader = _lead(voices, rung)
    others = there & _of_rung(voices, rung)
    others[leader != NOBODY, leader[leader != NOBODY]] = False
    printed = voices.first_of(voices.roles.average)
    count = members.sum(axis=1)
    mean = (count > 0) & ((printed == NOBODY) | (not learned))
    crowd = _at(voices.logs, np.where(mean, NOBODY, printed))
    sums = np.where(members[:, :, None], voices.logs, 0.0).sum(axis=1)
    crowd[mean] = sums[mean] / count[mean, None]
    if rung is Rung.CONSENSUS:
        usable = np.where(mean, count > rules.min_consensus_books, printed != NOBODY)
    else:
        usable = np.isfinite(lead[:, 0])
        alone = np.isnan(crowd[:, 0])
        crowd[alone] = lead[alone]  # nobody else: the crowd's weight is the source's own
    return Parts(
        lead=lead,
        leader=leader,
        crowd=crowd,
        mean=mean,
        members=members,
        others=others,
        usable=usable,
    )


def pooled(voices: Voices, weights: PoolWeights, rules: PricingRules) -> Pooled:
    """Return a rung's prices, as `weights` has them.

    Without a book, its own term and its share in the crowd's mean are gone and nothing else
    changes: nothing is fitted again.
    """
    parts = parts_of(voices, weights.rung, rules, learned=weights.learned)
    own = np.array([weights.books.get(book, 0.0) for book in voices.books])
    own = np.where(parts.others, own, 0.0)
    logs = np.where(parts.others[:, :, None], voices.logs, 0.0)
    terms = own[:, :, None] * logs
    added, total = terms.sum(axis=1), own.sum(axis=1)[:, None]
    source = np.zeros_like(parts.lead) if weights.lead == 0 else weights.lead * parts.lead
    whole = source + (weights.crowd - total) * parts.crowd + added
    count = _count(parts, weights)
    whole[~parts.usable] = np.nan
    without = None
    share = parts.mean[:, None] & parts.members & (weights.crowd - total != 0)
    part = ((own != 0) | share) & parts.usable[:, None]
    if part.any():
        crowd = _crowd_without(voices, parts)
        without = crowd
        without *= (weights.crowd - total + own)[:, :, None]
        without += (source + added)[:, None]
        without -= terms
        without[~part] = np.nan
        without = _scaled(without)
    return Pooled(parts=parts, whole=_scaled(whole), count=count, without=without)


def _lead(voices: Voices, rung: Rung) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    if rung is Rung.IMPLIED:
        nobody = np.full(len(voices), NOBODY, dtype=np.int64)
        if voices.implied is None:
            return _at(voices.logs, nobody), nobody
        return np.log(implied_match_odds(voices.implied)), nobody
    columns = {Rung.SHARP: voices.roles.sharp, Rung.EXCHANGE: voices.roles.exchange}
    leader = voices.first_of(columns.get(rung, ()))
    return _at(voices.logs, leader), leader


def _of_rung(voices: Voices, rung: Rung) -> NDArray[np.bool_]:
    """Return who may speak beside the best source (b,): nobody of a better rung."""
    allowed = voices.roles.ordinary.copy()
    if rung in {Rung.SHARP, Rung.EXCHANGE}:
        allowed[list(voices.roles.exchange)] = True
    if rung is Rung.SHARP:
        allowed[list(voices.roles.sharp)] = True
    return allowed


def _at(logs: NDArray[np.float64], column: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each market's logs at one book, NaN at NOBODY."""
    found = np.full((len(logs), logs.shape[2]), np.nan)
    rows = np.flatnonzero(column != NOBODY)
    found[rows] = logs[rows, column[rows]]
    return found


def _crowd_without(voices: Voices, parts: Parts) -> NDArray[np.float64]:
    """Return the crowd's logs (n, b, k) with each book left out of the mean it is in."""
    count = parts.members.sum(axis=1)
    mine = parts.members & (parts.mean & (count > 1))[:, None]
    logs = voices.logs - parts.crowd[:, None]
    logs *= -1.0 / np.maximum(count - 1, 1)[:, None, None]
    logs[~mine] = 0.0
    logs += parts.crowd[:, None]
    return logs


def _count(parts: Parts, weights: PoolWeights) -> NDArray[np.int64]:
    """Return how many books stand behind each price."""
    count: NDArray[np.int64] = np.ones(len(parts.usable), dtype=np.int64)
    if weights.learned:
        count = np.isfinite(parts.lead[:, 0]) + parts.others.sum(axis=1)
    elif weights.rung is Rung.CONSENSUS:
        count = np.maximum(parts.members.sum(axis=1), 1)
    return count


def _scaled(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities that sum to 1 over the last axis."""
    chance = np.exp(logs)
    total = chance[..., 0].copy()
    for side in range(1, chance.shape[-1]):
        total += chance[..., side]
    chance /= total[..., None]
    return chance
