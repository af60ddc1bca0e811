from __future__ import annotations

import numpy as np
import pytest

from engine.domain.signal import AgentName, ReasonColumn, Signals, Standing


def a_reason(name: str, effect: float) -> ReasonColumn:
    return ReasonColumn(name=name, value=np.array([1.0]), effect=np.array([effect]))


def signals(*reasons: ReasonColumn) -> Signals:
    return Signals(
        agent=AgentName.SPREAD,
        probability=np.array([0.5]),
        std_error=np.array([0.01]),
        direction=np.ones(1, dtype=np.int8),
        reasons=reasons,
    )


def test_the_strongest_reasons_are_told_and_all_that_only_inform() -> None:
    said = signals(
        a_reason("kelly", 0.0),
        *(a_reason(f"r{size}", size * (-1) ** size / 10) for size in range(1, 6)),
    )

    told = said.row(0, Standing.SHADOW)

    assert told is not None
    assert [reason.name for reason in told.reasons] == ["r5", "r4", "r3", "kelly"]


def test_nothing_is_said_without_a_reason() -> None:
    with pytest.raises(ValueError, match="without a reason"):
        signals()
    silent = ReasonColumn(name="r", value=np.array([np.nan]), effect=np.array([np.nan]))
    with pytest.raises(ValueError, match="spread"):
        signals(silent)
