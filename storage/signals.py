"""What agents say and what makes up a score, as the plain values that jsonb holds, and back."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any

from engine.domain.signal import AgentName, Part, Reason, Signal, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def signal_to_json(signal: Signal) -> dict[str, Any]:
    """Return a signal as plain values."""
    return {
        "agent": signal.agent.value,
        "standing": signal.standing.value,
        "probability": signal.probability,
        "std_error": signal.std_error,
        "direction": signal.direction,
        "reasons": reasons_to_json(signal.reasons),
    }


def signal_from_json(told: Mapping[str, Any]) -> Signal:
    """Return the signal that `signal_to_json` made this of."""
    return Signal(
        agent=AgentName(told["agent"]),
        standing=Standing(told["standing"]),
        probability=told["probability"],
        std_error=_known(told["std_error"]),
        direction=told["direction"],
        reasons=tuple(
            Reason(name=name, value=value, effect=effect)
            for name, value, effect in told["reasons"]
        ),
    )


def reasons_to_json(reasons: Sequence[Reason]) -> list[list[str | float]]:
    """Return reasons as plain values, in their order."""
    return [[reason.name, reason.value, reason.effect] for reason in reasons]


def part_to_json(part: Part) -> list[str | float]:
    """Return one part of a score as plain values."""
    return [part.name, part.points, part.value]


def part_from_json(told: Sequence[Any]) -> Part:
    """Return the part that `part_to_json` made this of."""
    name, points, value = told
    return Part(name=name, points=points, value=_known(value))


def _known(told: float | None) -> float:
    """Return a number, NaN where there was none: JSON has no word for it."""
    return nan if told is None else told
