"""The thresholds in force, versioned; a pick names the version that made it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf
from zoneinfo import ZoneInfo

from engine.domain.pick import FROM_FILE

PARIS = ZoneInfo("Europe/Paris")
UNCAPPED = "+uncapped"
"""Ends the version of a policy that takes every bet worth a stake, however many there are."""
WIDE = "+wide"
"""Ends the version of a policy whose errors were widened while the world is not as it was."""
_WIDER = 1.25
_NO_LIMIT = 1_000_000
_LEAST = 1e-6  # a ten-thousandth of a unit: no smaller stake can be written down
_ERRORS = (
    *("sharp_std_error", "exchange_std_error", "consensus_std_error"),
    *("implied_std_error", "grid_std_error"),
)
_SHARES = (
    *("kelly_fraction", "stake_cap", "fixture_cap", "league_cap", "day_cap", "open_cap"),
    *("drawdown_reduce", "drawdown_stop", "drawdown_share", "min_stake"),
)


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

    `max_edge` bounds the raw edge: beyond it a palpable error is likelier than value, and the
    price is quarantined: it may be taken once it has stood for `quarantine` while the reference
    was quoted anew, unless it is beyond `palpable_ratio` times the fair odds.
    Where a model expects the close, `min_chance` is the least chance that the close shows an edge;
    elsewhere `min_edge_low` bounds the lower end of the edge's 80 % interval, and `clv_sd` is how
    far a close usually lands from its expectation, per unit staked: it makes `sweet_spot_score`
    predictive.

    A fixture gets one pick of each family of markets that win and lose together or, with
    `by_family` off, of each kind. Caps on picks and on stakes hold for what is open already and
    what is new together. A league's are for one day, and a day is that of kick-off in the policy's
    time zone. `open_cap` is for all that has no result yet. Below its peak by `drawdown_reduce`
    the bankroll stakes `drawdown_share` of what it would; below it by `drawdown_stop`, nothing.
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
    by_family: bool = True
    max_picks_per_fixture: int = 2
    max_picks_per_league: int = 6
    max_picks_per_day: int = 12
    quarantine: timedelta = timedelta(minutes=15)
    cut_off: timedelta = timedelta(minutes=2)
    horizon: timedelta = timedelta(days=21)
    quote_age: timedelta = timedelta(minutes=10)
    material_move: float = 0.005
    zone_low: float = 60.0
    zone_high: float = 79.0
    zone_max_odds: float = 2.5
    kelly_fraction: float = 0.25
    stake_cap: float = 0.01
    fixture_cap: float = 0.03
    league_cap: float = 0.05
    day_cap: float = 0.08
    open_cap: float = 0.16
    drawdown_reduce: float = 0.20
    drawdown_stop: float = 0.35
    drawdown_share: float = 0.5
    min_stake: float = 0.0005

    def __post_init__(self) -> None:
        for name in _SHARES:
            value = getattr(self, name)
            if not 0 <= value < inf:
                msg = f"{name} was {value}: it is a share, 0 or more"
                raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All thresholds of one version; `time_zone` says which day a match is on.

    `bounds` are aggregates that count as prices one can bet at: a backtest's, which bound what
    shopping for prices could have found. Nobody offers them, so a live policy has none.
    """

    version: str
    pricing: PricingRules
    scoring: ScoringRules
    time_zone: ZoneInfo = PARIS
    bounds: tuple[str, ...] = ()


DEFAULT_POLICY = Policy(version="v0", pricing=PricingRules(), scoring=ScoringRules())


def uncapped(policy: Policy) -> Policy:
    """Return `policy` without limits on how many bets are taken, or how much they stake together.

    Backtests rank bets that live caps would have left out. The cap of a single stake stays, and
    no bet is taken without an edge.
    """
    rules = replace(
        policy.scoring,
        by_family=False,
        max_picks_per_fixture=_NO_LIMIT,
        max_picks_per_league=_NO_LIMIT,
        max_picks_per_day=_NO_LIMIT,
        fixture_cap=_NO_LIMIT,
        league_cap=_NO_LIMIT,
        day_cap=_NO_LIMIT,
        open_cap=_NO_LIMIT,
        min_stake=_LEAST,
    )
    return replace(policy, version=policy.version + UNCAPPED, scoring=rules)


def widened(policy: Policy) -> Policy:
    """Return `policy` with every standard error a quarter wider: stakes shrink with the doubt.

    What was learned is still used, and believed less.
    """
    rules = policy.pricing
    wider = {name: _WIDER * getattr(rules, name) for name in _ERRORS}
    pricing = replace(rules, close_doubt=min(1.0, _WIDER * rules.close_doubt), **wider)
    name, file = policy.version.removesuffix(FROM_FILE), policy.version.endswith(FROM_FILE)
    return replace(policy, version=name + WIDE + FROM_FILE * file, pricing=pricing)
