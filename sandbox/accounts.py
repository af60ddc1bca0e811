"""The keys the two providers know: quotas, rates and what is left of them."""

import time
from collections import deque
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Provider = Literal["odds_api", "api_football"]


@dataclass(slots=True, kw_only=True)
class Account:
    """One declared key. `quota` is credits a month (odds) or requests a day (results).

    `out_of_credits_status`: sources disagree whether the odds provider answers 401 or 429.
    `paid` plans alone may ask for historical odds; `minute` is how long one lasts, in seconds.
    """

    provider: Provider
    key: str
    quota: int = 500
    used: int = 0
    active: bool = True
    per_second: int = 30
    per_minute: int = 300
    out_of_credits_status: int = 401
    paid: bool = False
    minute: float = 60.0
    last: int = 0
    _calls: deque[float] = field(default_factory=deque, repr=False)

    @property
    def remaining(self) -> int:
        return max(0, self.quota - self.used)

    def spend(self, cost: int) -> None:
        """Count one answered call."""
        self.used += cost
        self.last = cost

    def knock(self) -> None:
        """Remember one more call for the rate limits."""
        now = time.monotonic()
        self._calls.append(now)
        while self._calls[0] < now - self.minute:
            self._calls.popleft()

    @property
    def calls_this_minute(self) -> int:
        return self.calls_within(self.minute)

    def calls_within(self, seconds: float) -> int:
        since = time.monotonic() - seconds
        return sum(moment >= since for moment in self._calls)


class Accounts:
    """All declared keys of both providers."""

    def __init__(self, accounts: tuple[Account, ...]) -> None:
        self._accounts = {(account.provider, account.key): account for account in accounts}

    def find(self, provider: Provider, key: str) -> Account | None:
        return self._accounts.get((provider, key))

    def keys_of(self, provider: str) -> list[str]:
        return [key for owner, key in self._accounts if owner == provider]

    def put(self, wanted: dict[str, Any]) -> Account:
        """Change a key's state, or declare a new one.

        Raises:
            ValueError: a field is unknown, or provider or key is missing.
        """
        allowed = {one.name for one in fields(Account) if not one.name.startswith("_")}
        unknown = sorted(set(wanted) - allowed)
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(unknown)}")
        if wanted.get("provider") not in {"odds_api", "api_football"} or not wanted.get("key"):
            raise ValueError("provider (odds_api or api_football) and key are required")
        account = self.find(wanted["provider"], wanted["key"])
        if account is None:
            account = Account(**wanted)
            self._accounts[account.provider, account.key] = account
        for name, value in wanted.items():
            setattr(account, name, value)
        return account
