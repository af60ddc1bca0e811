"""What was fitted, kept if it is new and does no harm; and what is to be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import structlog

from engine.domain.learning_report import PartChange, PartFigure, PartReport, PartState
from engine.learning.morning.changes import changes
from engine.learning.morning.guard import harm
from jobs.learn_kinds import KINDS
from storage.artifact_codec import decode
from storage.artifacts import Artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.context import Context
    from jobs.learn_fits import Fit
    from storage.artifacts import Stored

_log = structlog.get_logger(__name__)
_TOLD: Final = 5
"""So many changes, and so many figures, of a part are told."""
_FIGURES: Final = ("kl_change", "less_reference", "log_loss", "clv", "gain")


async def keep(ctx: Context, fit: Fit) -> PartReport:
    """Keep what was fitted, if it is not what is there already and plainly harms nobody."""
    if fit.trace:
        _log.error("part_failed", part=fit.name, exception=fit.trace)
    if fit.why is not None:
        state = PartState.FAILED if fit.missing is None else PartState.WAITS
        return PartReport(name=fit.name, state=state, why=fit.why, missing=fit.missing)
    artifact = Artifact(
        name=fit.name,
        fitted_at=ctx.clock.now(),
        seen_until=datetime.fromtimestamp(fit.seen_until, UTC),
        body=fit.body,
        metrics=fit.metrics,
    )
    async with ctx.store.transaction() as tx:
        kind: type[Any] = KINDS[fit.name]
        before = (await tx.artifacts.latest(fit.name, kind)).good
        why = harm(fit.name, fit.metrics, None if before is None else before.metrics)
        version = None if why else await tx.artifacts.add(artifact)
    figures = tuple(_figures(fit.metrics, None if before is None else before.metrics))[:_TOLD]
    if why:
        _log.error("part_refused", part=fit.name, figure=why)
        return PartReport(name=fit.name, state=PartState.REFUSED, why=why, figures=figures)
    if version is None:
        return PartReport(name=fit.name, state=PartState.UNCHANGED, figures=figures)
    return _learned(fit, version, figures, before)


def _learned(
    fit: Fit, version: int, figures: tuple[PartFigure, ...], before: Stored[Any] | None
) -> PartReport:
    found = () if before is None else changes(before.value, decode(KINDS[fit.name], fit.body))
    return PartReport(
        name=fit.name,
        state=PartState.LEARNED,
        version=version,
        figures=figures,
        changes=tuple(PartChange(**asdict(one)) for one in found[:_TOLD]),
        changed=len(found),
    )


def _figures(new: Mapping[str, Any], old: Mapping[str, Any] | None) -> Iterator[PartFigure]:
    """Yield what a fit says of itself out of sample, the telling figures of each market."""
    for name, value in new.items():
        was = old.get(name) if old is not None else None
        inside = was if isinstance(was, Mapping) else None
        if name in _FIGURES and isinstance(value, Mapping) and "low" in value:
            yield PartFigure(
                name=name,
                n=value.get("n", 0),
                mean=value["mean"],
                low=value["low"],
                high=value["high"],
                was=None if inside is None else inside.get("mean"),
            )
        elif isinstance(value, Mapping):
            for one in _figures(value, inside):
                yield PartFigure(**{**asdict(one), "name": f"{name}.{one.name}"})
