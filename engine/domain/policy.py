"""The thresholds in force, versioned; a pick names the version that made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingRules:
    """How fair prices are made.

    `edge_slope` turns a raw edge against the reference into the expected closing value:
    METHOD B2 measured slopes of 0.44-0.62 on real seasons (the winner's curse).
    Where the close is expected by a model, `close_doubt` is the share of its deviation that is the
    model's own error; the rest is news to come.
    Standard errors are in probability points at evens and shrink with 4p(1 - p) towards the
    ends (constant on the logit scale); they hold where nothing was learned. `grid_std_error` is
    what reading a market from a grid of scores adds. An exchange whose back and lay books are
    further apart than `exchange_max_spread`, summed over the outcomes, is no reference. Odds above
    `palpable_ratio` times the median of at least `min_consensus_books` books are a mistake.
    """

    min_consensus_books: int = 5
    sharp_books: tuple[str, ...] = ("pinnacle",)
    exchanges: tuple[str, ...] = ("betfair_ex_eu", "betfair_ex_uk", "matchbook", "smarkets")
    sharp_std_error: float = 0.008
    exchange_std_error: float = 0.010
    consensus_std_error: float = 0.012
    implied_std_error: float = 0.015
    grid_std_error: float = 0.02
    palpable_ratio: float = 1.25
    exchange_max_spread: float = 0.10
    edge_slope: float = 0.55
    close_doubt: float = 0.3
    reference_age: timedelta = timedelta(minutes=30)
    reference_age_late: timedelta = timedelta(minutes=10)
    late: timedelta = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRules:
    """What makes a pick. Edges are expected profit per unit staked.

    `max_edge` bounds the raw edge: beyond it a palpable error is likelier than value.
    Where a model expects the close, `min_chance` is the least chance that the close shows an edge;
    elsewhere `min_edge_low` bounds the lower end of the edge's 80 % interval, and `clv_sd` is how
    far a close usually lands from its expectation, per unit staked: it makes `sweet_spot_score`
    predictive.
    """

    min_edge: float = 0.015
    max_edge: float = 0.15
    min_edge_low: float = 0.0
    min_chance: float = 0.6
    hurdle: float = 0.01
    clv_sd: float = 0.04
    min_odds: float = 1.20
    max_odds: float = 6.0
    min_books: int = 3
    max_picks_per_fixture: int = 2
    cut_off: timedelta = timedelta(minutes=2)
    horizon: timedelta = timedelta(days=21)
    quote_age: timedelta = timedelta(minutes=10)
    material_move: float = 0.005
    zone_low: float = 60.0
    zone_high: float = 79.0
    zone_max_odds: float = 2.5
    kelly_fraction: float = 0.25
    stake_cap: float = 0.01
    min_stake: float = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All thresholds of one version."""

    version: str
    pricing: PricingRules
    scoring: ScoringRules


DEFAULT_POLICY = Policy(version="v0", pricing=PricingRules(), scoring=ScoringRules())
