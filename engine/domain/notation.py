"""Odds and probabilities as people write them: decimal, fractional, American, in percent.

Inside, odds are decimal (`Odds`); here alone they are anything else.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor
from typing import Final

from engine.domain.errors import MonPsError
from engine.domain.numbers import Odds, Probability

LARGEST: Final = 1000.0
"""Longer odds are a mistake of whoever typed them."""
_EVENS: Final = frozenset({"evens", "even", "evs", "evenmoney", "pair"})
_DECIMAL: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,8})?")
_FRACTION: Final = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")
_AMERICAN: Final = re.compile(r"([+-])([0-9]{3,7}(?:\.[0-9]{1,4})?)")
_MINUSES: Final = str.maketrans({"\u2212": "-", "–": "-", ",": ".", "\u2044": "/"})
_LADDER: Final = (
    *((1, 33), (1, 16), (1, 14), (1, 12), (1, 11), (1, 9), (1, 7), (1, 6), (2, 11), (2, 9)),
    *((2, 7), (1, 3), (4, 11), (4, 9), (8, 15), (4, 7), (8, 13), (4, 6), (8, 11), (5, 6)),
    *((10, 11), (20, 21), (11, 8), (6, 4), (13, 8), (15, 8), (100, 30)),
)
"""Fractions bookmakers write that are not those of a hundredth, or are never reduced."""
_HAIR: Final = 1e-6  # 2.04 * 100 is a hair above 204
_HALF_A_CENT: Final = 0.5 + 1e-9
_HUNDRED: Final = 100
_EVEN: Final = 2.0


class OddsUnread(MonPsError):
    """What was typed is no odds, no probability, or one that nothing can be reckoned with."""


def as_fraction(odds: float, *, at_least: bool = False) -> tuple[int, int]:
    """Return the profit on a stake as bookmakers write it: within half a hundredth of `odds`.

    With `at_least` it is never less than `odds`, and less than a hundredth more.

    >>> as_fraction(2.04), as_fraction(1.91), as_fraction(2.5), as_fraction(4.0)
    ((26, 25), (10, 11), (6, 4), (3, 1))
    >>> as_fraction(1.91, at_least=True)
    (91, 100)
    """
    cents = ceil(odds * _HUNDRED - _HAIR) if at_least else round(odds * _HUNDRED)
    won, staked = _WRITTEN.get(cents, (0, 1))
    if won and not (at_least and 1 + won / staked < odds - _HAIR):
        return won, staked
    exact = Fraction(cents - _HUNDRED, _HUNDRED)
    return exact.numerator, exact.denominator


def as_american(odds: float, *, at_least: bool = False) -> int:
    """Return what 100 win, or, below evens, minus what must be staked to win 100.

    With `at_least` they are never shorter than `odds`.

    >>> as_american(2.04), as_american(1.5), as_american(2.0)
    (104, -200, 100)
    >>> as_american(1.93), as_american(1.93, at_least=True)
    (-108, -107)
    """
    if odds >= _EVEN:
        won = (odds - 1) * _HUNDRED
        return ceil(won - _HAIR) if at_least else round(won)
    staked = _HUNDRED / (odds - 1)
    return -(floor(staked + _HAIR) if at_least else round(staked))


def read_odds(text: str) -> Odds:
    """Return decimal odds from any spelling; a percentage is the probability they imply.

    >>> read_odds("2,04"), read_odds("11/10"), read_odds("+104"), read_odds("-200")
    (2.04, 2.1, 2.04, 1.5)
    >>> read_odds("evens"), read_odds("50 %")
    (2.0, 2.0)

    Raises:
        OddsUnread: it is none of them, is not above 1, or is longer than anybody offers.
    """
    written = _tidied(text)
    if written.endswith("%"):
        return Odds(_sensible(1 / read_probability(written), text))
    if written in _EVENS:
        return Odds(_EVEN)
    return Odds(_sensible(_value(written, text), text))


def read_probability(text: str) -> Probability:
    """Return a probability: `50 %`, `50` and `0,5` are the same; 1 is none of them.

    >>> read_probability("50 %"), read_probability("52,5"), read_probability("0.5")
    (0.5, 0.525, 0.5)

    Raises:
        OddsUnread: it is not between 0 and 1, or no number.
    """
    written = _tidied(text)
    bare = written.removesuffix("%")
    if _DECIMAL.fullmatch(bare) is None:
        raise OddsUnread(text)
    value = float(bare)
    if bare != written or value > 1:
        value /= _HUNDRED
    if not 0 < value < 1:
        raise OddsUnread(text)
    return Probability(value)


def _tidied(text: str) -> str:
    whole = "".join(text.split())
    if 0 < whole.find(",") < whole.find("."):  # thousands, as English writes them
        whole = whole.replace(",", "")
    return whole.translate(_MINUSES).lower().strip("@;.")


def _value(written: str, text: str) -> float:
    if _DECIMAL.fullmatch(written):
        return float(written)
    if (american := _AMERICAN.fullmatch(written)) and float(american[2]) >= _HUNDRED:
        won = float(american[2]) / _HUNDRED
        return 1 + (won if american[1] == "+" else 1 / won)
    if (fraction := _FRACTION.fullmatch(written)) and int(fraction[2]):
        return 1 + int(fraction[1]) / int(fraction[2])
    raise OddsUnread(text)


def _sensible(odds: float, text: str) -> float:
    if not 1 < odds <= LARGEST:
        raise OddsUnread(text)
    return odds


def _written() -> dict[int, tuple[int, int]]:
    """Return the ladder's fractions by the hundredths that may stand for each of them."""
    found: dict[int, tuple[int, int]] = {}
    for won, staked in _LADDER:
        exact = (1 + won / staked) * _HUNDRED
        for cents in (floor(exact), ceil(exact)):
            if abs(exact - cents) <= _HALF_A_CENT:
                found[cents] = (won, staked)
    return found


_WRITTEN: Final = _written()
