"""What several parts of the learning make of one archive, computed once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.learning.archive import refit_instants
from engine.learning.blend.blend import Forecasts
from engine.learning.calibration.walk import walk_calibration
from engine.learning.expected_close.walk import learn_expected_close, walk_close
from engine.learning.goals.forecast import walk_goals
from engine.learning.outcomes import handicap_outcome, match_odds_outcome, total_outcome
from engine.learning.reference.walk import walk_reference
from engine.pricing.devig.book import devig_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from engine.learning.agents.live_record import LiveRecord
    from engine.learning.archive import Archive
    from engine.learning.calibration.walk import CalibrationWalk
    from engine.learning.expected_close.walk import LearnedClose, WalkedClose
    from engine.learning.goals.forecast import GoalsForecast
    from engine.pricing.calibrated import Calibration
    from engine.pricing.reference.dense import DenseReferences
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]

_USUAL_TOTAL: Final = 2.5
_MONTH: Final = timedelta(days=28)
_SOURCES: Final = ("pinnacle", "fd_avg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fitted value, the last instant it learned from (POSIX seconds), and how it did."""

    value: object
    seen_until: float
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that is learned: from at least `needs` of `counted`, into a value of `KINDS`."""

    name: str
    needs: int
    counted: str
    count: Callable[[Learning], int]
    fit: Callable[[Learning], Fitted]


class Learning:
    """An archive and what several parts make of it, computed once.

    `countries` names the country of each competition: what its clubs share, parts may share.
    `live` are the agents' records on bets of our own looks.
    """

    def __init__(
        self,
        archive: Archive,
        countries: Mapping[str, str],
        live: Sequence[LiveRecord] = (),
    ) -> None:
        self.archive, self.live = archive, live
        self._countries = countries

    @cached_property
    def seen_until(self) -> float:
        """When the last result was known; without any, when the last look was taken."""
        known = self.archive.played_at[np.isfinite(self.archive.home_goals)]
        return float(known.max()) if len(known) else float(self.archive.looked_at.max(initial=0))

    @cached_property
    def references(self) -> DenseReferences:
        """Return every look's reference, by weights learned from the closes before it."""
        return walk_reference(self.archive)

    @property
    def matches(self) -> Archive:
        """Return one row a match, its last look, within one country: what goals are fitted on.

        Teams are named "country:team", so that divisions of one country are fitted together;
        a match of clubs of two countries says nothing within either.
        """
        return self._matches[0]

    @cached_property
    def _matches(self) -> tuple[Archive, NDArray[np.int64]]:
        archive = self.archive
        own = np.array([self._countries.get(each, each) for each in archive.competitions])
        country = own[archive.competition]
        usual = _usual_country(archive, country)
        names = tuple(f"{usual[team]}:{name}" for team, name in enumerate(archive.teams))
        of = np.array([usual[team] for team in range(len(archive.teams))])
        inside = (of[archive.home] == country) & (of[archive.away] == country)
        key = np.column_stack([archive.home, archive.away, archive.kick_off])
        _, last = np.unique(key[::-1], axis=0, return_index=True)
        rows = np.sort(len(archive) - 1 - last)
        rows = rows[inside[rows]]
        return replace(archive, teams=names).where(rows), rows

    @cached_property
    def goals(self) -> GoalsForecast:
        """Return what the goals model said of every match."""
        return walk_goals(self.matches)

    @cached_property
    def walked_close(self) -> WalkedClose:
        """Return where every look's close was expected, by what was known at it."""
        return walk_close(self.archive)

    @cached_property
    def close(self) -> LearnedClose:
        """Return the model of the close and the state it goes on from."""
        return learn_expected_close(self.archive, self.seen_until)

    @cached_property
    def forecasts(self) -> tuple[Forecasts, ...]:
        """Return what reference and goals model said of the main markets of every match."""
        (matches, rows), said = self._matches, self.goals.probabilities
        references = self.references
        usual = (matches.look.total_line == _USUAL_TOTAL)[:, None]
        lines = matches.look.total_line, matches.look.handicap_line
        return (
            Forecasts(
                market="match_odds",
                reference=references.match_odds.probability[rows],
                model=said.match_odds,
                outcome=match_odds_outcome(matches),
            ),
            Forecasts(
                market="total",
                reference=references.total.probability[rows],
                model=np.where(usual, said.total, np.nan),
                outcome=total_outcome(matches, lines[0]),
            ),
            Forecasts(
                market="handicap",
                reference=references.handicap.probability[rows],
                model=said.handicap,
                outcome=handicap_outcome(matches, lines[1]),
            ),
        )

    @cached_property
    def calibrations(self) -> tuple[CalibrationWalk, ...]:
        """Return each market's reference mapped by its own record, up to what is known last."""
        matches = self.matches
        instants = np.append(refit_instants(matches, _MONTH), self.seen_until)
        instants = np.unique(instants[instants <= self.seen_until])
        return tuple(
            walk_calibration(matches, one.reference, one.outcome, instants)
            for one in self.forecasts
        )

    @cached_property
    def calibrated(self) -> tuple[Forecasts, ...]:
        """Return the forecasts with the reference mapped as it is in prices from now on.

        By the maps now in force, not by those of each row's day: what was missing before there
        was a map is not missing any more, and no model is to be praised for it.
        """
        return tuple(
            replace(one, reference=_mapped(walked.chosen[-1], one.reference))
            for one, walked in zip(self.forecasts, self.calibrations, strict=True)
        )


def reference(priced: MainOdds, market: str) -> Floats:
    """Return fair probabilities of the sharp book, else of the average, else NaN."""
    odds: Floats = getattr(priced, market)
    fair = np.full((len(odds), odds.shape[2]), np.nan)
    for key in _SOURCES:
        place = priced.book(key)
        if place is not None:
            fair = np.where(np.isnan(fair), devig_rows(odds[:, place]), fair)
    return fair


def _mapped(calibration: Calibration, books: Floats) -> Floats:
    known = np.isfinite(books).all(axis=1)
    found = books.copy()
    found[known] = calibration.calibrated(books[known])
    return found


def _usual_country(archive: Archive, country: NDArray[np.str_]) -> dict[int, str]:
    """Return the country in which each team plays the most."""
    met: dict[int, Counter[str]] = {team: Counter() for team in range(len(archive.teams))}
    for teams in (archive.home, archive.away):
        for team, where in zip(teams.tolist(), country.tolist(), strict=True):
            met[team][where] += 1
    return {
        team: min(found, key=lambda where: (-found[where], where), default="")
        for team, found in met.items()
    }
