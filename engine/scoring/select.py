"""From prices to picks: judge every candidate, let them compete, make picks of those left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from engine.domain.exposure import NO_EXPOSURE
from engine.domain.judgement import Judgements
from engine.scoring.candidates import candidates
from engine.scoring.competition import among_themselves, staked
from engine.scoring.expectation import with_verdicts
from engine.scoring.exposure import held_bets
from engine.scoring.gates import GATES, PASSED
from engine.scoring.judge import judge
from engine.scoring.making import examples, make_pick
from engine.scoring.quarantine import held_prices, implausible
from engine.scoring.scores import PRIOR_SCORES
from engine.scoring.update import updates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.domain.board import Board
    from engine.domain.exposure import Exposure, Quarantined
    from engine.domain.joint import Joint
    from engine.domain.path import Scope
    from engine.domain.pick import Gate, OpenPick, Pick, PickUpdate, Provenance, Refused
    from engine.domain.policy import Policy
    from engine.domain.price import PriceTable
    from engine.domain.signal import Verdicts
    from engine.scoring.judge import Judged
    from engine.scoring.scores import Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What one look makes of the candidates.

    `judgements` keeps every candidate with the first gate it failed; `refused` counts them by
    gate; `examples` show the few with the highest edge of each gate. `quarantined` are the prices
    held for being too good, to be handed to the next look.
    """

    picks: tuple[Pick, ...]
    updates: tuple[PickUpdate, ...]
    refused: Mapping[Gate, int]
    examples: tuple[Refused, ...]
    judgements: Judgements
    quarantined: tuple[Quarantined, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Beside:
    """What a selection may know beside prices, board and open picks.

    `scope` is what the look asked and understood whole. Where there are `verdicts`, a bet is held
    against the close that PATRON expects, corrected by `scores`. `joint` tells the scores of
    matches with several bets. `exposure` and `quarantined` are what earlier looks left.
    """

    scope: Scope | None = None
    verdicts: Verdicts | None = None
    scores: Scores = PRIOR_SCORES
    joint: Joint | None = None
    exposure: Exposure = NO_EXPOSURE
    quarantined: tuple[Quarantined, ...] = ()


ALONE: Final = Beside()


def select(
    prices: PriceTable,
    board: Board,
    open_picks: Sequence[OpenPick],
    policy: Policy,
    *,
    provenance: Provenance,
    now: datetime,
    beside: Beside = ALONE,
) -> Selected:
    """Return the picks of this look, what became of open picks, and who was refused why."""
    told = None if beside.verdicts is None else beside.scores.spot.corrected(beside.verdicts)
    prices = with_verdicts(prices, told)
    rows = candidates(board, prices, policy, now, told)
    quarantined = held_prices(rows, board, beside.quarantined, policy, now)
    rows = replace(rows, implausible=implausible(rows, board, quarantined, policy, now))
    mine = [one for one in open_picks if one.pick.provenance is provenance]
    held = held_bets(board, mine, beside.exposure, provenance, policy)
    judged = among_themselves(
        judge(rows, prices, policy, verdicts=beside.verdicts, scores=beside.scores), held, policy
    )
    judged = staked(judged, held, policy, beside.exposure, beside.joint)
    judgements = _judgements(judged, board)
    return Selected(
        picks=tuple(
            make_pick(index, judged, prices, policy, provenance=provenance, now=now)
            for index in (judged.failed == PASSED).nonzero()[0].tolist()
        ),
        updates=updates(rows, prices, mine, policy, now, scope=beside.scope),
        refused=_counts(judgements),
        examples=examples(rows, board, judged.failed),
        judgements=judgements,
        quarantined=quarantined,
    )


def _judgements(judged: Judged, board: Board) -> Judgements:
    rows, found = judged.rows, judged.rows.edges
    return Judgements(
        fixtures=board.fixtures,
        bookmakers=board.bookmakers,
        fixture=rows.fixture,
        selection=rows.selection,
        bookmaker=rows.bookmaker,
        odds=rows.odds,
        quoted_at=rows.quoted_at,
        price=rows.price,
        raw=found.raw,
        edge=found.edge,
        low=found.low,
        high=found.high,
        deviation=found.deviation,
        signal_score=judged.signal,
        sweet_spot_score=judged.sweet_spot,
        fraction=judged.fraction,
        gate=judged.failed,
    )


def _counts(judgements: Judgements) -> dict[Gate, int]:
    counts = Counter(judgements.gate.tolist())
    return {gate: counts[number] for number, gate in enumerate(GATES) if counts[number]}
