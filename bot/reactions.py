"""What each error of a send means for the alert: one table, RELIABILITY §2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

_NOT_SENT = (httpx.PoolTimeout, httpx.ConnectTimeout, httpx.ConnectError)


class Verdict(StrEnum):
    """What became of the request, and so what to do."""

    NOT_SENT = "not_sent"
    AMBIGUOUS = "ambiguous"
    SLOW_DOWN = "slow_down"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    MIGRATED = "migrated"
    UNCHANGED = "unchanged"
    TARGET_GONE = "target_gone"
    IS_PICTURE = "is_picture"
    UNPARSABLE = "unparsable"
    FILE_UNKNOWN = "file_unknown"
    TOKEN_REFUSED = "token_refused"  # noqa: S105  # a verdict's name
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A verdict with its figure: seconds to wait, or the chat's new id."""

    verdict: Verdict
    seconds: float = 0.0
    new_chat_id: int = 0


_BY_TEXT = (
    ("message is not modified", Verdict.UNCHANGED),
    ("message to edit not found", Verdict.TARGET_GONE),
    ("message can't be edited", Verdict.TARGET_GONE),
    ("no text in the message to edit", Verdict.IS_PICTURE),
    ("message to delete not found", Verdict.TARGET_GONE),
    ("can't parse entities", Verdict.UNPARSABLE),
    ("chat not found", Verdict.UNREACHABLE),
    ("wrong file identifier", Verdict.FILE_UNKNOWN),
    ("wrong remote file identifier", Verdict.FILE_UNKNOWN),
)


def react(error: TelegramError) -> Reaction:
    """Return what `error` means; whatever is not known to be unsent is ambiguous."""
    if isinstance(error, RetryAfter):
        after = error.retry_after
        seconds = after.total_seconds() if isinstance(after, timedelta) else float(after)
        return Reaction(verdict=Verdict.SLOW_DOWN, seconds=seconds)
    if isinstance(error, ChatMigrated):
        return Reaction(verdict=Verdict.MIGRATED, new_chat_id=error.new_chat_id)
    return Reaction(verdict=_verdict(error))


def _verdict(error: TelegramError) -> Verdict:
    match error:
        case Forbidden():
            return Verdict.BLOCKED
        case InvalidToken() | Conflict():
            return Verdict.TOKEN_REFUSED
        case BadRequest():
            text = str(error).casefold()
            return next((v for words, v in _BY_TEXT if words in text), Verdict.REFUSED)
        case NetworkError() if isinstance(error.__cause__, _NOT_SENT):
            return Verdict.NOT_SENT
    return Verdict.AMBIGUOUS
