"""What is usual of teams and leagues, by name: what a derived price is read against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.domain.fixture import Fixture
    from engine.pricing.derived.view import UsualLines

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

    def of(self, fixtures: Sequence[Fixture]) -> NDArray[np.float64]:
        """Return what is usual of fixtures (n, 3), in the order of `expect`."""
        rows = [self.expect(str(one.competition), one.home.key, one.away.key) for one in fixtures]
        return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _place(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else _NOBODY
