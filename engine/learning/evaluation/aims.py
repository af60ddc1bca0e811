"""What the prices are meant to reach, season by season, and whether they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.learning.evaluation.evaluation import EXPECTED_CLOSE, GOALS, REFERENCE
from engine.learning.evaluation.scores import BASELINE, BEST_BOOK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.learning.clusters import Clustered
    from engine.learning.evaluation.scores import Against, Line

REFERENCE_LOSS: Final = 0.0001
CLOSE_MATCH_ODDS: Final = -0.06
CLOSE_TOTAL: Final = -0.08
GOALS_RPS: Final = 0.008
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One aim in one market and season (None: all): the figure and the most it may be.

    `low` and `high` are the figure's 95 % interval; `against` says whom it compares with.
    """

    name: str
    season: int | None
    market: str
    against: str
    value: float
    low: float
    high: float
    n: int
    limit: float

    @property
    def holds(self) -> bool:
        return self.value <= self.limit + _ROUNDING


def judge(lines: Sequence[Line]) -> tuple[Aim, ...]:
    """Return every aim that the lines can tell; what was not walked has none."""
    return (*_of_reference(lines), *_of_expected_close(lines), *_of_goals(lines))


def _of_reference(lines: Sequence[Line]) -> Iterator[Aim]:
    for line in _of(lines, REFERENCE):
        best = line.against.get(BEST_BOOK)
        if best is not None and line.season is not None:
            yield _aim("reference: KL to the close", line, best, best.kl, 0.0)
            yield _aim("reference: log-loss", line, best, best.log_loss, REFERENCE_LOSS)


def _of_expected_close(lines: Sequence[Line]) -> Iterator[Aim]:
    totals = []
    for line in _of(lines, EXPECTED_CLOSE):
        against = line.against[BASELINE]
        if line.season is None or against.kl_change.n == 0:
            continue
        if line.market == "match_odds":
            name = "expected close: KL to the close"
            yield _aim(name, line, against, against.kl_change, CLOSE_MATCH_ODDS)
        elif line.market == "total":
            totals.append((line, against))
    if totals:
        yield _average(totals)


def _average(totals: Sequence[tuple[Line, Against]]) -> Aim:
    """Return the aim on over/under, which is on the average of seasons.

    Its interval adds up the errors of seasons, which share no week.
    """
    changes = [against.kl_change for _, against in totals]
    count = len(changes)
    value = sum(one.value for one in changes) / count
    reach = sum(((one.high - one.low) / 2) ** 2 for one in changes) ** 0.5 / count
    return Aim(
        name="expected close: KL to the close, average of seasons",
        season=None,
        market="total",
        against=" / ".join(dict.fromkeys(against.name for _, against in totals)),
        value=value,
        low=value - reach,
        high=value + reach,
        n=sum(one.n for one in changes),
        limit=CLOSE_TOTAL,
    )


def _of_goals(lines: Sequence[Line]) -> Iterator[Aim]:
    for line in _of(lines, GOALS):
        against = line.against[BASELINE]
        if line.market == "match_odds" and against.rps.n:
            yield _aim("goals model: RPS", line, against, against.rps, GOALS_RPS)


def _of(lines: Sequence[Line], predictor: str) -> Iterator[Line]:
    return (line for line in lines if line.predictor == predictor)


def _aim(name: str, line: Line, against: Against, found: Clustered, limit: float) -> Aim:
    return Aim(
        name=name,
        season=line.season,
        market=line.market,
        against=against.name,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        limit=limit,
    )
