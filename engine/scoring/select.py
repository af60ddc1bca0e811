"""From prices to picks: gates, the best price of each selection, few picks per fixture."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from engine.domain.market import Selection
from engine.domain.numbers import Odds
from engine.domain.pick import Gate, Offer, Pick, Refused, Score, pick_id
from engine.scoring.candidates import candidates, place
from engine.scoring.edge import least_odds, sweet_spot
from engine.scoring.gates import GATES, PASSED, family, first_failed
from engine.scoring.staking import bankroll_fraction, in_units
from engine.scoring.update import updates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.path import Scope
    from engine.domain.pick import OpenPick, PickUpdate, Provenance
    from engine.domain.policy import Policy, ScoringRules
    from engine.domain.price import PriceTable
    from engine.scoring.candidates import Candidates

_EXAMPLES: Final = 3
_USUAL_DISPERSION: Final = 0.08  # logit; keeps a lone book from standing out infinitely


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What one look makes of the candidates.

    `refused` counts every candidate under the first gate it failed; `examples` show the few
    with the highest edge of each gate.
    """

    picks: tuple[Pick, ...]
    updates: tuple[PickUpdate, ...]
    refused: Mapping[Gate, int]
    examples: tuple[Refused, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Judged:
    """Candidates with their scores, their stakes and the gate each failed."""

    rows: Candidates
    signal: NDArray[np.float64]
    sweet_spot: NDArray[np.float64]
    fraction: NDArray[np.float64]
    failed: NDArray[np.int64]


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
    judged = _judge(rows, prices, policy)
    failed = _among_themselves(judged, _held(board, mine), policy)
    taken = np.flatnonzero(failed == PASSED)
    counts = Counter(GATES[index] for index in failed[failed != PASSED].tolist())
    return Selected(
        picks=tuple(
            _pick(index, judged, prices, policy, provenance=provenance, now=now)
            for index in taken.tolist()
        ),
        updates=updates(rows, prices, mine, policy, now, scope=scope),
        refused={gate: counts[gate] for gate in GATES if counts[gate]},
        examples=_examples(rows, board, failed),
    )


def _judge(rows: Candidates, prices: PriceTable, policy: Policy) -> _Judged:
    rules = policy.scoring
    score = sweet_spot(rows.edges, clv_sd=rules.clv_sd, hurdle=rules.hurdle)
    return _Judged(
        rows=rows,
        signal=_signal_score(rows, prices),
        sweet_spot=score,
        fraction=bankroll_fraction(rows.odds, rows.edges.probability_low, rules),
        failed=first_failed(rows, rules),
    )


def _signal_score(rows: Candidates, prices: PriceTable) -> NDArray[np.float64]:
    """Return how far each quote stands out among the books, 0-100; NaN without a price.

    First form, until the agents vote: the gap between fair and quoted probability on the logit
    scale, against the books' own disagreement.
    """
    score = np.full(len(rows), np.nan)
    priced = (rows.price >= 0) & (rows.odds > 1)
    fair, implied = prices.probability[rows.price[priced]], 1 / rows.odds[priced]
    gap = np.log(fair / (1 - fair)) - np.log(implied / (1 - implied))
    spread = np.hypot(prices.dispersion[rows.price[priced]], _USUAL_DISPERSION)
    score[priced] = 100 * ndtr(gap / spread)
    return score


def _held(board: Board, mine: Sequence[OpenPick]) -> NDArray[np.int64]:
    """Return (fixture, selection) of the open picks whose fixture is on the board."""
    index = {fixture.id: number for number, fixture in enumerate(board.fixtures)}
    pairs = [
        (index[one.pick.fixture_id], one.pick.selection.number)
        for one in mine
        if one.pick.fixture_id in index
    ]
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _among_themselves(
    judged: _Judged, held: NDArray[np.int64], policy: Policy
) -> NDArray[np.int64]:
    """Return the gate each candidate fails once they compete with each other and with picks."""
    failed, rows, rules = judged.failed.copy(), judged.rows, policy.scoring
    through = np.flatnonzero(failed == PASSED)
    best = through[_best_of_each(rows, through)]
    failed[np.setdiff1d(through, best)] = GATES.index(Gate.NOT_THE_BEST_PRICE)
    small = judged.fraction[best] < rules.min_stake
    order = np.lexsort(
        (
            rows.selection[best],
            -rows.edges.edge[best],
            -judged.sweet_spot[best],
            small,
            rows.fixture[best],
        )
    )
    best, small = best[order], small[order]
    again = np.isin(rows.place[best], place(held[:, 0], held[:, 1]))
    full = ~_has_room(rows.fixture[best], family(rows.selection[best]), again, held, rules)
    gates = [
        GATES.index(gate)
        for gate in (Gate.FIXTURE_FULL, Gate.STAKE_TOO_SMALL, Gate.ALREADY_PICKED)
    ]
    failed[best] = np.select([full & ~again, small, again], gates, default=PASSED)
    return failed


def _best_of_each(rows: Candidates, through: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places in `through` of the highest odds of each (fixture, selection)."""
    where = rows.place[through]
    order = np.lexsort((rows.bookmaker[through], -rows.odds[through], where))
    _, first = np.unique(where[order], return_index=True)
    return order[first]


def _has_room(
    fixture: NDArray[np.int64],
    families: NDArray[np.int64],
    again: NDArray[np.bool_],
    held: NDArray[np.int64],
    rules: ScoringRules,
) -> NDArray[np.bool_]:
    """Say which ranked candidates their fixture has room for: one a family, a few in all."""
    group, taken = fixture << 4 | families, held[:, 0] << 4 | family(held[:, 1])
    fresh = np.flatnonzero(~again & ~np.isin(group, taken))
    _, first = np.unique(group[fresh], return_index=True)
    leaders = fresh[np.sort(first)]
    earlier = np.arange(len(leaders)) - np.searchsorted(fixture[leaders], fixture[leaders])
    used = np.bincount(held[:, 0], minlength=int(fixture.max(initial=0)) + 1)
    room = np.zeros(len(fixture), dtype=np.bool_)
    room[leaders] = earlier + used[fixture[leaders]] < rules.max_picks_per_fixture
    return room


def _pick(
    index: int,
    judged: _Judged,
    prices: PriceTable,
    policy: Policy,
    *,
    provenance: Provenance,
    now: datetime,
) -> Pick:
    rows, rules = judged.rows, policy.scoring
    row = int(rows.price[index])
    odds = float(rows.odds[index])
    # the card counts the bookmakers that quote the selection, not the sources of the reference
    fair = replace(prices.row(row), books=int(rows.books[index]))
    score = float(judged.sweet_spot[index])
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
            signal_score=float(judged.signal[index]),
            sweet_spot_score=score,
            in_zone=rules.zone_low <= score <= rules.zone_high and odds < rules.zone_max_odds,
        ),
        stake=in_units(float(judged.fraction[index])),
        policy_version=policy.version,
        taken_at=now,
    )


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


def _examples(rows: Candidates, board: Board, failed: NDArray[np.int64]) -> tuple[Refused, ...]:
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
