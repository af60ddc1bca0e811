"""What the buttons of the history carry."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import MAX_NUMBER, Signer, Tap
from bot.history import MOST, Wanted
from bot.sentry import asked_cents, chosen
from engine.domain.market import MATCH_ODDS
from engine.domain.pick import Provenance

SIGNER = Signer(b"secret of the tests")


@given(
    provenance=st.sampled_from(list(Provenance)),
    number=st.integers(0, 2**40),
    size=st.integers(1, MOST),
    at=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001  # made aware below
)
def test_every_page_of_every_record_fits_a_button(
    provenance: Provenance, number: int, size: int, at: datetime
) -> None:
    seconds = int(at.replace(tzinfo=UTC).timestamp())
    wanted = Wanted(
        provenance=provenance, filter_number=number, size=size, since=(seconds, "0f3a9")
    )
    data = SIGNER.encode(2**52, Tap(screen="results", number=wanted.number, args=wanted.args))
    assert len(data) <= 64
    tap = SIGNER.decode(2**52, data)
    assert divmod(tap.number, 16) == (number, size)
    assert re.fullmatch(r"[lpb][0-9]{10}[0-9a-f]{5}", tap.args)


@given(cents=st.integers(101, 100_000), side=st.integers(0, 2))
def test_a_button_carries_the_odds_and_the_outcome_waited_for(cents: int, side: int) -> None:
    selection, odds = chosen(cents * 4 + side)
    assert selection == MATCH_ODDS.selections[side]
    assert asked_cents(odds) == cents


@pytest.mark.parametrize("number", [0, 3, 100 * 4, 204 * 4 + 3, MAX_NUMBER])
def test_a_button_of_nobody_waits_for_nothing(number: int) -> None:
    assert chosen(number)[0] is None
