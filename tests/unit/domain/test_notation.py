"""Odds in every spelling, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.numbers import odds as written_odds
from engine.domain.notation import (
    LARGEST,
    OddsUnread,
    as_american,
    as_fraction,
    read_odds,
    read_probability,
)
from engine.domain.preferences import OddsFormat

HALF_A_CENT = 0.005 + 1e-9
CENTS = st.integers(101, int(LARGEST) * 100)


@given(CENTS, st.sampled_from(OddsFormat), st.sampled_from(["fr", "en"]))
def test_odds_written_in_any_format_are_read_as_the_same_hundredth(
    cents: int, how: OddsFormat, language: str
) -> None:
    odds = cents / 100
    assert abs(read_odds(written_odds(odds, language, how)) - odds) <= HALF_A_CENT


@given(st.floats(1.01, 500), st.sampled_from(OddsFormat))
def test_odds_that_must_suffice_are_never_written_shorter(odds: float, how: OddsFormat) -> None:
    written = read_odds(written_odds(odds, "en", how, at_least=True))
    assert odds - 1e-5 <= written <= odds + 0.0101


@given(st.integers(1, 200), st.integers(1, 100))
def test_a_fraction_is_read_as_one_more_than_itself(won: int, staked: int) -> None:
    assert read_odds(f"{won}/{staked}") == pytest.approx(1 + won / staked)


@given(st.floats(1.005, LARGEST))
def test_fractions_and_american_odds_grow_with_the_odds(odds: float) -> None:
    longer = min(odds * 1.02 + 0.011, LARGEST * 2)
    (won, staked), (more, less) = as_fraction(odds), as_fraction(longer)
    assert won * less < more * staked
    assert (as_american(odds) < 0) >= (as_american(longer) < 0)
    assert abs(as_american(odds)) >= 100


@given(st.floats(0.001, 0.999))
def test_a_probability_is_the_same_in_percent_and_as_odds(probability: float) -> None:
    told = f"{100 * probability:.4f} %"
    assert read_probability(told) == pytest.approx(probability, abs=1e-6)
    assert read_odds(told) == pytest.approx(1 / probability, rel=1e-2)


@pytest.mark.parametrize(
    ("text", "odds"),
    [
        ("2,04", 2.04),
        ("2.04", 2.04),
        (" 2,04 ; ", 2.04),
        ("@2.10", 2.1),
        ("11/10", 2.1),
        ("100/30", 1 + 10 / 3),
        ("10/11", 1 + 10 / 11),
        ("+104", 2.04),
        ("\u2212110", 1 + 10 / 11),
        ("-200", 1.5),
        ("evens", 2.0),
        ("EVS", 2.0),
        ("49 %", 1 / 0.49),
        ("150", 150.0),
    ],
)
def test_every_spelling_of_odds_is_understood(text: str, odds: float) -> None:
    assert read_odds(text) == pytest.approx(odds)


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "1", "0", "-2", "0.5", "1/0", "+99", "-0", "nan", "inf", "1e308", "1001"),
        *("2.0.4", "2/1/1", "0%", "100%", "150 %", "%", "<b>", "2,04€", "٢", "²", "9" * 400),
    ],
)
def test_what_is_no_odds_is_refused(text: str) -> None:
    with pytest.raises(OddsUnread):
        read_odds(text)


@pytest.mark.parametrize("text", ["", "0", "1", "100", "100%", "-5%", "101", "1/2", "abc", "nan"])
def test_what_is_no_probability_is_refused(text: str) -> None:
    with pytest.raises(OddsUnread):
        read_probability(text)


@pytest.mark.parametrize(
    ("odds", "fraction"),
    [
        *((1.91, "10/11"), (1.67, "4/6"), (2.5, "6/4"), (2.38, "11/8"), (2.62, "13/8")),
        *(
            (2.63, "13/8"),
            (4.33, "100/30"),
            (1.2, "1/5"),
            (2.04, "26/25"),
            (2.0, "1/1"),
            (11.0, "10/1"),
        ),
    ],
)
def test_fractions_are_those_that_bookmakers_write(odds: float, fraction: str) -> None:
    assert written_odds(odds, "en", OddsFormat.FRACTIONAL) == fraction


@pytest.mark.parametrize("how", OddsFormat)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1.0, 0.0, 1.001])
def test_what_cannot_be_said_otherwise_is_decimal(value: float, how: OddsFormat) -> None:
    assert written_odds(value, "fr", how) == written_odds(value, "fr")
