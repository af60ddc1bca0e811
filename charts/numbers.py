"""Numbers on scales, as readers write them."""

from __future__ import annotations


def written(value: float, decimal_mark: str, *, sign: bool = False) -> str:
    r"""Return a number of a scale with a true minus and the reader's decimal mark.

    >>> written(1.5, ",")
    '1,5'
    >>> ascii(written(-2, "."))
    "'\\u22122'"
    >>> written(2, ".", sign=True)
    '+2'
    """
    value = value or 0.0  # nought has no sign
    told = f"{value:+g}" if sign and value else f"{value:g}"
    return told.replace(".", decimal_mark).replace("-", "\u2212")
