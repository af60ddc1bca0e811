"""What a person lets be at risk at once: of one match, league, day, bookmaker, and in all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class CapKind(StrEnum):
    """What a cap is of."""

    MATCH = "match"
    LEAGUE = "league"
    DAY = "day"
    BOOK = "book"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCaps:
    """The most that may be open, as shares of what stakes are a share of; None is no cap.

    Raises:
        ValueError: one is no share.
    """

    match: float | None = None
    league: float | None = None
    day: float | None = None
    book: float | None = None
    open: float | None = None

    def __post_init__(self) -> None:
        for kind in CapKind:
            share = self.of(kind)
            if share is not None and not 0 < share <= 1:
                raise ValueError(f"{kind} was {share}: a share above 0, up to 1")

    def of(self, kind: CapKind) -> float | None:
        """Return the cap of a kind."""
        share: float | None = getattr(self, kind.value)
        return share

    def changed(self, kind: CapKind, share: float | None) -> OwnCaps:
        """Return the same caps with one of them changed.

        Raises:
            ValueError: it is no share.
        """
        return replace(self, **{kind.value: share})
