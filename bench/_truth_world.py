"""A sandbox world as the product sees it, look by look, and what its closes teach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson

from config.catalogue import load_catalogue
from engine.collect.normalise import Known as KnownNames
from engine.collect.normalise import normalise
from engine.collect.payload import ODDS_API, Ask, Payload
from engine.collect.rules import CollectRules
from engine.domain.market import Selection
from engine.domain.policy import PricingRules, ScoringRules
from engine.learning.agents.record import past_bets
from engine.learning.agents.walk import learn_agents
from engine.learning.archive import Archive
from engine.learning.expected_close.walk import learn_expected_close, walk_close
from engine.learning.reference.walk import learn_book_weights, walk_reference
from engine.pricing.close import payoffs
from engine.pricing.learned import Learned
from engine.pricing.price import priced
from engine.pricing.reference.main_odds import MainOdds
from sandbox.feeds import Wanted, WorldOdds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.agents.judges import Judges
    from engine.collect.normalise import Intake
    from engine.domain.board import Board
    from engine.domain.closing import Payoff
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId
    from engine.domain.price import Rung
    from engine.scoring.scores import Scores
    from sandbox.world.world import World

    Truth = Mapping[FixtureId, Mapping[str, tuple[float, float]]]
    Shown = Callable[[Board, Truth], Board]
    Bet = tuple[FixtureId, Selection]

_MARKETS: Final = ("h2h", "totals", "spreads")
_BEFORE: Final = timedelta(minutes=1)
LAST: Final = timedelta(hours=4)
"""From the last look at a matchday to its last kick-off, at most."""
_SHARP: Final = "pinnacle"
_KEPT: Final = 0.03
"""The most an ordinary book of a world without edge keeps of fair odds."""
_SIDES: Final = {"match_odds": 3, "total": 2, "handicap": 2}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taught:
    """What closes of a world teach whoever judges it from then on."""

    learned: Learned
    judges: Judges
    scores: Scores


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Row:
    """One fixture's main markets at one instant: odds by book, and the lines."""

    fixture: Fixture
    at: float
    odds: Mapping[str, Mapping[str, NDArray[np.float64]]]
    total_line: float
    handicap_line: float


class Observer:
    """Looks at a world, knows its truth, and keeps what it saw of the main markets."""

    def __init__(self, world: World, shown: Shown | None = None) -> None:
        """Look at `world` as `shown` shows its boards."""
        self._world, self._shown = world, shown
        self._names = KnownNames(names=load_catalogue().names, fixtures=())
        self._feed = WorldOdds(world)
        self._looks: list[_Row] = []
        self._closes: dict[FixtureId, _Row] = {}
        self._goals: dict[FixtureId, tuple[int, int]] = {}

    def look(self, now: datetime, *, keep: bool = False) -> tuple[Board, Truth]:
        """Return the board of an instant and the truth of its matches.

        With `keep` it is learned from: the look, and the closes of what begins soon.
        """
        board, truth = self._seen(now)
        if keep:
            self._looks += _rows(board, now)
            for at in sorted({one.kick_off for one in board.fixtures}):
                if now < at <= now + LAST:
                    self._close(at)
        return board, truth

    def payoffs_at(
        self, kick_off: datetime, bets: Iterable[Bet]
    ) -> dict[tuple[Bet, Rung], Payoff]:
        """Return what each source says of bets on matches that begin then, at their close."""
        at = kick_off - _BEFORE
        board, _ = self._seen(at)
        begins = {one.id for one in board.fixtures if one.kick_off == kick_off}
        wanted = [bet for bet in bets if bet[0] in begins]
        return {
            ((one.fixture_id, one.selection), one.rung): one.payoff
            for one in payoffs(board, wanted, PricingRules(), at)
        }

    def _close(self, kick_off: datetime) -> None:
        at = kick_off - _BEFORE
        for row in _rows(self._seen(at)[0], at):
            if row.fixture.kick_off == kick_off:
                self._closes[row.fixture.id] = row
        matches = {match.event_id: match for match in self._world.listed(at)}
        for (_, event), fixture in self._names.event_ids.items():
            if fixture in self._closes and fixture not in self._goals and event in matches:
                over = self._world.standing(matches[event], kick_off + timedelta(hours=3))
                if over.goals is not None:
                    self._goals[fixture] = over.goals

    def _seen(self, now: datetime) -> tuple[Board, Truth]:
        intake = normalise(self._answers(now), self._names, CollectRules(), now)
        self._remember(intake)
        matches = {match.event_id: match for match in self._world.listed(now)}
        truth = {
            fixture: self._world.verdict(matches[event], now).now
            for (_, event), fixture in self._names.event_ids.items()
            if event in matches
        }
        board = intake.board if self._shown is None else self._shown(intake.board, truth)
        return board, truth

    def _answers(self, now: datetime) -> list[Payload]:
        """Return what the odds provider would answer of every league."""
        wanted = Wanted(regions=frozenset({"eu"}), markets=frozenset(_MARKETS))
        return [
            Payload(
                source=ODDS_API,
                ask=Ask(
                    source=ODDS_API,
                    path=f"/v4/sports/{league.sport_key}/odds",
                    params=(("markets", ",".join(_MARKETS)), ("regions", "eu")),
                    competition=league.sport_key,
                ),
                fetched_at=now,
                status=200,
                body=orjson.dumps(self._feed.events(league.sport_key, wanted, now)),
            )
            for league in self._world.leagues
        ]

    def _remember(self, intake: Intake) -> None:
        fixtures = {one.id: one for one in (*self._names.fixtures, *intake.fixtures)}
        met = {(one.provider, one.event_id): one.fixture_id for one in intake.event_ids}
        self._names = replace(
            self._names,
            fixtures=tuple(fixtures.values()),
            event_ids={**self._names.event_ids, **met},
        )

    def taught(self) -> Taught:
        """Return what everything kept so far teaches."""
        archive = self._archive()
        until = float(archive.played_at.max())
        rules, walked = PricingRules(), walk_close(archive)
        close = learn_expected_close(archive, until)
        past = past_bets(
            archive,
            walk_reference(archive),
            walked.forecast,
            walked.states,
            aggregates=False,
            rules=rules,
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

    def _archive(self) -> Archive:
        rows = [row for row in self._looks if row.fixture.id in self._closes]
        closes = [self._closes[row.fixture.id] for row in rows]
        fixtures = [row.fixture for row in rows]
        competitions = tuple(sorted({one.competition for one in fixtures}))
        teams = tuple(sorted({t.key for one in fixtures for t in (one.home, one.away)}))
        books = tuple(sorted({book for row in (*rows, *closes) for book in row.odds["total"]}))
        goals = np.array([self._goals.get(one.id, (np.nan, np.nan)) for one in fixtures])
        archive = Archive(
            competitions=competitions,
            teams=teams,
            competition=np.array([competitions.index(one.competition) for one in fixtures]),
            season=np.full(len(rows), 2026),
            home=np.array([teams.index(one.home.key) for one in fixtures]),
            away=np.array([teams.index(one.away.key) for one in fixtures]),
            kick_off=np.array([one.kick_off.timestamp() for one in fixtures]),
            looked_at=np.array([row.at for row in rows]),
            home_goals=goals[:, 0].astype(np.float64),
            away_goals=goals[:, 1].astype(np.float64),
            look=_odds(rows, books),
            close=_odds(closes, books),
        )
        order = (archive.home, archive.competition, archive.kick_off, archive.looked_at)
        return archive.where(np.lexsort(order))


def _rows(board: Board, now: datetime) -> list[_Row]:
    """Return what a board says of the main markets of each of its fixtures."""
    odds = priced(board, PricingRules(), now).odds
    return [
        _Row(
            fixture=fixture,
            at=now.timestamp(),
            odds={
                market: dict(zip(odds.books, getattr(odds, market)[place], strict=True))
                for market in _SIDES
            },
            total_line=float(odds.total_line[place]),
            handicap_line=float(odds.handicap_line[place]),
        )
        for place, fixture in enumerate(board.fixtures)
    ]


def _odds(rows: list[_Row], books: tuple[str, ...]) -> MainOdds:
    def dense(market: str) -> NDArray[np.float64]:
        none = np.full(_SIDES[market], np.nan)
        return np.array([[row.odds[market].get(book, none) for book in books] for row in rows])

    return MainOdds(
        books=books,  # type: ignore[arg-type]
        match_odds=dense("match_odds"),
        total=dense("total"),
        total_line=np.array([row.total_line for row in rows]),
        handicap=dense("handicap"),
        handicap_line=np.array([row.handicap_line for row in rows]),
    )


def without_edge(board: Board, truth: Truth) -> Board:
    """Return a board on which no book that one can bet at offers more than fair odds."""
    keep = np.random.default_rng([len(board), 9]).uniform(0, _KEPT, len(board))
    fair = np.full(len(board), np.inf)
    for row in range(len(board)):
        code = Selection.from_number(int(board.selection[row])).code
        known = truth.get(board.fixtures[int(board.fixture[row])].id, {}).get(code)
        if known is not None and known[0] > 0:
            fair[row] = (known[0] + known[1]) / known[0]
    names = np.array([str(key) for key in board.bookmakers], dtype=np.str_)[board.bookmaker]
    lowered = np.where(names == _SHARP, np.minimum(board.odds, fair), fair * (1 - keep))
    odds = np.where(np.isin(names, PricingRules().exchanges), board.odds, lowered)
    rows = np.isfinite(fair)
    return replace(board.where(rows), odds=np.maximum(1.01, odds[rows]))
