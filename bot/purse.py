"""Amounts as people type them: money, units or a share of the bankroll."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_AMOUNT: Final = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,2})?)(€|eur|euros|u|%)?", re.IGNORECASE)
_LARGEST: Final = Decimal(100)
"""Units: nobody stakes more than the bankroll."""


class AmountUnread(ValueError):
    """What was typed is no amount; its text is the word."""


def read_stake(word: str, bankroll: Decimal) -> Decimal:
    """Return a stake in units, per cent of the bankroll: `10€`, `1u`, `1%`; bare it is money.

    >>> read_stake("10€", Decimal(1000)), read_stake("1,5u", Decimal(1000))
    (Decimal('1'), Decimal('1.5'))

    Raises:
        AmountUnread: it is none, nothing, or more than the bankroll.
    """
    match = _AMOUNT.fullmatch(word.strip())
    if match is None:
        raise AmountUnread(word)
    amount = Decimal(match[1].replace(",", "."))
    share = amount if match[2] in {"u", "U", "%"} else amount * 100 / bankroll
    if not 0 < share <= _LARGEST:
        raise AmountUnread(word)
    return share


def read_money(word: str) -> Decimal:
    """Return an amount of money that was typed, 0 included: `12`, `12,50€`.

    Raises:
        AmountUnread: it is none.
    """
    match = _AMOUNT.fullmatch(word.strip())
    if match is None or (match[2] or "").lower() in {"u", "%"}:
        raise AmountUnread(word)
    return Decimal(match[1].replace(",", "."))
