"""Which closes a pick may have, and when a later one may take the place of the first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.closing import (
    BookOffer,
    CloseCoverage,
    ClosingLine,
    FixedClose,
    Grade,
    Payoff,
    PickClose,
)
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.pick import FROM_FILE
from engine.settlement.closing import close_pick, is_better
from tests.builders import KICK_OFF, NOW, a_closing_line, a_fair_price, a_fixture, a_pick

MINUTE = timedelta(minutes=1)
CHOOSERS = {
    "sharp": {"sharp", "PSC"},
    "implied": {"sharp", "PSC"},
    "exchange": {"exchange", "BFEC"},
    "consensus": {"consensus", "AvgC", "B365C"},
}
"""By whose price a pick was chosen, what may not judge it apart."""
OWN = {"bet365": {"B365C"}, "pinnacle": {"PSC"}, "betfair_ex_uk": {"BFEC"}}
"""A book's own declared close."""
SOURCES = ("sharp", "exchange", "consensus", "PSC", "BFEC", "AvgC", "B365C")


@st.composite
def lines(draw: st.DrawFn) -> ClosingLine:
    win = draw(st.floats(0.05, 0.9))
    push = draw(st.floats(0, 0.3))
    left = (1 - push) / (1 + 1e-9)
    return a_closing_line(
        draw(st.sampled_from(SOURCES)),
        grade=draw(st.sampled_from(Grade)),
        captured_at=KICK_OFF - draw(st.integers(0, 90)) * MINUTE,
        payoff=Payoff(
            win=win * left, half_win=0, push=1 - left, half_loss=0, loss=(1 - win) * left
        ),
    )


@given(
    told=st.lists(lines(), max_size=6),
    chooser=st.sampled_from(sorted(CHOOSERS)),
    bookmaker=st.sampled_from(["generous", *OWN]),
    printed=st.booleans(),
)
def test_who_chose_a_pick_never_judges_it_apart(
    told: list[ClosingLine], chooser: str, bookmaker: str, *, printed: bool
) -> None:
    """Money: a pick measured against the price that chose it flatters itself."""
    pick = a_pick(
        bookmaker=BookmakerKey(bookmaker),
        fair=a_fair_price(source=chooser),
        policy_version=f"v0{FROM_FILE}" if printed else "v0",
    )
    barred = CHOOSERS[chooser] | OWN.get(bookmaker, set())
    if printed and chooser in {"sharp", "implied"}:
        barred |= {"BFEC", "exchange"}
    found = close_pick(pick, told, kick_off=KICK_OFF, now=KICK_OFF)
    assert found.alternative is None or found.alternative.source not in barred
    if any(line.source not in barred and line.captured_at > pick.taken_at for line in told):
        assert found.alternative is not None
    if found.headline is not None:
        assert found.headline.clv(found.headline.odds) == pytest.approx(0.0, abs=1e-9)


@st.composite
def live_lines(draw: st.DrawFn) -> ClosingLine:
    """What rungs said at some captures, to everybody or without a book that was bet."""
    names = [BookmakerKey(book) for book in ("pinnacle", "matchbook")]
    source = draw(st.sampled_from(["sharp", "exchange", "consensus"]))
    return a_closing_line(
        source,
        grade=draw(st.sampled_from([Grade.A, Grade.B, Grade.C])),
        captured_at=KICK_OFF - draw(st.integers(0, 3)) * MINUTE,
        book=None if source == "consensus" else draw(st.sampled_from([None, *names])),
        excluded=draw(st.sampled_from([None, None, None, *names])),
    )


@given(
    told=st.lists(live_lines(), min_size=1, max_size=4),
    book=st.sampled_from(["pinnacle", "matchbook"]),
)
def test_nothing_with_the_own_book_in_it_judges_a_bet_where_anything_else_does(
    told: list[ClosingLine], book: str
) -> None:
    """Money: a book that moves after a bet would say by itself that the bet was good."""
    pick = a_pick(bookmaker=BookmakerKey(book), fair=a_fair_price(source="implied"))
    twins = {(one.source, one.captured_at) for one in told if one.excluded == book}
    apart = [one for one in told if one.excluded == book]
    whole = [
        one for one in told if one.excluded is None and (one.source, one.captured_at) not in twins
    ]
    foreign = [*apart, *(one for one in whole if one.book != book)]
    own = [one for one in whole if one.book == book]
    found = close_pick(pick, told, kick_off=KICK_OFF, now=KICK_OFF)
    assert found.alternative is None or found.alternative in foreign
    if any(one.grade is not Grade.C for one in foreign):
        assert found.headline in foreign
    else:
        assert found.headline in [*foreign, *own] or not [*foreign, *own]


def fixed(grade: Grade | None, alternative: Grade | None) -> FixedClose:
    return FixedClose(
        pick_id=a_pick().id,
        closed_at=KICK_OFF,
        kick_off=KICK_OFF,
        grade=grade,
        alternative=alternative,
    )


@given(told=st.lists(lines(), max_size=5), more=st.lists(lines(), max_size=3))
def test_more_closes_never_make_a_pick_s_close_worse_and_settle_it_once(
    told: list[ClosingLine], more: list[ClosingLine]
) -> None:
    first = close_pick(a_pick(), told, kick_off=KICK_OFF, now=KICK_OFF)
    later = close_pick(a_pick(), [*told, *more], kick_off=KICK_OFF, now=KICK_OFF + MINUTE)

    def kept(close: PickClose) -> FixedClose:
        head, other = close.headline, close.alternative
        return fixed(head.grade if head else None, other.grade if other else None)

    assert not is_better(first, kept(first))
    assert not is_better(later, kept(later))
    if later.headline is not None and first.headline is not None:
        assert later.headline.grade <= first.headline.grade
    if is_better(later, kept(first)):
        assert not is_better(first, kept(later))


@pytest.mark.parametrize(
    ("grade", "alternative", "better"),
    [
        (None, None, True),
        (Grade.D, Grade.D, True),
        (Grade.B, Grade.B, True),
        (Grade.A, None, True),
        (Grade.A, Grade.B, False),
        (Grade.A, Grade.A, False),
        (Grade.B, Grade.A, False),
    ],
)
def test_a_close_of_a_better_grade_takes_the_place_of_the_first(
    grade: Grade | None, alternative: Grade | None, *, better: bool
) -> None:
    """Neither reference may get worse for it; a kinder one of the same grade stays out."""
    told = [a_closing_line("sharp"), a_closing_line("consensus", grade=Grade.B)]
    close = close_pick(a_pick(), told, kick_off=KICK_OFF, now=KICK_OFF + MINUTE)
    assert is_better(close, fixed(grade, alternative)) is better


def test_a_close_of_another_kick_off_is_no_better_one() -> None:
    moved = KICK_OFF + timedelta(days=1)
    close = close_pick(a_pick(), [a_closing_line(kick_off=moved)], kick_off=moved, now=moved)
    assert close.headline is not None
    assert not is_better(close, fixed(None, None))


def an_offer(odds: float, minutes: int = 2, **overrides: object) -> BookOffer:
    values: dict[str, object] = {
        "fixture_id": a_fixture().id,
        "selection": a_pick().selection,
        "bookmaker": a_pick().bookmaker,
        "odds": Odds(odds),
        "captured_at": KICK_OFF - minutes * MINUTE,
        "kick_off": KICK_OFF,
    }
    return BookOffer(**values | overrides)  # type: ignore[arg-type]  # a builder's defaults


def test_movement_is_of_the_book_that_was_bet_and_of_nobody_else() -> None:
    offers = [
        an_offer(2.0),
        an_offer(2.1, minutes=10),
        an_offer(1.5, minutes=1, bookmaker=BookmakerKey("pinnacle")),
        an_offer(1.4, minutes=1, selection=a_pick("draw").selection),
        an_offer(1.3, minutes=1, kick_off=KICK_OFF + timedelta(days=1)),
    ]
    alone = close_pick(a_pick(), [], kick_off=KICK_OFF, now=KICK_OFF, offers=offers)
    assert alone.movement == pytest.approx(2.2 / 2.0 - 1)
    assert (alone.clv, alone.clv_alt) == (None, None), "movement is no value"
    raw = a_closing_line(raw_odds=Odds(1.9))
    assert close_pick(a_pick(), [raw], kick_off=KICK_OFF, now=KICK_OFF).movement is None
    mine = an_offer(2.2, captured_at=NOW)
    told = close_pick(a_pick(), [raw], kick_off=KICK_OFF, now=KICK_OFF, offers=[mine])
    assert told.movement is None, "the look that made the pick shows no movement"


def test_coverage_is_a_share_of_what_finished() -> None:
    told = CloseCoverage(n=8, headline={Grade.A: 3, Grade.C: 1}, alternative={Grade.B: 2})
    assert told.share() == 0.5
    assert told.share(Grade.A, Grade.B) == 0.375
    assert told.share(Grade.D) == 0.0
    assert told.share_alternative(Grade.B) == 0.25
    nothing = CloseCoverage(n=0, headline={}, alternative={})
    assert (nothing.share(), nothing.share_alternative()) == (None, None)
