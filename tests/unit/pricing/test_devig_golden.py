"""What peers and papers print, and where a peer is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.domain.errors import BookInvalid
from engine.pricing.devig.book import Devig, devig, devig_one

GOLDEN = json.loads(
    (Path(__file__).parents[2] / "data" / "devig_golden.json").read_text(encoding="utf-8")
)
SAID = [
    (book, who, Devig(method), answer)
    for book, answers in GOLDEN["books"].items()
    for who, method, answer in (
        (*key.split(), value) for key, value in answers.items() if key != "odds"
    )
]
REFUSED_BY_US = {
    ("exact goals", Devig.ADDITIVE),  # a tail of .0128
    ("long shot", Devig.ADDITIVE),  # penaltyblog gives it -.0089
    ("long shot", Devig.GOTO),  # the original raises as well
    ("below a hundred percent", Devig.SHIN),  # `shin` gives "probabilities" that sum to .8995
    ("below a hundred percent", Devig.GOTO),  # the original raises as well
}

ODDS = [[4.20, 3.70, 1.95], [2.45, 3.70, 2.90], [2.05, 3.20, 3.80]]
R_IMPLIED = {
    Devig.MULTIPLICATIVE: [
        [0.2331556, 0.2646631, 0.5021813],
        [0.3988848, 0.2641264, 0.3369888],
        [0.4586948, 0.2938514, 0.2474538],
    ],
    Devig.SHIN: [
        [0.2315716, 0.2635742, 0.5048542],
        [0.4000221, 0.2629271, 0.3370508],
        [0.4645882, 0.2919788, 0.2434331],
    ],
    Devig.DIFFERENTIAL_MARGIN: [
        [0.2310332, 0.2632083, 0.5057585],
        [0.4004096, 0.2625166, 0.3370739],
        [0.4666506, 0.2913457, 0.2420036],
    ],
    Devig.ODDS_RATIO: [
        [0.2320048, 0.2636415, 0.5043537],
        [0.3996912, 0.2633869, 0.3369219],
        [0.4634406, 0.2919032, 0.2446562],
    ],
    Devig.POWER: [
        [0.2311414, 0.2630644, 0.5057942],
        [0.4003156, 0.2627189, 0.3369655],
        [0.4667139, 0.2908985, 0.2423876],
    ],
}
"""The README of R's `implied`, to the digits printed: basic, shin, wpo, or, power."""

CLOSED = (Devig.MULTIPLICATIVE, Devig.DIFFERENTIAL_MARGIN)

A3 = {
    Devig.MULTIPLICATIVE: (0.7408, 0.1675, 0.0917),
    Devig.ADDITIVE: (0.7564, 0.1611, 0.0824),
    Devig.DIFFERENTIAL_MARGIN: (0.7564, 0.1611, 0.0824),
    Devig.POWER: (0.7583, 0.1580, 0.0837),
    Devig.SHIN: (0.7525, 0.1626, 0.0849),
    Devig.ODDS_RATIO: (0.7519, 0.1607, 0.0874),
    Devig.LOGARITHMIC: (0.7519, 0.1607, 0.0874),
}
"""METHOD A3: odds 1.30/5.75/10.5."""


@pytest.mark.parametrize(("book", "who", "method", "answer"), SAID)
def test_the_peers_say_the_same_to_eleven_decimals(
    book: str, who: str, method: Devig, answer: Any
) -> None:
    odds = GOLDEN["books"][book]["odds"]
    if (book, method.computed_as) in REFUSED_BY_US:
        with pytest.raises(BookInvalid):
            devig_one(odds, method)
        return
    assert devig_one(odds, method) == pytest.approx(answer, abs=1e-11), who
    assert devig(np.array([odds]), method)[0] == pytest.approx(answer, abs=1e-11), who


def test_what_shin_says_of_an_underround_book_is_no_distribution() -> None:
    said = GOLDEN["books"]["below a hundred percent"]["shin shin"]
    assert sum(said) == pytest.approx(0.8995, abs=1e-4)


def test_what_penaltyblog_says_additively_of_a_long_shot_is_no_probability() -> None:
    assert min(GOLDEN["books"]["long shot"]["penaltyblog additive"]) < 0


@pytest.mark.parametrize("method", list(R_IMPLIED))
def test_r_implied_prints_the_same(method: Devig) -> None:
    """Its searches stop at about 1e-4 of their parameter: their sixth decimal is not exact."""
    within = 6e-8 if method in CLOSED else 3e-6
    assert devig(np.array(ODDS), method) == pytest.approx(np.array(R_IMPLIED[method]), abs=within)


def test_the_balanced_book_is_what_r_implied_computes() -> None:
    """By hand from its source: z = (B - 1) / (n - 1), p = (q - z) / (1 - z)."""
    booksum = 1 / 4.20 + 1 / 3.70 + 1 / 1.95
    share = (booksum - 1) / 2
    by_hand = [(1 / odds - share) / (1 - share) for odds in ODDS[0]]
    assert devig_one(ODDS[0], Devig.BALANCED_BOOK) == pytest.approx(by_hand, abs=1e-15)


@pytest.mark.parametrize("method", list(A3))
def test_the_worked_vectors_come_out_to_four_decimals(method: Devig) -> None:
    fair = devig(np.array([1.30, 5.75, 10.5]), method)
    assert fair.round(4).tolist() == pytest.approx(A3[method], abs=1e-9)


def test_power_on_an_even_match_is_the_worked_vector() -> None:
    fair = devig(np.array([2.10, 3.40, 3.60]))
    assert fair.round(4).tolist() == pytest.approx([0.4602, 0.2780, 0.2618], abs=1e-9)


def test_all_methods_agree_on_a_near_even_pair() -> None:
    """To .0004 as METHOD A3 says; the balanced book, which it does not name, to .0006."""
    fair = {method: devig_one([1.90, 1.95], method)[0] for method in Devig}
    balanced = fair.pop(Devig.BALANCED_BOOK)
    assert max(fair.values()) - min(fair.values()) < 0.0004
    assert balanced - min(fair.values()) < 0.0006


@pytest.mark.parametrize(
    ("name", "same"),
    [
        (Devig.LOGARITHMIC, Devig.ODDS_RATIO),
        (Devig.DIFFERENTIAL_MARGIN, Devig.ADDITIVE),
    ],
)
def test_two_names_of_one_method_are_one_computation(name: Devig, same: Devig) -> None:
    odds = np.array(ODDS)
    assert name.computed_as is same
    assert (devig(odds, name) == devig(odds, same)).all()
    assert devig_one(ODDS[0], name) == devig_one(ODDS[0], same)


def test_logit_shift_and_odds_ratio_are_one_transformation() -> None:
    """As penaltyblog writes the one and Cheung the other, with t = ln c."""
    raw, ratio = np.array([0.75, 0.2, 0.1]), 1.3
    shifted = 1 / (1 + np.exp(-(np.log(raw / (1 - raw)) - np.log(ratio))))
    assert shifted == pytest.approx(raw / (ratio + raw - ratio * raw), abs=1e-15)


def test_a_margin_proportional_to_the_odds_is_taken_additively() -> None:
    """As Buchdahl writes it: fair odds k·o / (k - M·o)."""
    odds = np.array([1.30, 5.75, 10.5])
    margin = (1 / odds).sum() - 1
    fair_odds = 3 * odds / (3 - margin * odds)
    assert devig(odds, Devig.ADDITIVE) == pytest.approx(1 / fair_odds, abs=1e-15)


def test_shin_is_additive_for_two_sides() -> None:
    odds = np.array([[1.45, 2.70], [1.85, 1.95]])
    assert devig(odds, Devig.SHIN) == pytest.approx(devig(odds, Devig.ADDITIVE), abs=1e-15)
