"""What else could have been bet when picks were made: for the baselines of a record."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Final
from uuid import UUID

from engine.domain.closing import Payoff
from engine.domain.market import Selection, in_catalogue
from engine.domain.numbers import PickId, units
from engine.domain.record import Alternative
from engine.domain.settlement import Score
from engine.settlement.grading import profit, settle
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    import asyncpg

    from engine.domain.record import SettledBet
    from storage.pool import Connection

    Rows = Sequence[asyncpg.Record]
    Look = tuple[str, datetime, datetime]

_UNIT: Final = units(1)


class Alternatives:
    """Alternatives to settled picks, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(
        self, bets: Sequence[SettledBet], before: timedelta
    ) -> Mapping[PickId, tuple[Alternative, ...]]:
        """Return what of the catalogue could be bet on the match of each bet when it was made.

        At the best odds known then, with what one unit earned by the score the bet was settled
        by, and its value by what was last believed within `before` of kick-off: closes proper
        are kept of picks alone. A bet that was not settled by the score of 90 minutes, or of
        whose moment no odds are known, is missing.
        """
        sql = queries("alternatives")
        rows = await self._connection.fetch(sql.scores, [bet.pick for bet in bets])
        found = {
            PickId(row["pick_id"]): Score(home=row["home_goals"], away=row["away_goals"])
            for row in rows
        }
        settled = [bet for bet in bets if _by_score(bet, found.get(bet.pick))]
        looks = list(dict.fromkeys(_look(bet) for bet in settled))
        fixtures = [UUID(fixture) for fixture, _, _ in looks]
        offers = await self._connection.fetch(sql.offers, fixtures, [at for _, at, _ in looks])
        begun = [kick_off for _, _, kick_off in looks]
        closes = await self._connection.fetch(sql.closes, fixtures, begun, before)
        return await asyncio.to_thread(_assembled, settled, found, looks, (offers, closes))


def _by_score(bet: SettledBet, score: Score | None) -> bool:
    """Say whether a bet came to what its score says: neither void nor decided before the end."""
    return score is not None and settle(bet.selection, score) is bet.outcome


def _look(bet: SettledBet) -> Look:
    return bet.fixture, bet.issued_at, bet.kick_off


def _assembled(
    bets: Sequence[SettledBet],
    scores: Mapping[PickId, Score],
    looks: Sequence[Look],
    read: tuple[Rows, Rows],
) -> dict[PickId, tuple[Alternative, ...]]:
    offers, closes = read
    close = {
        (row["place"], row["selection"]): _payoff(row["probability"], row["refund"])
        for row in closes
    }
    offered: dict[Look, list[tuple[Selection, float, Payoff | None]]] = defaultdict(list)
    for row in offers:
        selection, place = Selection.from_number(row["selection"]), row["place"]
        if in_catalogue(selection):
            told = selection, row["odds"], close.get((place, row["selection"]))
            offered[looks[place - 1]].append(told)
    return {
        bet.pick: tuple(_alternative(*told, scores[bet.pick]) for told in offered[_look(bet)])
        for bet in bets
        if _look(bet) in offered
    }


def _payoff(fair: float, refund: float) -> Payoff:
    """Return a payoff of this fair probability and refund: all that a value depends on."""
    decided = 1 - refund
    return Payoff(
        win=decided * fair, half_win=0.0, push=refund, half_loss=0.0, loss=decided * (1 - fair)
    )


def _alternative(
    selection: Selection, odds: float, close: Payoff | None, score: Score
) -> Alternative:
    return Alternative(
        selection=selection,
        odds=odds,
        profit=float(profit(settle(selection, score), odds, _UNIT)),
        clv=None if close is None else close.value(odds),
    )
