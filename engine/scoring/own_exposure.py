"""What a person has at risk, by match, league, day and bookmaker, beside their own caps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.domain.numbers import Units, units
from engine.domain.own_caps import CapKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from engine.domain.own_caps import OwnCaps
    from engine.domain.wager import Wager

_NOTHING = units(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What is open of one match, league, day or bookmaker, or in all.

    `key` names it: a fixture's id, a league's or a bookmaker's key, a day in ISO form, or nothing.
    `one` is a bet of it; `cap` None is no cap.
    """

    kind: CapKind
    key: str
    staked: Units
    bets: int
    cap: Units | None
    one: Wager

    @property
    def over(self) -> bool:
        """Whether more is open than the cap lets."""
        return self.cap is not None and self.staked > self.cap


def own_exposure(
    wagers: Iterable[Wager], caps: OwnCaps, basis: Decimal, zone: ZoneInfo
) -> Mapping[CapKind, Sequence[Risk]]:
    """Return what is open in each way, the most first; a `basis` is in units, days are of `zone`.

    A bet counts until it is settled, a day is that of kick-off.
    """
    found: dict[CapKind, dict[str, list[Wager]]] = {kind: defaultdict(list) for kind in CapKind}
    for one in wagers:
        for kind, key in _keys(one, zone).items() if one.open else ():
            found[kind][key].append(one)
    return {
        kind: sorted(
            (_risk(kind, key, bets, caps, basis) for key, bets in groups.items()),
            key=lambda risk: (-risk.staked, risk.key),
        )
        for kind, groups in found.items()
    }


def passed(
    wager: Wager, others: Iterable[Wager], caps: OwnCaps, basis: Decimal, zone: ZoneInfo
) -> tuple[Risk, ...]:
    """Return the caps that a bet passes together with the others that are open."""
    mine = _keys(wager, zone)
    beside = [one for one in others if one.id != wager.id]
    risks = own_exposure([*beside, wager], caps, basis, zone)
    return tuple(
        risk for kind in CapKind for risk in risks[kind] if risk.key == mine[kind] and risk.over
    )


def _keys(one: Wager, zone: ZoneInfo) -> Mapping[CapKind, str]:
    return {
        CapKind.MATCH: str(one.fixture.id),
        CapKind.LEAGUE: one.fixture.competition,
        CapKind.DAY: one.fixture.kick_off.astimezone(zone).date().isoformat(),
        CapKind.BOOK: str(one.bookmaker),
        CapKind.OPEN: "",
    }


def _risk(kind: CapKind, key: str, bets: Sequence[Wager], caps: OwnCaps, basis: Decimal) -> Risk:
    share = caps.of(kind)
    return Risk(
        kind=kind,
        key=key,
        staked=Units(sum((one.stake for one in bets), _NOTHING)),
        bets=len(bets),
        cap=None if share is None else units(Decimal(str(share)) * max(basis, Decimal(0))),
        one=bets[0],
    )
