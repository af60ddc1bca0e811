"""What a button carries: `v1|screen|id36|args|sig`, at most 64 bytes, signed for one person.

Clients can send any bytes, so nothing is believed before its signature, and a signature is
good for one user only: a card forwarded or shown in a group works for its owner alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from engine.domain.errors import MonPsError

VERSION: Final = "v1"
LIMIT: Final = 64
MAX_NUMBER: Final = 2**63 - 1
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_SIGNATURE_BYTES: Final = 8
_SHAPE: Final = re.compile(
    r"(?P<body>v1\|(?P<screen>[a-z]{1,8})\|(?P<id>0|[1-9a-z][0-9a-z]{0,12})\|(?P<args>[a-z0-9]{0,16}))"
    r"\|(?P<signature>[A-Za-z0-9_-]{11})"
)
_OTHER_VERSION: Final = re.compile(r"v[0-9]{1,4}\|.*")


class MenuOutdated(MonPsError):
    """A button of another version of the bot: show a fresh menu."""


class TapRefused(MonPsError):
    """Not a button we made for this person: say so and do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A button pressed: which screen, about which pick (0 for none), with what arguments."""

    screen: str
    number: int = 0
    args: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Writes and reads callback data under one secret."""

    secret: bytes

    def __repr__(self) -> str:
        return "Signer(secret=••••)"

    def encode(self, user_id: int, tap: Tap) -> str:
        """Return the callback data of a button that only `user_id` may press.

        Raises:
            ValueError: the button would not fit its own grammar.
        """
        body = f"{VERSION}|{tap.screen}|{_to_36(tap.number)}|{tap.args}"
        data = f"{body}|{self._sign(user_id, body)}"
        if _SHAPE.fullmatch(data) is None or len(data) > LIMIT:
            raise ValueError(f"button was {body!r}: it does not fit the callback grammar")
        return data

    def decode(self, user_id: int, data: str) -> Tap:
        """Return what the button says.

        Raises:
            MenuOutdated: another version of the bot made it.
            TapRefused: forged, altered, or made for someone else.
        """
        match = _SHAPE.fullmatch(data)
        if match is None:
            if not data.startswith(f"{VERSION}|") and _OTHER_VERSION.fullmatch(data):
                raise MenuOutdated("button of another version")
            raise TapRefused("not a button of ours")
        expected = self._sign(user_id, match["body"])
        if not hmac.compare_digest(expected, match["signature"]):
            raise TapRefused("signed for someone else, or altered")
        number = int(match["id"], 36)
        if number > MAX_NUMBER:
            raise TapRefused("number out of range")
        return Tap(screen=match["screen"], number=number, args=match["args"])

    def _sign(self, user_id: int, body: str) -> str:
        message = f"{user_id}|{body}".encode()
        digest = hmac.digest(self.secret, message, hashlib.sha256)[:_SIGNATURE_BYTES]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _to_36(number: int) -> str:
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError(f"number was {number}: buttons carry small natural numbers")
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"
