"""Picks, their scores, their refusals and their life until kick-off."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from engine.domain.numbers import PickId, require_aware
from engine.domain.signal import Tier

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, FixtureId, Odds, Units
    from engine.domain.price import FairPrice
    from engine.domain.signal import Part, Signal

FROM_FILE: Final = "+file"
"""Ends the version of a policy whose ages were widened for prices printed in a file."""
_NAMESPACE = UUID("b3b1a7d4-2b0e-5d7c-8c38-54f0c6d6b7aa")


class Provenance(StrEnum):
    """Where a pick's record comes from; records of different provenance are never summed."""

    LIVE = "live"
    PAPER = "paper"
    BACKTEST = "backtest"


class Gate(StrEnum):
    """Why a candidate was refused: the first gate it failed, in the order they are asked."""

    NOT_IN_CATALOGUE = "not_in_catalogue"
    TOO_CLOSE_TO_KICK_OFF = "too_close_to_kick_off"
    TOO_FAR_FROM_KICK_OFF = "too_far_from_kick_off"
    QUOTE_STALE = "quote_stale"
    PRICE_UNPROVEN = "price_unproven"
    NO_REFERENCE = "no_reference"
    REFERENCE_STALE = "reference_stale"
    TOO_FEW_BOOKS = "too_few_books"
    ODDS_OUT_OF_RANGE = "odds_out_of_range"
    EDGE_TOO_SMALL = "edge_too_small"
    EDGE_IMPLAUSIBLE = "edge_implausible"
    EDGE_UNCERTAIN = "edge_uncertain"
    NOT_THE_BEST_PRICE = "not_the_best_price"
    FIXTURE_FULL = "fixture_full"
    STAKE_TOO_SMALL = "stake_too_small"
    ALREADY_PICKED = "already_picked"
    LEAGUE_FULL = "league_full"
    DAY_FULL = "day_full"
    DRAWDOWN = "drawdown"
    EXPOSURE_FULL = "exposure_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A candidate that failed a gate."""

    fixture_id: FixtureId
    selection: Selection
    bookmaker: BookmakerKey
    gate: Gate
    edge: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Two scores with two names, both 0-100.

    `signal_score` is the agents' composite; `sweet_spot_score` is 100·Pr(edge > hurdle).
    `tier` is PATRON's grade of the pick.
    """

    signal_score: float
    sweet_spot_score: float
    in_zone: bool
    tier: Tier = Tier.STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One book's price for a selection, as shown on a card."""

    bookmaker: BookmakerKey
    odds: Odds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A selection recommended at given odds. Immutable once made.

    Edges are expected profit per unit staked; `edge_low`/`edge_high` bound its 80 % interval.
    `min_odds` is the lowest price still worth taking; `stake` is in units of bankroll percent.
    `signals` is what the agents said of it when it was made, counted or not; `parts` share out
    `sweet_spot_score` less 50.
    """

    id: PickId
    provenance: Provenance
    fixture_id: FixtureId
    selection: Selection
    bookmaker: BookmakerKey
    odds: Odds
    quoted_at: datetime
    fair: FairPrice
    edge: float
    edge_low: float
    edge_high: float
    min_odds: Odds
    second: Offer | None
    score: Score
    stake: Units
    policy_version: str
    taken_at: datetime
    signals: tuple[Signal, ...] = ()
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        require_aware(taken_at=self.taken_at, quoted_at=self.quoted_at)

    @property
    def from_file(self) -> bool:
        """Whether it was made on printed prices, hours old: a person must look before betting."""
        return self.policy_version.endswith(FROM_FILE)


def pick_id(provenance: Provenance, fixture: FixtureId, selection: Selection) -> PickId:
    """Return the identity of a pick: the same recommendation twice is the same pick."""
    return PickId(uuid5(_NAMESPACE, f"{provenance}|{fixture}|{selection.code}"))


class PriceState(StrEnum):
    """What became of a pick's price before kick-off."""

    OPEN = "open"
    MOVED = "moved"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class PickUpdate:
    """How an open pick stands at a later look: best odds now, edge now, state.

    `min_odds` is the lowest price worth taking against the reference of now.
    """

    pick_id: PickId
    state: PriceState
    bookmaker: BookmakerKey | None
    odds: Odds | None
    fair_odds: Odds | None
    edge: float | None
    min_odds: Odds | None = None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPick:
    """A pick before kick-off with the last state people were shown."""

    pick: Pick
    kick_off: datetime
    shown: PickUpdate | None
