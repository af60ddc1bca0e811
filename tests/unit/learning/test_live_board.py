"""A look priced live says what the walks, which it was learned by, say of the same look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.domain.board import Quote, build_board
from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.policy import PricingRules
from engine.learning.archive import refit_instants
from engine.learning.expected_close.walk import REFIT, learn_expected_close, walk_expected_close
from engine.learning.reference.walk import EVERY, learn_book_weights, walk_reference
from engine.pricing.learned import Learned
from engine.pricing.price import price
from engine.pricing.reference.consensus import EVERY_BOOK
from tests.builders import a_fixture
from tests.unit.learning.closes import World, archive_of

if TYPE_CHECKING:
    from engine.domain.board import Board
    from engine.domain.price import PriceTable
    from engine.learning.archive import Archive
    from engine.pricing.reference.main_odds import MainOdds

KINDS = {"total": MarketKind.TOTAL_GOALS, "handicap": MarketKind.ASIAN_HANDICAP}


@pytest.fixture(scope="module")
def archive() -> Archive:
    """Seven voices; at every seventh look one of them mistyped a price of the match odds."""
    planted = archive_of(World())
    return replace(planted, look=_mistyped(_crowded(planted.look)), close=_crowded(planted.close))


def test_a_board_is_told_what_the_walks_tell(archive: Archive) -> None:
    at = float(refit_instants(archive, REFIT)[18])
    assert at in refit_instants(archive, EVERY)
    close = walk_expected_close(archive)
    references = walk_reference(archive)
    known = archive.where(archive.looked_at <= at)
    ahead = learn_expected_close(known, at)

    rows = np.flatnonzero(archive.looked_at == at)
    table = price(
        board_of(archive.where(rows)),
        PricingRules(),
        datetime.fromtimestamp(at, UTC),
        Learned(
            weights=learn_book_weights(known, at),
            expected_close=ahead.model,
            close_state=ahead.state,
        ),
    )

    for place, row in enumerate(rows.tolist()):
        for name, market in _markets(archive.look, row).items():
            reference = getattr(references, name)
            told = {
                "close": getattr(close, name)[row],
                "close_error": getattr(close, f"{name}_sd")[row],
            }
            for column, wanted in told.items():
                found = _column(table, place, market, column)
                assert found == pytest.approx(wanted, abs=1e-9), (place, name, column)
            # the clock of the weights stops at the last kick-off known, days before the look
            for column, wanted in {
                "probability": reference.probability[row],
                "std_error": reference.std_error[row],
            }.items():
                found = _column(table, place, market, column)
                assert found == pytest.approx(wanted, abs=5e-5), (place, name, column)


def board_of(looks: Archive) -> Board:
    """Return the board of looks taken at one instant, with every book they hold."""
    at = float(looks.looked_at[0])
    fixtures = tuple(
        a_fixture(
            competition=looks.competitions[competition],
            home=looks.teams[home],
            away=looks.teams[away],
            kick_off=datetime.fromtimestamp(kick_off, UTC),
        )
        for competition, home, away, kick_off in zip(
            looks.competition.tolist(),
            looks.home.tolist(),
            looks.away.tolist(),
            looks.kick_off.tolist(),
            strict=True,
        )
    )
    quotes = [
        Quote(
            fixture=row,
            bookmaker=key,
            selection=selection,
            odds=Odds(float(odds)),
            quoted_at=at,
        )
        for row in range(len(looks))
        for name, market in _markets(looks.look, row).items()
        for key, prices in zip(looks.look.books, getattr(looks.look, name)[row], strict=True)
        for selection, odds in zip(market.selections, prices.tolist(), strict=True)
        if np.isfinite(odds)
    ]
    return build_board(datetime.fromtimestamp(at, UTC), fixtures, quotes)


def _markets(odds: MainOdds, row: int) -> dict[str, Market]:
    lines = {"total": odds.total_line, "handicap": odds.handicap_line}
    return {
        "match_odds": MATCH_ODDS,
        **{
            name: Market(kind=kind, line=Decimal(str(float(lines[name][row]))))
            for name, kind in KINDS.items()
        },
    }


def _column(table: PriceTable, fixture: int, market: Market, column: str) -> list[float]:
    found = []
    for selection in market.selections:
        row = (table.fixture == fixture) & (table.selection == selection.number)
        (value,) = getattr(table, column)[row & (table.excluded == EVERY_BOOK)].tolist()
        found.append(value)
    return found


def _crowded(odds: MainOdds) -> MainOdds:
    """Add three books that say what another says, a little worse."""
    like = odds.books.index(BookmakerKey("bet365"))
    more: dict[str, Any] = {"books": (*odds.books, *map(BookmakerKey, ("b1", "b2", "b3")))}
    for name in ("match_odds", *KINDS):
        table = getattr(odds, name)
        copies = [table[:, [like]] * (1 - 0.002 * number) for number in (1, 2, 3)]
        more[name] = np.concatenate([table, *copies], axis=1)
    return replace(odds, **more)


def _mistyped(odds: MainOdds) -> MainOdds:
    table = odds.match_odds.copy()
    table[::7, odds.books.index(BookmakerKey("williamhill")), 0] *= 1.4
    return replace(odds, match_odds=table)
