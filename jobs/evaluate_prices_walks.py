"""Every predictor walked over one archive, two at a time."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from engine.learning.archive import refit_instants
from engine.learning.blend.walk import Forecasts, walk_blend
from engine.learning.evaluation.evaluation import (
    BLEND,
    EXPECTED_CLOSE,
    GOALS,
    MARKETS,
    REFERENCE,
    Forecast,
)
from engine.learning.expected_close.walk import walk_expected_close
from engine.learning.goals.forecast import walk_goals
from engine.learning.outcomes import handicap_outcome, match_odds_outcome, total_outcome
from engine.learning.reference.walk import walk_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from engine.learning.archive import Archive

    Shown = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
    """Opens a bar with a name; what it gives is told how much of how much is done."""

_REFIT: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walks:
    """What the models said of every look, and how many seconds each took of its own."""

    forecasts: tuple[Forecast, ...]
    seconds: Mapping[str, float]


def walk_forecasts(archive: Archive, shown: Shown) -> Walks:
    """Return what each model said of every look of the archive, by what was known at it.

    The goals model is walked in a process of its own, beside the others.
    """
    seconds: dict[str, float] = {}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as aside:
        coming = aside.submit(_goals, _without_odds(archive))
        begun = time.monotonic()
        with shown("reference"):
            reference = _reference(archive)
        seconds[REFERENCE] = time.monotonic() - begun
        begun = time.monotonic()
        with shown("expected close") as steps:
            close = _expected_close(archive, steps)
        seconds[EXPECTED_CLOSE] = time.monotonic() - begun
        with shown("goals model"):
            goals, seconds[GOALS] = coming.result()
    begun = time.monotonic()
    with shown("blend"):
        blended = _blend(archive, reference, goals)
    seconds[BLEND] = time.monotonic() - begun
    return Walks(forecasts=(reference, goals, blended, close), seconds=seconds)


def _reference(archive: Archive) -> Forecast:
    told = walk_reference(archive)
    return Forecast(
        name=REFERENCE,
        match_odds=told.match_odds.probability,
        total=told.total.probability,
        handicap=told.handicap.probability,
    )


def _expected_close(archive: Archive, steps: Callable[[int, int], None]) -> Forecast:
    told = walk_expected_close(archive, progress=steps)
    return Forecast(
        name=EXPECTED_CLOSE,
        match_odds=told.match_odds,
        total=told.total,
        handicap=told.handicap,
    )


def _blend(archive: Archive, reference: Forecast, goals: Forecast) -> Forecast:
    outcomes = {
        "match_odds": match_odds_outcome(archive),
        "total": total_outcome(archive, archive.look.total_line),
        "handicap": handicap_outcome(archive, archive.look.handicap_line),
    }
    forecasts = tuple(
        Forecasts(
            market=name,
            reference=reference.of(name),
            model=goals.of(name),
            outcome=outcomes[name],
        )
        for name in MARKETS
    )
    walked = walk_blend(archive, forecasts, refit_instants(archive, _REFIT))
    match_odds, total, handicap = walked.probabilities
    return Forecast(name=BLEND, match_odds=match_odds, total=total, handicap=handicap)


def _without_odds(archive: Archive) -> Archive:
    """Return an archive light enough to send: of all odds the goals model needs the lines."""
    nobody = replace(
        archive.look,
        books=(),
        match_odds=archive.look.match_odds[:, :0],
        total=archive.look.total[:, :0],
        handicap=archive.look.handicap[:, :0],
    )
    return replace(archive, look=nobody, close=nobody)


def _goals(archive: Archive) -> tuple[Forecast, float]:
    begun = time.monotonic()
    told = walk_goals(archive).probabilities
    forecast = Forecast(
        name=GOALS, match_odds=told.match_odds, total=told.total, handicap=told.handicap
    )
    return forecast, time.monotonic() - begun
