"""The morning's search for better thresholds: who is wanted, who has earned it, who must go.

It proposes and asks: nothing it finds is in force before a person says so. Going back is the one
thing it does by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from engine.domain.policy_version import BASE, declared, name_of, thresholds_of
from engine.learning.policy.daily import Standings, judge_morning
from engine.learning.policy.reign import Shadow
from engine.learning.policy.trials import grid_of, named
from jobs.policy_in_force import WEEK, path_of, set_elsewhere, standing
from jobs.policy_stream import stream_of
from jobs.policy_turns import Turned, turn

if TYPE_CHECKING:
    from engine.domain.policy_version import PolicyVersion, Thresholds
    from engine.learning.policy.daily import Morning
    from engine.learning.policy.stream import PickStream
    from jobs.context import Context
    from jobs.policy_in_force import Standing
    from jobs.rules import Rules, Trials
    from jobs.run import Report
    from storage.policies import Served
    from storage.shadows import Candidate
    from storage.store import Tx

_HISTORY: Final = timedelta(days=8 * 365)
_YEAR: Final = timedelta(days=365)
GRID: Final = "zone_and_hurdle"
"""The name of the registered grid in the registry of trials."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Read:
    """What a morning knows: every pick, those the challenger spoke of, and how things stand."""

    standing: Standing
    standings: Standings
    stream: PickStream
    shadowed: PickStream
    tried: int


async def learn_policy(ctx: Context) -> Report:
    """Judge champion and challenger by all picks so far, and propose what is wanted instead."""
    rules, now = ctx.rules, ctx.clock.now()
    if rules.trials is None:
        return {"state": "nothing to try"}
    if elsewhere := set_elsewhere(rules):
        return {"state": "set elsewhere", "thresholds": list(elsewhere)}
    if thresholds_of(rules.policy.scoring) not in rules.trials.settings:
        return {"state": "the declared thresholds are no trial"}
    await _register(ctx, rules.trials, now)
    async with ctx.store.reading() as tx:
        read = await _read(tx, rules, rules.trials, now)
    grid = grid_of(rules.trials.settings)
    morning = await ctx.workers.run(
        judge_morning, read.stream, read.shadowed, grid, read.standings, read.tried
    )
    async with ctx.store.transaction() as tx:
        turned = await turn(tx, rules, read.standing, morning, now)
    return _told(rules, read, morning, turned)


async def _register(ctx: Context, trials: Trials, now: datetime) -> None:
    """Count the look at every trial before it is taken, whatever comes of it."""
    settings = {named(one): one for one in trials.settings}
    async with ctx.store.transaction() as tx:
        await tx.trials.look(GRID, settings, trials.registered_on, now)


async def _read(tx: Tx, rules: Rules, trials: Trials, now: datetime) -> _Read:
    base = declared(rules.policy.version)
    found = await standing(tx, base)
    own = thresholds_of(rules.policy.scoring)
    served = await tx.policies.served(base)
    known = {one.number: one for one in await tx.policies.versions(base)}
    picks = await tx.shadows.candidates(rules.provenance, now - _HISTORY, now)
    shadow, said = None, frozenset[object]()
    if found.challenger is not None and found.challenger.thresholds is not None:
        said = frozenset(one.pick_id for one in await tx.shadows.of(found.challenger.number))
        shadow = _shadow(found.challenger, found.challenger.thresholds, tuple(known.values()))
    in_force = _in_force(served, known, own)
    champion = found.path[-1] if found.path else own
    hurdles = {one.hurdle for one in (*trials.settings, champion, own)}
    mine: list[Candidate] = [one for one in picks if one.pick_id in said]
    return _Read(
        standing=found,
        standings=Standings(
            at=now.timestamp(),
            declared=own,
            champion=champion,
            since=served[0].at.timestamp() if served else -float("inf"),
            in_force=in_force,
            shadow=shadow,
        ),
        stream=stream_of(picks, hurdles),
        shadowed=stream_of(mine, hurdles),
        tried=sum(one.trials for one in await tx.trials.counts()),
    )


def _shadow(
    version: PolicyVersion, thresholds: Thresholds, versions: tuple[PolicyVersion, ...]
) -> Shadow:
    """Return a challenger with its place among those of the year before it."""
    since = version.proposed_at - _YEAR
    nth = sum(since < one.proposed_at <= version.proposed_at for one in versions)
    return Shadow(thresholds=thresholds, since=version.proposed_at.timestamp(), nth=nth)


def _in_force(
    served: tuple[Served, ...], known: dict[int, PolicyVersion], own: Thresholds
) -> tuple[tuple[float, Thresholds], ...]:
    """Return what was in force from when on, in order of time, each week of each way."""
    found = [(-float("inf"), own)]
    ends = [*(one.at for one in reversed(served)), datetime.max.replace(tzinfo=UTC)][1:]
    for one, end in zip(reversed(served), ends, strict=True):
        target = own if one.number == BASE else known[one.number].thresholds
        path = () if target is None else path_of(one.evidence, target)
        for week, thresholds in enumerate(path):
            if (at := one.at + week * WEEK) < end:
                found.append((at.timestamp(), thresholds))
    return tuple(found)


def _told(rules: Rules, read: _Read, morning: Morning, turned: Turned) -> Report:
    base = declared(rules.policy.version)
    report: dict[str, Any] = {
        "in_force": name_of(base, read.standing.number),
        "picks": len(read.stream),
        "wanted": named(morning.choice.wanted),
        "against_champion": morning.rollback.evidence,
        **turned.told(),
    }
    if morning.promotion is not None and read.standing.challenger is not None:
        held = {one.condition.value: one.value for one in morning.promotion.conditions}
        known = {name: value for name, value in held.items() if isfinite(value)}
        report["challenger"] = {"version": read.standing.challenger.name, **known}
    return report
