"""What people type at the calculators, in a command, in plain words or inline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.domain.notation import OddsUnread, read_odds, read_probability
from engine.learning.futures import MOST, Bet
from engine.scoring.one_bet import OneBet

MOST_OUTCOMES: Final = 12
BETS: Final = 500
"""How many bets ahead are looked at when nobody says."""
_LEAST_BETS: Final = 10
_PER_MILLE: Final = 1_000
_FINE: Final = 1_000_001
_ODDS_STEPS: Final = 10_000
_SHARES: Final = {
    **dict.fromkeys(("½", "1/2", "demi", "half"), 0.5),
    **dict.fromkeys(("¼", "1/4", "quart", "quarter"), 0.25),
    **dict.fromkeys(("⅛", "1/8", "huitieme", "eighth"), 0.125),
    **dict.fromkeys(("⅓", "1/3", "tiers", "third"), 1 / 3),
    **dict.fromkeys(("1", "entier", "full", "plein"), 1.0),
}
_BET_KEYS: Final = {
    **dict.fromkeys(("edge", "avantage", "value", "valeur"), "edge"),
    **dict.fromkeys(("odds", "cote", "cotes"), "odds"),
    **dict.fromkeys(("stake", "mise", "fraction"), "fraction"),
}
_LARGEST_EDGE: Final = 0.5
_LARGEST_STAKE: Final = 0.5
_PIECES: Final = 24
_BET_WORDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAsked:
    """How many bets to look ahead, and which bet; None means those of a record."""

    n: int = BETS
    bet: Bet | None = None


def pieces(text: str) -> tuple[str, ...]:
    """Return what was typed, piece by piece; a sign of percent belongs to its number.

    >>> pieces("combien à 2,10, si 50 % ?")
    ('combien', 'à', '2,10', 'si', '50%')
    """
    tied = re.sub(r"\s+%", "%", text[:400])
    found = (piece.strip(",;:!?()[]\"'«»“”") for piece in re.split(r"[\s;|]+", tied))
    return tuple(piece for piece in found if piece)[:_PIECES]


def read_bet(words: tuple[str, ...], share: float) -> OneBet:
    """Return the bet of odds, a probability and perhaps a share of Kelly, in this order.

    Raises:
        OddsUnread: a piece is none of them; it is the error's text.
    """
    odds, probability, asked = [*words, "", "", ""][:_BET_WORDS]
    if len(words) > _BET_WORDS:
        raise OddsUnread(words[-1])
    return OneBet(
        odds=read_odds(_bare(odds)),
        probability=read_probability(_bare(probability)),
        share=read_share(asked) if asked else share,
    )


def find_bet(text: str, share: float) -> OneBet | None:
    """Return the bet that plain words are about: one probability in percent and some odds."""
    numbers = [piece for piece in pieces(text) if any(char.isdigit() for char in piece)]
    percents = [piece for piece in numbers if piece.endswith("%")]
    others = [piece for piece in numbers if not piece.endswith("%")]
    if len(percents) != 1 or not others:
        return None
    try:
        return read_bet((others[0], percents[0], *others[1:2]), share)
    except OddsUnread:
        return None


def find_odds(text: str) -> float | None:
    """Return the odds that plain words are: one number that is plainly no pick's or amount's."""
    found = pieces(text)
    if len(found) != 1 or not any(mark in found[0] for mark in ".,/+-\u2212%"):
        return None
    try:
        return float(read_odds(found[0]))
    except OddsUnread:
        return None


def read_share(text: str) -> float:
    """Return the share of Kelly: `1/4`, `¼`, `0,25`, `25 %`, `quart` are the same.

    Raises:
        OddsUnread: it is no share of a whole.
    """
    asked = _bare(text).lower()
    return _SHARES[asked] if asked in _SHARES else float(read_probability(asked))


def read_book(words: tuple[str, ...]) -> tuple[float, ...]:
    """Return the odds of one book, from two to a dozen.

    Raises:
        OddsUnread: a piece is no odds; "" where there are too few, or too many.
    """
    odds = tuple(float(read_odds(_bare(word))) for word in words)
    if not 1 < len(odds) <= MOST_OUTCOMES:
        raise OddsUnread("")
    return odds


def read_run(words: tuple[str, ...]) -> RunAsked:
    """Return what to run: a number of bets, and `edge=`, `odds=`, `stake=` of the bet.

    Raises:
        OddsUnread: a piece is none of them, or nothing that can be run.
    """
    n, told = BETS, {"edge": 0.03, "odds": 2.0, "fraction": 0.01}
    described = False
    for word in words:
        key, _, value = word.partition("=")
        if not value:
            n = _number(word)
            continue
        known = _BET_KEYS.get(key.lower())
        if known is None:
            raise OddsUnread(word)
        told[known] = _of_bet(known, value, word)
        described = True
    return RunAsked(n=n, bet=Bet(**told) if described else None)


def packed(bet: OneBet) -> int:
    """Return how a button knows odds and a probability."""
    return round(bet.odds * _ODDS_STEPS) * _FINE + round(bet.probability * (_FINE - 1))


def unpacked(number: int, per_mille: str) -> OneBet | None:
    """Return the bet a button means; None where it means none."""
    odds, chance = divmod(number, _FINE)
    share = int(per_mille) / _PER_MILLE if per_mille.isdecimal() else 0.0
    try:
        return OneBet(odds=odds / _ODDS_STEPS, probability=chance / (_FINE - 1), share=share)
    except ValueError:
        return None


def _of_bet(known: str, value: str, word: str) -> float:
    if known == "odds":
        return float(read_odds(value))
    bare = value.replace("\u2212", "-")
    sign = -1.0 if bare.startswith("-") else 1.0
    share = sign * float(read_probability(bare.lstrip("+-").removesuffix("%") + "%"))
    least, most = (-_LARGEST_EDGE, _LARGEST_EDGE) if known == "edge" else (0.0, _LARGEST_STAKE)
    if not least < share < most:
        raise OddsUnread(word)
    return share


def _number(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and _LEAST_BETS <= int(word[:9]) <= MOST):
        raise OddsUnread(word)
    return int(word)


def _bare(word: str) -> str:
    """Drop the name of what is told: `cote=2,1` is `2,1`."""
    return word.rpartition("=")[2]
