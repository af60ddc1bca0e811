"""The ways to take a margin out of a book, and the reasons why a book is refused."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Final

THINNEST_TAIL: Final = 0.02
"""Below it the additive method is refused: it takes a long shot down as far as a favourite."""

SETTLED: Final = 1e-13
"""How far from the total, relatively, the probabilities of a solved book may sum."""

LEAST_BOOKSUM, LARGEST_BOOKSUM = 0.5, 2.0
"""Relative to the total: beyond them the odds belong to different markets, or are mistyped."""

_ROUNDING: Final = 1e-12
_POSITIVE: Final = sys.float_info.min


class Devig(StrEnum):
    """How the margin is shared among the outcomes of a book.

    With q = 1 / odds, k outcomes, B = Σq, fair probabilities p and their total T (1, or 2 for the
    double chance):

    POWER: p = q^x, x such that Σp = T. Clarke, Kovalchik & Ingram 2017, eq. 5; what Buchdahl
        ("Wisdom of the Crowd", 2015) and through him R's `implied` call logarithmic.
    MULTIPLICATIVE: p = T·q / B. `basic` in R's `implied`.
    ADDITIVE: p = q - (B - T) / k. Clarke et al. 2017, eq. 2.
    SHIN: p = (√(z² + 4(1 - z)q² / B) - z) / (2(1 - z)), the insiders' share z such that Σp = 1.
        Shin 1993, solved for p by Jullien & Salanié 1994, eq. 3. One winner only: T is 1.
        For two outcomes it is ADDITIVE (Clarke et al. 2017), without its tail rule.
    ODDS_RATIO: p / (1 - p) = (q / (1 - q)) / c, c such that Σp = T. Cheung 2015; `or` in
        `implied`.
    LOGARITHMIC: what penaltyblog means by the name, logit p = logit q - t. With t = ln c it is
        ODDS_RATIO to the letter, so it is the same computation here.
    DIFFERENTIAL_MARGIN: fair odds k·o / (k - (B - T)·o), Buchdahl's margin proportional to the
        odds, `wpo` in `implied`. Its inverse is 1 / o - (B - T) / k: ADDITIVE to the letter,
        therefore the same computation here, with the same refusals.
    GOTO: p = q - s·(B - T) / Σs, s = √(1 - q): each outcome steps back as many of its standard
        errors. Goto, `goto_conversion` 4.0.3. A book it cannot price is refused; the original
        raises or, with a flag, silently changes to MULTIPLICATIVE.
    BALANCED_BOOK: p = (q - z) / (1 - z), z = (B - T) / (k - T): Shin's insiders against a
        bookmaker who minimises risk. Fingleton & Waldron 1999; `bb` in `implied`.
    """

    POWER = "power"
    MULTIPLICATIVE = "multiplicative"
    ADDITIVE = "additive"
    SHIN = "shin"
    ODDS_RATIO = "odds_ratio"
    LOGARITHMIC = "logarithmic"
    DIFFERENTIAL_MARGIN = "differential_margin"
    GOTO = "goto"
    BALANCED_BOOK = "balanced_book"

    @property
    def computed_as(self) -> Devig:
        """The method itself, or the one it is another name of."""
        return _OTHER_NAMES.get(self, self)


class Refusal(StrEnum):
    """Why a book has no probabilities: the `reason` of the error, and of a row left empty.

    The first that holds, in this order.
    """

    BOOK_INCOMPLETE = "book_incomplete"
    """An outcome has no odds, or there are fewer than two."""
    ODDS_INVALID = "odds_invalid"
    """Odds that are infinite or do not exceed 1."""
    MARGIN_ABSURD = "margin_absurd"
    """A booksum below half of the total or above twice the total."""
    SHIN_UNDERROUND = "shin_underround"
    GOTO_UNDERROUND = "goto_underround"
    BALANCED_BOOK_UNDERROUND = "balanced_book_underround"
    """Booksum below the total, for a method that explains a margin."""
    ADDITIVE_TAIL = "additive_tail"
    """A probability below 0.02, where the additive method goes wrong."""
    GOTO_TAIL = "goto_tail"
    BALANCED_BOOK_TAIL = "balanced_book_tail"
    """A probability that would not be positive."""
    PROBABILITY_BEYOND_ONE = "probability_beyond_one"
    """Below 100 % and with a total above 1, scaling up or adding can pass certainty."""
    UNSETTLED = "unsettled"
    """The solver did not reach the total; no book is known that does this."""


UNDERROUND: Final = {
    Devig.SHIN: Refusal.SHIN_UNDERROUND,
    Devig.GOTO: Refusal.GOTO_UNDERROUND,
    Devig.BALANCED_BOOK: Refusal.BALANCED_BOOK_UNDERROUND,
}
TAIL: Final = {
    Devig.ADDITIVE: (THINNEST_TAIL, Refusal.ADDITIVE_TAIL),
    Devig.GOTO: (_POSITIVE, Refusal.GOTO_TAIL),
    Devig.BALANCED_BOOK: (_POSITIVE, Refusal.BALANCED_BOOK_TAIL),
}
"""The least probability that a method may give, and the reason where it gives less."""

_OTHER_NAMES: Final = {
    Devig.LOGARITHMIC: Devig.ODDS_RATIO,
    Devig.DIFFERENTIAL_MARGIN: Devig.ADDITIVE,
}


def least_booksum(method: Devig, total: float) -> float:
    """Return the booksum below which `method` refuses a book of this total."""
    return total * (1 - _ROUNDING if method in UNDERROUND else LEAST_BOOKSUM)


def check_total(method: Devig, total: float, outcomes: int) -> None:
    """Refuse a total that no market of so many outcomes can have under this method.

    Raises:
        ValueError: a fault of the caller, never of a book.
    """
    if not 0 < total < outcomes:
        raise ValueError(f"{outcomes} outcomes cannot sum to {total}")
    if method is Devig.SHIN and total != 1:
        raise ValueError("Shin's model has one winner: its total is 1")
