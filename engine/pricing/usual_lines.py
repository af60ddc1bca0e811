"""What is usual of teams and leagues, by name: what a derived price is read against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.pricing.derived_view import UsualLines

_NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLines:
    """Usual lines whose numbers are places in `competitions` and `teams`."""

    competitions: tuple[str, ...]
    teams: tuple[str, ...]
    lines: UsualLines

    def expect(self, competition: str, home: str, away: str) -> tuple[float, float, float]:
        """Return the usual log of the mean rate, how little is known (1 to 0), the draw gap."""
        league = _place(self.competitions, competition)
        return self.lines.expect(league, _place(self.teams, home), _place(self.teams, away))


def _place(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else _NOBODY
