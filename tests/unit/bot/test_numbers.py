from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.render.numbers import Money, clock, day_and_clock, decimal, money, percent, place, span

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (decimal(2.04, "fr"), "2,04"),
        (decimal(2.04, "en"), "2.04"),
        (decimal(12345, "fr", digits=0), "12\u00a0345"),
        (decimal(float("nan"), "fr"), "—"),
        (decimal(float("inf"), "en"), "—"),
        (percent(0.074, "fr", signed=True), "+7,4\u00a0%"),
        (percent(-0.041, "en", signed=True), "\u22124.1%"),
        (percent(0.0099, "fr", digits=2), "0,99\u00a0%"),
        (percent(float("nan"), "fr"), "—"),
        (money(Decimal("18.72"), "EUR", "fr", signed=True), "+18,72\u00a0€"),
        (money(Decimal("-9.9"), "EUR", "fr", signed=True), "\u22129,90\u00a0€"),
        (money(Decimal(0), "EUR", "fr", signed=True), "0,00\u00a0€"),
        (money(Decimal("9.9"), "EUR", "en"), "€9.90"),
        (money(Decimal("9.9"), "GBP", "en", signed=True), "+£9.90"),
    ],
)
def test_numbers_are_written_as_their_readers_write_them(written: str, shown: str) -> None:
    assert written == shown


@pytest.mark.parametrize(
    ("length", "fr", "en"),
    [
        (timedelta(seconds=-5), "0 s", "0 s"),
        (timedelta(seconds=40), "40 s", "40 s"),
        (timedelta(minutes=59, seconds=59), "59 min", "59 min"),
        (timedelta(hours=3, minutes=12), "3 h 12", "3 h 12"),
        (timedelta(days=2, hours=4), "2 j 4 h", "2 d 4 h"),
    ],
)
def test_durations_take_two_units_at_most(length: timedelta, fr: str, en: str) -> None:
    assert span(length, "fr").replace("\u00a0", " ") == fr
    assert span(length, "en").replace("\u00a0", " ") == en


def test_moments_are_local_on_both_sides_of_the_clock_change() -> None:
    summer, winter = (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    assert clock(summer, PARIS, "fr") == clock(winter, PARIS, "fr") == "02:30"
    assert day_and_clock(summer, PARIS, "fr") == "dim. 25 oct. 02:30"
    assert day_and_clock(winter, PARIS, "en") == "Sun 25 Oct 02:30"


@pytest.mark.parametrize(
    ("zone", "fr", "en"),
    [
        ("Europe/Paris", "Paris", "Paris"),
        ("Europe/London", "Londres", "London"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_a_zone_is_named_by_its_place(zone: str, fr: str, en: str) -> None:
    assert (place(ZoneInfo(zone), "fr"), place(ZoneInfo(zone), "en")) == (fr, en)


def test_one_unit_is_one_percent_of_the_bankroll() -> None:
    purse = Money(bankroll=Decimal(2500), currency="EUR", time_zone=PARIS)
    assert purse.worth(Decimal("0.99")) == Decimal("24.75")


@pytest.mark.parametrize("value", [0.0, -0.0, 0.04, -0.04, -0.049])
def test_what_is_written_as_nought_has_no_sign(value: float) -> None:
    assert decimal(value, "en", digits=1, signed=True) == "0.0"
    assert decimal(value, "fr", digits=1) == "0,0"
    assert percent(value / 100, "en", signed=True) == "0.0%"
