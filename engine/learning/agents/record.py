"""Bets of an archive's looks, with where they closed and what became of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.bets import KINDS, MARKET, Look, Prices, bets_of, bettable_books
from engine.domain.market import Market
from engine.learning.agents.past_bets import PastBets, logit
from engine.learning.expected_close.past import fixtures_of, past
from engine.learning.outcomes import handicap_outcome, match_odds_outcome, total_outcome
from engine.pricing.expected_close.model import anchored
from engine.pricing.expected_close.views import Anchor, Sources
from engine.pricing.grid.bets import returns
from engine.pricing.grid.prices import PriceList
from engine.pricing.implied.goals import implied_goals
from engine.pricing.implied.logits import FairMarkets
from engine.pricing.reference.dense import without_palpable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import PricingRules
    from engine.learning.archive import Archive
    from engine.learning.expected_close.walk import CloseForecast
    from engine.pricing.expected_close.state import StateRows
    from engine.pricing.grid.score_grid import Grids
    from engine.pricing.reference.dense import DenseReferences

    Floats = NDArray[np.float64]

_BETS: Final = len(MARKET)
_ZERO_LINE: Final = 512


def past_bets(
    archive: Archive,
    references: DenseReferences,
    close: CloseForecast,
    states: StateRows,
    *,
    aggregates: bool,
    rules: PricingRules,
) -> PastBets:
    """Return the bets of every look, judged by what had been said of it before it closed.

    `references`, `close` and `states` are walked over the same archive. With `aggregates` the
    best-price aggregate is a bound that counts as a price; exchanges never do.
    """
    archive = _as_boards(archive, rules)
    look = archive_look(archive, references, close, states, aggregates=aggregates, rules=rules)
    bets = bets_of(look)
    bet = bets.side + np.array([0, 3, 5])[bets.market]
    at = bets.fixture, bet
    won, decided = _outcomes(archive)
    return PastBets(
        bets=bets,
        row=bets.fixture,
        close=closes(archive)[at],
        won=won[at],
        decided=decided[at],
        closed_at=archive.kick_off[bets.fixture],
        played_at=archive.played_at[bets.fixture],
    )


def archive_look(
    archive: Archive,
    references: DenseReferences,
    close: CloseForecast,
    states: StateRows,
    *,
    aggregates: bool,
    rules: PricingRules,
) -> Look:
    """Return all looks of an archive as one; no row of it tells anything of another's future."""
    each = [references.of(kind) for kind in KINDS]
    fair = np.concatenate([one.probability for one in each], axis=1)
    return Look(
        odds=archive.look,
        fixtures=fixtures_of(archive),
        state=states,
        reference=Prices(
            probability=fair, error=np.concatenate([one.std_error for one in each], axis=1)
        ),
        expected=Prices(
            probability=np.concatenate([close.match_odds, close.total, close.handicap], axis=1),
            error=np.concatenate([close.match_odds_sd, close.total_sd, close.handicap_sd], axis=1),
        ),
        refund=refunds(archive, fair),
        moved=_moved(archive, fair),
        bettable=bettable_books(archive.look.books, rules.exchanges, aggregates=aggregates),
    )


def closes(archive: Archive) -> Floats:
    """Return the closing W/(W+L) of the seven bets (n, 7) at the look's lines.

    By the sharpest source that closed: sharp books, exchanges, the mean of the others.
    """
    view = past(archive, Sources()).closes(Anchor.SHARP)
    return np.concatenate([anchored(view, market) for market in range(len(KINDS))], axis=1)


def _as_boards(archive: Archive, rules: PricingRules) -> Archive:
    """Return the archive without the books that a board would have left out."""
    look, close = (without_palpable(odds, rules) for odds in (archive.look, archive.close))
    return replace(archive, look=look, close=close)


def _outcomes(archive: Archive) -> tuple[Floats, Floats]:
    """Return the shares of the decided stake won (n, 7), and of the stake decided."""
    markets = (
        match_odds_outcome(archive),
        total_outcome(archive, archive.look.total_line),
        handicap_outcome(archive, archive.look.handicap_line),
    )
    won = np.concatenate(markets, axis=1)
    decided = np.concatenate(
        [np.repeat(one.sum(axis=1, keepdims=True), one.shape[1], axis=1) for one in markets],
        axis=1,
    )
    return np.where(decided > 0, won / np.where(decided > 0, decided, 1.0), won), decided


def _moved(archive: Archive, fair: Floats) -> Floats:
    """Return how far each reference's logit is from that of the first look at the match (n, 7).

    0 where there was none before, or at another line.
    """
    match = np.stack(
        [archive.competition, archive.home, archive.away, archive.kick_off.astype(np.int64)],
        axis=1,
    )
    _, first, number = np.unique(match, axis=0, return_index=True, return_inverse=True)
    then = first[number.ravel()]  # rows are in the order of looks: the first is the earliest
    lines = np.stack([archive.look.total_line, archive.look.handicap_line], axis=1)
    same = np.ones_like(fair, dtype=np.bool_)
    same[:, MARKET > 0] = (lines == lines[then])[:, MARKET[MARKET > 0] - 1]
    moved = logit(fair) - logit(fair[then])
    return np.where(same & np.isfinite(moved), moved, 0.0)


def refunds(archive: Archive, fair: Floats) -> Floats:
    """Return the expected refunds (n, 7), read from the grid that the references imply.

    NaN where no grid holds the market; match odds are never refunded.
    """
    odds = archive.look
    markets = FairMarkets(match_odds=fair[:, :3], over=fair[:, 3], total=odds.total_line)
    grids = implied_goals(markets).grids
    found = np.zeros((len(archive), _BETS))
    for market, line in ((1, odds.total_line), (2, odds.handicap_line)):
        found[:, market == MARKET] = _refund_of(grids, market, line)[:, None]
    return found


def _refund_of(grids: Grids, market: int, line: Floats) -> Floats:
    """Return the refund of each grid's line of a market (n,): the same for both sides."""
    quarters = np.where(np.isfinite(line), line * 4, np.nan)
    found = np.full(len(line), np.nan)
    for number in np.unique(quarters[np.isfinite(quarters)]).astype(np.int64).tolist():
        rows = np.flatnonzero(quarters == number)
        first = Market.from_number(int(KINDS[market]) << 12 | number + _ZERO_LINE).selections[0]
        told = PriceList.of({first.code: returns(first)}).price(grids.where(rows))
        found[rows] = told.refund[0]
    return found
