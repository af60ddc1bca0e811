"""All rules a walk reads, gathered once from whatever holds the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.domain.pick import Provenance
from engine.domain.policy import Policy
from engine.domain.policy_version import LEARNABLE, Thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from engine.alerting.rules import AlertRules
    from engine.collect.rules import CollectRules, PlanRules
    from engine.domain.policy import PricingRules, ScoringRules
    from engine.domain.retention import RetentionRules
    from engine.domain.schedule import ScheduleRules
    from engine.pricing.rules import MovementRules
    from engine.settlement.rules import BookTable, ClosingRules, SettlementRules


class Registered(Protocol):
    """The trials that `config/policies.toml` registers."""

    @property
    def trials(self) -> Iterable[_Trial]: ...
    @property
    def registered_on(self) -> date: ...


class _Trial(Protocol):
    @property
    def zone_low(self) -> float: ...
    @property
    def zone_high(self) -> float: ...
    @property
    def zone_max_odds(self) -> float: ...
    @property
    def hurdle(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """What the search for better thresholds may try, and since when that is written down."""

    settings: tuple[Thresholds, ...]
    registered_on: date


class Wishes(Protocol):
    """What the settings must offer; walks never see the settings themselves."""

    @property
    def competitions(self) -> tuple[str, ...]: ...
    @property
    def printed_competitions(self) -> tuple[str, ...] | None: ...
    @property
    def time_zone(self) -> ZoneInfo: ...
    @property
    def collect(self) -> CollectRules: ...
    @property
    def plan(self) -> PlanRules: ...
    @property
    def policy_version(self) -> str: ...
    @property
    def trials(self) -> Registered: ...
    @property
    def policy_set(self) -> frozenset[str]: ...
    @property
    def pricing(self) -> PricingRules: ...
    @property
    def movement(self) -> MovementRules: ...
    @property
    def scoring(self) -> ScoringRules: ...
    @property
    def delivery(self) -> AlertRules: ...
    @property
    def closing(self) -> ClosingRules: ...
    @property
    def settlement(self) -> SettlementRules: ...
    @property
    def books(self) -> BookTable: ...
    @property
    def schedule(self) -> ScheduleRules: ...
    @property
    def retention(self) -> RetentionRules: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a walk obeys. `provenance` names the record its picks enter.

    `printed_competitions` are followed in files that cost nothing; None is all they print.
    `policy_set` names the thresholds of the policy that were set elsewhere: scoring.zone_low.
    Without `trials` no threshold is learned.
    """

    competitions: tuple[str, ...]
    printed_competitions: tuple[str, ...] | None
    time_zone: ZoneInfo
    provenance: Provenance
    policy: Policy
    collect: CollectRules
    plan: PlanRules
    movement: MovementRules
    alerts: AlertRules
    closing: ClosingRules
    settlement: SettlementRules
    books: BookTable
    schedule: ScheduleRules
    retention: RetentionRules
    policy_set: frozenset[str] = frozenset()
    trials: Trials | None = None


def rules_from(
    wishes: Wishes,
    *,
    provenance: Provenance = Provenance.LIVE,
) -> Rules:
    """Return the rules in force, from the settings."""
    return Rules(
        competitions=wishes.competitions,
        printed_competitions=wishes.printed_competitions,
        time_zone=wishes.time_zone,
        provenance=provenance,
        policy=Policy(
            version=wishes.policy_version,
            pricing=wishes.pricing,
            scoring=wishes.scoring,
            time_zone=wishes.time_zone,
        ),
        collect=wishes.collect,
        plan=wishes.plan,
        movement=wishes.movement,
        alerts=wishes.delivery,
        closing=wishes.closing,
        settlement=wishes.settlement,
        books=wishes.books,
        schedule=wishes.schedule,
        retention=wishes.retention,
        policy_set=wishes.policy_set,
        trials=trials_of(wishes.trials),
    )


def trials_of(registered: Registered) -> Trials:
    """Return the trials as thresholds that any part of the house can read."""
    return Trials(
        settings=tuple(
            Thresholds(**{name: getattr(one, name) for name in LEARNABLE})
            for one in registered.trials
        ),
        registered_on=registered.registered_on,
    )
