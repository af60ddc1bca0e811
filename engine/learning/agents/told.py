"""What was told of past bets before they closed: what the scores learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.signal import AgentName
from engine.scoring.signal_score import opinions
from engine.scoring.spot import TERMS, column, markets_of, plain_edge, terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from engine.domain.signal import Verdicts

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """Verdicts on m past bets, NaN where none was given.

    `plain` is the edge by PATRON's probability, `landing` how far the closing value lands from it
    by the verdict; `terms` (m, k) and `markets` (m, 3) as in `engine.scoring.spot`. `opinions` are
    the agents', by `engine.scoring.signal_score.opinions`.
    """

    plain: Floats
    landing: Floats
    terms: Floats
    markets: Floats
    opinions: Mapping[AgentName, Floats]

    @classmethod
    def nothing(cls, count: int) -> Told:
        """Return room for what will be told of `count` bets."""
        return cls(
            plain=np.full(count, np.nan),
            landing=np.full(count, np.nan),
            terms=np.full((count, len(TERMS)), np.nan),
            markets=np.zeros((count, 3)),
            opinions={name: np.full(count, np.nan) for name in AgentName},
        )

    def keep(self, rows: NDArray[np.int64], verdicts: Verdicts) -> None:
        """Take in what was told of rows."""
        odds = column(verdicts, "odds")
        self.plain[rows] = plain_edge(verdicts)
        self.landing[rows] = (1 - column(verdicts, "refund")) * odds * verdicts.deviation
        self.terms[rows], self.markets[rows] = terms_of(verdicts), markets_of(verdicts)
        for name, opinion in opinions(verdicts, np.arange(len(rows)), odds).items():
            self.opinions[name][rows] = opinion

    def heard(
        self, names: Sequence[AgentName], rows: NDArray[np.int64]
    ) -> Mapping[AgentName, Floats]:
        """Return agents' opinions of rows; PATRON's where one had not learned to speak."""
        patron = self.opinions[AgentName.PATRON][rows]
        found = {name: self.opinions[name][rows] for name in names}
        return {name: np.where(np.isfinite(each), each, patron) for name, each in found.items()}
