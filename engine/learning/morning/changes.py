"""What a fit found differently from the one before it, in numbers that have a name.

A fitted value is told by the few numbers a reader of betting asks for: the weight of each book,
home advantage by league, what agents may do. Its other parameters show in the effect on picks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING, Final

from engine.learning.agents.walk import Refit
from engine.pricing.blend import Blend
from engine.pricing.calibrated import Calibrations
from engine.pricing.derived.corrections import DerivedCorrections
from engine.pricing.expected_close.model import MARKETS, ExpectedCloseModel
from engine.pricing.expected_close.views import Anchor
from engine.pricing.reference.weights import BookWeights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.pricing.goals_model import GoalsModel

Named = float | str
_ELSEWHERE: Final = "elsewhere"
_SMALL: Final = 5e-4
"""Below half of what is shown nothing has changed for a reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedChange:
    """One named number, or word, of a fit; None where the other fit has none of that name."""

    what: str
    old: Named | None
    new: Named | None

    @property
    def size(self) -> float:
        """How much it changed; a word, or what is there in one alone, changed beyond measure."""
        if isinstance(self.old, float) and isinstance(self.new, float):
            return abs(self.new - self.old)
        return float("inf")


def changes(old: object, new: object) -> tuple[FittedChange, ...]:
    """Return what is told otherwise of `new` than of `old`, the greatest change first.

    >>> changes("one", "two")
    ()
    """
    before, after = dict(told(old)), dict(told(new))
    found = (
        FittedChange(what=name, old=before.get(name), new=after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )
    worth = [one for one in found if one.size >= _SMALL]
    return tuple(sorted(worth, key=lambda one: (-one.size, one.what)))


@singledispatch
def told(value: object) -> Mapping[str, Named]:
    """Return the named numbers of a fitted value; none where it has none to read."""
    del value
    return {}


@told.register
def _(value: BookWeights) -> Mapping[str, Named]:
    found: dict[str, Named] = {}
    for pool in value.pools:
        start = f"{pool.kind.name.lower()}.{pool.rung.name.lower()}"
        found |= {f"{start}.lead": pool.lead, f"{start}.crowd": pool.crowd}
        found |= {f"{start}.{book}": weight for book, weight in pool.books.items()}
    return found


@told.register
def _(value: tuple) -> Mapping[str, Named]:  # type: ignore[type-arg]  # dispatch is by class
    return dict(pair for model in value for pair in _goals(model))


def _goals(model: GoalsModel) -> Iterator[tuple[str, Named]]:
    count, divisions = len(model.teams), len(model.competitions)
    for place, name in enumerate(model.competitions):
        start = 2 * count + place
        yield f"goals.{name}", float(model.parameters[start])
        yield f"home_advantage.{name}", float(model.parameters[start + divisions])
        yield f"rho.{name}", float(model.parameters[start + 2 * divisions])
        yield f"decay.{name}", float(model.decay[place])


@told.register
def _(value: Blend) -> Mapping[str, Named]:
    names = (*value.competitions, _ELSEWHERE)
    return {
        f"{market}.{name}": float(value.weight[row, column])
        for row, market in enumerate(value.markets)
        for column, name in enumerate(names)
    }


@told.register
def _(value: Calibrations) -> Mapping[str, Named]:
    methods: dict[str, Named] = {name: one.method.value for name, one in value.maps.items()}
    return methods | {f"{name}.exponent": one.exponent for name, one in value.maps.items()}


@told.register
def _(value: DerivedCorrections) -> Mapping[str, Named]:
    return {
        str(one.selection.code): "proven" if one.proven else "unproven" for one in value.markets
    }


@told.register
def _(value: ExpectedCloseModel) -> Mapping[str, Named]:
    found: dict[str, Named] = {}
    for anchor, model in zip(Anchor, value.anchors, strict=True):
        for place, market in enumerate(MARKETS):
            start = f"{anchor.name.lower()}.{market}"
            found[start] = "speaks" if model.speaks[place] else "silent"
            found[f"{start}.left_of_edge"] = float(model.curse[place])
            found[f"{start}.width"] = float(model.widths[place])
    return found


@told.register
def _(value: Refit) -> Mapping[str, Named]:
    return {str(name): one.value for name, one in value.judges.standings.items()}
