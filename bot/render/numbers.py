"""Numbers, money and moments as people of one language write them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Final

from babel.dates import format_datetime, get_timezone_location
from babel.numbers import format_currency, format_decimal

from engine.domain.notation import as_american, as_fraction
from engine.domain.own_books import NO_BOOKS
from engine.domain.preferences import OddsFormat
from engine.domain.staking import StakeBasis

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from engine.domain.own_books import OwnBooks
    from engine.domain.preferences import Preferences
    from engine.domain.staking import Staking

NO_BREAK: Final = "\u00a0"
MINUS: Final = "\u2212"
"""As wide as a plus and never broken from its number, as a hyphen may be."""
_PERCENT_SIGN: Final = {"fr": f"{NO_BREAK}%", "en": "%"}
_CLOCK: Final = "HH:mm"
_DAY_OF_YEAR: Final = "d MMM y"
_DAY_AND_CLOCK: Final = "EEE d MMM HH:mm"
_TOO_LARGE: Final = 1e15
_LEAST_ODDS: Final = 1.005
_HAIR: Final = 1e-6  # 2.04 * 100 is a hair above 204
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What turns units into money, instants into local times and odds into a person's own.

    `staking` are a person's own rules for stakes, `balance` the units they have; None: not known.
    `books` are those they bet with, and what these take.
    """

    bankroll: Decimal
    currency: str
    time_zone: ZoneInfo
    odds_format: OddsFormat = OddsFormat.DECIMAL
    staking: Staking | None = None
    balance: Decimal | None = None
    books: OwnBooks = NO_BOOKS

    def worth(self, units: Decimal) -> Decimal:
        """Return what `units`, percent of the bankroll, are in money."""
        return self.bankroll * units / 100

    @property
    def basis(self) -> Decimal:
        """What stakes are a share of, in money: the house's bankroll where nothing else is."""
        if self.staking is None or self.staking.basis is StakeBasis.HOUSE:
            return self.bankroll
        if self.staking.basis is StakeBasis.FIXED:
            return self.staking.fixed or self.bankroll
        return self.bankroll if self.balance is None else self.worth(self.balance)

    def chosen(self, preferences: Preferences, balance: Decimal | None = None) -> Money:
        """Return the same money on a person's own clock, in their own odds, by their rules."""
        return replace(
            self,
            time_zone=preferences.zone(self.time_zone),
            odds_format=preferences.odds_format,
            staking=preferences.staking,
            books=preferences.own_books,
            balance=balance,
        )


def decimal(
    value: float | Decimal, language: str, *, digits: int = 2, signed: bool = False
) -> str:
    """Write a number with a fixed number of decimals; one nobody could mean is a dash.

    What is written as nought has no sign: nothing is said of its direction.
    """
    if not -_TOO_LARGE < value < _TOO_LARGE:  # what is no number is not between them
        return "—"
    rounded = round(Decimal(value), digits)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    if signed and rounded:
        pattern = f"+{pattern};-{pattern}"
    written = format_decimal(rounded or abs(rounded), pattern, language)
    return _typeset(written)


def odds(
    value: float,
    language: str,
    how: OddsFormat = OddsFormat.DECIMAL,
    *,
    at_least: bool = False,
) -> str:
    """Write odds as a person reads them: `2,04`, `26/25` or `+104`; whoever shows odds asks here.

    With `at_least` what is written is as good as `value`, never a rounding worse. What a fraction
    or American odds cannot say is written as decimal odds.
    """
    if how is OddsFormat.DECIMAL or not _LEAST_ODDS <= value < _TOO_LARGE:
        up = at_least and -_TOO_LARGE < value < _TOO_LARGE
        return decimal(ceil(value * 100 - _HAIR) / 100 if up else value, language)
    if how is OddsFormat.FRACTIONAL:
        won, staked = as_fraction(value, at_least=at_least)
        return f"{won}/{staked}"
    return f"{as_american(value, at_least=at_least):+d}".replace("-", MINUS)


def percent(value: float, language: str, *, digits: int = 1, signed: bool = False) -> str:
    """Write a ratio as a percentage: 0.074 is `7,4 %`, signed `+7,4 %`."""
    written = decimal(value * 100, language, digits=digits, signed=signed)
    return written if written == "—" else written + _PERCENT_SIGN[language]


def money(amount: Decimal, currency: str, language: str, *, signed: bool = False) -> str:
    """Write an amount: `18,72 €`, signed `+18,72 €`."""
    written = _typeset(format_currency(abs(amount), currency, locale=language))
    if amount < 0:
        return f"{MINUS}{written}"
    return f"+{written}" if signed and amount > 0 else written


def clock(at: datetime, zone: ZoneInfo, language: str) -> str:
    return format_datetime(at.astimezone(zone), _CLOCK, locale=language)


def day_and_clock(at: datetime, zone: ZoneInfo, language: str) -> str:
    return format_datetime(at.astimezone(zone), _DAY_AND_CLOCK, locale=language)


def day(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Write a day: `1 août 2026`."""
    return format_datetime(at.astimezone(zone), _DAY_OF_YEAR, locale=language)


def place(zone: ZoneInfo, language: str) -> str:
    """Name the place whose clocks are shown: `Paris`; a zone without a place names itself."""
    if "/" not in zone.key:
        return zone.key
    return str(get_timezone_location(zone, locale=language, return_city=True))


def span(length: timedelta, language: str) -> str:
    """Write a duration in at most two units: `40 s`, `12 min`, `3 h 12`, `2 j 4 h`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds}{NO_BREAK}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}{NO_BREAK}min"
    if seconds < _DAY:
        return f"{seconds // _HOUR}{NO_BREAK}h{NO_BREAK}{seconds % _HOUR // _MINUTE:02}"
    day = "j" if language == "fr" else "d"
    return f"{seconds // _DAY}{NO_BREAK}{day}{NO_BREAK}{seconds % _DAY // _HOUR}{NO_BREAK}h"


def _typeset(written: str) -> str:
    return written.replace("\u202f", NO_BREAK).replace("-", MINUS)
