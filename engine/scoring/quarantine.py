"""Prices too good to be believed at once: how long they are held, and what lets them go.

A price far above the reference is a slip of its book, a reference overtaken by news, or rarely a
slow book. A second book at the same price says only that it is no slip: it makes an overtaken
reference likelier, so it confirms nothing. Time tells them apart: a slip is taken back, a
reference catches up. What stood all the while the reference was quoted anew may be taken.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.exposure import Quarantined
from engine.domain.market import Selection
from engine.scoring.candidates import NO_PRICE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.policy import Policy
    from engine.scoring.candidates import Candidates


_FORGOTTEN: Final = timedelta(days=1)


def held_prices(
    rows: Candidates,
    board: Board,
    earlier: Sequence[Quarantined],
    policy: Policy,
    now: datetime,
) -> tuple[Quarantined, ...]:
    """Return the implausible prices of this look, each since the look that saw it first.

    A price is held anew where it has become better still, or was plausible or gone in between.
    Those of fixtures that are not on the board are kept for a day.
    """
    here = {fixture.id for fixture in board.fixtures}
    known = {(one.fixture_id, one.selection, one.bookmaker): one for one in earlier}
    held = [one for one in earlier if one.fixture_id not in here and now - one.since < _FORGOTTEN]
    for index in np.flatnonzero(rows.fresh & (rows.edges.raw > policy.scoring.max_edge)).tolist():
        one = Quarantined(
            fixture_id=board.fixtures[int(rows.fixture[index])].id,
            selection=Selection.from_number(int(rows.selection[index])),
            bookmaker=board.bookmakers[int(rows.bookmaker[index])],
            odds=float(rows.odds[index]),
            since=now,
        )
        before = known.get((one.fixture_id, one.selection, one.bookmaker))
        stood = before is not None and one.odds <= before.odds
        held.append(replace(one, since=before.since) if before and stood else one)
    return tuple(held)


def implausible(
    rows: Candidates,
    board: Board,
    held: Sequence[Quarantined],
    policy: Policy,
    now: datetime,
) -> NDArray[np.bool_]:
    """Say which prices may not be taken for being too good; `held` are `held_prices`.

    One that stood for `quarantine` may, if the reference was quoted after it was first seen and
    the odds are not beyond `palpable_ratio` times the fair ones. Nor may one with a
    fair price whose edge is no number.
    """
    rules, here = policy.scoring, {fixture.id for fixture in board.fixtures}
    priced = rows.price != NO_PRICE
    too_good: NDArray[np.bool_] = priced & ~(rows.edges.raw <= rules.max_edge)
    before = [one for one in held if one.since < now and one.fixture_id in here]
    since = _since(rows, board, before)
    waited = now.timestamp() - since >= rules.quarantine.total_seconds()
    palpable = ~(rows.edges.raw <= policy.pricing.palpable_ratio - 1)
    confirmed = waited & (rows.reference_at > since) & ~palpable
    return too_good & ~confirmed


def _since(rows: Candidates, board: Board, held: Sequence[Quarantined]) -> NDArray[np.float64]:
    """Return when each candidate's price was first held, never where it is not."""
    fixtures = {fixture.id: number for number, fixture in enumerate(board.fixtures)}
    books = {key: number for number, key in enumerate(board.bookmakers)}
    since = np.full(len(rows), np.inf)
    for one in held:
        here = (
            (rows.fixture == fixtures[one.fixture_id])
            & (rows.selection == one.selection.number)
            & (rows.bookmaker == books[one.bookmaker])
        )
        since[here] = one.since.timestamp()
    return since
