from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bench
from bench import _pricing_devig, pricing
from bench._pricing_devig import Contest, contests, markets, measure_devig
from engine.pricing.devig.book import Devig, devig_one, is_book

if TYPE_CHECKING:
    from collections.abc import Callable


def installed(peer: str) -> bool:
    try:
        version(peer)
    except PackageNotFoundError:
        return False
    return True


def against(price: Callable[[list[float]], Any]) -> tuple[Contest, ...]:
    """Return one contest: a slower peer that answers as told."""
    return (Contest(peer="planted", method=Devig.GOTO, books=20, make=lambda: price),)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pricing_devig, "BOOKS", 200)
    monkeypatch.setattr(_pricing_devig, "_ROUNDS", 1)


def test_the_markets_are_books_with_a_margin() -> None:
    odds = markets(500)
    assert is_book(odds).all()
    margin = (1 / odds).sum(axis=1) - 1
    assert margin.min() > 0.01
    assert margin.max() < 0.1


def test_a_peer_that_agrees_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        _pricing_devig, "contests", lambda: against(lambda book: devig_one(book, Devig.GOTO))
    )
    figures = measure_devig()
    assert figures["devig_goto_largest_difference"] < 1e-14  # type: ignore[operator]
    assert figures["devig_goto_over_planted"] > 0  # type: ignore[operator]
    assert figures["devig_goto_planted_ms_extrapolated_from"] == 20


def test_a_peer_that_answers_otherwise_stops_the_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        _pricing_devig, "contests", lambda: against(lambda book: devig_one(book, Devig.POWER))
    )
    with pytest.raises(ValueError, match="planted, goto: answers"):
        measure_devig()


def test_an_absent_peer_is_said_to_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Callable[[list[float]], Any]:
        raise ModuleNotFoundError(name="shin")

    contest = Contest(peer="shin", method=Devig.SHIN, books=20, make=absent)
    monkeypatch.setattr(_pricing_devig, "contests", lambda: (contest,))
    assert measure_devig()["devig_shin_over_shin"] == "not measured: shin is absent"


def test_every_goal_is_of_a_figure_that_is_measured() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in Path(bench.__path__[0]).glob("_pricing_*.py")
    )
    measured = {f"devig_{each.method}_over_{each.peer}" for each in contests()}
    assert not [goal for goal in pricing.GOALS if goal not in measured and goal not in sources]


@pytest.mark.parametrize("contest", contests(), ids=lambda contest: contest.method)
def test_the_peers_agree_where_they_are_installed(contest: Contest) -> None:
    try:
        price = contest.make()
    except ModuleNotFoundError:
        pytest.skip("the peers are installed by `make bench`")
    odds = markets(100)
    theirs = np.array([price(book) for book in odds.tolist()])
    ours = np.array([devig_one(book, contest.method) for book in odds.tolist()])
    assert ours == pytest.approx(theirs, abs=_pricing_devig.AGREED)


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (129.9, "129x: goal NOT reached (goal 130x, moonshot 500x)"),
        (130.0, "130x: goal reached (goal 130x, moonshot 500x)"),
        (500.0, "500x: moonshot reached (goal 130x, moonshot 500x)"),
        ("shin is absent", "not measured (goal 130x, moonshot 500x)"),
        (None, "not measured (goal 130x, moonshot 500x)"),
    ],
)
def test_a_goal_is_stated_beside_what_was_reached(ratio: object, said: str) -> None:
    assert pricing.verdict(ratio, "devig_shin_over_shin") == said


def test_the_sections_are_one_table_with_the_versions_and_the_goals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(module: str) -> SimpleNamespace:
        if module.endswith("_grid"):
            raise ModuleNotFoundError(name="penaltyblog")
        return SimpleNamespace(
            measure_devig=lambda: {"devig_shin_over_shin": 200.0},
            measure_goals=lambda: {"walk_over_penaltyblog": 10.0},
        )

    monkeypatch.setattr(pricing, "import_module", missing)
    figures = pricing.measure()
    assert figures["devig_shin_over_shin"] == 200.0
    assert "penaltyblog is absent" in str(figures["measure_grid"])
    assert "goal NOT reached" in str(figures["goal_walk_over_penaltyblog"])
    assert str(figures["goal_grid_prices_over_penaltyblog"]).startswith("not measured")
    assert (figures["shin_version"] == "absent") is not installed("shin")
