"""What a person has at risk: counted once in each way, and told where it passes a cap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.fixture import Team, fixture_id
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds, units
from engine.domain.own_caps import CapKind, OwnCaps
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from engine.domain.wager import Wager
from engine.scoring.own_exposure import own_exposure, passed
from tests.builders import NOW, a_fixture

PARIS = ZoneInfo("Europe/Paris")
NO_CAPS = OwnCaps()


def a_wager(
    number: int, stake: float = 1.0, *, match: int = 0, book: str = "betclic", hours: float = 3
) -> Wager:
    home, away = Team(key=f"h{match}", name="H"), Team(key=f"a{match}", name="A")
    fixture = replace(
        a_fixture(),
        id=fixture_id("soccer_epl", home.key, away.key, NOW.date()),
        competition="soccer_epl",
        home=home,
        away=away,
        kick_off=NOW + timedelta(hours=hours),
    )
    return Wager(
        id=UUID(int=number),
        user_id=7,
        provenance=Provenance.LIVE,
        fixture=fixture,
        selection=Selection.parse("home"),
        bookmaker=BookmakerKey(book),
        odds=Odds(2.0),
        stake=units(stake),
        taken_at=NOW,
        advice=None,
        outcome=None,
        profit=None,
    )


WAGERS = st.lists(
    st.tuples(st.floats(0.1, 5), st.integers(0, 3), st.sampled_from(["a", "b"]), st.booleans()),
    max_size=12,
)


@given(WAGERS)
def test_every_way_of_counting_adds_up_to_what_is_open(
    drawn: list[tuple[float, int, str, bool]],
) -> None:
    wagers = [
        replace(
            a_wager(n, stake, match=match, book=book, hours=3 + 24 * match),
            outcome=Outcome.LOST if settled else None,
        )
        for n, (stake, match, book, settled) in enumerate(drawn)
    ]
    still = sum((one.stake for one in wagers if one.open), Decimal(0))
    risks = own_exposure(wagers, NO_CAPS, Decimal(100), PARIS)
    for kind in CapKind:
        assert sum((risk.staked for risk in risks[kind]), Decimal(0)) == still
        assert not any(risk.over for risk in risks[kind])


def test_a_bet_passes_the_caps_of_its_own_match_day_book_and_no_others() -> None:
    caps = OwnCaps(match=0.05, day=0.06, book=0.5)
    others = [a_wager(1, 4), a_wager(2, 9, match=1, hours=72)]
    near = a_wager(3, 1)
    assert passed(near, others, caps, Decimal(100), PARIS) == ()
    more = a_wager(3, 1.01)
    (risk,) = passed(more, others, caps, Decimal(100), PARIS)
    assert (risk.kind, risk.staked, risk.cap) == (CapKind.MATCH, units("5.01"), units(5))
    told = [one.kind for one in passed(a_wager(3, 3), others, caps, Decimal(100), PARIS)]
    assert told == [CapKind.MATCH, CapKind.DAY]


def test_a_bet_that_stands_already_is_not_counted_twice() -> None:
    bet = a_wager(1, 4)
    caps = OwnCaps(match=0.05)
    assert passed(bet, [bet], caps, Decimal(100), PARIS) == ()
    assert passed(replace(bet, stake=units(6)), [bet], caps, Decimal(100), PARIS)


def test_days_are_those_of_the_persons_own_clock() -> None:
    late = a_wager(1, hours=(24 - NOW.hour) - 0.5)
    paris, utc = (
        own_exposure([late], NO_CAPS, Decimal(100), zone)[CapKind.DAY][0].key
        for zone in (PARIS, ZoneInfo("UTC"))
    )
    assert paris > utc


def test_an_empty_purse_bears_nothing() -> None:
    assert passed(a_wager(1), [], OwnCaps(open=0.5), Decimal(-4), PARIS)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_a_cap_is_a_share(share: float) -> None:
    with pytest.raises(ValueError, match="a share"):
        NO_CAPS.changed(CapKind.DAY, share)
