"""How the bot listens: on through a refused token, which the library alone would not survive."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from telegram.request import HTTPXRequest

from bot.reactions import Verdict

if TYPE_CHECKING:
    from bot.halt import Halt

_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})


class UntiringPoll(HTTPXRequest):
    """Asks for updates; a refused token halts the sending and is asked with again later.

    The library gives up polling for good at the first 401: the bot would stay deaf after the
    token works again. As a bad gateway it is one more reason to wait a little longer.
    """

    def __init__(self, halt: Halt, **options: Any) -> None:
        super().__init__(**options)
        self._halt = halt

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Make one request and note a refused token."""
        status, body = await super().do_request(*args, **options)
        if status not in _REFUSED:
            return status, body
        self._halt.reason = Verdict.TOKEN_REFUSED.value
        return HTTPStatus.BAD_GATEWAY, body
