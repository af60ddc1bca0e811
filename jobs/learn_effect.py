"""What new fits would have made of late picks: each judged again at its own look, both ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import isfinite, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from engine import pipeline
from engine.alerting.rules import AlertRules
from engine.domain.learning_report import Repriced
from engine.domain.pick import Gate
from engine.learning.clusters import clustered_mean, week_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.domain.board import Board
    from engine.domain.numbers import FixtureId
    from engine.domain.pick import Pick
    from engine.domain.policy import Policy
    from jobs.context import Context
    from jobs.learned_cache import InForce

LATE: Final = timedelta(days=30)
_MOST: Final = 300
"""Of more picks the latest are judged: a morning has other work."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A pick, the board it was made of, and the fair prices of the first look at its match."""

    pick: Pick
    board: Board
    first: Mapping[FixtureId, Mapping[int, float]]


async def effect_on_picks(ctx: Context, old: InForce, new: InForce, now: datetime) -> Repriced:
    """Judge the picks of the last 30 days again by what was in force and by what is now."""
    rules, since = ctx.rules, now - LATE
    async with ctx.store.reading() as tx:
        late = await tx.reports.late_picks(rules.provenance, since, now, limit=_MOST)
        views = await tx.picks.all_views(ids=late)
        reach = rules.policy.scoring.quote_age
        cases = []
        for pick in (view.pick for view in views):
            at = pick.taken_at
            board = await tx.odds.latest([pick.fixture_id], at - reach, at)
            first = await tx.prices.first([pick.fixture_id], at)
            cases.append(Case(pick=pick, board=board, first=first))
    was = await ctx.workers.run(judged_again, cases, old, rules.policy)
    would = await ctx.workers.run(judged_again, cases, new, rules.policy)
    return _repriced(ctx, cases, was, would, window=(since, now))


def judged_again(
    cases: Sequence[Case], force: InForce, policy: Policy
) -> tuple[tuple[float, bool], ...]:
    """Return what each pick's look says of it: the edge expected, and whether it is a pick."""
    return tuple(_judged(case, force, policy) for case in cases)


def _judged(case: Case, force: InForce, policy: Policy) -> tuple[float, bool]:
    pick = case.pick
    known = pipeline.Known(
        policy=policy,
        provenance=pick.provenance,
        open_picks=(),
        subscribers=(),
        alert_rules=AlertRules(),
        learned=force.learned,
        judges=force.judges,
        scores=force.scores,
        first=case.first,
    )
    told = pipeline.decide(case.board, known, pick.taken_at).judgements
    books = [place for place, name in enumerate(told.bookmakers) if name == pick.bookmaker]
    mine = np.isin(told.bookmaker, books) & (told.selection == pick.selection.number)
    if not mine.any():
        return nan, False
    place = int(np.flatnonzero(mine)[0])
    return float(told.edge[place]), bool(told.gate[place] == len(Gate))


def _repriced(
    ctx: Context,
    cases: Sequence[Case],
    was: Sequence[tuple[float, bool]],
    would: Sequence[tuple[float, bool]],
    *,
    window: tuple[datetime, datetime],
) -> Repriced:
    both = [
        (case.pick, old, new)
        for case, old, new in zip(cases, was, would, strict=True)
        if isfinite(old[0]) and isfinite(new[0])
    ]
    change = np.array([new[0] - old[0] for _, old, new in both], dtype=np.float64)
    at = np.array([pick.taken_at.timestamp() for pick, _, _ in both], dtype=np.float64)
    told = clustered_mean(change, week_of(at))
    since, until = window
    return Repriced(
        provenance=ctx.rules.provenance,
        since=since,
        until=until,
        picks=len(cases),
        n=len(both),
        before=sum(old[1] for _, old, _ in both),
        after=sum(new[1] for _, _, new in both),
        mean=_known(told.value),
        low=_known(told.low),
        high=_known(told.high),
    )


def _known(value: float) -> float | None:
    return value if isfinite(value) else None
