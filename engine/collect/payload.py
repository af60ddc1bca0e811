"""What is asked of a provider and what it answered, word for word. No key appears in either."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

ODDS_API = "odds_api"
API_FOOTBALL = "api_football"
FOOTBALL_DATA = "football_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request: `source` a provider, `purpose` what it is made for, as the plan names it.

    `since` is the Last-Modified of a copy already held: an unchanged file is not sent again.
    """

    source: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    competition: str | None = None
    purpose: str = "sweep"
    since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One answer as it came; `headers` are those about quota or age, names in lower case.

    A status of 304 says that the copy already held is the newest: the body is empty then.
    """

    source: str
    ask: Ask
    fetched_at: datetime
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes

    def __post_init__(self) -> None:
        require_aware(fetched_at=self.fetched_at)

    @property
    def key(self) -> str:
        """sha256 of the body: the same answer twice is kept once."""
        return hashlib.sha256(self.body).hexdigest()
