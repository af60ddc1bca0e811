"""A candidate that passed every gate as a pick, and the few refused that are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import Selection
from engine.domain.numbers import Odds
from engine.domain.pick import Offer, Pick, Refused, Score, pick_id
from engine.domain.signal import Tier
from engine.scoring.edge import least_odds
from engine.scoring.gates import GATES
from engine.scoring.parts import parts_of
from engine.scoring.places import NOWHERE
from engine.scoring.signal_score import in_zone
from engine.scoring.staking import in_units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.pick import Provenance
    from engine.domain.policy import Policy
    from engine.domain.price import PriceTable
    from engine.domain.signal import Signal, Verdicts
    from engine.scoring.candidates import Candidates
    from engine.scoring.judge import Judged

_EXAMPLES: Final = 3


def make_pick(
    index: int,
    judged: Judged,
    prices: PriceTable,
    policy: Policy,
    *,
    provenance: Provenance,
    now: datetime,
) -> Pick:
    """Return candidate `index` as a pick."""
    rows, rules = judged.rows, policy.scoring
    row = int(rows.price[index])
    odds = float(rows.odds[index])
    # the card counts the bookmakers that quote the selection, not the sources of the reference
    fair = replace(prices.row(row), books=int(rows.books[index]))
    verdict = int(judged.verdict[index])
    signal_score = float(judged.signal[index])
    return Pick(
        id=pick_id(provenance, fair.fixture_id, fair.selection),
        provenance=provenance,
        fixture_id=fair.fixture_id,
        selection=fair.selection,
        bookmaker=prices.bookmakers[int(rows.bookmaker[index])],
        odds=Odds(odds),
        quoted_at=datetime.fromtimestamp(float(rows.quoted_at[index]), tz=UTC),
        fair=fair,
        edge=float(rows.edges.edge[index]),
        edge_low=float(rows.edges.low[index]),
        edge_high=float(rows.edges.high[index]),
        min_odds=least_odds(prices, row, policy),
        second=_second(index, rows, prices),
        score=Score(
            signal_score=signal_score,
            sweet_spot_score=float(judged.sweet_spot[index]),
            in_zone=in_zone(signal_score, odds, rules),
            tier=_tier(judged.verdicts, verdict),
        ),
        stake=in_units(float(judged.fraction[index])),
        policy_version=policy.version,
        taken_at=now,
        signals=_signals(judged.verdicts, verdict),
        parts=parts_of(judged, index, rules.hurdle),
    )


def _tier(verdicts: Verdicts | None, row: int) -> Tier:
    """Return PATRON's grade of the bet; without a verdict it has none above the lowest."""
    if verdicts is None or row == NOWHERE:
        return Tier.STANDARD
    return tuple(Tier)[int(verdicts.tier[row])]


def _signals(verdicts: Verdicts | None, row: int) -> tuple[Signal, ...]:
    """Return what each agent that has something to say says of the bet."""
    if verdicts is None or row == NOWHERE:
        return ()
    said = (each.row(row, verdicts.standings[each.agent]) for each in verdicts.signals)
    return tuple(signal for signal in said if signal is not None)


def _second(index: int, rows: Candidates, prices: PriceTable) -> Offer | None:
    """Return the best fresh price of another book that does not beat the pick's."""
    others = np.flatnonzero(
        (rows.place == rows.place[index])
        & rows.fresh
        & (rows.odds <= rows.odds[index])
        & (rows.bookmaker != rows.bookmaker[index])
    )
    if not len(others):
        return None
    best = others[np.argmax(rows.odds[others])]
    return Offer(
        bookmaker=prices.bookmakers[int(rows.bookmaker[best])], odds=Odds(float(rows.odds[best]))
    )


def examples(rows: Candidates, board: Board, failed: NDArray[np.int64]) -> tuple[Refused, ...]:
    """Return the few candidates of each gate with the highest edge."""
    edge = np.where(np.isnan(rows.edges.edge), -np.inf, rows.edges.edge)
    shown: list[Refused] = []
    for number, gate in enumerate(GATES):
        held = np.flatnonzero(failed == number)
        for index in held[np.argsort(-edge[held], kind="stable")][:_EXAMPLES].tolist():
            value = float(rows.edges.edge[index])
            shown.append(
                Refused(
                    fixture_id=board.fixtures[int(rows.fixture[index])].id,
                    selection=Selection.from_number(int(rows.selection[index])),
                    bookmaker=board.bookmakers[int(rows.bookmaker[index])],
                    gate=gate,
                    edge=None if np.isnan(value) else value,
                )
            )
    return tuple(shown)
