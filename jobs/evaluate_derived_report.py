"""The judgement of derived prices as it is told: a table, JSON values, a chart."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from charts.derived import LANGUAGES, derived_chart
from engine.learning.derived.scores import POOLED_AIM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.learning.derived.scores import Against, Mean
    from engine.learning.derived.verdicts import Verdict

_HEADING: Final = (
    f"{'market':<9}{'n':>7}  {'quote':>8} {'bias':>6}  "
    f"{'plain - quote':<26}{'corrected - quote':<26}{'pooled - quote':<26}"
    f"{'bias of corrected':<21}{'aim':>7}  verdict"
)
_UNITS: Final = (
    "log-loss differences in thousandths, bias in points, 95 % intervals with weeks as clusters"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedReport:
    """What a walk came to; verdicts of all seasons first (`season` None), then season by season.

    `matches` were priced, `other_matches` of another feed gave results before them; `left_out`
    counts what the files had that could not be used, by reason.
    """

    verdicts: tuple[Verdict, ...]
    matches: int
    other_matches: int
    left_out: Mapping[str, int]


def derived_table(report: DerivedReport) -> str:
    """Return the report as text: a table of all seasons, then each season and its calibration."""
    return "\n".join(_lines(report))


def derived_json(report: DerivedReport) -> dict[str, object]:
    """Return the report as plain JSON values; what is not known is null."""
    return {
        "matches": report.matches,
        "other_matches": report.other_matches,
        "left_out": dict(report.left_out),
        "pooled_aim": POOLED_AIM,
        "verdicts": [
            _plain(asdict(one))
            | {
                "holds": one.score.holds,
                "bias_holds": one.score.corrected.bias_holds(one.score.quote_bias),
                "pooled_holds": one.score.pooled_holds,
            }
            for one in report.verdicts
        ],
    }


def derived_png(report: DerivedReport, language: str = "en") -> bytes:
    """Return the chart of all seasons together."""
    scores = [
        one.score for one in report.verdicts if one.season is None and one.score.aim is not None
    ]
    return derived_chart(scores, LANGUAGES[language])


def _plain(value: Mapping[str, object]) -> dict[str, object]:
    return {key: _known(one) for key, one in value.items()}


def _known(value: object) -> object:
    if isinstance(value, dict):
        return _plain(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _lines(report: DerivedReport) -> Iterator[str]:
    yield (
        f"{report.matches} matches priced; {report.other_matches} earlier results of another feed"
    )
    yield "left out: " + (
        ", ".join(f"{count} {reason}" for reason, count in report.left_out.items()) or "nothing"
    )
    yield _UNITS
    seasons: list[int | None] = list(dict.fromkeys(one.season for one in report.verdicts))
    for season in seasons:
        yield ""
        yield "all seasons" if season is None else f"season {season}/{(season + 1) % 100:02}"
        yield _HEADING
        of_season = [one for one in report.verdicts if one.season == season]
        yield from (_line(one) for one in of_season)
        yield from _calibration(of_season)


def _line(one: Verdict) -> str:
    score = one.score
    aim = "-" if score.aim is None else f"{score.aim * 1000:+.2f}"
    bias = score.corrected.bias
    return (
        f"{score.code:<9}{score.n:>7}  {score.quote_log_loss:>8.5f}"
        f" {score.quote_bias.value * 100:>+6.2f}  "
        f"{_loss(score.plain):<26}{_loss(score.corrected):<26}{_loss(score.pooled):<26}"
        f"{_interval(bias, 100):<21}{aim:>7}  {_verdict(one)}"
    )


def _verdict(one: Verdict) -> str:
    score = one.score
    if not score.n:
        return "not quoted"
    if score.aim is None:
        return "sum of 1X2"
    missed = []
    if score.corrected.loss.value > score.aim:
        missed.append("log-loss")
    if not score.corrected.bias_holds(score.quote_bias):
        missed.append("bias")
    if not score.pooled_holds:
        missed.append("pooled")
    told = "missed: " + ", ".join(missed) if missed else "reached"
    if one.season is None:
        told += "; proven" if one.proven else "; not proven: no pick on its own"
    return told


def _loss(against: Against) -> str:
    return _interval(against.loss, 1000)


def _interval(mean: Mean, scale: float) -> str:
    value, low, high = (one * scale for one in (mean.value, mean.low, mean.high))
    return f"{value:+.2f} ({low:+.2f} to {high:+.2f})"


def _calibration(verdicts: Sequence[Verdict]) -> Iterator[str]:
    known = [(one.score.code, one.calibration) for one in verdicts if one.calibration is not None]
    told = [f"{code} {found.variance:.2f}, {found.inside:.1%}" for code, found in known if found.n]
    if told:
        yield "distance to the quote in standard errors: variance, share within 80 % intervals: "
        yield "  " + "; ".join(told)
