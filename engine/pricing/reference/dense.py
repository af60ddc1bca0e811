"""References of the three main markets from dense odds: the ladder of a board, without a board."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.board import AGGREGATES
from engine.domain.market import MarketKind
from engine.pricing.reference.books import is_palpable
from engine.pricing.reference.ladder import climb
from engine.pricing.reference.main_odds import without_wide_exchanges
from engine.pricing.reference.voices import NOBODY, ImpliedBy, Roles, Voices, fair_logs, spread
from engine.pricing.reference.weights import NOTHING_LEARNED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.domain.policy import PricingRules
    from engine.pricing.reference.main_odds import MainOdds
    from engine.pricing.reference.weights import BookWeights

MAIN_KINDS = (MarketKind.MATCH_ODDS, MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP)
"""The kinds of market that closes are known of: what weights are learned for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DenseReference:
    """One market of n fixtures, for the bets of every book: NaN and rung 0 where it has none.

    `probability` and `std_error` are (n, k) in the order of `SIDES`.
    """

    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    rung: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DenseReferences:
    """The main markets of n fixtures."""

    match_odds: DenseReference
    total: DenseReference
    handicap: DenseReference

    def of(self, kind: MarketKind) -> DenseReference:
        """Return the market of a kind."""
        return {
            MarketKind.MATCH_ODDS: self.match_odds,
            MarketKind.TOTAL_GOALS: self.total,
            MarketKind.ASIAN_HANDICAP: self.handicap,
        }[kind]


def dense_references(
    odds: MainOdds,
    days: NDArray[np.float64],
    rules: PricingRules,
    weights: BookWeights = NOTHING_LEARNED,
) -> DenseReferences:
    """Return the references of fixtures that begin in `days`; the same as on a board.

    Every quote given counts as fresh. Exchanges stand with the odds they have here: the middle
    of back and lay from `main_odds`, the back odds from a season file.
    """
    match_odds, total, handicap = (
        _reference(voices, rules, weights) for voices in dense_voices(odds, days, rules).values()
    )
    return DenseReferences(match_odds=match_odds, total=total, handicap=handicap)


def dense_voices(
    odds: MainOdds, days: NDArray[np.float64], rules: PricingRules
) -> Mapping[MarketKind, Voices]:
    """Return what the books say of each main market; columns in the order of the books' keys."""
    odds = without_wide_exchanges(odds, rules.exchanges, rules.exchange_max_spread)
    odds = without_palpable(odds, rules)
    by_key = np.argsort(np.array(odds.books, dtype=np.str_), kind="stable")
    names = tuple(str(odds.books[column]) for column in by_key.tolist())
    roles = Roles.of(names, rules)
    found: dict[MarketKind, Voices] = {}
    for kind, offered in zip(
        MAIN_KINDS, (odds.match_odds, odds.total, odds.handicap), strict=True
    ):
        logs = fair_logs(offered[:, by_key])
        found[kind] = Voices(
            kind=kind,
            books=names,
            roles=roles,
            logs=logs,
            days=days,
            dispersion=spread(logs[:, roles.ordinary]),
        )
    return found | {MarketKind.MATCH_ODDS: _with_implied(found, odds)}


def without_palpable(odds: MainOdds, rules: PricingRules) -> MainOdds:
    """Return the odds without the books that hold a palpable error, as a board leaves them out.

    What is learned of past odds is asked of boards: both must have left out the same.
    """
    speak = np.array([key not in AGGREGATES for key in odds.books], dtype=np.bool_)

    def meant(market: NDArray[np.float64]) -> NDArray[np.float64]:
        wrong = np.any(is_palpable(market, speak, rules), axis=2)
        return np.where(wrong[:, :, None], np.nan, market)

    return replace(
        odds,
        match_odds=meant(odds.match_odds),
        total=meant(odds.total),
        handicap=meant(odds.handicap),
    )


def _with_implied(found: Mapping[MarketKind, Voices], odds: MainOdds) -> Voices:
    cover, over = (
        _leading(found[kind]) for kind in (MarketKind.ASIAN_HANDICAP, MarketKind.TOTAL_GOALS)
    )
    by = ImpliedBy(cover=cover, handicap=odds.handicap_line, over=over, total=odds.total_line)
    return replace(found[MarketKind.MATCH_ODDS], implied=by)


def _leading(voices: Voices) -> NDArray[np.float64]:
    """Return the first side's probability at the best sharp book or exchange (n,)."""
    leader = voices.first_of((*voices.roles.sharp, *voices.roles.exchange))
    found = np.full(len(voices), np.nan)
    rows = np.flatnonzero(leader != NOBODY)
    found[rows] = np.exp(voices.logs[rows, leader[rows], 0])
    return found


def _reference(voices: Voices, rules: PricingRules, weights: BookWeights) -> DenseReference:
    shape = (len(voices), voices.logs.shape[2])
    probability, std_error = np.full(shape, np.nan), np.full(shape, np.nan)
    rung = np.zeros(len(voices), dtype=np.int8)
    for fair in climb(voices, rules, weights):
        rows = fair.excluded == NOBODY
        probability[fair.row[rows]] = fair.probability[rows]
        std_error[fair.row[rows]] = fair.std_error[rows]
        rung[fair.row[rows]] = fair.rung
    return DenseReference(probability=probability, std_error=std_error, rung=rung)
