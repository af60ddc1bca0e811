from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from engine.domain.board import Board, build_board
from engine.domain.exposure import Quarantined
from engine.domain.pick import Gate, OpenPick, Provenance
from engine.domain.policy import DEFAULT_POLICY
from engine.pricing.price import price
from engine.scoring.select import Beside, Selected, select
from tests.builders import KICK_OFF, NOW, a_book, a_crowd, a_fixture, an_open_pick

WAIT = DEFAULT_POLICY.scoring.quarantine
Held = tuple[Quarantined, ...]


def board(at: datetime, odds: float = 2.5, reference_at: datetime | None = None) -> Board:
    """The generous book of home at `odds`; all quotes are as fresh as the look."""
    reference = a_book("pinnacle", 2.06, 3.60, 3.80)
    rest = [*a_crowd(2.02, 3.5, 3.6), *a_book("generous", odds, 3.4, 3.3)]
    late = (reference_at or at - timedelta(seconds=30)).timestamp()
    fresh = (at - timedelta(seconds=30)).timestamp()
    return build_board(
        at,
        (a_fixture(),),
        [
            *(replace(quote, quoted_at=late) for quote in reference),
            *(replace(quote, quoted_at=fresh) for quote in rest),
        ],
    )


def look(at: datetime, quotes: Board, earlier: Held = (), *open_picks: OpenPick) -> Selected:
    prices = price(quotes, DEFAULT_POLICY.pricing, at)
    return select(
        prices,
        quotes,
        open_picks,
        DEFAULT_POLICY,
        provenance=Provenance.PAPER,
        now=at,
        beside=Beside(quarantined=earlier),
    )


def test_a_price_too_good_is_held_and_taken_once_it_stood_against_a_reference_quoted_anew() -> (
    None
):
    first = look(NOW, board(NOW))
    assert first.picks == ()
    assert first.refused[Gate.EDGE_IMPLAUSIBLE] == 1
    (held,) = first.quarantined
    assert (held.bookmaker, held.odds, held.since) == ("generous", 2.5, NOW)
    early = look(NOW + WAIT / 2, board(NOW + WAIT / 2), first.quarantined)
    assert early.picks == ()
    assert early.quarantined == first.quarantined
    later = NOW + WAIT
    (pick,) = look(later, board(later), early.quarantined).picks
    assert (pick.bookmaker, pick.odds) == ("generous", 2.5)


def test_a_reference_that_was_not_quoted_since_confirms_nothing() -> None:
    first = look(NOW, board(NOW))
    later = NOW + WAIT
    still = look(later, board(later, reference_at=NOW - timedelta(minutes=1)), first.quarantined)
    assert still.refused[Gate.EDGE_IMPLAUSIBLE] == 1


def test_a_second_book_at_the_same_price_confirms_nothing() -> None:
    quotes = board(NOW)
    twice = build_board(
        NOW,
        quotes.fixtures,
        [
            *a_book("pinnacle", 2.06, 3.60, 3.80),
            *a_crowd(2.02, 3.5, 3.6),
            *a_book("generous", 2.5, 3.4, 3.3),
            *a_book("kind", 2.5, 3.4, 3.3),
        ],
    )
    found = look(NOW, twice)
    assert found.picks == ()
    assert len(found.quarantined) == 2


def test_a_price_that_became_better_still_or_was_gone_in_between_waits_anew() -> None:
    first, half, later = look(NOW, board(NOW)), NOW + WAIT / 2, NOW + WAIT
    better = look(half, board(half, 2.52), first.quarantined)
    assert better.quarantined[0].since == half
    assert look(later, board(later, 2.52), better.quarantined).picks == ()
    gone = look(half, board(half, 2.0), first.quarantined)
    assert gone.quarantined == ()
    assert look(later, board(later), gone.quarantined).picks == ()


def test_a_palpable_error_never_passes() -> None:
    first, later = look(NOW, board(NOW, 2.8)), NOW + 4 * WAIT
    assert look(later, board(later, 2.8), first.quarantined).picks == ()


def test_what_another_look_did_not_ask_is_kept_for_a_day() -> None:
    elsewhere = replace(look(NOW, board(NOW)).quarantined[0], fixture_id=a_fixture("a", "b").id)
    assert look(NOW + WAIT, board(NOW + WAIT, 2.0), (elsewhere,)).quarantined == (elsewhere,)
    old = replace(elsewhere, since=NOW - timedelta(days=1))
    assert look(NOW, board(NOW, 2.0), (old,)).quarantined == ()


def test_the_price_of_a_pick_that_passed_quarantine_is_not_called_gone() -> None:
    first, later = look(NOW, board(NOW)), NOW + WAIT
    second = look(later, board(later), first.quarantined)
    held = an_open_pick(second.picks[0], kick_off=KICK_OFF)
    after = later + timedelta(minutes=5)
    assert look(after, board(after), second.quarantined, held).updates == ()
    (forgotten,) = look(after, board(after), (), held).updates
    assert forgotten.bookmaker != "generous"
