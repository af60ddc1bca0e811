"""What each agent would have bet on, counted or not: its scoreboard is made of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.domain.market import Selection
from engine.domain.numbers import Odds
from engine.domain.opinion import Opinion
from engine.domain.price import Rung
from engine.domain.signal import Standing
from engine.scoring.places import index_of, place

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.judgement import Judgements
    from engine.domain.pick import Provenance
    from engine.domain.price import PriceTable
    from engine.domain.signal import Verdicts

    Ints = NDArray[np.int64]


def opinions(
    verdicts: Verdicts,
    judged: Judgements,
    prices: PriceTable,
    *,
    least: float,
    provenance: Provenance,
    now: datetime,
) -> tuple[Opinion, ...]:
    """Return the bets that an agent is for and whose best price has an edge of `least` for it.

    The edge is by the agent's own probability. A price that nobody can take, or that no reference
    prices, is no opinion.
    """
    quote = _best_quote(verdicts, judged)
    price = judged.price[quote]
    taken = (quote >= 0) & (price >= 0)
    odds, refund = judged.odds[quote], prices.refund[price]
    found = []
    for signals in verdicts.signals:
        edge = (1 - refund) * (odds * signals.probability - 1)
        standing = verdicts.standings.get(signals.agent, Standing.SHADOW)
        for row in np.flatnonzero(taken & (signals.direction > 0) & (edge >= least)).tolist():
            signal, fair = signals.row(row, standing), int(price[row])
            if signal is None:
                continue
            found.append(
                Opinion(
                    provenance=provenance,
                    fixture_id=prices.fixtures[int(verdicts.fixture[row])].id,
                    selection=Selection.from_number(int(verdicts.selection[row])),
                    signal=signal,
                    bookmaker=judged.bookmakers[int(judged.bookmaker[quote[row]])],
                    odds=Odds(float(odds[row])),
                    fair=float(prices.probability[fair]),
                    refund=float(refund[row]),
                    source=Rung(int(prices.rung[fair])).name.lower(),
                    issued_at=now,
                )
            )
    return tuple(found)


def _best_quote(verdicts: Verdicts, judged: Judgements) -> Ints:
    """Return the row of the best price of each verdict's bet, -1 where nobody offers it.

    Of the books that offer it the first has it: rows are sorted by bet, then by book.
    """
    if not len(judged.odds):
        return np.full(len(verdicts), -1, dtype=np.int64)
    where = place(judged.fixture, judged.selection)
    starts = np.flatnonzero(np.append(True, where[1:] != where[:-1]))
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(where))))
    top = np.flatnonzero(judged.odds == np.maximum.reduceat(judged.odds, starts)[group])
    best = top[np.append(True, group[top][1:] != group[top][:-1])]
    wanted = place(verdicts.fixture, verdicts.selection)
    found = index_of(where[best], wanted)
    return np.append(best, -1)[found].astype(np.int64)
