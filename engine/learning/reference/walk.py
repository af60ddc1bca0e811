"""References of the past as they would have been priced: weights learned from earlier closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import SIDES, MarketKind
from engine.domain.policy import PricingRules
from engine.domain.price import LADDER, Rung
from engine.learning.archive import Archive, refit_instants
from engine.learning.reference.book_weights import DAY, Examples, PoolLearner, examples
from engine.pricing.reference.dense import (
    MAIN_KINDS,
    DenseReference,
    DenseReferences,
    dense_voices,
)
from engine.pricing.reference.implied import cover_at
from engine.pricing.reference.ladder import Step
from engine.pricing.reference.voices import NOBODY, ImpliedBy
from engine.pricing.reference.weights import BookWeights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.pricing.reference.voices import Voices

EVERY: Final = timedelta(days=28)
_PRINTED: Final = ("fd_avg", "bet365")
_DEFAULT: Final = PricingRules()


def walk_reference(
    archive: Archive, rules: PricingRules = _DEFAULT, every: timedelta = EVERY
) -> DenseReferences:
    """Return each row's references, with weights learned from closes known at its refit.

    Weights are learned anew at `refit_instants`; a row is priced by those of the last refit at or
    before its look. Nothing later than the look has a part: a close is known from kick-off.
    """
    return walk_weights(archive, rules, every)[0]


def walk_weights(
    archive: Archive, rules: PricingRules = _DEFAULT, every: timedelta = EVERY
) -> tuple[DenseReferences, Mapping[float, BookWeights]]:
    """Return each row's references (`walk_reference`), and the weights of each refit's instant."""
    weights: dict[float, BookWeights] = {}
    return _walk(archive, rules, every, kept=weights)[0], weights


def learn_book_weights(
    archive: Archive, until: float, rules: PricingRules = _DEFAULT, every: timedelta = EVERY
) -> BookWeights:
    """Return the weights that closes known at `until` (POSIX seconds) teach, walked up to it."""
    past = archive.where(archive.looked_at < until)
    last = past.kick_off.max(initial=0.0) + 1.0  # what is known does not fade for being asked late
    return _walk(past, rules, every, until=min(until, last))[1]


def close_logs(archive: Archive, rules: PricingRules) -> Mapping[MarketKind, NDArray[np.float64]]:
    """Return the logs of the closes (n, k) at each look's lines: sharp, exchange, printed average.

    Of several sources the first that has a close speaks. A handicap whose line moved is read at
    the look's line, at the goal rates that the close's handicap and total imply: leaving it out
    would choose by what happened.
    """
    voices = dense_voices(archive.close, np.zeros(len(archive)), rules)
    found = {kind: _first(one, rules) for kind, one in voices.items()}
    look, close = archive.look, archive.close
    kind = MarketKind.ASIAN_HANDICAP
    by = ImpliedBy(
        cover=np.exp(found[kind][:, 0]),
        handicap=close.handicap_line,
        over=np.exp(found[MarketKind.TOTAL_GOALS][:, 0]),
        total=close.total_line,
    )
    moved = np.flatnonzero(look.handicap_line != close.handicap_line)
    cover = cover_at(by.where(moved), look.handicap_line[moved])
    found[kind][moved] = np.log(np.column_stack([cover, 1 - cover]))
    found[MarketKind.TOTAL_GOALS][look.total_line != close.total_line] = np.nan
    return found


@dataclass(slots=True, kw_only=True, eq=False)
class _Place:
    """One kind of market on one rung: what it learned, and what it waits to learn from."""

    learner: PoolLearner
    waiting: list[Examples]

    def learn(self, at: float) -> None:
        """Take in what is known before `at`."""
        if not self.waiting:
            return
        every = Examples.joined(self.waiting)
        known = every.known_from < at
        self.learner.learn(every.where(known), at)
        self.waiting = [every.where(~known)]


def _walk(
    archive: Archive,
    rules: PricingRules,
    every: timedelta,
    until: float | None = None,
    kept: dict[float, BookWeights] | None = None,
) -> tuple[DenseReferences, BookWeights]:
    voices = dense_voices(archive.look, (archive.kick_off - archive.looked_at) / DAY, rules)
    closes = close_logs(archive, rules)
    names = voices[MarketKind.MATCH_ODDS].books
    places = {
        (kind, rung): _Place(learner=PoolLearner(kind, rung, names), waiting=[])
        for kind in MAIN_KINDS
        for rung in LADDER
    }
    found = {kind: _empty(len(archive), len(SIDES[kind])) for kind in MAIN_KINDS}
    instants = refit_instants(archive, every)
    bounds = np.searchsorted(archive.looked_at, [*instants, np.inf])
    for at, first, last in zip(instants.tolist(), bounds, bounds[1:], strict=False):
        rows = np.arange(first, last)
        every_row = np.arange(len(rows))
        for (kind, rung), place in places.items():
            place.learn(at)
            some = voices[kind].where(rows)
            tried = Step.of(some, every_row, place.learner.practised(), rules)
            place.waiting.append(examples(tried, closes[kind][rows], archive.kick_off[rows]))
            pool = place.learner.weights()
            told = tried if pool.learned else Step.of(some, every_row, pool, rules)
            _take(found[kind], rows, told, rung)
        if kept is not None:
            kept[at] = _weights(places)
    if until is not None:
        for place in places.values():
            place.learn(until)
    match_odds, total, handicap = (found[kind] for kind in MAIN_KINDS)
    references = DenseReferences(match_odds=match_odds, total=total, handicap=handicap)
    return references, _weights(places)


def _weights(places: Mapping[tuple[MarketKind, Rung], _Place]) -> BookWeights:
    return BookWeights(pools=tuple(place.learner.weights() for place in places.values()))


def _take(found: DenseReference, rows: NDArray[np.int64], step: Step, rung: Rung) -> None:
    """Fill in the rows that no better rung has priced."""
    fair = step.whole()
    here = rows[fair.row]
    free = found.rung[here] == 0
    found.probability[here[free]] = fair.probability[free]
    found.std_error[here[free]] = fair.std_error[free]
    found.rung[here[free]] = rung


def _empty(count: int, sides: int) -> DenseReference:
    return DenseReference(
        probability=np.full((count, sides), np.nan),
        std_error=np.full((count, sides), np.nan),
        rung=np.zeros(count, dtype=np.int8),
    )


def _first(voices: Voices, rules: PricingRules) -> NDArray[np.float64]:
    """Return the logs of the first source that has a close (n, k)."""
    wanted = (*rules.sharp_books, *rules.exchanges, *_PRINTED)
    column = voices.first_of([voices.books.index(key) for key in wanted if key in voices.books])
    logs = np.full((len(voices), voices.logs.shape[2]), np.nan)
    rows = np.flatnonzero(column != NOBODY)
    logs[rows] = voices.logs[rows, column[rows]]
    return logs
