"""What is typed at the calculators, and what buttons carry of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sums import find_bet, find_odds, packed, pieces, read_bet, read_book, read_run, unpacked
from bot.sums import read_share as share
from engine.domain.notation import OddsUnread
from engine.learning.futures import MOST, Bet
from engine.scoring.one_bet import OneBet

BET = OneBet(odds=2.1, probability=0.5, share=0.25)


@pytest.mark.parametrize(
    "text",
    [
        *("2,10 50%", "2.10 50", "2,1 0,5", "11/10 50 %", "+110 50%", "@2.10 50%"),
        *("cote=2,1 proba=50%", "2,10; 50 %", "2.1 50% 1/4", "2.1 50% ¼", "2.1 50% 25%"),
        *("2,10, 50%, quart", "2.1 50% 0.25"),
    ],
)
def test_one_bet_in_many_spellings(text: str) -> None:
    read = read_bet(pieces(text), 0.25)
    assert (read.odds, read.probability, read.share) == pytest.approx((2.1, 0.5, 0.25))


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        *(("", ""), ("2.1", ""), ("2.1 abc", "abc"), ("abc 50%", "abc"), ("2.1 50% 3/2", "3/2")),
        *(("2.1 50% 1/4 9", "9"), ("2.1 150%", "150%"), ("0.9 50%", "0.9"), ("<b> 5%", "<b>")),
    ],
)
def test_what_is_not_understood_of_a_bet_is_named(text: str, unread: str) -> None:
    with pytest.raises(OddsUnread) as refused:
        read_bet(pieces(text), 0.25)
    assert str(refused.value) == unread


@pytest.mark.parametrize(
    "text", ["combien miser à 2,10 si 50 % ?", "2.1 50%", "@2.10 (50%)", "50% 2,1 ?"]
)
def test_plain_words_are_a_sum_when_they_have_odds_and_a_percentage(text: str) -> None:
    found = find_bet(text, 0.25)
    assert found == BET


@pytest.mark.parametrize("text", ["bonjour", "50%", "2.1", "50% 60%", "psg 2-1", "", "9" * 900])
def test_other_words_are_no_sum(text: str) -> None:
    assert find_bet(text, 0.25) is None


@pytest.mark.parametrize(
    ("text", "odds"),
    [
        *(("2,04", 2.04), ("11/10 ?", 2.1), ("+104", 2.04), ("50 %", 2.0), ("12", None)),
        *(("2-1", None), ("2,04 3,1", None), ("#P12", None), ("psg", None), ("", None)),
    ],
)
def test_one_number_that_is_plainly_odds_is_converted(text: str, odds: float | None) -> None:
    found = find_odds(text)
    assert found == (odds if odds is None else pytest.approx(odds))


@given(st.floats(1.01, 1000), st.floats(0.0001, 0.9999), st.integers(1, 1000))
def test_a_button_carries_a_bet_exactly_enough(odds: float, chance: float, mille: int) -> None:
    bet = OneBet(odds=odds, probability=chance, share=mille / 1000)
    number = packed(bet)
    assert 0 < number < 2**63
    read = unpacked(number, str(mille))
    assert read
    assert read.odds == pytest.approx(odds, abs=1e-4)
    assert read.probability == pytest.approx(chance, abs=1e-6)


@given(st.integers(0, 2**63 - 1), st.text(st.sampled_from("0123456789xm"), max_size=16))
def test_no_number_on_a_button_breaks_a_calculator(number: int, args: str) -> None:
    read = unpacked(number, args)
    assert read is None or read.stake <= 1


@pytest.mark.parametrize("text", ["1", "full", "entier", "100"])
def test_the_whole_of_kelly_is_one_or_nothing(text: str) -> None:
    if text == "100":
        with pytest.raises(OddsUnread):
            share(text)
    else:
        assert share(text) == 1


def test_a_book_is_two_to_twelve_odds() -> None:
    assert read_book(("2,05", "3.6", "+290")) == pytest.approx((2.05, 3.6, 3.9))
    for words in (("2",), ("2",) * 13, ("2", "x")):
        with pytest.raises(OddsUnread):
            read_book(words)


@pytest.mark.parametrize(
    ("words", "n", "bet"),
    [
        ((), 500, None),
        (("1000",), 1000, None),
        (("200", "edge=3%"), 200, Bet(odds=2.0, edge=0.03, fraction=0.01)),
        (
            ("avantage=-2%", "cote=2,5", "mise=0,5%"),
            500,
            Bet(odds=2.5, edge=-0.02, fraction=0.005),
        ),
    ],
)
def test_what_is_to_be_run(words: tuple[str, ...], n: int, bet: Bet | None) -> None:
    asked = read_run(words)
    assert asked.n == n
    assert (asked.bet is None) == (bet is None)
    if asked.bet and bet:
        assert asked.bet.edge == pytest.approx(bet.edge)
        assert asked.bet.fraction == pytest.approx(bet.fraction)
        assert asked.bet.odds == bet.odds


@pytest.mark.parametrize(
    "word", ["9", str(MOST + 1), "abc", "edge=90%", "stake=80%", "mise=0%", "x=1", "odds=1", "²"]
)
def test_what_cannot_be_run_is_named(word: str) -> None:
    with pytest.raises(OddsUnread):
        read_run((word,))
