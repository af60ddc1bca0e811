"""What must not come into force: a fit that plainly does harm, or that has fallen silent.

A guard against faults, not a choice among models: it refuses what is worse by its whole 95 %
interval, on matches that the fit had not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_OVER_WHAT_IT_IS_LAID: Final = frozenset({"kl_change", "less_reference"})
_LOSSES: Final = frozenset({"kl", "log_loss"})
_ALONE: Final = frozenset({"goals"})
"""Parts that are told beside the reference and not laid over it: a model alone is worse."""
_LEFT: Final = 0.5


def harm(name: str, new: Mapping[str, Any], old: Mapping[str, Any] | None = None) -> str | None:
    """Return which of a part's own figures says that it does harm, or None.

    Harm: out of sample it is further from closes or results than what it is laid over; or its
    loss is above that of the version before, by whole intervals; or it speaks of less than half as
    many matches. `old` are that version's figures.

    >>> worse = {"total": {"kl_change": {"mean": 0.05, "low": 0.01, "high": 0.09, "n": 900}}}
    >>> harm("weights", worse)
    'total.kl_change'
    >>> harm("goals", worse)
    """
    before = {} if old is None else dict(_estimates(old))
    for path, one in _estimates(new):
        if name not in _ALONE and _last(path) in _OVER_WHAT_IT_IS_LAID and (one["low"] or 0) > 0:
            return path
        was = before.get(path)
        if was is not None and _worse(path, one, was):
            return path
    return None


def _worse(path: str, one: Mapping[str, Any], was: Mapping[str, Any]) -> bool:
    if one.get("n", 0) < _LEFT * was.get("n", 0):
        return True
    if _last(path) not in _LOSSES or one["low"] is None or was["high"] is None:
        return False
    return bool(one["low"] > was["high"])


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _estimates(
    metrics: Mapping[str, Any], start: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield everything with an interval, by its path."""
    for name, value in metrics.items():
        if not isinstance(value, Mapping):
            continue
        path = f"{start}{name}"
        if "low" in value and "high" in value:
            yield path, value
        else:
            yield from _estimates(value, f"{path}.")
