"""Long texts become several messages, cut between lines and never inside a tag."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.render.html import Html

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE_LIMIT: Final = 4096
"""UTF-16 units of one message after its entities are parsed."""
CAPTION_LIMIT: Final = 1024
_TOKEN: Final = re.compile(r"<[^<>]*>|&(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);|.", re.DOTALL)
_TAG: Final = re.compile(r"<(/?)([a-z-]+)[^<>]*>")


def width(html: str) -> int:
    """Return the UTF-16 units that people's clients count for `html`.

    >>> width("<b>a</b>&amp;🎯")
    4
    """
    return sum(_width(token) for token in _TOKEN.findall(html))


def split(html: str, limit: int = MESSAGE_LIMIT) -> list[Html]:
    """Return `html` in pieces of at most `limit` visible units.

    Pieces end after the last line break outside every tag, else after a space, else anywhere
    outside a tag: joined they are the original. Only a single tagged stretch longer than
    `limit` is closed at the cut and opened again. Blank pieces, which nobody may send, go.
    """
    return [Html(piece) for piece in _pieces(html, limit) if _TAG.sub("", piece).strip()]


@dataclass(slots=True)
class _Piece:
    """The piece being filled: its tokens, its open tags, the best place to cut seen so far."""

    tokens: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    used: int = 0
    cut: int = 0
    rank: int = 0

    def add(self, token: str) -> None:
        """Take one more token and remember its end as a place to cut when none is better."""
        self.tokens.append(token)
        self.used += _width(token)
        self._follow(token)
        usable = self.used > 0 and not self.open_tags
        rank = {"\n": 3, " ": 2}.get(token, 1) if usable else 0
        if rank and rank >= self.rank:
            self.cut, self.rank = len(self.tokens), rank

    def _follow(self, token: str) -> None:
        tag = _TAG.fullmatch(token)
        if tag is not None and not tag[1]:
            self.open_tags.append(token)
        elif tag is not None and self.open_tags:
            self.open_tags.pop()


def _pieces(html: str, limit: int) -> Iterator[str]:
    piece = _Piece()
    for token in _TOKEN.findall(html):
        while piece.used + _width(token) > limit:
            done, left = _broken(piece)
            yield done
            piece = _Piece()
            for moved in left:
                piece.add(moved)
        piece.add(token)
    yield "".join(piece.tokens)


def _broken(piece: _Piece) -> tuple[str, list[str]]:
    """Return the text up to the best cut, and the tokens that start the next piece."""
    if piece.cut:
        return "".join(piece.tokens[: piece.cut]), piece.tokens[piece.cut :]
    closing = "".join(f"</{_name(tag)}>" for tag in reversed(piece.open_tags))
    return "".join(piece.tokens) + closing, list(piece.open_tags)


def _name(tag: str) -> str:
    match = _TAG.fullmatch(tag)
    return match[2] if match else ""


def _width(token: str) -> int:
    if len(token) > 1:
        return 0 if token.startswith("<") else 1
    return 2 if ord(token) > 0xFFFF else 1  # noqa: PLR2004  # outside the basic plane
