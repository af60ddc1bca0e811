"""What a sweet-spot score is made of: parts that sum to what it is above or below 50."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from engine.domain.signal import AgentName, Part
from engine.scoring.spot import COLUMNS, TERMS, column, terms_of

if TYPE_CHECKING:
    from engine.domain.signal import Signals, Verdicts
    from engine.scoring.judge import Judged

_EVEN: Final = 50.0
_LEVEL: Final = 1e-9
CLOSE: Final = "expected_close"
"""The reason for which PATRON moves from the reference on its own, and the part it makes."""


class _Share(NamedTuple):
    """What one thing adds to an edge; what was seen, where that is no edge itself."""

    name: str
    edge: float
    seen: float | None = None


def parts_of(judged: Judged, index: int, hurdle: float) -> tuple[Part, ...]:
    """Return what makes the sweet-spot score of a candidate, in the order in which it is made.

    The score is Pr(z), z = (expected edge - hurdle)/deviation, and each part has of score - 50
    what it has of z. First the edge against the reference, then the way expected to the close,
    what each agent moves through PATRON, what corrects it, the season, the hurdle, and `landing`:
    closes do not land evenly on both sides. Values are raw: shares of the stake or, of what
    corrects an edge, what was seen. No score, no parts.
    """
    score, edges = float(judged.sweet_spot[index]), judged.rows.edges
    if np.isnan(score):
        return ()
    shares = [_Share("reference", float(edges.raw[index])), *_moves(judged, index)]
    shares.append(_Share("hurdle", -hurdle))
    if judged.verdict[index] >= 0 and judged.scores.spot.learned:
        uneven = float(edges.deviation[index]) * judged.scores.spot.landing.median
        shares.append(_Share("landing", uneven))
    total = sum(share.edge for share in shares)
    rate = (score - _EVEN) / total if abs(total) > _LEVEL else 0.0
    return tuple(
        Part(
            name=share.name,
            points=rate * share.edge,
            value=share.edge if share.seen is None else share.seen,
        )
        for share in shares
    )


def _moves(judged: Judged, index: int) -> list[_Share]:
    """Return what leads from the edge against the reference to the expected edge."""
    edges, row = judged.rows.edges, int(judged.verdict[index])
    raw, edge = float(edges.raw[index]), float(edges.edge[index])
    if judged.verdicts is None or row < 0 or not judged.scores.spot.learned:
        return [_Share(CLOSE, edge - raw)]
    verdict = _one(judged.verdicts, row)
    staked = 1 - float(judged.rows.refund[index])
    odds = float(judged.rows.odds[index])
    expected = float(column(verdict, "expected")[0])
    close = _Share(CLOSE, staked * (odds * expected - 1) - raw)
    shares = [close, *_agents(verdict, expected, staked * odds)]
    shares += _corrections(judged, verdict, odds)
    rest = edge - raw - sum(share.edge for share in shares)
    return [*shares, _Share("season", rest)]


def _agents(verdict: Verdicts, expected: float, unit: float) -> list[_Share]:
    """Return what each agent moves the edge by, in proportion to what it moves PATRON's logit."""
    patron = _patron(verdict)
    moved = unit * (float(patron.probability[0]) - expected)
    effects = {
        reason.name: float(np.nan_to_num(reason.effect[0]))
        for reason in patron.reasons
        if reason.name != CLOSE
    }
    total = sum(effects.values())
    rate = moved / total if abs(total) > _LEVEL else 0.0
    return [_Share(name, rate * effect) for name, effect in effects.items()]


def _corrections(judged: Judged, verdict: Verdicts, odds: float) -> list[_Share]:
    """Return what each column corrects, at these odds as at the best."""
    told = judged.scores.spot.expect(verdict)
    scale = odds / float(column(verdict, "odds")[0])
    seen = dict(zip(TERMS, terms_of(verdict)[0].tolist(), strict=True))
    return [
        _Share(name, share * scale, seen.get(name))
        for name, share in zip(COLUMNS, told.terms[0].tolist(), strict=True)
        if share
    ]


def _patron(verdicts: Verdicts) -> Signals:
    return next(each for each in verdicts.signals if each.agent is AgentName.PATRON)


def _one(verdicts: Verdicts, row: int) -> Verdicts:
    """Return the verdict of one row, PATRON's alone."""
    patron, here = _patron(verdicts), slice(row, row + 1)
    said = replace(
        patron,
        probability=patron.probability[here],
        std_error=patron.std_error[here],
        direction=patron.direction[here],
        reasons=tuple(
            replace(reason, value=reason.value[here], effect=reason.effect[here])
            for reason in patron.reasons
        ),
    )
    columns = ("fixture", "selection", "probability", "deviation", "doubt", "tier")
    cut = {name: getattr(verdicts, name)[here] for name in (*columns, "agreement", "effective")}
    return replace(verdicts, **cut, features=verdicts.features[here], signals=(said,))
