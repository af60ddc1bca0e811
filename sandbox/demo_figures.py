"""All figures of a run: the judges' words put together, and one sentence of them for a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.demo_coverage import Began, coverage
from sandbox.demo_faults import troubles
from sandbox.demo_judge import Truth, judge
from sandbox.demo_prices import Sent, staleness
from sandbox.demo_settled import Ending, settlements
from sandbox.faults import other_id
from sandbox.providers import Providers
from sandbox.telegram import Delivery
from sandbox.world.happenings import Kind, first
from sandbox.world.world import Verdict, World

Json = dict[str, Any]

_CATCHING: Final = timedelta(minutes=10)
_LAST_LOOK: Final = timedelta(minutes=2)
_NEVER_BEGAN: Final = frozenset({"NS", "PST", "WO"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """From when the service listened until its report was asked for."""

    ready_at: datetime | None
    reported_at: datetime


def figures_of(
    report: Json,
    providers: Providers,
    log: Iterable[Delivery],
    at: datetime,
    spell: Spell,
) -> Json:
    """Judge the service's report by the world's truth as of `at`."""
    world = providers.world
    if world is None:
        raise ValueError("recorded odds cannot judge")
    verdicts = [world.verdict(match, at) for match in world.known(at)]
    report = _by_first_id(report, verdicts)
    sent = tuple(log)
    truth = {one.match.event_id: _truth(one) for one in verdicts}
    began = [_began(world, one) for one in verdicts if _has_begun(world, one, spell)]
    return {
        **judge(report, truth, sent, at),
        "close_coverage": coverage(
            began,
            providers.witness,
            troubles(providers, at),
            report,
            world.plan.real(_CATCHING),
        ),
        "stale_alerts": staleness(world, _cards(report, sent)),
        "settlements": settlements(report["picks"], _endings(verdicts)),
        "mishaps": _mishaps(providers, verdicts),
    }


def unsettled(report: Json, world: World, at: datetime) -> int:
    """Count the picks of matches played to their end that have no outcome yet."""
    over = {
        each
        for match in world.known(at)
        if world.standing(match, at).final
        for each in (match.event_id, other_id(match.event_id))
    }
    return sum(
        pick["outcome"] is None and pick["event_ids"].get("odds_api", "") in over
        for pick in report["picks"]
    )


def told(figures: Json) -> str:
    """Say in one line what the run was worth."""
    caught, cards, ends = (
        figures[name] for name in ("close_coverage", "stale_alerts", "settlements")
    )
    claimed = (caught["claimed"] or {}).get("share_a")
    claim = "nothing" if claimed is None else f"{claimed:.0%} of grade A"
    return (
        f"closes: {caught['caught']} of {caught['n']} could be caught, the service claims "
        f"{claim}; {caught['missed_unexplained']} misses without a fault · stale alerts: "
        f"{cards['stale']} of {cards['n']} · settled right: {ends['right']} of {ends['n']}, "
        f"{ends['voids_awaited']} wait to be off · lost {figures['lost']}, "
        f"duplicates {figures['duplicates']}"
    )


def _by_first_id(report: Json, verdicts: Iterable[Verdict]) -> Json:
    """Return the report with doubled events under their first id: the match is the same."""
    first_ids = {other_id(one.match.event_id): one.match.event_id for one in verdicts}
    picks = []
    for pick in report["picks"]:
        ids = pick["event_ids"]
        known = ids.get("odds_api", "")
        picks.append(pick | {"event_ids": ids | {"odds_api": first_ids.get(known, known)}})
    return report | {"picks": picks}


def _truth(verdict: Verdict) -> Truth:
    return Truth(
        kick_off=verdict.match.kick_off,
        finished=verdict.standing.final,
        close=verdict.close,
    )


def _has_begun(world: World, verdict: Verdict, spell: Spell) -> bool:
    """Say whether a match kicked off while the service had been there long enough to see it."""
    if spell.ready_at is None or verdict.standing.status in _NEVER_BEGAN:
        return False
    seen = spell.ready_at + world.plan.real(_CATCHING)
    return seen <= verdict.match.kick_off <= spell.reported_at


def _began(world: World, verdict: Verdict) -> Began:
    match, moved = verdict.match, first(verdict.happenings, Kind.MOVED)
    after = None if moved is None else world.plan.real(moved.told_to("odds"))
    return Began(
        event_id=match.event_id,
        sport_key=match.league.sport_key,
        name=f"{match.home.name} - {match.away.name}",
        kick_off=match.kick_off,
        told_at=None if after is None else verdict.listed_first + after,
        last_look=verdict.listed_first - world.plan.real(_LAST_LOOK),
    )


def _cards(report: Json, sent: Iterable[Delivery]) -> list[Sent]:
    picks = {pick["id"]: pick for pick in report["picks"]}
    messages = {
        (one.chat_id, one.message_id): one for one in sent if one.method.startswith("send")
    }
    found = []
    for row in report["outbox"]:
        message = messages.get((row["chat_id"], row["message_id"]))
        pick = picks.get(row["pick_id"])
        if row["kind"] == "pick" and message is not None and pick is not None:
            found.append(Sent(text=message.text, at=message.at, pick=pick))
    return found


def _endings(verdicts: Iterable[Verdict]) -> dict[str, Ending]:
    return {
        one.match.event_id: Ending(
            status=one.standing.status,
            score=one.standing.fulltime if one.standing.final else None,
            happenings=tuple(str(each.kind) for each in one.happenings),
        )
        for one in verdicts
        if one.standing.over
    }


def _mishaps(providers: Providers, verdicts: Iterable[Verdict]) -> Json:
    """Return what went wrong by script: faults with how many requests met them, and matches."""
    return {
        "wire": [
            {"name": one.fault.name or one.fault.label, "path": one.fault.path, "met": one.met}
            for one in providers.faults.script
        ],
        "matches": [
            {
                "match": f"{one.match.home.name} - {one.match.away.name}",
                "kinds": [str(each.kind) for each in one.happenings],
                "status": one.standing.status,
            }
            for one in verdicts
            if one.happenings
        ],
        "keys": {key: _key(providers, key) for key in providers.accounts.keys_of("odds_api")},
    }


def _key(providers: Providers, key: str) -> Json:
    account = providers.accounts.find("odds_api", key)
    return {} if account is None else {"quota": account.quota, "used": account.used}
