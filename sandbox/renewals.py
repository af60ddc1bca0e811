"""Allowances that come back: a key's use is forgotten at moments of the world's own calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.accounts import Accounts, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """One key's use set to nothing (or to all of its quota, `spent`) at an instant."""

    provider: Provider
    key: str
    at: datetime
    spent: bool = False


class Renewals:
    """The renewals to come and those that were, applied before the first request after them."""

    def __init__(self, accounts: Accounts, clock: Callable[[], datetime], scale: float) -> None:
        self._accounts = accounts
        self._clock = clock
        self._scale = scale
        self._to_come: list[Renewal] = []
        self.script: list[Renewal] = []

    def put(self, wanted: dict[str, Any]) -> None:
        """Declare one: `{provider, key, minutes, spent?}`, minutes of the world from now.

        Raises:
            ValueError: the key is unknown.
        """
        if self._accounts.find(wanted["provider"], wanted["key"]) is None:
            raise ValueError("no such key")
        after = timedelta(minutes=float(wanted.get("minutes", 0.0))) / self._scale
        renewal = Renewal(
            provider=wanted["provider"],
            key=wanted["key"],
            at=self._clock() + after,
            spent=bool(wanted.get("spent", False)),
        )
        self._to_come.append(renewal)
        self.script.append(renewal)

    def listed(self) -> list[dict[str, Any]]:
        return [
            {"provider": one.provider, "key": one.key, "at": one.at, "spent": one.spent}
            for one in self._to_come
        ]

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Renew what is due, then answer."""
        at = self._clock()
        for one in sorted(self._to_come, key=lambda renewal: renewal.at):
            if one.at <= at:
                self._to_come.remove(one)
                self._apply(one)
        return await handler(request)

    def _apply(self, renewal: Renewal) -> None:
        account = self._accounts.find(renewal.provider, renewal.key)
        if account is not None:
            account.used = account.quota if renewal.spent else 0
