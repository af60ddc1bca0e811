"""The morning's accounts: the record of each provenance, and everything learned anew.

What is learned goes into the store version by version, and is in force once it is there: see
`jobs.learned`. A part that has too little to learn from, or that failed, is said by name.
"""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from engine.alerting.learning import compose_learning
from engine.domain.learning_report import LearningReport, PartState
from engine.domain.pick import Provenance
from engine.learning.agents.live_record import live_records
from engine.learning.record import record
from jobs.archive import read_past
from jobs.learn_effect import effect_on_picks
from jobs.learn_fits import fit_all
from jobs.learn_keep import keep
from jobs.learn_policy import learn_policy
from jobs.learned import load_learned
from jobs.regimes import watch_regimes
from jobs.told_figures import told_figures
from jobs.workers import open_workers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.domain.learning_report import PartReport
    from engine.domain.record import Estimate, Record
    from engine.learning.agents.live_record import LiveRecord
    from jobs.context import Context
    from jobs.learn_fits import Fit
    from jobs.run import Report
    from storage.archive import StoredPast

MORNING: Final = "morning"
"""Where a run's report holds what owner and admins are told of it."""
_HISTORY: Final = timedelta(days=8 * 365)
"""Older matches say little of today's teams, books and prices."""
_TRIAL: Final = timedelta(days=365)
"""What agents were for longer ago says little of what they have learned since."""
_FEW: Final = 3000
_LONG: Final = frozenset({"leagues"})
"""Metrics kept with the artifact and left out of the morning's report."""


async def run(ctx: Context) -> Report:
    """Compute the record of every provenance that has one, and learn every part anew.

    Provenances are never summed.
    """
    async with ctx.store.reading() as tx:
        counts = await tx.reports.provenance_counts()
        bets = {provenance: await tx.settlements.bets(provenance) for provenance in counts}
    records = {provenance: record(bets[provenance], provenance) for provenance in counts}
    told = {
        provenance.value: {
            "picks": counts[provenance][0],
            **told_record(records[provenance]),
            "figures": await told_figures(bets[provenance], provenance),
        }
        for provenance in Provenance
        if provenance in counts
    }
    learned = await learn(ctx)
    return {
        **told,
        "learned": learned.told(),
        "policy": await learn_policy(ctx),
        "regimes": dict(learned.regimes),
        MORNING: msgspec.to_builtins(learned.report),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What learning came to, part by part; `broken` where its process ended before it had."""

    fits: tuple[Fit, ...] = ()
    regimes: Report = field(default_factory=dict)
    report: LearningReport | None = None
    broken: str | None = None

    def told(self) -> Report:
        """Return it for the run's report: of each part what was done, and what its fit said."""
        if self.report is None:
            return {"failed": self.broken}
        return {
            fit.name: _told_part(fit, part)
            for fit, part in zip(self.fits, self.report.parts, strict=True)
        }


async def learn(ctx: Context, few: int = _FEW) -> Learned:
    """Fit every part that has enough data, keep what is new, and tell what it does to picks.

    More than a `few` matches are learned from in a process of its own.
    """
    now, provenance = ctx.clock.now(), ctx.rules.provenance
    past = await read_past(ctx, now - _HISTORY)
    async with ctx.store.reading() as tx:
        live = live_records(await tx.opinions.begun(provenance, now - _TRIAL, now))
    try:
        fits = await _fits(ctx, past, live, few)
    except (BrokenExecutor, OSError) as broken:  # its memory, most likely
        return Learned(broken=type(broken).__name__)
    regimes = await watch_regimes(ctx, past, now)
    before = await load_learned(ctx)
    parts = [await keep(ctx, fit) for fit in fits]
    after = await load_learned(ctx)
    effect = None if after is before else await effect_on_picks(ctx, before, after, now)
    report = LearningReport(at=now, parts=tuple(parts), effect=effect)
    async with ctx.store.transaction() as tx:
        keepers = (one.chat_id for one in await tx.people.keepers())
        await tx.outbox.add(compose_learning(report, keepers, now))
    return Learned(fits=fits, regimes=regimes, report=report)


def _told_part(fit: Fit, part: PartReport) -> Report:
    if part.state in (PartState.WAITS, PartState.FAILED):
        return {"state": part.why}
    if part.state is PartState.REFUSED:
        return {"state": "refused", "why": part.why}
    state: dict[str, Any] = {"state": part.state.value}
    if part.version is not None:
        state = {**state, "version": part.version}
    return {**state, **{name: each for name, each in fit.metrics.items() if name not in _LONG}}


async def _fits(
    ctx: Context, past: StoredPast, live: Sequence[LiveRecord], few: int
) -> tuple[Fit, ...]:
    """Fit in a process that ends afterwards: looks wait for nobody, and its memory is given back.

    A few matches take no time: a process would take longer to begin.
    """
    countries, fit = _countries(ctx, past), partial(fit_all, live=live)
    if len(past.matches) <= few:
        return await ctx.workers.run(fit, past, countries)
    async with open_workers(processes=1) as own:
        return await own.run(fit, past, countries)


def _countries(ctx: Context, past: StoredPast) -> Mapping[str, str]:
    """Return a name for the country of each competition: what shares one table of clubs."""
    first: dict[object, str] = {}
    found = {}
    for competition in sorted(set(past.matches.competition)):
        scope = ctx.names.scopes.get(competition)
        table = competition if scope is None else scope.teams()
        found[competition] = first.setdefault(table, competition)
    return found


def told_record(found: Record) -> Report:
    """Return a record as JSON, each number with its sample size and interval."""
    return {
        "settled": found.n,
        "staked": str(found.staked),
        "profit": str(found.profit),
        "drawdown": str(found.drawdown),
        "yield": told(found.yield_),
        "strike_rate": told(found.strike_rate),
        "clv": told(found.clv),
        "clv_alt": told(found.clv_alt),
    }


def told(value: Estimate) -> Report:
    """Return an estimate as JSON."""
    return {"mean": value.mean, "n": value.n, "low": value.low, "high": value.high}
