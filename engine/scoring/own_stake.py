"""What a person stakes on a pick by rules of their own: cautious, capped, rounded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.policy import PricingRules
from engine.domain.staking import StakePlan
from engine.scoring.payoffs import kelly, outcomes

if TYPE_CHECKING:
    from engine.domain.pick import Pick
    from engine.domain.staking import Staking

_HALF_80: Final = NormalDist().inv_cdf(0.9)
_CAUTION: Final = -NormalDist().inv_cdf(0.2)  # METHOD B6: stakes use the 20th percentile
_CLOSE_DOUBT: Final = PricingRules().close_doubt
_CENT: Final = Decimal("0.01")
_NOTHING: Final = Decimal(0)


class Held(StrEnum):
    """What kept a stake below what was wished: the cap, no edge at these odds, or the rounding."""

    CAP = "cap"
    NO_EDGE = "no_edge"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStake:
    """A stake in money, the share of the basis it was rounded from, and what held it, if any."""

    money: Decimal
    share: float
    held: Held | None


def own_stake(pick: Pick, odds: float, staking: Staking, basis: Decimal) -> OwnStake:
    """Return the stake on a pick at `odds`, out of a `basis` in money.

    Kelly is taken on the cautious probability (METHOD B6): at odds where that shows no edge,
    nothing is staked. It is of this bet alone: bets open beside it are the business of caps.
    """
    best = float(_full_kelly(pick, odds))
    if best <= 0 or basis <= 0:
        return OwnStake(money=_NOTHING, share=0.0, held=Held.NO_EDGE)
    share = staking.fraction * best
    if staking.plan is StakePlan.FLAT:
        share = float(staking.flat / basis)
    capped = min(share, staking.cap)
    most = Decimal(str(staking.cap)) * basis
    money = rounded(Decimal(repr(capped)) * basis, staking.step, most)
    held = Held.CAP if share > staking.cap else None
    if not money:
        held = Held.STEP
    return OwnStake(money=money, share=capped, held=held)


def rounded(amount: Decimal, step: Decimal, most: Decimal) -> Decimal:
    """Return an amount as the nearest number of steps that is not above `most`; cents without one.

    >>> rounded(Decimal("9.90"), Decimal(1), Decimal(10))
    Decimal('10')
    >>> rounded(Decimal("9.90"), Decimal(5), Decimal("9.95"))
    Decimal('5')
    """
    if not step:
        return min(amount, most).quantize(_CENT, rounding=ROUND_DOWN)
    nearest = (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    highest = (most / step).quantize(Decimal(1), rounding=ROUND_DOWN)
    return min(nearest, highest) * step


def cautious_probability(pick: Pick) -> float:
    """Return the 20th percentile of the expected W/(W+L) of a pick, from its edge's interval.

    The interval of a pick whose close was expected is of the close; its model's own doubt is the
    usual share of that.
    """
    decided = 1 - pick.fair.refund
    error = (pick.edge - pick.edge_low) / (_HALF_80 * decided * pick.odds)
    doubt = error if pick.fair.close is None else _CLOSE_DOUBT * error
    return (1 + pick.edge / decided) / pick.odds - _CAUTION * doubt


def _full_kelly(pick: Pick, odds: float) -> float:
    believed = min(max(cautious_probability(pick), 0.0), 1.0)
    made = outcomes(
        np.array([pick.selection.number]), np.array([believed]), np.array([pick.fair.refund])
    )
    return float(kelly(np.array([odds]), made)[0])
