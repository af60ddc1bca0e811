"""From prices to picks: judge every candidate, let them compete, make picks of those left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.judgement import Judgements
from engine.scoring.candidates import candidates
from engine.scoring.competition import among_themselves, held_picks
from engine.scoring.gates import GATES, PASSED
from engine.scoring.judge import judge
from engine.scoring.making import examples, make_pick
from engine.scoring.update import updates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.path import Scope
    from engine.domain.pick import Gate, OpenPick, Pick, PickUpdate, Provenance, Refused
    from engine.domain.policy import Policy
    from engine.domain.price import PriceTable
    from engine.scoring.judge import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What one look makes of the candidates.

    `judgements` keeps every candidate with the first gate it failed; `refused` counts them by
    gate; `examples` show the few with the highest edge of each gate.
    """

    picks: tuple[Pick, ...]
    updates: tuple[PickUpdate, ...]
    refused: Mapping[Gate, int]
    examples: tuple[Refused, ...]
    judgements: Judgements


def select(
    prices: PriceTable,
    board: Board,
    open_picks: Sequence[OpenPick],
    policy: Policy,
    *,
    provenance: Provenance,
    now: datetime,
    scope: Scope | None = None,
) -> Selected:
    """Return the picks of this look, what became of open picks, and who was refused why."""
    rows = candidates(board, prices, policy, now)
    mine = [one for one in open_picks if one.pick.provenance is provenance]
    judged = judge(rows, prices, policy)
    failed = among_themselves(judged, held_picks(board, mine), policy)
    judgements = _judgements(judged, failed, board)
    return Selected(
        picks=tuple(
            make_pick(index, judged, prices, policy, provenance=provenance, now=now)
            for index in (failed == PASSED).nonzero()[0].tolist()
        ),
        updates=updates(rows, prices, mine, policy, now, scope=scope),
        refused=_counts(judgements),
        examples=examples(rows, board, failed),
        judgements=judgements,
    )


def _judgements(judged: Judged, failed: NDArray[np.int64], board: Board) -> Judgements:
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
        gate=failed,
    )


def _counts(judgements: Judgements) -> dict[Gate, int]:
    counts = Counter(judgements.gate.tolist())
    return {gate: counts[number] for number, gate in enumerate(GATES) if counts[number]}
