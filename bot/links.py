"""Deep links: addresses in channel posts and shared cards that open a screen in private."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

PICK: Final = "p"
STATS: Final = "s"
PRESET: Final = "f"
"""A filter that somebody offers as a preset; the number is the filter's."""
EXPORT: Final = "e"
"""Files of picks through a filter, whose number it is."""
EXPORT_SCREEN: Final = "export"
PRIVATE: Final = "inline"
"""What a stranger's inline button starts the bot with: it opens nothing."""
LIMIT: Final = 64
_SHAPE: Final = re.compile(r"([a-z]{1,12})_([0-9]{1,18})")
_USERNAME: Final = re.compile(r"[A-Za-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a link opens: a kind of screen, and which one."""

    what: str
    number: int


def payload(what: str, number: int) -> str:
    """Return what follows `?start=`.

    Raises:
        ValueError: it would not be read back.
    """
    written = f"{what}_{number}"
    if _SHAPE.fullmatch(written) is None or len(written) > LIMIT:
        raise ValueError(f"link was {written!r}: a short word and a natural number")
    return written


def read_payload(text: str) -> Target | None:
    """Return what a link opens; None where it is no link of ours."""
    found = _SHAPE.fullmatch(text)
    return Target(what=found[1], number=int(found[2])) if found else None


def deep_link(bot_username: str, what: str, number: int) -> str:
    """Return the address that opens a screen with this bot, for posts and shared cards.

    Raises:
        ValueError: it would not be read back, or the bot has no such name.
    """
    if _USERNAME.fullmatch(bot_username) is None:
        raise ValueError(f"username was {bot_username!r}")
    return f"https://t.me/{bot_username}?start={payload(what, number)}"
