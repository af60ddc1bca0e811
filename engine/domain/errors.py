"""Errors named for what the caller must do.

MonPsError
├─ RetryLater(after)     the outside is unwell: try again later
│  ├─ FeedDown           no answer, or an answer that is not the provider's
│  ├─ RateLimited        slow down; never a reason to switch keys
│  └─ StoreUnavailable   the database does not answer
├─ Skip(reason)          this item cannot be used: count it by name and walk on
│  ├─ BookIncomplete
│  ├─ BookInvalid
│  ├─ Unmatched
│  └─ NotFinal
├─ Stop(for_whom)        a person must act
│  ├─ KeyRefused         wrong, missing or deactivated key
│  ├─ QuotaSpent         every declared key is out of credits until its reset
│  ├─ SchemaMismatch     the database is not the one this code expects
│  ├─ SettingsInvalid    a setting is missing, unknown or wrong
│  ├─ DatabaseRefused    the database cannot be started or entered
│  └─ BackupRefused      a backup cannot be made, or not be taken up
│     └─ BackupUnderWay  somebody else is at it
└─ LongWorkUnderWay      what a person asked for before is still being done
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class MonPsError(Exception):
    """Base of every error this product raises on purpose."""


class RetryLater(MonPsError):
    """The outside is unwell; the same call may succeed after `after_seconds`."""

    def __init__(self, reason: str, *, after_seconds: float = 30.0) -> None:
        super().__init__(reason)
        self.after_seconds = after_seconds


class FeedDown(RetryLater):
    """A provider did not answer, or not in its own language (HTML, truncated body)."""


class RateLimited(RetryLater):
    """A provider asked for a slower pace."""


class StoreUnavailable(RetryLater):
    """The database does not answer."""


class Skip(MonPsError):
    """One item cannot be used; the walk counts `reason` and goes on."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class BookIncomplete(Skip):
    """A book lacks an outcome of its market."""


class BookInvalid(Skip):
    """A book's odds cannot be turned into probabilities."""


class Unmatched(Skip):
    """A name stands in no alias table."""


class NotFinal(Skip):
    """A result that may still change."""


class Stop(MonPsError):
    """A person must act; `for_whom` says who ("owner", "operator")."""

    def __init__(self, reason: str, *, for_whom: str = "owner") -> None:
        super().__init__(reason)
        self.for_whom = for_whom


class KeyRefused(Stop):
    """A provider refuses a key for good."""


class QuotaSpent(Stop):
    """Every declared key is out of credits; `resets_at` is when the first has some again."""

    def __init__(self, reason: str, *, resets_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.resets_at = resets_at


class SchemaMismatch(Stop):
    """The database is not the one this code expects."""


class SettingsInvalid(Stop):
    """A setting is missing, unknown or wrong; the message names it."""


class DatabaseRefused(Stop):
    """The database cannot be started or entered."""


class BackupRefused(Stop):
    """A backup cannot be made, or not be taken up; nothing was lost by trying."""


class BackupUnderWay(BackupRefused):
    """Another backup or restore of this database is under way: one at a time."""


class LongWorkUnderWay(MonPsError):
    """What this person asked for before takes long and is still being done: one at a time."""
