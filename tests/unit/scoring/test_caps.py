from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.exposure import Exposure, Staked
from engine.domain.market import Market, MarketKind
from engine.domain.pick import Gate, Provenance
from engine.domain.policy import DEFAULT_POLICY, UNCAPPED, Policy, ScoringRules, uncapped
from engine.pricing.joint import joint_outcomes
from engine.pricing.price import price
from engine.scoring.exposure import Group, Held, capped, restraint
from engine.scoring.gates import GATES
from engine.scoring.select import Beside, Selected, select
from tests.builders import (
    KICK_OFF,
    NOW,
    a_board,
    a_book,
    a_crowd,
    a_fixture,
    a_selection,
    a_value_board,
    an_open_pick,
)

if TYPE_CHECKING:
    from engine.domain.board import Board, Quote
    from engine.domain.fixture import Fixture
    from engine.domain.joint import Joint

OVER = Market(kind=MarketKind.TOTAL_GOALS, line=a_selection("over_2.5").market.line)
LEAGUE, OTHER = "soccer_france_ligue_one", "soccer_epl"
TOWNS = [f"town{number}" for number in range(40)]


def policy(**scoring: Any) -> Policy:
    return replace(DEFAULT_POLICY, scoring=replace(ScoringRules(), **scoring))


def a_weekend(n: int, **overrides: Any) -> tuple[Fixture, ...]:
    return tuple(
        a_fixture(home, away, **overrides)
        for home, away in zip(TOWNS[: 2 * n : 2], TOWNS[1 : 2 * n : 2], strict=True)
    )


def valued(fixtures: tuple[Fixture, ...], *odds: float) -> Board:
    """One generous price a fixture, in the order of `odds`."""
    quotes: list[list[Quote]] = []
    for number in range(len(fixtures)):
        best = odds[number % len(odds)] if odds else 2.25
        quotes += [
            a_book("pinnacle", 2.06, 3.60, 3.80, fixture=number),
            a_crowd(2.02, 3.5, 3.6, fixture=number),
            a_book("generous", best, 3.4, 3.3, fixture=number),
        ]
    return a_board(*quotes, fixtures=fixtures)


def selected(
    board: Board,
    rules: Policy = DEFAULT_POLICY,
    exposure: Exposure | None = None,
    joint: Joint | None = None,
) -> Selected:
    beside = Beside(exposure=exposure or Exposure(), joint=joint)
    prices = price(board, rules.pricing, NOW)
    return select(prices, board, (), rules, provenance=Provenance.PAPER, now=NOW, beside=beside)


def a_stake(fraction: float, **overrides: Any) -> Staked:
    values: dict[str, Any] = {
        "provenance": Provenance.PAPER,
        "fixture_id": a_fixture("elsewhere", "nowhere").id,
        "selection": a_selection(),
        "competition": LEAGUE,
        "kick_off": KICK_OFF,
        "fraction": fraction,
    }
    return Staked(**values | overrides)


def test_a_leagues_day_takes_only_so_many_picks_the_best_first() -> None:
    odds = [2.21, 2.30, 2.24, 2.27]
    found = selected(valued(a_weekend(4), *odds), policy(max_picks_per_league=2))
    assert sorted(pick.odds for pick in found.picks) == [2.27, 2.30]
    assert found.refused[Gate.LEAGUE_FULL] == 2


def test_a_day_takes_only_so_many_picks_of_all_leagues() -> None:
    fixtures = (*a_weekend(2), a_fixture("leeds", "hull", competition=OTHER))
    found = selected(valued(fixtures, 2.21, 2.30, 2.24), policy(max_picks_per_day=2))
    assert sorted(pick.odds for pick in found.picks) == [2.24, 2.30]
    assert found.refused[Gate.DAY_FULL] == 1
    assert Gate.LEAGUE_FULL not in found.refused


def test_who_finds_the_league_full_takes_no_place_of_the_day() -> None:
    fixtures = (*a_weekend(2), a_fixture("leeds", "hull", competition=OTHER))
    rules = policy(max_picks_per_league=1, max_picks_per_day=2)
    found = selected(valued(fixtures, 2.28, 2.30, 2.21), rules)
    assert sorted(pick.odds for pick in found.picks) == [2.21, 2.30]


def test_a_day_is_the_time_zones() -> None:
    """22:30 and 23:30 in London are two days in Paris in summer, and one in London."""
    late = KICK_OFF.replace(hour=21, minute=30)
    fixtures = (
        a_fixture(kick_off=late),
        a_fixture("nantes", "rennes", kick_off=late + timedelta(hours=1)),
    )
    board, rules = valued(fixtures), policy(max_picks_per_day=1)
    assert len(selected(board, rules).picks) == 2
    assert len(selected(board, replace(rules, time_zone=ZoneInfo("Europe/London"))).picks) == 1


def test_picks_made_before_take_their_place_in_the_league_and_the_day() -> None:
    board = a_value_board()
    held = Exposure(stakes=(a_stake(0.001), a_stake(0.001, settled=True)))
    assert selected(board, policy(max_picks_per_league=3), held).picks
    full = selected(board, policy(max_picks_per_league=2), held)
    assert full.refused[Gate.LEAGUE_FULL] == 1
    full = selected(board, policy(max_picks_per_day=2), held)
    assert full.refused[Gate.DAY_FULL] == 1
    others = [
        a_stake(0.001, provenance=Provenance.LIVE),
        a_stake(0.001, kick_off=KICK_OFF + timedelta(days=1)),
    ]
    for one in others:
        assert selected(board, policy(max_picks_per_day=1), Exposure(stakes=(one,))).picks


def test_an_open_pick_counts_once_whoever_tells_of_it() -> None:
    fixtures = a_weekend(3)
    board, rules = valued(fixtures), policy(max_picks_per_day=2)
    (pick, *_) = selected(board, rules).picks
    exposure = Exposure(
        stakes=(a_stake(0.01, fixture_id=pick.fixture_id, selection=pick.selection),)
    )
    prices = price(board, rules.pricing, NOW)
    for beside in (Beside(), Beside(exposure=exposure)):
        again = select(
            prices,
            board,
            [an_open_pick(pick)],
            rules,
            provenance=Provenance.PAPER,
            now=NOW,
            beside=beside,
        )
        assert len(again.picks) == 1
        assert again.refused[Gate.ALREADY_PICKED] == 1
        assert again.refused[Gate.DAY_FULL] == 1


def test_what_a_cap_refused_is_not_made_good_at_the_next_look() -> None:
    """Who got too little leaves room behind; looking again must not hand it out."""
    board = valued(a_weekend(6), 2.21, 2.25, 2.30)
    rules = policy(day_cap=0.006, league_cap=1.0, min_stake=0.001)
    first = selected(board, rules)
    assert 0 < len(first.picks) < 6
    assert first.refused[Gate.EXPOSURE_FULL] == 6 - len(first.picks)
    again = select(
        price(board, rules.pricing, NOW),
        board,
        [an_open_pick(pick) for pick in first.picks],
        rules,
        provenance=Provenance.PAPER,
        now=NOW,
    )
    assert again.picks == ()


def test_stakes_of_a_day_are_scaled_to_its_cap_in_proportion() -> None:
    board = valued(a_weekend(6), 2.21, 2.25, 2.30)
    free = selected(board, policy(day_cap=1.0, league_cap=1.0))
    tight = selected(board, policy(day_cap=0.01, league_cap=1.0))
    stakes = [np.array([float(pick.stake) for pick in each.picks]) for each in (free, tight)]
    assert stakes[0].sum() > 1.1
    assert stakes[1].sum() == pytest.approx(1.0, abs=1e-3)
    assert sum(pick.stake for pick in tight.picks) <= 1
    assert stakes[1] / stakes[0] == pytest.approx([1 / stakes[0].sum()] * 6, rel=2e-3)


def test_what_rides_already_leaves_less_room() -> None:
    board = a_value_board()
    (alone,) = selected(board).picks
    caps: dict[str, dict[str, Any]] = {
        "fixture_cap": {"fixture_id": a_fixture().id, "selection": a_selection("over_2.5")},
        "league_cap": {},
        "day_cap": {"competition": OTHER},
        "open_cap": {"competition": OTHER, "kick_off": KICK_OFF + timedelta(days=3)},
    }
    for cap, where in caps.items():
        held, room = 0.002, 0.001
        rules = policy(**{cap: held + room})
        (pick,) = selected(board, rules, Exposure(stakes=(a_stake(held, **where),))).picks
        assert float(pick.stake) == pytest.approx(100 * room)
        assert pick.stake < alone.stake
        full = selected(board, rules, Exposure(stakes=(a_stake(held + room, **where),)))
        assert full.picks == ()
        assert full.refused[Gate.EXPOSURE_FULL] == 1


def test_what_is_settled_rides_no_more_but_its_day_remembers() -> None:
    board, settled = a_value_board(), a_stake(0.05, settled=True, competition=OTHER)
    exposure = Exposure(stakes=(settled,))
    assert selected(board, policy(open_cap=0.05), exposure).picks
    assert not selected(board, policy(day_cap=0.05), exposure).picks


def test_a_bankroll_far_below_its_peak_stakes_less_and_then_nothing() -> None:
    board = a_value_board()
    (pick,) = selected(board).picks
    (wary,) = selected(board, exposure=Exposure(bankroll=79, peak=100)).picks
    assert float(wary.stake) == pytest.approx(float(pick.stake) / 2, abs=1e-4)
    stopped = selected(board, exposure=Exposure(bankroll=65, peak=100))
    assert stopped.picks == ()
    assert stopped.refused[Gate.DRAWDOWN] == 1


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_restraint_only_grows_with_the_drawdown(bankroll: float, peak: float) -> None:
    rules = ScoringRules()
    now = restraint(Exposure(bankroll=bankroll, peak=peak), rules)
    later = restraint(Exposure(bankroll=bankroll * 0.9, peak=peak), rules)
    assert 0 <= later <= now <= 1
    assert restraint(Exposure(bankroll=peak, peak=peak), rules) == 1


groups = st.lists(st.integers(0, 3), min_size=8, max_size=8)
riding = st.lists(st.floats(0, 0.06), min_size=4, max_size=4)


@given(
    st.lists(st.tuples(st.integers(0, 7), st.floats(0.0005, 0.01)), min_size=1, max_size=30),
    st.tuples(groups, groups),
    st.tuples(riding, riding, riding),
    st.floats(0, 0.2),
)
def test_every_cap_holds_for_what_rides_and_what_is_new_together(
    bets: list[tuple[int, float]],
    codes: tuple[list[int], list[int]],
    held: tuple[list[float], list[float], list[float]],
    open_stakes: float,
) -> None:
    def group(code: list[int], staked: list[float]) -> Group:
        return Group(
            code=np.array(code),
            picks=np.zeros(len(staked), dtype=np.int64),
            staked=np.array(staked),
        )

    rules, fixture = ScoringRules(), np.array([one for one, _ in bets])
    wanted = np.array([stake for _, stake in bets])
    before = Held(
        pairs=np.zeros((0, 2), dtype=np.int64),
        fractions=np.zeros(0),
        fixture=group(list(range(8)), held[0] * 2),
        league=group(codes[0], held[1]),
        day=group(codes[1], held[2]),
        staked=open_stakes,
    )
    stakes = capped(wanted, fixture, before, rules)
    assert ((stakes >= 0) & (stakes <= wanted + 1e-15)).all()
    for each, cap in (
        (before.fixture, rules.fixture_cap),
        (before.league, rules.league_cap),
        (before.day, rules.day_cap),
    ):
        total = np.bincount(each.code[fixture], stakes, len(each.staked))
        assert (total <= np.maximum(cap - each.staked, 0) + 1e-12).all()
    assert stakes.sum() <= max(rules.open_cap - open_stakes, 0) + 1e-12


RESULTS = [
    a_book("pinnacle", 2.06, 3.60, 3.80),
    a_crowd(2.02, 3.5, 3.6),
    a_book("generous", 2.25, 3.4, 3.3),
]
GOALS = [
    a_book("pinnacle", 1.95, 1.93, market=OVER),
    a_crowd(1.9, 1.88, market=OVER),
    a_book("generous", 2.14, 1.8, market=OVER),
]


def test_bets_on_one_match_are_weighed_over_its_scores_or_shared_out_like_one() -> None:
    board, rules = a_board(*RESULTS, *GOALS), policy(stake_cap=0.5)
    prices = price(board, rules.pricing, NOW)
    known = selected(board, rules, joint=lambda *asked: joint_outcomes(prices, *asked))
    blind = selected(board, rules)
    alone = {
        pick.selection.market.kind: float(pick.stake)
        for quotes in (RESULTS, GOALS)
        for pick in selected(a_board(*quotes), rules).picks
    }
    assert len(known.picks) == len(blind.picks) == len(alone) == 2
    for pick in blind.picks:
        kind = pick.selection.market.kind
        assert float(pick.stake) == pytest.approx(alone[kind] / 2, rel=0.02)
    for pick in known.picks:
        kind = pick.selection.market.kind
        assert alone[kind] / 2 < float(pick.stake) <= alone[kind]


def test_every_candidate_is_told_with_its_stake_and_its_first_gate() -> None:
    board = valued(a_weekend(4), 2.21, 2.30, 2.24, 2.5)
    found = selected(board, policy(max_picks_per_league=2))
    told = found.judgements
    assert len(told) == len(board) == len(found.picks) + sum(found.refused.values())
    for number, gate in enumerate(GATES):
        assert (told.gate == number).sum() == found.refused.get(gate, 0)
    taken = told.gate == len(GATES)
    assert 100 * told.fraction[taken] == pytest.approx(
        [float(pick.stake) for pick in found.picks], abs=1e-4
    )
    assert (told.edge[taken] >= policy().scoring.min_edge).all()


def test_without_caps_every_bet_worth_a_stake_is_taken_and_the_version_says_so() -> None:
    board = valued(a_weekend(15), 2.21, 2.25, 2.30)
    assert len(selected(board).picks) == ScoringRules().max_picks_per_league
    free = selected(board, uncapped(DEFAULT_POLICY))
    assert len(free.picks) == 15
    assert {pick.policy_version for pick in free.picks} == {"v0" + UNCAPPED}
    assert all(0 < pick.stake <= 1 for pick in free.picks)


def test_without_caps_each_kind_of_market_has_its_own_place() -> None:
    no_bet = Market(kind=MarketKind.DRAW_NO_BET)
    board = a_board(
        a_book("pinnacle", 2.06, 3.60, 3.80),
        a_crowd(2.02, 3.5, 3.6),
        a_crowd(1.5, 2.5, market=no_bet),
        a_book("generous", 2.25, 3.4, 3.3),
        a_book("generous", 1.68, 2.4, market=no_bet),
    )
    assert len(selected(board).picks) == 1
    assert len(selected(board, uncapped(DEFAULT_POLICY)).picks) == 2


@given(st.floats(1.4, 4.0), st.floats(0.002, 0.03))
def test_a_quarter_of_kelly_keeps_large_losses_as_rare_as_wanted(odds: float, edge: float) -> None:
    """Busseti, Ryu and Boyd 2016: E[wealth^-λ] ≤ 1 keeps Pr(ever below α) under β."""
    alpha, beta, rules = 0.7, 0.1, ScoringRules()
    power = np.log(beta) / np.log(alpha)
    assert rules.kelly_fraction <= 2 / (1 + power) == pytest.approx(0.268, abs=1e-3)
    probability, full = (1 + edge) / odds, edge / (odds - 1)

    def risk(stake: float) -> float:
        won, lost = 1 + stake * (odds - 1), 1 - stake
        return float(probability * won**-power + (1 - probability) * lost**-power)

    assert risk(rules.kelly_fraction * full) <= 1
    assert risk(0.35 * full) > 1
