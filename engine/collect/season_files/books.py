"""football-data.co.uk's bookmaker codes: which are ours under another name, which are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.domain.numbers import BookmakerKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

AGGREGATES: Final = frozenset({"Max", "Avg", "BbMx", "BbAv"})
"""The best and the mean of several books: nobody's price, so nobody can bet at it."""
_OURS: Final[Mapping[str, str]] = {
    "1XB": "onexbet",
    "B365": "bet365",
    "BF": "betfair_sb_uk",
    "BFE": "betfair_ex_uk",
    "BV": "betvictor",
    "CL": "coral",
    "LB": "ladbrokes_uk",
    "P": "pinnacle",
    "PP": "paddypower",
    "PS": "pinnacle",
    "SKB": "skybet",
    "VC": "betvictor",
    "WH": "williamhill",
}
_THEIRS: Final = ("BFD", "BMGM", "BS", "BW", "GB", "IW", "SB", "SJ", "SO", "SY")
KNOWN: Final = frozenset({*AGGREGATES, *_OURS, *_THEIRS})
"""The codes the site has explained; any other is kept under a key made of it."""


def bookmaker_keys(codes: Iterable[str]) -> dict[str, BookmakerKey]:
    """Return the bookmaker of each code of one file, no two codes the same.

    A book is found under The Odds API's key, so that its past and its present are one; where
    two codes of a file mean one book on one market, the later keeps a key of its own.

    >>> bookmaker_keys(["B365", "Avg", "XYZ"])
    {'B365': 'bet365', 'Avg': 'fd_avg', 'XYZ': 'fd_xyz'}
    >>> bookmaker_keys(["VC", "BV"])
    {'VC': 'betvictor', 'BV': 'fd_bv'}
    """
    keys: dict[str, BookmakerKey] = {}
    for code in codes:
        ours = _OURS.get(code)
        free = ours is not None and (ours not in keys.values() or code in {"P", "PS"})
        keys[code] = BookmakerKey(ours if ours and free else f"fd_{_plain(code)}")
    return keys


def _plain(code: str) -> str:
    """Return the code as a key: in lower case, of letters and digits alone."""
    return "".join(letter if letter.isalnum() else "_" for letter in code.lower())
