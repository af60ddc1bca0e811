"""What became of open picks: the best odds now, the edge now, open, moved or gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.numbers import Odds
from engine.domain.pick import PickUpdate, PriceState
from engine.scoring.candidates import NO_PRICE
from engine.scoring.edge import least_odds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.path import Scope
    from engine.domain.pick import OpenPick
    from engine.domain.policy import Policy, ScoringRules
    from engine.domain.price import PriceTable
    from engine.scoring.candidates import Candidates

_TO_COME_BACK: Final = 1.25


def updates(
    rows: Candidates,
    prices: PriceTable,
    open_picks: Sequence[OpenPick],
    policy: Policy,
    now: datetime,
    *,
    scope: Scope | None = None,
) -> tuple[PickUpdate, ...]:
    """Return the updates worth telling: a change of state or a material move of the price.

    A pick whose kind of market was not looked at is left alone: silence is not a withdrawn
    price. What was looked at outside of `scope` was not all asked, or not all understood: its
    prices count, but none is gone for a better one that may stand where nobody looked. Without
    a scope all kinds on the board were asked whole. Past kick-off nothing changes any more.
    """
    rules = policy.scoring
    index = {fixture.id: number for number, fixture in enumerate(prices.fixtures)}
    looked_at = set((rows.fixture[rows.fresh] << 16 | rows.selection[rows.fresh] >> 16).tolist())
    usable = rows.fresh & (rows.odds > 1) & ~rows.implausible
    found: list[PickUpdate] = []
    for one in sorted(open_picks, key=lambda item: str(item.pick.id)):
        fixture, kind = index.get(one.pick.fixture_id, -1), int(one.pick.selection.market.kind)
        if one.kick_off <= now or (fixture << 16 | kind) not in looked_at:
            continue
        here = usable & (rows.fixture == fixture) & (rows.selection == one.pick.selection.number)
        update = _stand(one, rows, prices, np.flatnonzero(here), policy, now=now)
        if update.state is PriceState.GONE and not _is_whole(one, scope):
            continue
        if _is_worth_telling(one, update, rules):
            found.append(update)
    return tuple(found)


def _stand(
    one: OpenPick,
    rows: Candidates,
    prices: PriceTable,
    here: NDArray[np.int64],
    policy: Policy,
    *,
    now: datetime,
) -> PickUpdate:
    """Return how the pick stands among the rows that quote it now."""
    bookmaker = odds = fair_odds = edge = min_odds = None
    if len(here):
        row = int(here[np.argmax(rows.odds[here])])
        bookmaker = prices.bookmakers[int(rows.bookmaker[row])]
        odds, price = Odds(float(rows.odds[row])), int(rows.price[row])
        if price != NO_PRICE:
            fair_odds = Odds(1 / float(prices.probability[price]))
            edge = float(rows.edges.edge[row])
            min_odds = least_odds(prices, price, policy)
    return PickUpdate(
        pick_id=one.pick.id,
        state=_state(one, odds, edge, policy.scoring),
        bookmaker=bookmaker,
        odds=odds,
        fair_odds=fair_odds,
        edge=edge,
        min_odds=min_odds,
        seen_at=now,
    )


def _state(
    one: OpenPick, odds: float | None, edge: float | None, rules: ScoringRules
) -> PriceState:
    """Return what the price is now.

    Gone below the lowest odds worth taking: those against the reference of now, or of then where
    there is none now. Once gone it must earn a quarter more to come back, so that a price on the
    brink does not flicker.
    """
    gone = one.shown is not None and one.shown.state is PriceState.GONE
    required = rules.min_edge * (_TO_COME_BACK if gone else 1.0)
    if odds is None or (odds < one.pick.min_odds if edge is None else edge < required):
        return PriceState.GONE
    moved = abs(1 / odds - 1 / one.pick.odds) >= rules.material_move
    return PriceState.MOVED if moved else PriceState.OPEN


def _is_whole(one: OpenPick, scope: Scope | None) -> bool:
    """Say whether the look asked all there is of the pick's kind of market, and understood it."""
    return scope is None or one.pick.selection.market.kind in scope.get(one.pick.fixture_id, ())


def _is_worth_telling(one: OpenPick, update: PickUpdate, rules: ScoringRules) -> bool:
    shown = PriceState.OPEN if one.shown is None else one.shown.state
    if update.state is not shown:
        return True
    if update.odds is None or update.state is PriceState.GONE:
        return False
    last = one.pick.odds if one.shown is None or one.shown.odds is None else one.shown.odds
    return abs(1 / update.odds - 1 / last) >= rules.material_move
