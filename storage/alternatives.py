"""What else could have been bet when picks were made: for the baselines of a record."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Final
from uuid import UUID

from engine.domain.closing import Grade
from engine.domain.market import Selection, in_catalogue
from engine.domain.numbers import BookmakerKey, PickId, units
from engine.domain.pick import Provenance
from engine.domain.record import Alternative
from engine.domain.settlement import Score
from engine.settlement.closing import best_close, judging
from engine.settlement.grading import profit, settle
from storage.queries import queries
from storage.rows import closing_from_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import asyncpg

    from engine.domain.closing import ClosingLine
    from engine.domain.record import SettledBet
    from storage.pool import Connection

    Rows = Sequence[asyncpg.Record]
    Lines = Mapping[tuple[str, Selection], Sequence[ClosingLine]]

_UNIT: Final = units(1)
_COUNTED: Final = (Grade.A, Grade.B)


class Alternatives:
    """Alternatives to settled picks, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, bets: Sequence[SettledBet]) -> Mapping[PickId, tuple[Alternative, ...]]:
        """Return what of the catalogue could be bet on the match of each bet when it was made.

        At the best odds known then, with what one unit earned by the score the bet was settled
        by, and its value at closes that count as those of picks do, as everybody was told them.
        A bet that was not settled by the score of 90 minutes, or of whose moment no odds are
        known, is missing.
        """
        sql = queries("alternatives")
        rows = await self._connection.fetch(sql.scores, [bet.pick for bet in bets])
        found = {
            PickId(row["pick_id"]): Score(home=row["home_goals"], away=row["away_goals"])
            for row in rows
        }
        settled = [bet for bet in bets if _by_score(bet, found.get(bet.pick))]
        scores = {bet.pick: found[bet.pick] for bet in settled}
        looks = list(dict.fromkeys(_look(bet) for bet in settled))
        fixtures = [UUID(fixture) for fixture, _ in looks]
        offers = await self._connection.fetch(sql.offers, fixtures, [at for _, at in looks])
        grades = {grade.value for bet in settled for grade in _counted(bet)}
        closes = await self._connection.fetch(sql.closes, fixtures, list(grades))
        return await asyncio.to_thread(_assembled, settled, scores, looks, offers, closes)


def _by_score(bet: SettledBet, score: Score | None) -> bool:
    """Say whether a bet came to what its score says: neither void nor decided before the end."""
    return score is not None and settle(bet.selection, score) is bet.outcome


def _look(bet: SettledBet) -> tuple[str, datetime]:
    return bet.fixture, bet.issued_at


def _counted(bet: SettledBet) -> tuple[Grade, ...]:
    """Return the grades of closes that count in the record of a bet (METHOD B2)."""
    return (*_COUNTED, Grade.D) if bet.provenance is Provenance.BACKTEST else _COUNTED


def _assembled(
    bets: Sequence[SettledBet],
    scores: Mapping[PickId, Score],
    looks: Sequence[tuple[str, datetime]],
    offers: Rows,
    closes: Rows,
) -> dict[PickId, tuple[Alternative, ...]]:
    offered: dict[tuple[str, datetime], list[tuple[Selection, asyncpg.Record]]] = defaultdict(list)
    for row in offers:
        selection = Selection.from_number(row["selection"])
        if in_catalogue(selection):
            offered[looks[row["place"] - 1]].append((selection, row))
    lines: dict[tuple[str, Selection], list[ClosingLine]] = defaultdict(list)
    for row in closes:
        line = closing_from_row(row)
        lines[str(line.fixture_id), line.selection].append(line)
    return {
        bet.pick: tuple(
            _alternative(bet, scores[bet.pick], selection, row, lines)
            for selection, row in offered[_look(bet)]
        )
        for bet in bets
        if _look(bet) in offered
    }


def _alternative(
    bet: SettledBet, score: Score, selection: Selection, row: asyncpg.Record, lines: Lines
) -> Alternative:
    told = [
        line
        for line in lines.get((bet.fixture, selection), ())
        if line.kick_off == bet.kick_off
        and line.captured_at > bet.issued_at
        and line.grade in _counted(bet)
    ]
    close = best_close(judging(told, BookmakerKey(row["bookmaker"])))
    return Alternative(
        selection=selection,
        odds=row["odds"],
        profit=float(profit(settle(selection, score), row["odds"], _UNIT)),
        clv=None if close is None else close.clv(row["odds"]),
    )
