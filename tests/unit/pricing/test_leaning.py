"""A blend or a calibration changes a price exactly as it was learned to, or not at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from engine.domain.market import Market, MarketKind, Selection
from engine.domain.policy import PricingRules
from engine.pricing.blend import Blend, blend, spread
from engine.pricing.calibrated import Calibrations, identity, temperature
from engine.pricing.goals_model import GoalsModel
from engine.pricing.learned import NOTHING, Learned
from engine.pricing.price import price
from tests.builders import NOW, a_board, a_book

RULES = PricingRules()
OVER = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))
HIGH = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("3.5"))
BOARD = a_board(
    a_book("pinnacle", 2.1, 3.4, 3.6),
    a_book("pinnacle", 1.95, 1.93, market=OVER),
    a_book("pinnacle", 3.1, 1.38, market=HIGH),
)
FIXTURE = BOARD.fixtures[0]
LEAGUE = str(FIXTURE.competition)


def prices(learned: Learned) -> dict[str, float]:
    table = price(BOARD, RULES, NOW, learned)
    return {
        Selection.from_number(number).code: fair
        for number, fair in zip(table.selection.tolist(), table.probability.tolist(), strict=True)
    }


def a_blend(weight: float) -> Blend:
    return Blend(
        markets=("match_odds", "total"),
        competitions=(LEAGUE,),
        weight=np.full((2, 2), weight),
        error=np.full((2, 2), 0.05),
        shift=np.zeros((2, 3)),
        seen_until=0.0,
    )


def a_model() -> GoalsModel:
    """Rates of 1.8 and 0.9 for this match."""
    parameters = np.array([0.0, 0.0, 0.0, 0.0, np.log(0.9), np.log(2.0), 0.0])
    return GoalsModel(
        competitions=(LEAGUE,),
        teams=(f"England:{FIXTURE.home.key}", f"England:{FIXTURE.away.key}"),
        parameters=parameters,
        covariance=np.eye(7) * 1e-4,
        newcomer=np.zeros((1, 2)),
        newcomer_covariance=np.zeros((2, 2)),
        decay=np.array([0.002]),
        seen_until=0.0,
    )


def test_a_model_without_weight_leaves_every_price_as_it_is_to_the_last_bit() -> None:
    learned = Learned(
        blend=a_blend(0.0),
        goals=(a_model(),),
        calibrations=Calibrations(maps={"match_odds": identity(0.0)}),
    )
    assert prices(learned) == prices(NOTHING)


def test_a_model_with_weight_pulls_the_markets_that_it_was_weighed_on() -> None:
    plain = prices(NOTHING)
    mixed = prices(Learned(blend=a_blend(0.4), goals=(a_model(),)))
    market = np.array([[plain[code] for code in ("home", "draw", "away")]])
    model = np.array([[0.58607, 0.22897, 0.18496]])  # independent counts of 1.8 and 0.9
    expected = blend(market, model, np.array([0.4]), np.zeros(3))[0]
    assert [mixed[code] for code in ("home", "draw", "away")] == pytest.approx(expected, abs=1e-4)
    assert plain["over_2.5"] < mixed["over_2.5"] < 0.5064  # 2.7 goals
    assert mixed["over_3.5"] == plain["over_3.5"]  # a blend is learned on one line
    assert mixed["dc_1x"] == pytest.approx(mixed["home"] + mixed["draw"])


def test_what_is_not_known_of_a_weight_widens_the_error_of_what_it_blends() -> None:
    found = []
    for error in (0.0, 0.2):
        unsure = replace(a_blend(0.4), error=np.full((2, 2), error))
        table = price(BOARD, RULES, NOW, Learned(blend=unsure, goals=(a_model(),)))
        found.append(table.std_error[table.selection == Selection.parse("home").number][0])
    market, model = np.array([[0.46, 0.29, 0.25]]), np.array([[0.58607, 0.22897, 0.18496]])
    doubt = 0.2 * spread(market, model, np.array([0.4]), np.zeros(3))[0, 0]
    assert doubt > 0.01
    assert found[1] == pytest.approx(np.hypot(found[0], doubt), rel=0.02)


def test_a_teams_name_is_found_in_its_country_and_an_unknown_league_is_left_alone() -> None:
    elsewhere = replace(a_model(), competitions=("soccer_elsewhere",))
    assert prices(Learned(blend=a_blend(0.4), goals=(elsewhere,))) == prices(NOTHING)


def test_a_calibrated_reference_is_sharper_and_still_sums_to_one() -> None:
    maps = Calibrations(maps={"match_odds": temperature(1.2, 0.0)})
    sharper, plain = prices(Learned(calibrations=maps)), prices(NOTHING)
    assert sharper["home"] > plain["home"]
    assert sharper["home"] + sharper["draw"] + sharper["away"] == pytest.approx(1)
    assert sharper["over_2.5"] == plain["over_2.5"]
