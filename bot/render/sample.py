"""The sample card of the onboarding: what an alert looks like, from no real price."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.domain.fixture import Fixture, Team, fixture_id
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds, Probability, Units
from engine.domain.pick import Offer, Pick, Provenance, Score, pick_id
from engine.domain.price import FairPrice, Rung
from storage.views import PickView

if TYPE_CHECKING:
    from datetime import datetime


def sample_view(now: datetime) -> PickView:
    """Return a pick that was never made, number 0, kicking off in three hours."""
    kick_off = now + timedelta(hours=3, minutes=12)
    fixture = Fixture(
        id=fixture_id("soccer_france_ligue_one", "sample-home", "sample-away", now.date()),
        competition="soccer_france_ligue_one",
        home=Team(key="sample-home", name="PSG"),
        away=Team(key="sample-away", name="Lens"),
        kick_off=kick_off,
    )
    selection = Selection.parse("over_2.5")
    fair = FairPrice(
        fixture_id=fixture.id,
        selection=selection,
        probability=Probability(1 / 1.90),
        std_error=0.012,
        refund=0.0,
        rung=Rung.SHARP,
        source="sharp",
        books=6,
        dispersion=0.009,
        as_of=now,
    )
    pick = Pick(
        id=pick_id(Provenance.PAPER, fixture.id, selection),
        provenance=Provenance.PAPER,
        fixture_id=fixture.id,
        selection=selection,
        bookmaker=BookmakerKey("unibet_fr"),
        odds=Odds(2.04),
        quoted_at=now - timedelta(seconds=40),
        fair=fair,
        edge=0.074,
        edge_low=0.041,
        edge_high=0.103,
        min_odds=Odds(1.96),
        second=Offer(bookmaker=BookmakerKey("betclic_fr"), odds=Odds(2.02)),
        score=Score(signal_score=68.0, sweet_spot_score=72.0, in_zone=True),
        stake=Units(Decimal("0.99")),
        policy_version="v0",
        taken_at=now,
    )
    return PickView(number=0, pick=pick, fixture=fixture, update=None, close=None, settlement=None)
