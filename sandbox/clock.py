"""The sandbox's wall clock: the only place of this room that reads it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251  # the sandbox's one reader of the wall clock
