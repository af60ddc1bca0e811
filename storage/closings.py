"""Closing lines, and the close fixed for each pick."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.closing import BookOffer, CloseCoverage, FixedClose, Grade
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, FixtureId, Odds, PickId
from storage.queries import queries
from storage.rows import closing_from_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from engine.domain.closing import ClosingLine, PickClose
    from engine.domain.pick import Provenance
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseEntry:
    """One entry of a pick's close. `why`: `kick_off` fixed it, `moved` reopened it, or `better`.

    The last entry counts, unless it reopened.
    """

    sequence: int
    why: str
    closed_at: datetime
    kick_off: datetime
    grade: Grade | None
    source: str | None
    clv: float | None
    alt_grade: Grade | None
    alt_source: str | None
    clv_alt: float | None


class Closings:
    """Closes on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, lines: Sequence[ClosingLine]) -> None:
        """Append graded closes."""
        rows = [
            (
                line.fixture_id,
                line.captured_at,
                line.selection.number,
                line.source,
                line.payoff.win,
                line.payoff.half_win,
                line.payoff.push,
                line.payoff.half_loss,
                line.payoff.loss,
                line.raw_odds,
                line.kick_off,
                line.grade.value,
                line.book,
                line.excluded or "",
            )
            for line in lines
        ]
        await self._connection.executemany(queries("closings").add, rows)

    async def of_fixtures(self, ids: Iterable[FixtureId]) -> tuple[ClosingLine, ...]:
        """Return every graded close of these fixtures, oldest first."""
        rows = await self._connection.fetch(queries("closings").of_fixtures, list(ids))
        return tuple(closing_from_row(row) for row in rows)

    async def add_offers(self, offers: Sequence[BookOffer]) -> None:
        """Append what the books of picks offered of them as kick-off neared."""
        rows = [
            (
                offer.fixture_id,
                offer.captured_at,
                offer.selection.number,
                offer.bookmaker,
                offer.odds,
                offer.kick_off,
            )
            for offer in offers
        ]
        await self._connection.executemany(queries("closings").add_offers, rows)

    async def offers_of(self, ids: Iterable[FixtureId]) -> tuple[BookOffer, ...]:
        """Return what the books of picks on these fixtures offered, oldest first."""
        rows = await self._connection.fetch(queries("closings").offers_of, list(ids))
        return tuple(
            BookOffer(
                fixture_id=FixtureId(row["fixture_id"]),
                selection=Selection.from_number(row["selection"]),
                bookmaker=BookmakerKey(row["bookmaker"]),
                odds=Odds(row["odds"]),
                captured_at=row["captured_at"],
                kick_off=row["kick_off"],
            )
            for row in rows
        )

    async def close_picks(self, closes: Sequence[PickClose]) -> None:
        """Fix the close of each pick that has none, with its CLV against both references."""
        await self._connection.executemany(
            queries("closings").close_pick, [_row(close) for close in closes]
        )

    async def regrade(self, closes: Sequence[PickClose]) -> None:
        """Put better closes behind those that count; what counted before stays in the history."""
        await self._connection.executemany(
            queries("closings").regrade_pick, [_row(close) for close in closes]
        )

    async def reopen(self, pick_ids: Iterable[PickId], now: datetime) -> None:
        """Let the closes of picks count no more whose kick-off moved after they were fixed."""
        await self._connection.execute(queries("closings").reopen, list(pick_ids), now)

    async def fixed(self, pick_ids: Iterable[PickId]) -> Mapping[PickId, FixedClose]:
        """Return how well the close that counts was caught, of the picks that have been closed."""
        rows = await self._connection.fetch(queries("closings").fixed, list(pick_ids))
        return {
            PickId(row["pick_id"]): FixedClose(
                pick_id=PickId(row["pick_id"]),
                closed_at=row["closed_at"],
                kick_off=row["kick_off"],
                grade=_grade(row["grade"]),
                alternative=_grade(row["alt_grade"]),
            )
            for row in rows
        }

    async def improvable(self, since: datetime, provenance: Provenance) -> tuple[PickId, ...]:
        """Return the picks closed since then of which a better graded close was kept later."""
        rows = await self._connection.fetch(
            queries("closings").improvable, since, provenance.value
        )
        return tuple(PickId(row["pick_id"]) for row in rows)

    async def history(self, pick_id: PickId) -> tuple[CloseEntry, ...]:
        """Return every close that ever counted of a pick, and when one was reopened, in order."""
        rows = await self._connection.fetch(queries("closings").history, pick_id)
        return tuple(
            CloseEntry(
                sequence=row["sequence"],
                why=row["why"],
                closed_at=row["closed_at"],
                kick_off=row["kick_off"],
                grade=_grade(row["grade"]),
                source=row["source"],
                clv=row["clv"],
                alt_grade=_grade(row["alt_grade"]),
                alt_source=row["alt_source"],
                clv_alt=row["clv_alt"],
            )
            for row in rows
        )

    async def coverage(
        self,
        provenance: Provenance,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> CloseCoverage:
        """Return how the closes were caught of picks that finished within [since, until)."""
        rows = await self._connection.fetch(
            queries("closings").coverage, provenance.value, since, until
        )
        headline: Counter[Grade] = Counter()
        alternative: Counter[Grade] = Counter()
        for row in rows:
            for counts, grade in ((headline, row["grade"]), (alternative, row["alt_grade"])):
                if grade is not None:
                    counts[Grade(grade)] += row["n"]
        return CloseCoverage(
            n=sum(row["n"] for row in rows), headline=headline, alternative=alternative
        )


def _grade(told: str | None) -> Grade | None:
    return None if told is None else Grade(told)


def _row(close: PickClose) -> tuple[object, ...]:
    line, other = close.headline, close.alternative
    return (
        close.pick_id,
        close.closed_at,
        close.kick_off,
        line.grade.value if line else None,
        line.source if line else None,
        line.odds if line else None,
        close.clv,
        math.log(close.odds * line.payoff.fair) if line else None,
        close.movement,
        other.grade.value if other else None,
        other.source if other else None,
        other.odds if other else None,
        close.clv_alt,
        close.book_odds,
    )
