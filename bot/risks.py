"""What a person has at risk, read once: for its own screen, and for warnings on a slip."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bot.accounts import bankroll_of
from engine.domain.own_caps import CapKind, OwnCaps
from engine.scoring.own_exposure import own_exposure, passed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from bot.context import Visit
    from bot.render.numbers import Money
    from engine.domain.wager import Wager
    from engine.scoring.own_exposure import Risk


def caps_of(visit: Visit) -> OwnCaps:
    """Return this person's caps, the house's where they set none."""
    rules = visit.door.rules.policy.scoring
    return visit.preferences.own_caps or OwnCaps(
        match=rules.fixture_cap, league=rules.league_cap, day=rules.day_cap, open=rules.open_cap
    )


async def open_risks(visit: Visit, money: Money) -> Mapping[CapKind, Sequence[Risk]]:
    """Return what this person has open in the bankroll of what the house does now."""
    return own_exposure(await _wagers(visit), caps_of(visit), _units(money), money.time_zone)


async def risks_passed(visit: Visit, bet: UUID, money: Money) -> tuple[Risk, ...]:
    """Return the caps that a bet which was just noted passes."""
    wagers = await _wagers(visit)
    noted = next((one for one in wagers if one.id == bet), None)
    if noted is None:
        return ()
    return passed(noted, wagers, caps_of(visit), _units(money), money.time_zone)


async def _wagers(visit: Visit) -> Sequence[Wager]:
    provenance = bankroll_of(visit).provenance
    async with visit.door.store.reading() as tx:
        found = await tx.wagers.of(visit.user_id)
    return [one for one in found if one.provenance is provenance]


def _units(money: Money) -> Decimal:
    """Return what stakes are a share of, in units."""
    return money.basis * 100 / money.bankroll if money.bankroll > 0 else Decimal(0)
