"""What several bets tied together come to: every leg settled by itself, then multiplied.

Combined odds are exact; the profit is rounded once, to four decimals, half to even, like that of
a single bet, and what is given back is the stake and that.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import reduce
from operator import mul
from typing import TYPE_CHECKING, Final

from engine.domain.numbers import Units, units
from engine.domain.settlement import Outcome
from engine.settlement.grading import returned

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPARE_DIGITS: Final = 12
"""Beyond those of the legs' odds: room for the halves and the stake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One bet of a combination at its odds; `outcome` is None until it is settled."""

    odds: Decimal
    outcome: Outcome | None = None

    def __post_init__(self) -> None:
        if not self.odds.is_finite() or self.odds <= 1:
            msg = f"odds was {self.odds}: a leg's odds are above 1"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """What a combination came to.

    `odds` is what one unit staked returns: 0 once a leg is lost, 1 where every leg is void.
    """

    odds: Decimal
    returned: Units
    profit: Units


def combined_odds(legs: Sequence[Leg]) -> Decimal | None:
    """Return what one unit on these legs returns, exactly; None while that is open.

    A lost leg ends it, whatever is still open. A void leg counts as odds of 1, a half-won one
    as (odds + 1) / 2, a half-lost one as a half.

    >>> won, half = Leg(odds=Decimal("1.85"), outcome=Outcome.WON), Outcome.HALF_WON
    >>> combined_odds([won, Leg(odds=Decimal("2.10"), outcome=half)])
    Decimal('2.86750')
    >>> combined_odds([Leg(odds=Decimal("1.85")), Leg(odds=Decimal(2), outcome=Outcome.LOST)])
    Decimal('0')

    Raises:
        ValueError: there is no leg.
    """
    if not legs:
        raise ValueError("legs was empty: a combination has at least one")
    if any(leg.outcome is Outcome.LOST for leg in legs):
        return Decimal(0)
    outcomes = [leg.outcome for leg in legs]
    if None in outcomes:
        return None
    digits = sum(len(leg.odds.as_tuple().digits) + 2 for leg in legs)
    with localcontext() as context:
        context.prec = digits + _SPARE_DIGITS
        factors = [returned(leg.outcome, leg.odds) for leg in legs if leg.outcome is not None]
        return reduce(mul, factors)


def settle_accumulator(legs: Sequence[Leg], stake: Units) -> Combined | None:
    """Return what a stake on these legs came to, or None while it is open.

    After a correction of a leg it is simply asked again.

    >>> legs = [Leg(odds=Decimal("1.50"), outcome=Outcome.WON)] * 2
    >>> settle_accumulator(legs, units("0.3333")).returned
    Decimal('0.7499')
    """
    odds = combined_odds(legs)
    if odds is None:
        return None
    with localcontext() as context:
        context.prec = len(odds.as_tuple().digits) + len(stake.as_tuple().digits) + _SPARE_DIGITS
        earned = units(stake * (odds - 1))
    return Combined(odds=odds, returned=Units(stake + earned), profit=earned)
