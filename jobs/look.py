"""One look at the market: the four touches of the outside that sweep, closing and replay share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID, uuid5

from engine import pipeline
from engine.collect.markets import events_told_whole
from engine.collect.normalise import Known as KnownNames
from engine.collect.normalise import normalise
from engine.collect.payload import ODDS_API
from engine.domain.alert import AlertKind
from engine.domain.errors import RetryLater, Skip, Stop
from engine.domain.exposure import NO_EXPOSURE
from engine.domain.numbers import FixtureId
from engine.domain.policy import widened
from engine.domain.regime import DOUBTED
from jobs.context import save_key_states
from jobs.learned import load_learned
from jobs.learned_cache import NOTHING_LEARNED
from jobs.moved import follow_moves
from jobs.movement import keep_movements
from jobs.policy_in_force import DECLARED
from jobs.shadow import keep_shadow
from jobs.watching import tell_watchers
from storage.odds import Look

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from engine.collect.feeds import Failure, Fetched
    from engine.collect.normalise import Intake
    from engine.collect.payload import Ask, Payload
    from engine.collect.rules import CollectRules
    from engine.domain.alert import Alert
    from engine.domain.board import Board
    from engine.domain.closing import BookOffer, ClosingLine
    from engine.domain.movement import Movement
    from engine.domain.numbers import PickId
    from engine.domain.pick import OpenPick, Pick
    from engine.domain.policy import Policy
    from engine.pipeline import Decision
    from jobs.context import Context
    from jobs.run import Report
    from storage.store import Tx
    from storage.views import SnapshotInputs

_NAMESPACE = UUID("0c0a6a1b-6a0c-5a5e-9c0e-5d2a55f1d9e4")
Reads: TypeAlias = "Callable[[tuple[Payload, ...], KnownNames, CollectRules, datetime], Intake]"
"""Makes a board of kept answers (`engine.collect.normalise.normalise`)."""
_LINES = timedelta(days=1)  # a match is looked at alone within hours of its kick-off
_PAST, _AHEAD = timedelta(days=15), timedelta(days=400)  # a season is listed at most a year ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """One read for one look: who is who, what is open, who listens.

    `until` is set in a replay: what was made later, by looks that follow, is not known yet.
    """

    stored: SnapshotInputs
    known: KnownNames
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one look brought: facts, judgements, and what of them was new."""

    at: datetime
    intake: Intake
    decision: Decision
    moved: tuple[FixtureId, ...]
    movements: tuple[Movement, ...]
    new_picks: tuple[PickId, ...]
    alerts: int
    failures: tuple[Failure, ...]

    def report(self) -> Report:
        """Return the look in numbers."""
        return {
            "offered": self.intake.offered,
            "kept": len(self.intake.board),
            "rejected": dict(self.intake.rejected),
            "stale": {key: list(counts) for key, counts in self.intake.stale.items()},
            "fixtures": len(self.intake.board.fixtures),
            "unmatched": len(self.intake.unmatched),
            "moved": len(self.moved),
            "movements": dict(Counter(one.kind.value for one in self.movements)),
            "priced": len(self.decision.prices),
            "refused": refused_by_gate(self.decision),
            "picks": len(self.new_picks),
            "updates": len(self.decision.updates),
            "alerts": self.alerts,
            "failures": by_reason(self.failures),
        }


async def look(ctx: Context, asks: Sequence[Ask], purpose: str, *, closing: bool = False) -> Seen:
    """Ask the market and judge the answers; with `closing`, also keep graded closes.

    Raises:
        MonPsError: nothing at all came back; the worst reason is the one raised.
    """
    now = ctx.clock.now()
    inputs = await read_inputs(ctx, now)
    fetched = await ctx.feeds.fetch(asks)
    await keep(ctx, fetched)
    refuse_nothing(asks, fetched)
    now = max((payload.fetched_at for payload in fetched.payloads), default=now)
    return await judge(
        ctx, fetched.payloads, inputs, now, purpose, closing=closing, failures=fetched.failures
    )


async def read_inputs(ctx: Context, now: datetime) -> Inputs:
    """Read everything the look needs to know, once."""
    async with ctx.store.reading() as tx:
        stored = await tx.reports.snapshot_inputs(
            now, _AHEAD, ctx.rules.provenance, ctx.rules.time_zone
        )
        first_seen = await tx.fixtures.first_seen(now - _PAST)
        names = await tx.aliases.names(ctx.names)
        answered = await tx.payloads.answered(ODDS_API, now - _LINES)
    known = KnownNames(
        names=names,
        fixtures=stored.fixtures,
        event_ids={event: FixtureId(fixture) for event, fixture in stored.event_ids.items()},
        first_seen=first_seen,
        all_lines=events_told_whole(answered),
    )
    return Inputs(stored=stored, known=known)


async def keep(ctx: Context, fetched: Fetched) -> None:
    """Keep the answers word for word, before anything is parsed, and how the keys stand."""
    async with ctx.store.transaction() as tx:
        await tx.payloads.add(fetched.payloads)
        await save_key_states(tx, fetched.key_states, ctx)


async def judge(
    ctx: Context,
    payloads: Sequence[Payload],
    inputs: Inputs,
    now: datetime,
    purpose: str,
    *,
    closing: bool = False,
    failures: tuple[Failure, ...] = (),
    read: Reads = normalise,
) -> Seen:
    """Turn kept answers into facts, then into judgements and alerts that commit as one.

    `read` makes the board of the answers: The Odds API's, unless another source's is given.
    """
    intake = await ctx.workers.run(read, tuple(payloads), inputs.known, ctx.rules.collect, now)
    name = f"{ctx.rules.provenance}|{purpose}|{now.isoformat()}"
    seen = seen_look(intake, name, now, purpose)
    # looks are judged one after another, each on the picks of those before it and on kick-offs
    # as they are now: else two looks would each fill a fixture that has room for one of them
    async with ctx.judging:
        async with ctx.store.transaction() as tx:
            before = await tx.fixtures.get([fixture.id for fixture in intake.fixtures])
            movements = await keep_facts(ctx, tx, intake, now)
            await tx.odds.add_look(seen)
            moved = await follow_moves(tx, before, intake.fixtures, ctx, now)
        board = intake.board
        standing = DECLARED if inputs.until else await ctx.versions.load(ctx.store, ctx.rules)
        policy = standing.policy(ctx.rules.policy, now)
        if not inputs.until and await _doubted(ctx):
            policy = widened(policy)
        known = await _known(ctx, inputs, policy, now, [one.id for one in board.fixtures])
        decision = await ctx.workers.run(pipeline.decide, board, known, now, intake.scope)
        lines, offers = await _closes(ctx, intake, known, now) if closing else ((), ())
        async with ctx.store.transaction() as tx:
            new = await _keep_judgements(ctx, tx, decision, now)
            await keep_shadow(tx, standing, policy, _of(decision, new))
            await tx.closings.add(lines)
            await tx.closings.add_offers(offers)
            alerts = await _say(ctx, tx, decision, new, None if inputs.until else board)
            await tx.odds.judge_look(_judged(seen, decision, picks=len(new)))
    return Seen(
        at=now,
        intake=intake,
        decision=decision,
        moved=moved,
        movements=movements,
        new_picks=new,
        alerts=alerts,
        failures=failures,
    )


async def _say(
    ctx: Context, tx: Tx, decision: Decision, new: tuple[PickId, ...], watched: Board | None
) -> int:
    """Put alerts into the outbox, and what people wait for on a board; return how many are new.

    A replay is watched by nobody.
    """
    told = await tx.outbox.add(_due(decision.alerts, new))
    if watched is not None:
        rules, zone = ctx.rules.alerts, ctx.rules.time_zone
        told += await tell_watchers(tx, watched, rules, zone, watched.as_of)
    return told


async def _keep_judgements(
    ctx: Context, tx: Tx, decision: Decision, now: datetime
) -> tuple[PickId, ...]:
    """Keep what was decided and why; return the picks that are new."""
    provenance = ctx.rules.provenance
    await tx.prices.add(decision.prices)
    new = await tx.picks.add(decision.picks)
    await tx.picks.add_updates(decision.updates)
    await tx.refusals.add(decision.judgements, provenance, now)
    await tx.exposure.hold(decision.quarantined, provenance)
    await tx.opinions.add(decision.opinions, provenance, now)
    return new


async def keep_facts(ctx: Context, tx: Tx, intake: Intake, now: datetime) -> tuple[Movement, ...]:
    """Keep fixtures, their event ids, names nobody knows, every change of odds and its movement.

    Returns the movements. What was asked for and is not on the board any more was withdrawn.
    """
    await tx.fixtures.save(intake.fixtures, now)
    await tx.fixtures.link(intake.event_ids)
    await tx.fixtures.queue_unmatched(intake.unmatched, now)
    board, scope = intake.board, intake.scope
    stored = await tx.odds.add(board, scope, intake.unconfirmed)
    seen = {*scope, *(fixture.id for fixture in board.fixtures)}
    return await keep_movements(ctx, tx, seen, stored, board.as_of)


def refuse_nothing(asks: Sequence[Ask], fetched: Fetched) -> None:
    """Raise the worst failure where no ask brought data: a person first, then a retry."""
    if not asks or len(fetched.failures) < len(asks):
        return
    errors = [failure.error for failure in fetched.failures]
    for kind in (Stop, RetryLater, Skip):
        for error in errors:
            if isinstance(error, kind):
                raise error


def by_reason(failures: Sequence[Failure]) -> dict[str, int]:
    """Return how many asks failed, by kind of failure."""
    return dict(Counter(type(failure.error).__name__ for failure in failures))


def refused_by_gate(decision: Decision) -> dict[str, int]:
    """Return how many candidates each gate refused."""
    return {gate.value: n for gate, n in decision.refused.items()}


async def _known(
    ctx: Context, inputs: Inputs, policy: Policy, now: datetime, fixtures: Sequence[FixtureId]
) -> pipeline.Known:
    """Return what the decision must know: the picks of this moment, not of before the asking."""
    async with ctx.store.reading() as tx:
        open_picks = await tx.picks.open(now, ctx.rules.provenance)
        exposure = await tx.exposure.now(ctx.rules.provenance, now)
        quarantined = await tx.exposure.quarantined(ctx.rules.provenance)
        first = await tx.prices.first(fixtures, now)
    force = NOTHING_LEARNED if inputs.until else await load_learned(ctx)
    return pipeline.Known(
        policy=policy,
        provenance=ctx.rules.provenance,
        open_picks=_made_by(inputs.until, open_picks),
        subscribers=inputs.stored.subscribers,
        alert_rules=ctx.rules.alerts,
        learned=force.learned,
        judges=force.judges,
        scores=force.scores,
        first=first,
        exposure=NO_EXPOSURE if inputs.until else exposure,
        quarantined=() if inputs.until else quarantined,
    )


async def _doubted(ctx: Context) -> bool:
    """Say whether something that fair prices rest on is not as it was."""
    async with ctx.store.reading() as tx:
        open_ = await tx.regimes.open()
    return any(one.watch in DOUBTED for one in open_.values())


def _made_by(until: datetime | None, picks: Sequence[OpenPick]) -> tuple[OpenPick, ...]:
    """Leave out what was made or shown after `until`."""
    if until is None:
        return tuple(picks)
    return tuple(
        replace(one, shown=one.shown if one.shown and one.shown.seen_at <= until else None)
        for one in picks
        if one.pick.taken_at <= until
    )


async def _closes(
    ctx: Context, intake: Intake, known: pipeline.Known, now: datetime
) -> tuple[Sequence[ClosingLine], Sequence[BookOffer]]:
    """Grade what this look says of the closes of picks made before it, and of agents' bets.

    And what the books of those picks still offer of them, which is no close.
    """
    async with ctx.store.reading() as tx:
        others = await tx.opinions.awaiting_close(now, ctx.rules.provenance)
    pricing = ctx.rules.policy.pricing
    lines = await ctx.workers.run(
        partial(pipeline.close, others=others),
        intake.board,
        known.open_picks,
        pricing,
        ctx.rules.closing,
        now,
    )
    offers = await ctx.workers.run(
        pipeline.book_offers, intake.board, known.open_picks, pricing, now
    )
    return lines, offers


def _of(decision: Decision, new: Sequence[PickId]) -> tuple[Pick, ...]:
    fresh = set(new)
    return tuple(pick for pick in decision.picks if pick.id in fresh)


def _due(alerts: Sequence[Alert], new: Sequence[PickId]) -> list[Alert]:
    """Leave out cards of picks another look made first: its own cards are already waiting."""
    fresh = set(new)
    return [a for a in alerts if a.kind is not AlertKind.PICK or a.pick_id in fresh]


def seen_look(intake: Intake, name: str, at: datetime, purpose: str) -> Look:
    """Return what a look saw, told apart by `name`; what it led to is not known yet."""
    return Look(
        id=uuid5(_NAMESPACE, name),
        captured_at=at,
        purpose=purpose,
        offered=intake.offered,
        kept=len(intake.board),
        rejected=intake.rejected,
        refused={},
        fixtures=len(intake.board.fixtures),
        fixtures_priced=0,
        picks=0,
    )


def _judged(seen: Look, decision: Decision, *, picks: int) -> Look:
    return replace(
        seen,
        refused=refused_by_gate(decision),
        fixtures_priced=len(set(decision.prices.fixture.tolist())),
        picks=picks,
    )
