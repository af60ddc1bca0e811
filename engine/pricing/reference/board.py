"""What the books of a board say of its markets, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import SIDES, MarketKind
from engine.domain.price import Rung
from engine.pricing.reference.books import complete_books, kick_offs
from engine.pricing.reference.voices import (
    NOBODY,
    ImpliedBy,
    Roles,
    Voices,
    exchange_middle,
    fair_logs,
    spread,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.policy import PricingRules
    from engine.pricing.reference.books import Books

DAY: Final = 86_400.0
ZERO_LINE: Final = 512
"""The line 0 in the numbers of markets, which count lines in quarters of a goal."""
_EVENS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Speaking:
    """What the books of a board say of its markets of one kind, and where those stand.

    `code` (b,) indexes the board's bookmakers; `quoted_at` (n, b), inf where a book is silent.
    `implied_at` (n,): the oldest quote of the handicap and total that imply match odds, inf
    without them.
    """

    voices: Voices
    fixture: NDArray[np.int64]
    market: NDArray[np.int64]
    code: NDArray[np.int64]
    quoted_at: NDArray[np.float64]
    implied_at: NDArray[np.float64]

    def oldest(self, rung: Rung) -> NDArray[np.float64]:
        """Return the time of each market's oldest quote that a rung rests on (n,)."""
        roles = self.voices.roles
        if rung in {Rung.SHARP, Rung.EXCHANGE}:
            columns = roles.sharp if rung is Rung.SHARP else roles.exchange
            leader = self.voices.first_of(columns)
            return self.quoted_at[np.arange(len(leader)), leader]
        times = self.quoted_at[:, roles.ordinary].min(axis=1, initial=np.inf)
        every: NDArray[np.float64] = np.where(
            np.isfinite(times), times, self.quoted_at.min(axis=1, initial=np.inf)
        )
        return np.minimum(every, self.implied_at) if rung is Rung.IMPLIED else every


def speaking(board: Board, rules: PricingRules, now: datetime) -> list[Speaking]:
    """Return what is said of each kind of market on the board at `now`."""
    books = complete_books(board, rules, now)
    days = (kick_offs(board) - now.timestamp()) / DAY
    roles = Roles.of(books.bookmakers, rules)
    found = {
        kind: _of_kind(books, np.flatnonzero(books.kind == kind), roles, days, rules)
        for kind in SIDES
        if (books.kind == kind).any()
    }
    implied = _implied(found, len(board.fixtures))
    if implied is not None and MarketKind.MATCH_ODDS in found:
        one = found[MarketKind.MATCH_ODDS]
        by, quoted_at = implied
        voices = replace(one.voices, implied=by.where(one.fixture))
        found[MarketKind.MATCH_ODDS] = replace(
            one, voices=voices, implied_at=quoted_at[one.fixture]
        )
    return list(found.values())


def _of_kind(
    books: Books,
    rows: NDArray[np.int64],
    roles: Roles,
    days: NDArray[np.float64],
    rules: PricingRules,
) -> Speaking:
    kind = MarketKind(int(books.kind[rows[0]]))
    odds = books.odds[rows, :, : len(SIDES[kind])]
    quoted_at = books.quoted_at[rows]
    gap = None
    exchange = list(roles.exchange)
    if exchange:
        gap = np.full(odds.shape, np.nan)
        back = odds[:, exchange]
        odds[:, exchange] = np.nan
    logs = fair_logs(odds)
    if exchange and books.lay is not None and gap is not None:
        lay = books.lay[rows][:, exchange, : odds.shape[2]]
        for place, column in enumerate(exchange):
            middle, gap[:, column] = exchange_middle(
                back[:, place], lay[:, place], rules.exchange_max_spread
            )
            logs[:, column] = np.log(middle)
    return Speaking(
        voices=Voices(
            kind=kind,
            books=books.bookmakers,
            roles=roles,
            logs=logs,
            days=days[books.fixture[rows]],
            dispersion=spread(logs[:, roles.ordinary]),
            gap=gap,
        ),
        fixture=books.fixture[rows],
        market=books.market[rows],
        code=books.code,
        quoted_at=quoted_at,
        implied_at=np.full(len(rows), np.inf),
    )


def _implied(
    found: Mapping[MarketKind, Speaking], fixtures: int
) -> tuple[ImpliedBy, NDArray[np.float64]] | None:
    """Return the most even handicap and total of each fixture's best source, and their age."""
    if not {MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP} <= found.keys():
        return None
    cover, handicap, covered_at = _most_even(found[MarketKind.ASIAN_HANDICAP], fixtures)
    over, total, over_at = _most_even(found[MarketKind.TOTAL_GOALS], fixtures)
    by = ImpliedBy(cover=cover, handicap=handicap, over=over, total=total)
    return by, np.minimum(covered_at, over_at)


def _most_even(one: Speaking, fixtures: int) -> tuple[NDArray[np.float64], ...]:
    """Return the first side's chance, line and time of each fixture's most even market."""
    voices, roles = one.voices, one.voices.roles
    leader = voices.first_of((*roles.sharp, *roles.exchange))
    rows = np.flatnonzero(leader != NOBODY)
    chance = np.exp(voices.logs[rows, leader[rows], 0])
    order = np.lexsort((-one.market[rows], -np.abs(chance - _EVENS)))
    rows, chance = rows[order], chance[order]
    share, line = np.full(fixtures, np.nan), np.full(fixtures, np.nan)
    quoted_at = np.full(fixtures, np.inf)
    # Of a fixture's rows the last stays: the most even, of two the lower line.
    share[one.fixture[rows]] = chance
    line[one.fixture[rows]] = ((one.market[rows] & 0xFFF) - ZERO_LINE) / 4
    quoted_at[one.fixture[rows]] = one.quoted_at[rows, leader[rows]]
    return share, line, quoted_at
