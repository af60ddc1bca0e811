"""Every part fitted on what is stored: pure computing, for a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from traceback import format_exc
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from engine.domain.learning_report import Missing
from jobs.archive import build_archive
from jobs.learn_parts import PARTS
from jobs.learn_shared import Learning
from storage.artifact_codec import encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.learning.agents.live_record import LiveRecord
    from jobs.learn_shared import Part
    from storage.archive import StoredPast


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A part that was fitted, as bytes; or, without a body, why it was not.

    `missing` says how little there was to learn from, where that is why.
    `seen_until` is in POSIX seconds, `trace` where a fault was raised: whoever keeps the log tells
    it, for a process of its own has none, and no secrets to strike out.
    """

    name: str
    body: bytes = b""
    seen_until: float = 0.0
    metrics: Mapping[str, Any]
    why: str | None = None
    missing: Missing | None = None
    trace: str = ""


def fit_all(
    past: StoredPast,
    countries: Mapping[str, str],
    parts: Sequence[Part] = PARTS,
    live: Sequence[LiveRecord] = (),
) -> tuple[Fit, ...]:
    """Fit every part that has enough to learn from; a part that fails hinders no other.

    `countries` names the country of each competition, `live` are the agents' own records. Linear
    algebra takes one thread: the matrices are small, and the other cores are the bot's.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        learning = Learning(build_archive(past), countries, live)
        return tuple(_fit(part, learning) for part in parts)


def _fit(part: Part, learning: Learning) -> Fit:
    try:
        has = part.count(learning)
        if has < part.needs:
            why = f"needs {part.needs:,} {part.counted}, has {has:,}"
            missing = Missing(needs=part.needs, has=has, of=part.counted)
            return Fit(name=part.name, metrics={}, why=why, missing=missing)
        fitted = part.fit(learning)
        body = encode(fitted.value)
    except Exception as fault:  # noqa: BLE001  # one part's fault must not cost the morning's others
        why, trace = f"failed: {type(fault).__name__}", format_exc()
        return Fit(name=part.name, metrics={}, why=why, trace=trace)
    metrics = {part.counted.replace(" ", "_"): has, **fitted.metrics}
    return Fit(name=part.name, body=body, seen_until=fitted.seen_until, metrics=metrics)
