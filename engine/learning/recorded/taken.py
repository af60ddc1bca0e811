"""What a person took beside what was recommended: never one record, always the same picks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.numbers import Units, units
from engine.learning.recorded.columns import columns, mean, ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from engine.domain.bet import TakenBetNow
    from engine.domain.numbers import PickId
    from engine.domain.pick import Provenance
    from engine.domain.record import Estimate, SettledBet
    from engine.learning.recorded.columns import Columns

_NOTHING: Final = units(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBet:
    """A bet that a person took, with the settled pick it is of.

    It is no `SettledBet`: no record of what was recommended takes it in.
    """

    taken: TakenBetNow
    profit: Units
    pick: SettledBet

    def at_own_terms(self) -> SettledBet:
        """Return the pick as if it had been made at the odds and stake that were taken.

        Values follow the odds: what of the stake is decided, 1 - refund, pays that many times
        more or less.
        """
        bet, pick = self.taken.bet, self.pick
        better = bet.odds / pick.odds

        def moved(value: float) -> float:
            decided = 1 - pick.refund
            return better * (decided + value) - decided

        own_book = bet.bookmaker == pick.bookmaker and pick.movement is not None
        return replace(
            pick,
            odds=bet.odds,
            stake=bet.stake,
            profit=self.profit,
            bookmaker=bet.bookmaker,
            issued_at=bet.taken_at,
            expected_at_alert=moved(pick.expected_at_alert),
            clv=None if pick.clv is None else moved(pick.clv),
            clv_alt=None if pick.clv_alt is None else moved(pick.clv_alt),
            movement=(1 + (pick.movement or 0.0)) * better - 1 if own_book else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenReport:
    """What a person took of one record, beside the same picks as they were recommended.

    `n` bets of `picks` picks, of `offered` that were recommended. `odds` is how far the odds taken
    are above those recommended; `same_yield` and `same_clv` are the recommendation's at the
    person's stakes; `gap` and `gap_clv` what the person's own are above them. `left` and
    `left_clv` are of what was recommended and not taken: far from the rest, choosing cost or
    earned something.
    """

    provenance: Provenance
    n: int
    picks: int
    offered: int
    staked: Units
    profit: Units
    yield_: Estimate
    clv: Estimate
    odds: Estimate
    same_yield: Estimate
    same_clv: Estimate
    gap: Estimate
    gap_clv: Estimate
    left: Estimate
    left_clv: Estimate
    since: datetime | None
    until: datetime | None


def own_bets(taken: Sequence[TakenBetNow], picks: Sequence[SettledBet]) -> tuple[OwnBet, ...]:
    """Return the settled bets among those taken that are of these picks, by when they settled."""
    known: Mapping[PickId, SettledBet] = {pick.pick: pick for pick in picks}
    found = [
        OwnBet(taken=one, profit=one.profit, pick=known[one.bet.pick_id])
        for one in taken
        if one.profit is not None and one.bet.pick_id in known
    ]
    return tuple(sorted(found, key=_order))


def taken_report(
    own: Sequence[OwnBet], picks: Sequence[SettledBet], provenance: Provenance
) -> TakenReport:
    """Return what a person made of settled picks of one provenance.

    Raises:
        ValueError: a pick is of another provenance.
    """
    ordered = sorted(own, key=_order)
    theirs = columns([one.at_own_terms() for one in ordered], provenance)
    ours = columns([one.pick for one in ordered], provenance)
    told = {one.pick.pick for one in ordered}
    left = columns([pick for pick in picks if pick.pick not in told], provenance)
    each = np.divide(ours.profit, ours.stake, out=np.zeros(len(ours)), where=ours.stake > 0)
    kick_offs = [one.pick.kick_off for one in ordered]
    return TakenReport(
        provenance=provenance,
        n=len(ordered),
        picks=len(told),
        offered=len(told) + len(left),
        staked=Units(sum((one.taken.bet.stake for one in ordered), _NOTHING)),
        profit=Units(sum((one.profit for one in ordered), _NOTHING)),
        yield_=ratio(theirs.profit, theirs.stake, theirs),
        clv=mean(theirs.clv, theirs),
        odds=mean(theirs.odds / ours.odds - 1, theirs),
        same_yield=ratio(theirs.stake * each, theirs.stake, theirs),
        same_clv=mean(ours.clv, ours),
        gap=ratio(theirs.profit - theirs.stake * each, theirs.stake, theirs),
        gap_clv=mean(theirs.clv - ours.clv, theirs),
        left=_yield(left),
        left_clv=mean(left.clv, left),
        since=min(kick_offs, default=None),
        until=max(kick_offs, default=None),
    )


def _yield(bets: Columns) -> Estimate:
    return ratio(bets.profit, bets.stake, bets)


def _order(one: OwnBet) -> tuple[datetime, PickId, datetime, UUID]:
    return one.pick.settled_at, one.pick.pick, one.taken.bet.taken_at, one.taken.bet.id
