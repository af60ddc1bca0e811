"""Leaves, trees and chains: what is sworn, and that nothing of it can be changed unseen."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.numbers import BookmakerKey, Odds, PickId, units
from engine.domain.pick import Provenance
from engine.domain.proof import (
    SentPick,
    climb,
    close_day,
    decimal_text,
    genesis,
    in_order,
    path_of,
    root_of,
)

SENT: Final = datetime(2026, 8, 1, 12, 30, 0, 1200, tzinfo=UTC)
PICK: Final = SentPick(
    id=PickId(UUID(int=7)),
    provenance=Provenance.LIVE,
    selection="ah_home@-0.25",
    bookmaker=BookmakerKey("bet365"),
    odds=Odds(2.1),
    stake=units("0.5"),
    sent_at=SENT,
)
leaves = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=40)


def test_the_hashed_text_is_the_documented_one_to_the_byte() -> None:
    text = (
        "format=mon_ps/pick/1\n"
        "id=00000000-0000-0000-0000-000000000007\n"
        "provenance=live\n"
        "selection=ah_home@-0.25\n"
        "bookmaker=bet365\n"
        "odds=2.10\n"
        "stake=0.50\n"
        "sent_at=2026-08-01T12:30:00.001200Z\n"
    )
    assert PICK.leaf == hashlib.sha256(b"\x00" + text.encode()).hexdigest()


def test_the_same_instant_in_another_zone_is_the_same_leaf() -> None:
    moved = replace(PICK, sent_at=SENT.astimezone(timezone(timedelta(hours=2))))
    assert moved.leaf == PICK.leaf


@pytest.mark.parametrize(
    "change",
    [
        {"id": PickId(UUID(int=8))},
        {"provenance": Provenance.PAPER},
        {"selection": "ah_home@-0.5"},
        {"bookmaker": BookmakerKey("unibet")},
        {"odds": Odds(2.11)},
        {"odds": Odds(2.1000001)},
        {"stake": units("0.51")},
        {"sent_at": SENT + timedelta(microseconds=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_field_can_change_without_its_leaf(change: dict[str, Any]) -> None:
    assert replace(PICK, **change).leaf != PICK.leaf


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="sent_at"):
        replace(PICK, sent_at=datetime(2026, 8, 1))  # noqa: DTZ001  # that is the point


@given(st.decimals(min_value=0, max_value=1000, places=4))
def test_the_text_of_a_decimal_is_its_value_in_plain_digits(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert len(text.partition(".")[2]) >= 2


@given(leaves, st.data())
def test_every_leaf_climbs_to_the_root_and_no_other_hash_does(
    day: list[str], data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(day) - 1))
    path, root = path_of(day, position), root_of(day)
    assert climb(day[position], path) == root
    assert climb(hashlib.sha256(day[position].encode()).hexdigest(), path) != root
    assert len(path) <= len(day).bit_length()


@given(st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=2, unique=True))
def test_leaves_in_another_order_are_another_day(day: list[str]) -> None:
    assert root_of(day) != root_of([day[1], day[0], *day[2:]])


def test_a_last_leaf_twice_is_not_the_same_day() -> None:
    one, two, three = (f"{n:064x}" for n in range(3))
    assert root_of([one, two, three]) != root_of([one, two, three, three])


def test_a_node_is_no_leaf() -> None:
    """The bytes of two hashes side by side cannot be passed off as the text of a pick."""
    pair = ["00" * 32, "11" * 32]
    text = bytes.fromhex("".join(pair))
    assert root_of(pair) != hashlib.sha256(text).hexdigest()
    assert root_of(pair) != hashlib.sha256(b"\x00" + text).hexdigest()


def test_a_days_hash_binds_date_number_root_and_all_that_was_before() -> None:
    first = close_day(Provenance.LIVE, date(2026, 8, 1), [PICK.leaf], genesis(Provenance.LIVE))
    nothing = close_day(Provenance.LIVE, date(2026, 8, 2), [], first.chain)
    assert (first.n, nothing.n) == (1, 0)
    others = [
        close_day(Provenance.LIVE, date(2026, 8, 2), [], genesis(Provenance.LIVE)),
        close_day(Provenance.LIVE, date(2026, 8, 3), [], first.chain),
        close_day(Provenance.PAPER, date(2026, 8, 2), [], first.chain),
        close_day(Provenance.LIVE, date(2026, 8, 2), [PICK.leaf], first.chain),
    ]
    assert nothing.chain not in {other.chain for other in others}
    assert genesis(Provenance.LIVE) != genesis(Provenance.PAPER)


def test_picks_stand_by_when_they_were_sent_whatever_order_they_come_in() -> None:
    early = replace(PICK, id=PickId(UUID(int=9)), sent_at=SENT - timedelta(seconds=1))
    beside = replace(PICK, id=PickId(UUID(int=1)))
    assert in_order([PICK, beside, early]) == in_order([early, PICK, beside])
    assert in_order([PICK, beside, early]) == (early, beside, PICK)
