"""What a person says of results: a dispute decided, a pick graded; audited, and told on cards.

Whatever is said holds: no automatic settlement replaces it. The same said twice, or by two at
once, is said once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.alerting.compose import compose_results
from engine.domain.pick import Provenance
from engine.settlement.grading import settle
from engine.settlement.settling import MANUAL, decide, grade_by_hand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from engine.domain.dispute import Decision, Dispute
    from engine.domain.pick import Pick
    from engine.domain.settlement import Outcome, Score, Settlement
    from jobs.rules import Rules
    from storage.store import Store, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A dispute resolved, and what its picks came to by it."""

    dispute: Dispute
    settled: tuple[Settlement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandGrade:
    """What a person says a pick came to: an outcome, or the score it is to be settled on.

    `seen` is how many settlements the pick had when they looked.
    """

    seen: int
    outcome: Outcome | None = None
    score: Score | None = None

    def outcome_of(self, pick: Pick) -> Outcome:
        """Return what the grade makes of a pick.

        Raises:
            ValueError: it says neither an outcome nor a score.
        """
        if self.outcome is not None:
            return self.outcome
        if self.score is None:
            raise ValueError("grade was empty: say an outcome or a score")
        return settle(pick.selection, self.score)


async def decide_dispute(
    store: Store, rules: Rules, number: int, decision: Decision, *, by: int, now: datetime
) -> Decided | None:
    """Resolve a dispute and all others of its match, and settle its picks; None: not open.

    Picks graded by hand keep their grade.
    """
    async with store.transaction() as tx:
        waiting = await tx.disputes.waiting(number)
        if not waiting:
            return None
        fixture = waiting[0].fixture.id
        picks = [
            pick
            for provenance in Provenance
            for pick in await tx.picks.of_fixtures([fixture], provenance)
        ]
        before = await tx.settlements.hold([pick.id for pick in picks])
        resolved = await tx.disputes.decide(number, decision, by=by, now=now)
        if resolved is None:
            return None
        for other in (await tx.disputes.of_fixtures([fixture]))[fixture]:
            await tx.disputes.decide(other.id, decision, by=by, now=now)
        settled = tuple(
            settlement
            for pick in picks
            if (settlement := _decided(pick, decision, before.get(pick.id, ()), rules, now))
        )
        await _tell(tx, settled, picks, rules, now)
    return Decided(dispute=resolved, settled=settled)


def _decided(
    pick: Pick, decision: Decision, before: Sequence[Settlement], rules: Rules, now: datetime
) -> Settlement | None:
    if before and before[-1].rule == MANUAL:
        return None
    book = rules.books.of(pick.bookmaker)
    found = decide(pick, decision, sequence=len(before) + 1, rules=book, now=now)
    told = [(one.outcome, one.full_time) for one in before[-1:]]
    return None if told == [(found.outcome, found.full_time)] else found


async def grade_pick(
    store: Store, rules: Rules, number: int, grade: HandGrade, *, by: int, now: datetime
) -> Settlement | None:
    """Grade a pick by hand; None where there is no such pick, or it was settled since."""
    async with store.transaction() as tx:
        view = await tx.picks.view(number=number)
        if view is None:
            return None
        pick = view.pick
        before = (await tx.settlements.hold([pick.id])).get(pick.id, ())
        if len(before) != grade.seen:
            return None
        settlement = grade_by_hand(
            pick,
            grade.outcome_of(pick),
            grade.score,
            sequence=len(before) + 1,
            rules=rules.books.of(pick.bookmaker),
            now=now,
        )
        await tx.audit.add(by, "pick_graded", _detail(number, settlement, before), now)
        await _tell(tx, (settlement,), (pick,), rules, now)
    return settlement


def _detail(number: int, now: Settlement, before: Sequence[Settlement]) -> dict[str, object]:
    score = now.full_time
    return {
        "pick": number,
        "outcome": now.outcome.value,
        "score": None if score is None else f"{score.home}-{score.away}",
        "profit": str(now.profit),
        "sequence": now.sequence,
        "instead_of": before[-1].outcome.value if before else None,
    }


async def _tell(
    tx: Tx, settled: Sequence[Settlement], picks: Sequence[Pick], rules: Rules, now: datetime
) -> None:
    """Keep settlements and show them on the cards of the record in force."""
    await tx.settlements.add(settled)
    shown = {pick.id for pick in picks if pick.provenance is rules.provenance}
    mine = [one for one in settled if one.pick_id in shown]
    await tx.outbox.add(compose_results(mine, rules.alerts, now))
