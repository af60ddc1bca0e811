"""No secret reaches a reader: known shapes and known texts are masked in any string."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "••••"
_SHORTEST = 4  # a shorter literal would mask ordinary words; the shapes below still cover it
_VALUE = r"[^\s&\"'<>,;)\]}\\]+"
_NAMES = r"(?:x-apisports-key|x-rapidapi-key|api_?key|password)"
_SHAPES = tuple(
    (re.compile(shape, re.IGNORECASE), f"\\g<before>{MASK}")
    for shape in (
        r"(?P<before>)(?<!\d)\d{5,}(?::|%3A)[\w-]{30,}",
        rf"(?P<before>{_NAMES}(?:[:=]|%3D)){_VALUE}",
        rf"(?P<before>{_NAMES}[\\\"']*\s*[:,=]\s*(?:b?[\\\"']+)?){_VALUE}",
        r"(?P<before>\b[a-z][a-z0-9+.-]*://[^\s:/@\"']*:)[^\s\"']+(?=@)",
        rf"(?P<before>\bbearer\s+){_VALUE}",
    )
)


class Redactor:
    """Mask the shapes of secrets and the texts it was given, however they are quoted."""

    __slots__ = ("_literals",)

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {form for secret in secrets for form in _forms(secret)}
        longest_first = sorted(known, key=len, reverse=True)
        self._literals = (
            re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        )

    def __repr__(self) -> str:
        return "Redactor()"

    def __call__(self, text: str) -> str:
        """Return `text` without its secrets.

        >>> Redactor(["hunter2"])("GET /odds?apiKey=0a1b2c&regions=eu by hunter2")
        'GET /odds?apiKey=••••&regions=eu by ••••'
        """
        if self._literals is not None:
            text = self._literals.sub(MASK, text)
        for shape, masked in _SHAPES:
            text = shape.sub(masked, text)
        return text


def _forms(secret: str) -> set[str]:
    """Return a secret as it stands in text, in addresses, in JSON and in a repr."""
    plain = secret.strip()
    if len(plain) < _SHORTEST:
        return set()
    in_json = json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1]
    return {plain, quote(plain), quote(plain, safe=""), repr(plain)[1:-1], *in_json}
