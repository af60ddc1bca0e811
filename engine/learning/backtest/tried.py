"""What decisions made of every bet that could be placed, as columns over many looks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from engine.agents.bets import MARKET
from engine.agents.board import selections
from engine.domain.board import AGGREGATES
from engine.domain.pick import Gate
from engine.domain.signal import AgentName
from engine.learning.backtest.closes import values
from engine.pricing.devig.book import devig_rows
from engine.pricing.expected_close.views import sane
from engine.scoring.places import NOWHERE, index_of, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.judgement import Judgements
    from engine.domain.price import PriceTable
    from engine.domain.signal import Verdicts
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PASSED: Final = len(Gate)
_AGENTS: Final = tuple(AgentName)
_RULES: Final = ("pinnacle", "fd_avg")
_NO_PRICE: Final = -1
_WHOLE: Final = frozenset({"row", "bet", "book", "rung", "gate", "agents", "tier"})
_BITS: Final = 2
_FOR, _AGAINST, _WARNED = 1, 2, 3  # 0: silent


class Decided(Protocol):
    """What a decision says of every quote (`engine.pipeline.Decision`)."""

    @property
    def judgements(self) -> Judgements: ...
    @property
    def prices(self) -> PriceTable: ...
    @property
    def verdicts(self) -> Verdicts | None: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tried:
    """m bets, the best of each (look, selection), sorted by both.

    `row` is the archive's, `bet` the place among a match's seven, `book` one of the archive's.
    `reference` and `refund` are the price's, `rung` where it stood; `raw` is the edge against it,
    `edge` the one expected at the close, within `low` and `high`. `rule` is the edge against one
    sharp book's fair price alone (the average where there is none). `second` are the best odds of
    another named book, NaN where there is none. `gate` is the first gate failed, `PASSED` of a
    pick, and `fraction` the share of bankroll staked, 0 where a gate held. `agents` holds what
    each agent said of the side, see `leaning`, and `tier` indexes `Tier`.
    """

    row: Ints
    bet: Ints
    book: Ints
    odds: Floats
    reference: Floats
    refund: Floats
    rung: Ints
    raw: Floats
    edge: Floats
    low: Floats
    high: Floats
    rule: Floats
    second: Floats
    signal_score: Floats
    sweet_spot_score: Floats
    fraction: Floats
    gate: Ints
    agents: Ints
    tier: Ints

    def __len__(self) -> int:
        return len(self.row)

    @property
    def market(self) -> Ints:
        """The place in `KINDS` of each bet's market."""
        return MARKET[self.bet]

    @property
    def expected(self) -> Floats:
        """The closing W/(W+L) that the edge rests on."""
        found: Floats = (1 + self.edge / (1 - self.refund)) / self.odds
        return found

    def leaning(self, agent: AgentName) -> NDArray[np.float64]:
        """Return an agent's direction: 1 for the bet, -1 against it, 0 a warning, NaN silent."""
        said = self.agents >> _BITS * _AGENTS.index(agent) & _WARNED
        found: NDArray[np.float64] = np.array([np.nan, 1.0, -1.0, 0.0])[said]
        return found

    def where(self, rows: NDArray[np.bool_] | Ints) -> Tried:
        """Return the bets of a mask, or of indices in their order."""
        return Tried(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def joined(parts: Sequence[Tried]) -> Tried:
    """Return the bets of several looks as one."""
    every = (nothing_tried(), *parts)
    return Tried(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in every])
            for field in fields(Tried)
        }
    )


def nothing_tried() -> Tried:
    """Return no bets: of looks at which nothing could be bet."""
    columns: dict[str, NDArray[Any]] = {
        field.name: np.empty(0, dtype=np.int64 if field.name in _WHOLE else np.float64)
        for field in fields(Tried)
    }
    return Tried(**columns)


def tried(decision: Decided, rows: Ints, odds: MainOdds, max_edge: float) -> Tried:
    """Return the best bet of each selection of a look, picks first, then by expected edge.

    `rows` are the archive's of the board's fixtures and `odds` theirs. Quotes whose edge is above
    `max_edge`, against the reference or against the rule's price, are left out for everybody:
    beyond it a palpable error is likelier than value. So is what nothing prices.
    """
    judgements, prices = decision.judgements, decision.prices
    fixture, bet = judgements.fixture, _bet_of(judgements, odds)
    told = np.flatnonzero((judgements.price != _NO_PRICE) & (bet >= 0))
    rules = rule_fair(odds)[fixture, bet]
    rule = values(judgements.odds, rules, np.append(prices.refund, np.nan)[judgements.price])
    plausible = (judgements.raw[told] <= max_edge) & ~(rule[told] > max_edge)
    told = told[plausible & np.isfinite(judgements.edge[told])]
    nobody = np.array([key in AGGREGATES for key in judgements.bookmakers], dtype=np.bool_)
    best = told[_best_of_each(judgements, told, bet, nobody)]
    at = judgements.price[best]
    agents, tier = _said(decision.verdicts, fixture[best], judgements.selection[best])
    return Tried(
        row=rows[fixture[best]],
        bet=bet[best],
        book=judgements.bookmaker[best],
        odds=judgements.odds[best],
        reference=prices.probability[at],
        refund=prices.refund[at],
        rung=prices.rung[at].astype(np.int64),
        raw=judgements.raw[best],
        edge=judgements.edge[best],
        low=judgements.low[best],
        high=judgements.high[best],
        rule=rule[best],
        second=_second(judgements, best, bet, nobody),
        signal_score=judgements.signal_score[best],
        sweet_spot_score=judgements.sweet_spot_score[best],
        fraction=np.where(judgements.gate[best] == PASSED, judgements.fraction[best], 0.0),
        gate=judgements.gate[best],
        agents=agents,
        tier=tier,
    )


def rule_fair(odds: MainOdds) -> Floats:
    """Return the fair probabilities (n, 7) of one sharp book, of the average where it is silent.

    >>> from engine.domain.numbers import BookmakerKey
    >>> from engine.pricing.reference.main_odds import MainOdds
    >>> pair, three, line = np.array([[[1.9, 1.9]]]), np.array([[[3.0, 3.0, 3.0]]]), np.zeros(1)
    >>> book = MainOdds(
    ...     books=(BookmakerKey("pinnacle"),), match_odds=three, total=pair, total_line=line,
    ...     handicap=pair, handicap_line=line,
    ... )
    >>> rule_fair(book).round(3).tolist()
    [[0.333, 0.333, 0.333, 0.5, 0.5, 0.5, 0.5]]
    """
    found = []
    for market in (odds.match_odds, odds.total, odds.handicap):
        fair = np.full((len(odds), market.shape[2]), np.nan)
        for key in _RULES:
            book = odds.book(key)
            if book is not None:
                own = devig_rows(sane(market[:, book]))
                fair = np.where(np.isnan(fair), own, fair)
        found.append(fair)
    return np.concatenate(found, axis=1)


def _bet_of(judgements: Judgements, odds: MainOdds) -> Ints:
    """Return the place of each quote's selection among its match's seven bets, -1 of others."""
    same = selections(odds)[judgements.fixture] == judgements.selection[:, None]
    return np.where(same.any(axis=1), same.argmax(axis=1), -1)


def _best_of_each(
    judgements: Judgements, told: Ints, bet: Ints, nobody: NDArray[np.bool_]
) -> Ints:
    """Return the places in `told` of the best quote of each bet; of equals, one with a name."""
    where = judgements.fixture[told] * len(MARKET) + bet[told]
    book = judgements.bookmaker[told]
    order = np.lexsort(
        (book, nobody[book], -judgements.edge[told], judgements.gate[told] != PASSED, where)
    )
    _, first = np.unique(where[order], return_index=True)
    best: Ints = order[first]
    return best


def _said(verdicts: Verdicts | None, fixture: Ints, selection: Ints) -> tuple[Ints, Ints]:
    """Return what every agent said of each bet, packed, and PATRON's tier; 0 where nobody did."""
    agents, tier = np.zeros(len(fixture), dtype=np.int64), np.zeros(len(fixture), dtype=np.int64)
    if verdicts is None:
        return agents, tier
    at = index_of(place(verdicts.fixture, verdicts.selection), place(fixture, selection))
    there = at != NOWHERE
    tier[there] = verdicts.tier[at[there]]
    for signals in verdicts.signals:
        code = np.array([_WARNED, _FOR, _AGAINST])[signals.direction]
        code[np.isnan(signals.probability)] = 0
        agents[there] |= code[at[there]] << _BITS * _AGENTS.index(signals.agent)
    return agents, tier


def _second(judgements: Judgements, best: Ints, bet: Ints, nobody: NDArray[np.bool_]) -> Floats:
    """Return the best odds of a named book other than the one chosen, NaN where there is none."""
    where = judgements.fixture * len(MARKET) + bet
    others = ~nobody[judgements.bookmaker] & (bet >= 0)
    others[best] = False
    most = np.full(int(where.max(initial=0)) + 1, -np.inf)
    np.maximum.at(most, where[others], judgements.odds[others])
    found = most[where[best]]
    return np.where(np.isfinite(found), found, np.nan)
