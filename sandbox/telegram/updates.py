"""The bot's incoming queue: long polling or a webhook, never both."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

import aiohttp

from sandbox.telegram.pulse import Pulse
from sandbox.telegram.refusal import Json, bad_request, conflict

KINDS: Final = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "my_chat_member",
        "chat_member",
    },
)
_ON_REQUEST: Final = frozenset({"chat_member"})  # delivered only to those who ask by name
_FIRST_UPDATE: Final = 700_000_001
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LONGEST_POLL: Final = 50
_HOOK_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_HOOK_PAUSE: Final = 0.2


@dataclass(kw_only=True, slots=True)
class Webhook:
    url: str
    secret: str
    last_error: str = ""


class UpdateQueue:
    """Holds updates until they are confirmed by an offset or by a 2xx of the webhook."""

    def __init__(self) -> None:
        self.pulse = Pulse()
        self.webhook: Webhook | None = None
        self._pending: list[Json] = []
        self._last_id = _FIRST_UPDATE - 1
        self._allowed: frozenset[str] = KINDS - _ON_REQUEST
        self._poll = 0

    def __len__(self) -> int:
        return len(self._pending)

    def push(self, kind: str, payload: Json) -> None:
        if kind not in self._allowed:
            return
        self._last_id += 1
        self._pending.append({"update_id": self._last_id, kind: payload})
        self.pulse.fire()

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Keep the previous choice when none is given, as Telegram does."""
        if kinds is not None:
            self._allowed = frozenset(kinds) & KINDS if kinds else KINDS - _ON_REQUEST

    def drop_pending(self) -> None:
        self._pending.clear()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109  # Telegram's parameter
        """Return what is pending, waiting for it; a later poll ends this one with 409."""
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._poll += 1
        mine = self._poll
        self.pulse.fire()
        self._confirm(offset)
        deadline = monotonic() + min(timeout, _LONGEST_POLL)
        while not self._pending and not self.pulse.closed and monotonic() < deadline:
            await self.pulse.wait(deadline - monotonic())
            if self._poll != mine:
                raise conflict(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
        return self._pending[:limit]

    def set_webhook(self, url: str, secret: str) -> None:
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        if not url.startswith(("http://", "https://")):
            raise bad_request("bad webhook: invalid webhook URL specified")
        self.webhook = Webhook(url=url, secret=secret)
        self.pulse.fire()

    async def post_to_webhook(self) -> None:
        """Post updates one by one for as long as the server runs, retrying each until a 2xx."""
        async with aiohttp.ClientSession(timeout=_HOOK_TIMEOUT) as session:
            while not self.pulse.closed:
                if not self.webhook or not self._pending:
                    await self.pulse.wait(_LONGEST_POLL)
                elif not await self._post(session, self.webhook, self._pending[0]):
                    await asyncio.sleep(_HOOK_PAUSE)

    async def _post(self, session: aiohttp.ClientSession, hook: Webhook, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with session.post(hook.url, json=update, headers=headers) as answer:
                accepted = answer.ok
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            accepted, problem = False, f"Connection failed: {type(error).__name__}"
        if not accepted:
            hook.last_error = problem
        elif update in self._pending:
            self._pending.remove(update)
        return accepted

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._pending = self._pending[offset:]
        elif offset:
            self._pending = [one for one in self._pending if one["update_id"] >= offset]
