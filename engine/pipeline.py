"""The whole pure walk, live and backtest alike: the only module that knows the stages' order."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from engine.agents.board import look_of
from engine.agents.judges import NO_JUDGES, Judges, verdicts
from engine.agents.opinions import opinions
from engine.alerting.compose import compose
from engine.domain.closing import BookOffer, ClosingLine, Grade
from engine.domain.exposure import NO_EXPOSURE
from engine.domain.numbers import Odds
from engine.pricing.close import declared_view, payoffs, still_offered
from engine.pricing.joint import joint_outcomes
from engine.pricing.learned import NOTHING, Learned
from engine.pricing.own_close import tell_apart
from engine.pricing.price import priced
from engine.scoring.scores import PRIOR_SCORES, Scores
from engine.scoring.select import Beside, select
from engine.settlement.closing import grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.alerting.rules import AlertRules
    from engine.domain.alert import Alert, Subscriber
    from engine.domain.board import Board
    from engine.domain.exposure import Exposure, Quarantined
    from engine.domain.fixture import Fixture
    from engine.domain.judgement import Judgements
    from engine.domain.market import Market, Selection
    from engine.domain.numbers import FixtureId
    from engine.domain.opinion import Opinion
    from engine.domain.path import Scope
    from engine.domain.pick import Gate, OpenPick, Pick, PickUpdate, Provenance, Refused
    from engine.domain.policy import Policy, PricingRules
    from engine.domain.price import PriceTable
    from engine.domain.signal import Verdicts
    from engine.pricing.own_close import Bet
    from engine.pricing.price import Priced
    from engine.settlement.rules import ClosingRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a decision needs to know beside the board.

    `learned` is what earlier closes and results have taught; live and backtest alike, it was
    learned from nothing later than the look. `open_picks` are all picks of the board's fixtures
    made before; one that is missing here would be made again, and stopped only by its identity in
    the store. `judges` are the agents as fitted, `scores` what was learned of edges like theirs,
    `first` the fair probabilities of the first look at each fixture. `exposure` is what is at
    stake on all fixtures, and `quarantined` what the last decision said: without it a price too
    good to be believed waits anew.
    """

    policy: Policy
    provenance: Provenance
    open_picks: tuple[OpenPick, ...]
    subscribers: tuple[Subscriber, ...]
    alert_rules: AlertRules
    learned: Learned = NOTHING
    judges: Judges = NO_JUDGES
    scores: Scores = PRIOR_SCORES
    first: Mapping[FixtureId, Mapping[int, float]] = field(default_factory=dict)
    exposure: Exposure = NO_EXPOSURE
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one look at the market comes to.

    `judgements` are all quotes that could be bet, each with its scores and the first gate it
    failed: the picks among them failed none. `quarantined` is for the next decision's `Known`,
    `opinions` are the bets that each agent would have placed, by its part of the `verdicts`.
    """

    prices: PriceTable
    judgements: Judgements
    picks: tuple[Pick, ...]
    updates: tuple[PickUpdate, ...]
    refused: Mapping[Gate, int]
    examples: tuple[Refused, ...]
    alerts: tuple[Alert, ...]
    quarantined: tuple[Quarantined, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    verdicts: Verdicts | None = None


def decide(board: Board, known: Known, now: datetime, scope: Scope | None = None) -> Decision:
    """Return prices, new picks, updates of open ones, refusals by gate and alerts.

    `scope` says what the look asked and understood whole (`Intake.scope`): an open pick is gone
    only within it. Without one, every kind that a fixture has on the board is.
    Pure: the same board, knowledge and moment give the same decision, in any order of rows.
    Quotes later than `now` change nothing. Picks already open are never made again.
    """
    made = priced(board, known.policy.pricing, now, known.learned)
    prices, said = made.table, _verdicts(board, made, known, now)
    selected = select(
        prices,
        board,
        known.open_picks,
        known.policy,
        provenance=known.provenance,
        now=now,
        beside=Beside(
            scope=scope,
            verdicts=said,
            scores=known.scores,
            joint=partial(joint_outcomes, prices),
            exposure=known.exposure,
            quarantined=known.quarantined,
        ),
    )
    starts = {fixture.id: fixture.kick_off for fixture in board.fixtures}
    kick_offs = {one.pick.id: one.kick_off for one in known.open_picks}
    kick_offs |= {pick.id: starts[pick.fixture_id] for pick in selected.picks}
    alerts = compose(
        selected.picks,
        selected.updates,
        known.subscribers,
        known.alert_rules,
        fixtures={fixture.id: fixture for fixture in board.fixtures},
        kick_offs=kick_offs,
        now=now,
    )
    return Decision(
        prices=prices,
        judgements=selected.judgements,
        picks=selected.picks,
        updates=selected.updates,
        refused=selected.refused,
        examples=selected.examples,
        alerts=alerts,
        quarantined=selected.quarantined,
        opinions=_opinions(said, selected.judgements, prices, known, now),
        verdicts=said,
    )


def _opinions(
    said: Verdicts | None, judged: Judgements, prices: PriceTable, known: Known, now: datetime
) -> tuple[Opinion, ...]:
    if said is None:
        return ()
    least = known.policy.scoring.min_edge
    return opinions(said, judged, prices, least=least, provenance=known.provenance, now=now)


def _verdicts(board: Board, made: Priced, known: Known, now: datetime) -> Verdicts | None:
    """Return what PATRON and the agents say of the board's main markets."""
    policy = known.policy
    look = look_of(
        board,
        made,
        known.learned,
        known.first,
        barred=policy.pricing.exchanges,
        aggregates=bool(policy.bounds),
        now=now,
    )
    return verdicts(look, known.judges)


def close(
    board: Board,
    open_picks: Iterable[OpenPick],
    pricing: PricingRules,
    closing: ClosingRules,
    now: datetime,
    *,
    others: Iterable[Bet] = (),
) -> tuple[ClosingLine, ...]:
    """Return what each source says at `now` of the picks and `others`, as a close.

    One line per selection and rung, and one more for a bet whose own book has a part in it:
    without that book. Fixtures that are not on the board, have begun, or that no
    source prices give none: a close that was not caught stays missing.
    """
    fixtures = {fixture.id: fixture for fixture in board.fixtures}
    bets = [(one.pick.fixture_id, one.pick.selection, one.pick.bookmaker) for one in open_picks]
    bets += others
    wanted = dict.fromkeys((fixture_id, selection) for fixture_id, selection, _ in bets)
    lines: list[ClosingLine] = []
    told = payoffs(board, wanted, pricing, now)
    for view in tell_apart(told, board, bets, pricing, now):
        kick_off, source = fixtures[view.fixture_id].kick_off, view.rung.name.lower()
        lines.append(
            ClosingLine(
                fixture_id=view.fixture_id,
                selection=view.selection,
                source=source,
                payoff=view.payoff,
                raw_odds=view.raw_odds,
                captured_at=now,
                kick_off=kick_off,
                grade=grade(source, now, kick_off, closing),
                book=view.book,
                excluded=view.excluded,
            )
        )
    return tuple(lines)


def book_offers(
    board: Board, open_picks: Iterable[OpenPick], pricing: PricingRules, now: datetime
) -> tuple[BookOffer, ...]:
    """Return what the book of each pick that has not begun offers of it at `now`."""
    fixtures = {fixture.id: fixture for fixture in board.fixtures if fixture.kick_off >= now}
    wanted = {
        (one.pick.fixture_id, one.pick.selection, one.pick.bookmaker)
        for one in open_picks
        if one.pick.fixture_id in fixtures
    }
    return tuple(
        BookOffer(
            fixture_id=fixture_id,
            selection=selection,
            bookmaker=bookmaker,
            odds=odds,
            captured_at=now,
            kick_off=fixtures[fixture_id].kick_off,
        )
        for (fixture_id, selection, bookmaker), odds in still_offered(
            board, wanted, pricing, now
        ).items()
    )


def close_from_file(
    fixture: Fixture,
    selections: Iterable[Selection],
    declared: Mapping[str, Mapping[Market, tuple[float, ...]]],
) -> tuple[ClosingLine, ...]:
    """Return the closes that a historical file declares, grade D, one per source that has one.

    `declared` holds each source's closing odds ("PSC", "BFEC", "AvgC", "B365C") by market, in
    the order of `SIDES`. Books that cannot be read are left out.
    """
    wanted = tuple(selections)
    lines: list[ClosingLine] = []
    for source, books in declared.items():
        view = declared_view(books)
        for selection in wanted:
            payoff = view.payoff(selection)
            if payoff is None:
                continue
            offered = books.get(selection.market)
            sides = [one.side for one in selection.market.selections]
            lines.append(
                ClosingLine(
                    fixture_id=fixture.id,
                    selection=selection,
                    source=source,
                    payoff=payoff,
                    raw_odds=Odds(offered[sides.index(selection.side)]) if offered else None,
                    captured_at=fixture.kick_off,
                    kick_off=fixture.kick_off,
                    grade=Grade.D,
                )
            )
    return tuple(lines)
