"""What agents were for, counted or not, until their scoreboards have read it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import orjson

from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, FixtureId, Odds
from engine.domain.opinion import Opinion, OpinionFate
from engine.domain.pick import Provenance
from engine.domain.settlement import Score
from storage.queries import queries
from storage.rows import closing_from_row
from storage.signals import reasons_to_json, signal_from_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from engine.domain.closing import ClosingLine
    from storage.pool import Connection


class Opinions:
    """Opinions on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, opinions: Sequence[Opinion], provenance: Provenance, at: datetime) -> None:
        """Keep what agents were for at an instant; what one said before stands as it was."""
        if not opinions:
            return
        columns = zip(*map(_to_row, opinions), strict=True)
        await self._connection.execute(
            queries("opinions").add, provenance.value, at, *(list(each) for each in columns)
        )

    async def awaiting_close(
        self, now: datetime, provenance: Provenance
    ) -> tuple[tuple[FixtureId, Selection, BookmakerKey], ...]:
        """Return the bets on fixtures not yet begun that some agent is for."""
        rows = await self._connection.fetch(
            queries("opinions").awaiting_close, provenance.value, now
        )
        return tuple(
            (
                FixtureId(row["fixture_id"]),
                Selection.from_number(row["selection"]),
                BookmakerKey(row["bookmaker"]),
            )
            for row in rows
        )

    async def begun(
        self, provenance: Provenance, since: datetime, now: datetime
    ) -> tuple[OpinionFate, ...]:
        """Return what agents were for since an instant where the game has begun."""
        rows = await self._connection.fetch(
            queries("opinions").begun, provenance.value, since, now
        )
        fixtures = list({row["fixture_id"] for row in rows})
        closes: dict[tuple[Any, int], list[ClosingLine]] = defaultdict(list)
        for close in await self._connection.fetch(queries("closings").of_fixtures, fixtures):
            closes[close["fixture_id"], close["selection"]].append(closing_from_row(close))
        return tuple(_fate(row, closes[row["fixture_id"], row["selection"]]) for row in rows)

    async def forget(self, before: datetime) -> None:
        """Drop what was said before an instant."""
        await self._connection.execute(queries("opinions").forget, before)


def _to_row(one: Opinion) -> tuple[object, ...]:
    signal = one.signal
    return (
        signal.agent.value,
        one.fixture_id,
        one.selection.number,
        signal.standing.value,
        signal.direction,
        signal.probability,
        signal.std_error,
        orjson.dumps(reasons_to_json(signal.reasons)).decode(),
        one.bookmaker,
        one.odds,
        one.fair,
        one.refund,
        one.source,
    )


def _fate(row: asyncpg.Record, closes: Sequence[ClosingLine]) -> OpinionFate:
    known = row["home_goals"] is not None and row["away_goals"] is not None
    return OpinionFate(
        opinion=Opinion(
            provenance=Provenance(row["provenance"]),
            fixture_id=FixtureId(row["fixture_id"]),
            selection=Selection.from_number(row["selection"]),
            signal=signal_from_json(dict(row)),
            bookmaker=BookmakerKey(row["bookmaker"]),
            odds=Odds(row["odds"]),
            fair=row["fair"],
            refund=row["refund"],
            source=row["source"],
            issued_at=row["issued_at"],
        ),
        kick_off=row["kick_off"],
        closes=tuple(closes),
        full_time=Score(home=row["home_goals"], away=row["away_goals"]) if known else None,
    )
