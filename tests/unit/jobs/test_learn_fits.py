from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.domain.fixture import Team
from engine.domain.numbers import BookmakerKey
from engine.learning.blend.blend import BlendLearner
from engine.learning.calibration.curve import reliability
from engine.learning.outcomes import match_odds_outcome
from engine.pricing.blend import Blend
from engine.pricing.derived.usual_lines import NamedLines
from engine.pricing.derived.view import UsualLines
from jobs.calibration_view import calibration_view
from jobs.learn_fits import fit_all
from jobs.learn_kinds import KINDS
from jobs.learn_metrics import nearer
from jobs.learn_parts import PARTS
from jobs.learn_shared import Fitted, Learning, Part, reference
from storage.archive import Matches, Sightings, StoredPast
from storage.artifact_codec import decode
from tests.archives import World, simulate
from tests.unit.learning.looks import an_archive, drawn, goals_of, softmax

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

NO_LOOKS = Sightings(
    match=np.empty(0, np.int64),
    at=np.empty(0),
    closing=np.empty(0, np.bool_),
    look=np.empty(0, np.int32),
    bookmaker=np.empty(0, np.int16),
    selection=np.empty(0, np.int32),
    odds=np.empty(0),
    lay=np.empty(0, np.bool_),
    quoted_at=np.empty(0),
)
PAST = StoredPast(
    matches=Matches(
        competition=("league", "league"),
        home=("a", "b"),
        away=("b", "a"),
        kick_off=np.array([1e9, 1e9 + 86_400]),
        home_goals=np.array([1.0, np.nan]),
        away_goals=np.array([0.0, np.nan]),
    ),
    printed=NO_LOOKS,
    seen=NO_LOOKS,
    bookmakers={},
)


def a_part(name: str, fit: Callable[[Learning], Fitted], needs: int = 1) -> Part:
    return Part(
        name=name, needs=needs, counted="rows", count=lambda one: len(one.archive), fit=fit
    )


def a_value(learning: Learning) -> Fitted:
    value = Team(key="n", name=str(len(learning.archive)))
    return Fitted(value=value, seen_until=learning.seen_until, metrics={"kl": 0.5})


def breaks(_learning: Learning) -> Any:
    raise ZeroDivisionError


def no_value(learning: Learning) -> Fitted:
    return replace(a_value(learning), value=object())


def test_a_part_that_fails_or_lacks_data_is_told_and_hinders_no_other(
    capfd: pytest.CaptureFixture[str],
) -> None:
    parts = (
        a_part("broken", breaks),
        a_part("scarce", a_value, needs=2000),
        a_part("odd", no_value),
        a_part("good", a_value),
    )
    broken, scarce, odd, good = fit_all(PAST, {}, parts)
    assert (broken.why, odd.why) == ("failed: ZeroDivisionError", "failed: NotEncodable")
    assert "in breaks" in broken.trace
    assert broken.trace.endswith("ZeroDivisionError\n")
    assert capfd.readouterr() == ("", "")
    assert scarce.why == "needs 2,000 rows, has 1"
    assert good.why is None
    assert decode(Team, good.body) == Team(key="n", name="1")
    assert good.metrics == {"rows": 1, "kl": 0.5}
    assert good.seen_until == 1e9 + 3 * 3600


def test_every_part_has_a_kind_and_every_kind_a_part() -> None:
    assert sorted(part.name for part in PARTS) == sorted(KINDS)


def test_goals_are_fitted_on_one_look_a_match_of_clubs_of_one_country() -> None:
    archive = an_archive(np.zeros(40), np.ones(40), leagues=2)
    twice = archive.where(np.repeat(np.arange(40), 2))
    twice.looked_at[1::2] += 3600
    learning = Learning(twice, {"league_0": "here", "league_1": "there"})
    matches = learning.matches
    assert set(matches.looked_at.tolist()) <= set(twice.looked_at[1::2].tolist())
    assert {name.partition(":")[0] for name in matches.teams} <= {"here", "there", ""}
    country = np.array(["here", "there"])[matches.competition]
    for side in (matches.home, matches.away):
        assert [matches.teams[team].partition(":")[0] for team in side] == country.tolist()
    assert 0 < len(matches) <= 40


def test_a_blend_is_learned_from_every_result() -> None:
    learning = Learning(simulate(3, World(seasons=3, leagues=2, teams=12)).archive, {})
    [blend] = [part for part in PARTS if part.name == "blend"]
    fitted = blend.fit(learning)
    value = fitted.value
    assert isinstance(value, Blend)
    learner = BlendLearner(
        learning.calibrated, learning.matches.competition, learning.matches.competitions
    )
    learner.learn(np.arange(len(learning.matches)))
    every = learner.fit(0.0)
    assert np.array_equal(value.weight, every.weight)
    assert np.array_equal(value.error, every.error)
    assert value.error[0, 0] < 0.2  # nothing learned: 0.24


def test_a_blend_is_learned_beside_the_reference_as_prices_calibrate_it() -> None:
    """A model that knows the reference's lean and nothing else has nothing left to add."""
    rng = np.random.default_rng(5)
    said = softmax(rng.normal([0.4, 0.0, 0.1], 0.8, (6000, 3)))
    true = softmax(0.7 * np.log(said))
    archive = an_archive(*goals_of(drawn(rng, true)))
    learning = Learning(archive, dict.fromkeys(archive.competitions, "one country"))
    [match_odds, *_] = learning.forecasts
    outcome = match_odds_outcome(learning.matches)
    leaning = replace(match_odds, reference=said, model=true, outcome=outcome)
    learning.__dict__["forecasts"] = (leaning,)
    [blend, calibration] = [part for part in PARTS if part.name in {"blend", "calibrations"}]
    assert calibration.fit(learning).metrics["match_odds"]["method"] != "identity"
    learner = BlendLearner((leaning,), learning.matches.competition, learning.matches.competitions)
    learner.learn(np.arange(len(learning.matches)))
    value = blend.fit(learning).value
    assert isinstance(value, Blend)
    assert value.weight[0, -1] < 0.5 * learner.fit(0.0).weight[0, -1]


def test_the_reference_is_the_sharp_book_else_the_average() -> None:
    archive = an_archive(np.zeros(3), np.ones(3))
    odds = np.full((3, 2, 3), np.nan)
    odds[0] = [[2.0, 3.4, 4.4], [2.4, 3.4, 3.4]]
    odds[1, 0] = [2.0, 3.4, 4.4]
    books = BookmakerKey("fd_avg"), BookmakerKey("pinnacle")
    look = replace(archive.look, books=books, match_odds=odds)
    found = reference(look, "match_odds")
    assert found[1, 0] > found[0, 0] > 0.39
    assert np.isnan(found[2]).all()


def test_what_is_usual_is_asked_by_name() -> None:
    lines = UsualLines(leagues={0: 1.0}, draws={0: 0.2}, teams={1: 0.3}, seen={1: 9})
    named = NamedLines(competitions=("league",), teams=("a", "b"), lines=lines)
    assert named.expect("league", "b", "nobody") == lines.expect(0, 1, -1)
    assert named.expect("league", "b", "nobody")[0] == 1.3
    assert named.expect("elsewhere", "x", "y") == lines.expect(-1, -1, -1)


def test_nearer_to_the_close_is_a_change_below_zero() -> None:
    archive = an_archive(np.zeros(200), np.ones(200))
    close, base = np.full((200, 2), 0.5), np.tile([0.6, 0.4], (200, 1))
    said = np.tile([0.55, 0.45], (200, 1))
    base[0] = np.nan
    found = nearer(close, said, base, archive)
    assert found["kl"]["n"] == 199
    assert -0.8 < found["kl_change"]["mean"] < -0.7
    json.dumps(found, allow_nan=False)


def test_a_curve_s_picture_shows_what_the_curve_says() -> None:
    said = np.tile([0.3, 0.7], (300, 1))
    came = np.tile([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], (100, 1))
    curve = reliability(said, came, np.arange(300) // 10, bins=2)
    view = calibration_view("x", curve)
    assert [point.n for point in view.points] == [300, 300]
    assert [round(point.observed, 3) for point in view.points] == [0.333, 0.667]
    assert (view.ece, view.likely.n, view.unlikely.mean) == (curve.ece, 300, None)
    assert view.likely.mean == curve.likely.value
