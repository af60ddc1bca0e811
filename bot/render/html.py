"""Telegram HTML as a type: what is not `Html` is escaped before it is shown."""

from __future__ import annotations

import html
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME_LIMIT: Final = 48
_MARKS_IN_A_ROW: Final = 2
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


class Html(str):
    """Text that is already valid Telegram HTML."""

    __slots__ = ()


def escape(value: object) -> Html:
    """Return `value` as HTML: itself when it is, escaped when it is not."""
    if isinstance(value, Html):
        return value
    return Html(html.escape(str(value), quote=False))


def bold(value: object) -> Html:
    return Html(f"<b>{escape(value)}</b>")


def strike(value: object) -> Html:
    return Html(f"<s>{escape(value)}</s>")


def code(value: object) -> Html:
    return Html(f"<code>{escape(value)}</code>")


def join(separator: str, parts: Iterable[object]) -> Html:
    """Return the parts that are not empty, escaped where needed, between separators."""
    return Html(separator.join(escape(part) for part in parts if str(part)))


def lines(*parts: object) -> Html:
    """Return one line per part, empty parts left out."""
    return join("\n", parts)


def paragraphs(*parts: object) -> Html:
    """Return the parts with an empty line between them, empty parts left out."""
    return join("\n\n", parts)


def name(raw: str, limit: int = NAME_LIMIT) -> str:
    """Return a name from outside that cannot hurt the text around it.

    Line breaks, hidden and direction-changing characters are gone, towers of accents are cut,
    right-to-left names are isolated, and no name is longer than `limit` characters.
    """
    kept: list[str] = []
    marks = 0
    for char in " ".join(raw.split())[: limit * 8]:
        category = unicodedata.category(char)
        marks = marks + 1 if category == "Mn" else 0
        if category not in _HIDDEN and marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    text = "".join(kept).strip()
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text):
        text = f"{_ISOLATE}{text}{_POP_ISOLATE}"
    return text or "—"
