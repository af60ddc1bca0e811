"""What a morning's verdicts lead to, and who is told: at most one turn of each kind a morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import isfinite, nan
from typing import TYPE_CHECKING, Final

from engine.alerting.versions import compose_version
from engine.domain.policy_version import BASE, THE_HOUSE, VersionState, declared
from engine.learning.policy.challenger import Condition
from jobs.policy_acts import left, read_shelf
from jobs.telling import Trouble, tell_owners
from jobs.version_cards import version_card

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.policy_version import PolicyVersion, Thresholds
    from engine.learning.policy.daily import Morning
    from jobs.policy_in_force import Standing
    from jobs.rules import Rules
    from jobs.run import Report
    from storage.store import Tx

REFUSED_FOR: Final = timedelta(days=90)
"""For how long thresholds that a person refused, or that had to go, are not proposed again."""
_TURNED_DOWN: Final = frozenset({VersionState.REFUSED, VersionState.ROLLED_BACK})
_PROPOSED: Final = frozenset({VersionState.PROPOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What was done: the names of versions, and how many messages were queued."""

    left: str | None = None
    proposed: str | None = None
    ready: str | None = None
    withdrawn: str | None = None
    refuted: bool = False
    alerts: int = 0

    def told(self) -> Report:
        """Return what was done as JSON, without what was not."""
        every = {
            "left": self.left,
            "proposed": self.proposed,
            "ready": self.ready,
            "withdrawn": self.withdrawn,
            "refuted": self.refuted,
            "alerts": self.alerts,
        }
        return {name: value for name, value in every.items() if value}


async def turn(tx: Tx, rules: Rules, before: Standing, morning: Morning, now: datetime) -> Turned:
    """Do what the verdicts ask for, as far as things still stand as they were judged."""
    await tx.policies.hold()
    shelf = await read_shelf(tx, rules)
    open_now = await tx.policies.challenger(shelf.base)
    judged = None if before.challenger is None else before.challenger.number
    if shelf.in_force != before.number or judged != (open_now and open_now.number):
        return Turned()
    if morning.rollback.due:
        return await _go_back(tx, rules, before, morning, now)
    if before.challenger is not None:
        return await _judge(tx, rules, before.challenger, morning, now)
    return await _propose(tx, rules, before, morning, now)


async def _go_back(
    tx: Tx, rules: Rules, before: Standing, morning: Morning, now: datetime
) -> Turned:
    """Leave a version whose own picks refute it; of the declared one a person is told."""
    shelf = await read_shelf(tx, rules)
    evidence = {"against": morning.rollback.evidence, "days": morning.rollback.days}
    if before.number == BASE:
        text = f"the picks of {shelf.base} are evidence of a negative CLV: a person must act"
        alerts = await tell_owners(tx, "policy", [Trouble(text=text, episode=text)], now)
        return Turned(refuted=True, alerts=alerts)
    gone = await left(tx, shelf, shelf.back[0], by=THE_HOUSE, now=now, evidence=evidence)
    if gone is None:
        return Turned()
    return Turned(left=gone.name, alerts=await _tell(tx, rules, gone, now))


async def _judge(
    tx: Tx, rules: Rules, challenger: PolicyVersion, morning: Morning, now: datetime
) -> Turned:
    """Ask a person about a challenger that has its evidence; let one go that nobody wants."""
    number, promotion = challenger.number, morning.promotion
    if promotion is not None and promotion.earned:
        evidence = {**_figures(morning), **await _tried(tx)}
        ready = await tx.policies.turn(
            number, VersionState.READY, only=_PROPOSED, by=THE_HOUSE, now=now, evidence=evidence
        )
        if ready is None:
            return Turned()
        return Turned(ready=ready.name, alerts=await _tell(tx, rules, ready, now))
    if not morning.withdrawn:
        return Turned()
    gone = await tx.policies.turn(
        number,
        VersionState.SUPERSEDED,
        only=_PROPOSED,
        by=THE_HOUSE,
        now=now,
        evidence=_figures(morning),
    )
    return Turned(withdrawn=None if gone is None else gone.name)


async def _propose(
    tx: Tx, rules: Rules, before: Standing, morning: Morning, now: datetime
) -> Turned:
    """Let what is wanted run in the shadow, unless it was turned down of late."""
    base, choice = declared(rules.policy.version), morning.choice
    if choice.wanted == morning.rollback.champion:
        return Turned()
    if choice.wanted in await _turned_down(tx, base, now - REFUSED_FOR):
        return Turned()
    why = {
        "n": float(choice.n),
        "lower": choice.low,
        "lower_declared": choice.low_declared,
        **await _tried(tx),
    }
    made = await tx.policies.propose(
        base, before.number, choice.wanted, why=_known(why), by=THE_HOUSE, now=now
    )
    return Turned(proposed=None if made is None else made.name)


async def _turned_down(tx: Tx, base: str, since: datetime) -> frozenset[Thresholds]:
    found = set()
    for one in await tx.policies.versions(base):
        if one.state in _TURNED_DOWN and one.thresholds is not None:
            last = (await tx.policies.events(one.number))[-1]
            if last.at >= since:
                found.add(one.thresholds)
    return frozenset(found)


async def _tell(tx: Tx, rules: Rules, version: PolicyVersion, now: datetime) -> int:
    """Queue the card of a version for owner and admins."""
    card = await version_card(tx, rules, version, now)
    keepers = await tx.people.keepers()
    return await tx.outbox.add(compose_version(card, (one.chat_id for one in keepers), now))


def _figures(morning: Morning) -> dict[str, float]:
    """Return what a challenger is judged on, by the names that cards know."""
    promotion, compared = morning.promotion, morning.compared
    if promotion is None or compared is None:
        return {}
    evidence = promotion.held(Condition.EVIDENCE)
    return _known(
        {
            "picks": float(compared.n),
            "days": float(max((one.days for one in compared.evidence.values()), default=0)),
            "e_value": evidence.value,
            "e_asked": evidence.asked,
            "pbo": promotion.held(Condition.OVERFITTING).value,
            "gain": compared.difference.value,
            "gain_low": compared.difference.low,
            "gain_high": compared.difference.high,
            "move": promotion.held(Condition.STEP).value,
            "sharpe": nan if morning.sharpe is None else morning.sharpe.chance,
        }
    )


async def _tried(tx: Tx) -> dict[str, float]:
    """Return how many trials there ever were, and how often they were looked at."""
    counts = await tx.trials.counts()
    return {
        "trials": float(sum(one.trials for one in counts)),
        "looks": float(sum(one.looks for one in counts)),
    }


def _known(figures: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if isfinite(value)}
