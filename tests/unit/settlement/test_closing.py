from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.domain.closing import ClosingLine, Grade, Payoff
from engine.domain.numbers import BookmakerKey
from engine.domain.pick import FROM_FILE
from engine.settlement.closing import close_pick, grade
from engine.settlement.rules import ClosingRules
from tests.builders import KICK_OFF, NOW, a_closing_line, a_fair_price, a_fixture, a_pick

RULES = ClosingRules()
EARLY = KICK_OFF - timedelta(minutes=60)


@pytest.mark.parametrize(
    ("source", "minutes", "expected"),
    [
        ("sharp", 2, Grade.A),
        ("sharp", 10, Grade.A),
        ("exchange", 10, Grade.A),
        ("sharp", 11, Grade.B),
        ("consensus", 2, Grade.B),
        ("consensus", 60, Grade.B),
        ("sharp", 61, Grade.C),
        ("consensus", 61, Grade.C),
    ],
)
def test_a_close_is_graded_by_source_and_moment(
    source: str, minutes: int, expected: Grade
) -> None:
    assert grade(source, KICK_OFF - timedelta(minutes=minutes), KICK_OFF, RULES) is expected


def test_after_kick_off_there_is_no_close() -> None:
    with pytest.raises(ValueError, match="after the kick-off"):
        grade("sharp", KICK_OFF + timedelta(seconds=1), KICK_OFF, RULES)


def closed(*lines: ClosingLine, chosen_by: str = "sharp") -> tuple[str | None, str | None]:
    pick = a_pick(fair=a_fair_price(source=chosen_by))
    found = close_pick(pick, lines, kick_off=KICK_OFF, now=KICK_OFF)
    return (
        found.headline.source if found.headline else None,
        found.alternative.source if found.alternative else None,
    )


SHARP, EXCHANGE = a_closing_line("sharp"), a_closing_line("exchange")
CONSENSUS = a_closing_line("consensus", grade=Grade.B)


def test_the_second_opinion_comes_from_who_did_not_choose() -> None:
    """Money: a pick measured against the source that chose it flatters itself."""
    assert closed(CONSENSUS, SHARP, EXCHANGE) == ("sharp", "exchange")
    assert closed(CONSENSUS, SHARP) == ("sharp", "consensus")
    assert closed(SHARP) == ("sharp", None)
    assert closed(SHARP, CONSENSUS, chosen_by="consensus") == ("sharp", "sharp")
    assert closed(SHARP, EXCHANGE, chosen_by="consensus") == ("sharp", "exchange")


def test_the_second_opinion_of_a_file_is_not_the_same_source_under_another_name() -> None:
    lines = [a_closing_line(source, grade=Grade.D) for source in ("AvgC", "PSC", "B365C", "BFEC")]
    assert closed(*lines) == ("PSC", "BFEC")
    assert closed(*lines[:3]) == ("PSC", "AvgC")
    assert closed(lines[1]) == ("PSC", None)


def test_the_printed_exchange_that_chose_a_pick_is_no_second_opinion_on_it() -> None:
    lines = [a_closing_line(source, grade=Grade.D) for source in ("PSC", "BFEC", "AvgC")]
    pick = a_pick(fair=a_fair_price(source="sharp"), policy_version=f"v0{FROM_FILE}")
    found = close_pick(pick, lines, kick_off=KICK_OFF, now=KICK_OFF)
    assert found.alternative is not None
    assert found.alternative.source == "AvgC"


def test_the_book_whose_lines_imply_a_price_is_no_second_opinion_on_it() -> None:
    """Money: its handicap and total chose the pick, under another name."""
    assert closed(SHARP, chosen_by="implied") == ("sharp", None)
    assert closed(SHARP, CONSENSUS, chosen_by="implied") == ("sharp", "consensus")
    lines = [a_closing_line(source, grade=Grade.D) for source in ("PSC", "BFEC")]
    assert closed(*lines, chosen_by="implied") == ("PSC", "BFEC")
    pick = a_pick(fair=a_fair_price(source="implied"), policy_version=f"v0{FROM_FILE}")
    found = close_pick(pick, lines, kick_off=KICK_OFF, now=KICK_OFF)
    assert found.alternative is None


def test_a_book_of_the_consensus_is_no_second_opinion_on_it() -> None:
    """Nor is the very book that is being bet, whoever chose."""
    psc, avg, b365 = (a_closing_line(name, grade=Grade.D) for name in ("PSC", "AvgC", "B365C"))
    assert closed(avg, b365, chosen_by="consensus") == ("AvgC", None)
    assert closed(psc, b365, chosen_by="consensus") == ("PSC", "PSC")
    assert closed(psc, b365) == ("PSC", "B365C")
    mine = a_pick(bookmaker=BookmakerKey("bet365"), fair=a_fair_price(source="sharp"))
    found = close_pick(mine, [psc, b365], kick_off=KICK_OFF, now=KICK_OFF)
    assert found.alternative is None


def at_book(book: str, *lines: ClosingLine, chosen_by: str = "sharp") -> tuple[str | None, ...]:
    pick = a_pick(bookmaker=BookmakerKey(book), fair=a_fair_price(source=chosen_by))
    found = close_pick(pick, lines, kick_off=KICK_OFF, now=KICK_OFF)
    return tuple(one.source if one else None for one in (found.headline, found.alternative))


def test_the_book_that_was_bet_is_judged_by_others_wherever_there_are_any() -> None:
    """Money: a bet at the sharp book would be worth what that book did next."""
    own = a_closing_line("sharp", book=BookmakerKey("pinnacle"))
    assert at_book("pinnacle", own, EXCHANGE) == ("exchange", "exchange")
    assert at_book("pinnacle", own, CONSENSUS) == ("consensus", "consensus")
    assert at_book("pinnacle", own, chosen_by="consensus") == ("sharp", None), "nobody else"
    assert at_book("generous", own, CONSENSUS) == ("sharp", "consensus"), "another's own"
    stale = a_closing_line("consensus", grade=Grade.C)
    assert at_book("pinnacle", own, stale) == ("sharp", "consensus"), "no close that counts"
    mine = a_closing_line("exchange", book=BookmakerKey("matchbook"))
    assert at_book("matchbook", SHARP, mine) == ("sharp", None)
    assert at_book("matchbook", mine, CONSENSUS, chosen_by="sharp") == ("consensus", "consensus")


def test_the_files_close_of_the_book_that_was_bet_is_not_its_headline() -> None:
    psc, bfec, avg = (a_closing_line(name, grade=Grade.D) for name in ("PSC", "BFEC", "AvgC"))
    assert at_book("pinnacle", psc, bfec, avg) == ("BFEC", "AvgC")
    assert at_book("betfair_ex_uk", bfec, avg, chosen_by="consensus") == ("AvgC", None)
    assert at_book("pinnacle", psc) == ("PSC", None)


def test_a_pick_has_the_consensus_without_its_own_book() -> None:
    """Money: its odd price pulls the mean towards itself."""
    book = a_pick().bookmaker
    early = KICK_OFF - timedelta(minutes=9)

    def fair(win: float) -> Payoff:
        return Payoff(win=win, half_win=0, push=0, half_loss=0, loss=1 - win)

    def line(win: float, **changes: Any) -> ClosingLine:
        return a_closing_line("consensus", grade=Grade.B, payoff=fair(win), **changes)

    whole, apart = line(0.44), line(0.45, excluded=book)
    other = line(0.49, excluded=BookmakerKey("other"))
    close = close_pick(a_pick(), [whole, apart, other], kick_off=KICK_OFF, now=KICK_OFF)
    assert close.headline is apart
    assert close.alternative is apart
    old = line(0.40, excluded=book, captured_at=early)
    close = close_pick(a_pick(), [whole, old], kick_off=KICK_OFF, now=KICK_OFF)
    assert close.headline is whole, "by then the book had left, and the whole is without it"


def test_the_look_that_made_a_pick_is_not_its_close() -> None:
    """Its CLV would be the edge it was chosen for: above 0 by construction."""
    at = KICK_OFF - timedelta(minutes=9)
    pick = a_pick(taken_at=at)
    same = a_closing_line(captured_at=at)
    later = a_closing_line("consensus", grade=Grade.B, captured_at=at + timedelta(minutes=7))
    assert close_pick(pick, [same], kick_off=KICK_OFF, now=KICK_OFF).clv is None
    assert close_pick(pick, [same, later], kick_off=KICK_OFF, now=KICK_OFF).headline is later


def test_a_better_grade_beats_a_better_source() -> None:
    old = a_closing_line("sharp", grade=Grade.B, captured_at=EARLY)
    assert closed(old, EXCHANGE, chosen_by="consensus")[0] == "exchange"


def test_of_two_good_closes_the_later_counts() -> None:
    lines = [
        a_closing_line(
            captured_at=KICK_OFF - timedelta(minutes=minutes),
            payoff=Payoff(win=win, half_win=0, push=0, half_loss=0, loss=1 - win),
        )
        for minutes, win in ((10, 0.4), (2, 0.5))
    ]
    found = close_pick(a_pick(), lines, kick_off=KICK_OFF, now=KICK_OFF)
    assert found.headline is lines[1]
    assert found.clv == pytest.approx(2.2 * 0.5 - 1)
    assert found.clv_alt is None


def test_a_close_of_another_bet_or_another_kick_off_is_not_ours() -> None:
    others = [
        a_closing_line(code="draw"),
        a_closing_line(fixture_id=a_fixture("nantes", "rennes").id),
        a_closing_line(kick_off=KICK_OFF + timedelta(days=1)),
    ]
    found = close_pick(a_pick(), others, kick_off=KICK_OFF, now=NOW)
    assert (found.headline, found.alternative) == (None, None)
    assert (found.clv, found.clv_alt) == (None, None)


def test_an_unknown_source_is_trusted_last() -> None:
    assert closed(a_closing_line("mystery"), EXCHANGE, chosen_by="none")[0] == "exchange"


def test_the_clv_of_a_refundable_bet_counts_only_what_stays_at_risk() -> None:
    """Money: on real handicap lines o·q - 1 alone overstates by 15 %."""
    payoff = Payoff(win=0.4, half_win=0.0, push=0.25, half_loss=0.0, loss=0.35)
    line = a_closing_line(payoff=payoff)
    assert payoff.fair == pytest.approx(0.4 / 0.75)
    assert line.odds == pytest.approx(0.75 / 0.4)
    assert line.clv(2.0) == pytest.approx(0.4 * 2.0 + 0.25 - 1)
