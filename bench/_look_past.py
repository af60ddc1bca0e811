"""What a house has learned by the time it judges: of seasons like the look that is timed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.policy import PricingRules, ScoringRules
from engine.learning.agents.record import past_bets
from engine.learning.agents.walk import learn_agents
from engine.learning.archive import Archive
from engine.learning.expected_close.walk import learn_expected_close, walk_close
from engine.learning.reference.walk import learn_book_weights, walk_reference
from engine.pricing.learned import Learned
from engine.pricing.reference.main_odds import MainOdds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.agents.judges import Judges
    from engine.domain.numbers import BookmakerKey
    from engine.scoring.scores import Scores

    Floats = NDArray[np.float64]
    Quoted = Callable[[np.random.Generator, Floats, Floats], Floats]

WEEKS: Final = 60
A_WEEK: Final = 100
_WEEK: Final = timedelta(days=7).total_seconds()
_HOUR: Final = 3600.0
_HANDICAP: Final = -0.25
_NEWS: Final = 0.06
"""How far goal rates move, in logs, from a look to its close."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taught:
    """What closes taught of prices, of agents and of scores."""

    learned: Learned
    judges: Judges
    scores: Scores


def taught(
    competition: str, fixtures: int, books: tuple[BookmakerKey, ...], quoted: Quoted, now: datetime
) -> Taught:
    """Return what weeks of looks before `now` taught; `quoted` offers odds of goal rates."""
    archive = _archive(competition, fixtures, books, quoted, now.timestamp())
    until, walked = now.timestamp(), walk_close(archive)
    close = learn_expected_close(archive, until)
    past = past_bets(
        archive,
        walk_reference(archive),
        walked.forecast,
        walked.states,
        aggregates=False,
        rules=PricingRules(),
    )
    refit, _ = learn_agents(past, until, hurdle=ScoringRules().hurdle)
    return Taught(
        learned=Learned(
            weights=learn_book_weights(archive, until),
            expected_close=close.model,
            close_state=close.state,
        ),
        judges=refit.judges,
        scores=refit.scores,
    )


def _archive(
    competition: str, fixtures: int, books: tuple[BookmakerKey, ...], quoted: Quoted, end: float
) -> Archive:
    """Return a look a week at matches that begin within three days of it."""
    count = WEEKS * A_WEEK
    generator = np.random.default_rng(2)
    total, share = generator.uniform(2, 3.4, count), generator.uniform(0.3, 0.7, count)
    moved = total * np.exp(generator.normal(0, _NEWS, count)), share
    weeks_ago = np.repeat(np.arange(WEEKS, 0, -1, dtype=np.float64), A_WEEK)
    looked_at: Floats = end - _WEEK * weeks_ago
    lead = np.sort(generator.uniform(3, 75, (WEEKS, A_WEEK)), axis=1).ravel() * _HOUR
    who = generator.integers(0, fixtures, count)
    goals = generator.poisson(np.stack([moved[0] * share, moved[0] * (1 - share)]))
    teams = (f"{side}{number}" for side in ("home", "away") for number in range(fixtures))
    return Archive(
        competitions=(competition,),
        teams=tuple(teams),
        competition=np.zeros(count, dtype=np.int64),
        season=np.full(count, 2025),
        home=who,
        away=who + fixtures,
        kick_off=looked_at + lead,
        looked_at=looked_at,
        home_goals=goals[0].astype(np.float64),
        away_goals=goals[1].astype(np.float64),
        look=_main(books, quoted(generator, total, share)),
        close=_main(books, quoted(generator, *moved)),
    )


def _main(books: tuple[BookmakerKey, ...], odds: Floats) -> MainOdds:
    """Return the main markets of odds in the order of the look's selections."""
    count = len(odds)
    return MainOdds(
        books=books,
        match_odds=odds[:, :, :3],
        total=odds[:, :, 3:5],
        total_line=np.full(count, 2.5),
        handicap=odds[:, :, 9:],
        handicap_line=np.full(count, _HANDICAP),
    )
