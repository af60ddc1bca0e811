"""The expected close walked over an archive: each look is told from what was known at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from engine.domain.market import SIDES, MarketKind
from engine.domain.policy import PricingRules
from engine.learning.archive import refit_instants
from engine.learning.expected_close.drift import advance
from engine.learning.expected_close.fit import Shrinkage
from engine.learning.expected_close.learner import AnchorLearner
from engine.learning.expected_close.past import (
    closed_matches,
    past,
    some,
    stacked,
)
from engine.pricing.expected_close.model import MARKETS, ExpectedCloseModel, both_looks
from engine.pricing.expected_close.state import CloseState, empty_state
from engine.pricing.expected_close.views import Anchor, Sources
from engine.pricing.reference.dense import without_palpable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.expected_close.drift import ClosedMatches
    from engine.learning.expected_close.past import Past
    from engine.pricing.expected_close.model import ExpectedClose
    from engine.pricing.expected_close.state import StateRows
    from engine.pricing.expected_close.views import View

    Floats = NDArray[np.float64]

REFIT: Final = timedelta(weeks=4)
KINDS: Final = (MarketKind.MATCH_ODDS, MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP)
"""The kind of each of `MARKETS`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloseForecast:
    """What each row's close was expected to be: E[p], its deviation, whether the model spoke.

    Rows without a reference are NaN. Where the model did not speak the sharpest anchor stands,
    corrected for the winner's curse of its best odds. `mean ± 1.28 deviation` is meant to hold
    80 % of closes.
    """

    match_odds: Floats
    total: Floats
    handicap: Floats
    match_odds_sd: Floats
    total_sd: Floats
    handicap_sd: Floats
    spoke: Mapping[MarketKind, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WalkedClose:
    """Where each look's close was expected, and the state of teams and leagues it saw.

    `models` are those of each refit, by its instant: they told the looks from there to the next.
    `closed` are the matches that the state is carried forward over (`drift.advance`).
    """

    forecast: CloseForecast
    states: StateRows
    models: Mapping[float, ExpectedCloseModel]
    closed: ClosedMatches


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LearnedClose:
    """What the closes known at an instant teach: the model, and the state to go on from."""

    model: ExpectedCloseModel
    state: CloseState


def walk_expected_close(
    archive: Archive, *, progress: Callable[[int, int], None] | None = None
) -> CloseForecast:
    """Return the expected close of every look, from matches that were over when it was fitted.

    Fitted anew every four weeks; the state of teams and leagues is that at each look. `progress`
    is told how many of the fits are done.
    """
    return walk_close(archive, progress=progress).forecast


def walk_close(
    archive: Archive, *, progress: Callable[[int, int], None] | None = None
) -> WalkedClose:
    """Return the expected close of every look (`walk_expected_close`) and the states it saw."""
    found = _Found(len(archive))
    with threadpool_limits(limits=1, user_api="blas"):
        walker = _Walker(archive, Sources(), Shrinkage())
        walker.walk(found.keep, progress)
    return WalkedClose(
        forecast=found.forecast(),
        states=walker.states,
        models=walker.fitted,
        closed=walker.closed,
    )


def learn_expected_close(
    archive: Archive, until: float, *, progress: Callable[[int, int], None] | None = None
) -> LearnedClose:
    """Return what was known at an instant (POSIX seconds), for looks taken from then on.

    Walks the archive up to there: uncertainty and the right to speak rest on forecasts made
    before the closes they are compared with.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        walker = _Walker(archive.where(archive.looked_at <= until), Sources(), Shrinkage())
        walker.walk(_unheard, progress)
        model = walker.learn(until)
    return LearnedClose(model=model, state=walker.state_at(until))


def _unheard(rows: NDArray[np.int64], told: ExpectedClose) -> None:
    """Keep nothing: the learners remember what they have foreseen."""


class _Walker:
    """An archive's features, and a learner for each anchor, with and without aggregates."""

    def __init__(self, archive: Archive, sources: Sources, shrink: Shrinkage) -> None:
        archive = _as_boards(archive)
        self.sources, self._archive = sources, archive
        seen = past(archive, sources)
        self.closed = closed_matches(archive, seen)
        self.fitted: dict[float, ExpectedCloseModel] = {}
        self.states = self._states(seen)
        self._looks = both_looks(archive.look, seen.fixtures, self.states, sources)
        closes = [seen.closes(anchor) for anchor in Anchor]
        self._learners, self._bare = (
            [
                AnchorLearner(each, close, archive.played_at, shrink)
                for each, close in zip(features, ends, strict=True)
            ]
            for features, ends in (
                (self._looks.many, [_known(close, self._looks.of_many) for close in closes]),
                (self._looks.bare, closes),
            )
        )

    def walk(
        self,
        keep: Callable[[NDArray[np.int64], ExpectedClose], None],
        progress: Callable[[int, int], None] | None,
    ) -> None:
        """Learn at each refit, tell of the looks up to the next."""
        instants = refit_instants(self._archive, REFIT)
        starts = np.searchsorted(self._archive.looked_at, instants).tolist()
        ends = [*starts[1:], len(self._archive)]
        for done, (at, start, end) in enumerate(zip(instants, starts, ends, strict=True), start=1):
            rows = np.arange(start, end)
            self.fitted[float(at)] = model = self.learn(float(at))
            keep(rows, self.foresee(rows, model))
            if progress is not None:
                progress(done, len(instants))

    def learn(self, until: float) -> ExpectedCloseModel:
        """Return the models of what was over at an instant."""
        return ExpectedCloseModel(
            anchors=tuple(learner.learn(until) for learner in self._learners),
            bare=tuple(learner.learn(until) for learner in self._bare),
            seen_until=until,
            sources=self.sources,
        )

    def foresee(self, rows: NDArray[np.int64], model: ExpectedCloseModel) -> ExpectedClose:
        """Return what the models say of rows, and let the learners remember it."""
        learners = (*self._learners, *self._bare)
        for learner, own in zip(learners, (*model.anchors, *model.bare), strict=True):
            learner.foresee(rows, own)
        return model.choose(self._looks.where(rows))

    def state_at(self, until: float) -> CloseState:
        """Return the state that the matches over at an instant leave."""
        return advance(empty_state(), self.closed, until)

    def _states(self, seen: Past) -> StateRows:
        """Return the state at every look, batch by batch of looks taken at one instant."""
        looked_at, state, rows = seen.fixtures.looked_at, empty_state(), []
        starts = np.flatnonzero(np.r_[True, np.diff(looked_at) > 0]).tolist()
        for start, end in zip(starts, [*starts[1:], len(looked_at)], strict=True):
            state = advance(state, self.closed, float(looked_at[start]))
            rows.append(state.rows(some(seen.fixtures, start, end)))
        return stacked(rows)


def _known(closes: View, of_many: tuple[NDArray[np.bool_], ...]) -> View:
    """Return the closes of looks at which many books were known, NaN of others."""
    result, total, handicap = of_many
    return replace(
        closes,
        supremacy=np.where(result, closes.supremacy, np.nan),
        draw=np.where(result, closes.draw, np.nan),
        total=np.where(total, closes.total, np.nan),
        handicap=np.where(handicap, closes.handicap, np.nan),
    )


def _as_boards(archive: Archive) -> Archive:
    """Return the archive with what a board would not have held left out of looks and closes."""
    rules = PricingRules()
    look, close = (without_palpable(odds, rules) for odds in (archive.look, archive.close))
    return replace(archive, look=look, close=close)


class _Found:
    """Forecasts as they are made, row by row."""

    def __init__(self, count: int) -> None:
        sizes = {name: len(SIDES[kind]) for name, kind in zip(MARKETS, KINDS, strict=True)}
        self._mean = {name: np.full((count, size), np.nan) for name, size in sizes.items()}
        self._sd = {name: np.full((count, size), np.nan) for name, size in sizes.items()}
        self._spoke = {kind: np.zeros(count, dtype=np.bool_) for kind in KINDS}

    def keep(self, rows: NDArray[np.int64], told: ExpectedClose) -> None:
        for market, (name, kind) in enumerate(zip(MARKETS, KINDS, strict=True)):
            self._mean[name][rows] = told.chances[market].mean
            self._sd[name][rows] = told.chances[market].deviation
            self._spoke[kind][rows] = told.spoke[market]

    def forecast(self) -> CloseForecast:
        deviations = {f"{name}_sd": each for name, each in self._sd.items()}
        return CloseForecast(**self._mean, **deviations, spoke=self._spoke)
