"""What an evaluation of prices came to, and its JSON and picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from charts.calibration import calibration_chart
from charts.evaluation import LANGUAGES, evaluation_chart
from engine.domain.pick import Provenance
from engine.learning.clusters import DRAWS
from engine.learning.evaluation.leaks import LOG_LOSS_BAND, RPS_BAND, RULE
from jobs.calibration_view import calibration_view
from jobs.plain import told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.learning.evaluation.aims import Aim
    from engine.learning.evaluation.leagues import League
    from engine.learning.evaluation.leaks import Band, Leak
    from engine.learning.evaluation.scores import Line, Validity


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PricesReport:
    """Everything that is told of the looks from one day to another; `seconds` where time went.

    Sources are by market and season: whose close stood for the truth, whose price looked at was
    the baseline.
    """

    since: date
    until: date
    matches: int
    seasons: tuple[int, ...]
    close_sources: Mapping[str, Mapping[int, str]]
    baseline_sources: Mapping[str, Mapping[int, str]]
    lines: tuple[Line, ...]
    aims: tuple[Aim, ...]
    validity: tuple[Validity, ...]
    leaks: tuple[Leak, ...]
    bands: tuple[Band, ...]
    leagues: tuple[League, ...]
    seconds: Mapping[str, float]

    def timed(self, seconds: Mapping[str, float]) -> PricesReport:
        """Return the report with where the time went."""
        return replace(self, seconds=seconds)


def prices_json(report: PricesReport) -> dict[str, object]:
    """Return the report as plain JSON values; what is not known is null."""
    return told(report) | {
        "provenance": Provenance.BACKTEST.value,
        "interval": f"95 %, weeks as clusters; boot: {DRAWS} draws of weeks",
        "units": "nats; handicaps weighted by payoff, per unit decided",
        "leak_rule": RULE,
        "rps_band": RPS_BAND,
        "log_loss_band": LOG_LOSS_BAND,
        "aims": [told(one) | {"holds": one.holds} for one in report.aims],
        "bands": [told(one) | {"holds": one.holds} for one in report.bands],
        "validity": [told(one) | {"worth": one.slope.worth.value} for one in report.validity],
    }


def prices_png(report: PricesReport, language: str = "en") -> bytes:
    """Return the picture: how near to the close, season by season, and how reliable."""
    return evaluation_chart(report.lines, report.leagues, LANGUAGES[language])


def calibration_png(report: PricesReport, language: str = "en") -> bytes | None:
    """Return the reliability of the 1X2 of all leagues; None where too few were judged.

    Of the expected close where it was walked, else of the reference.
    """
    known = {
        one.predictor: one.reliability
        for one in report.leagues
        if one.market == "match_odds" and not one.league and one.reliability is not None
    }
    name = next((one for one in ("expected_close", "reference") if one in known), None)
    if name is None:
        return None
    labels = LANGUAGES[language]
    label = f"1X2 · {labels.predictors.get(name, name)} · {report.since} – {report.until}"
    return calibration_chart(
        calibration_view(label, known[name]), "fr" if language == "fr" else "en"
    )


def season_name(season: int | None) -> str:
    """Return a season as people write it.

    >>> season_name(2019), season_name(None)
    ('2019/20', 'all')
    """
    return "all" if season is None else f"{season}/{(season + 1) % 100:02}"


def named(leak: Leak) -> str:
    """Return a leak as one says it."""
    where = f"{season_name(leak.season)} {leak.division}".rstrip()
    return f"{leak.predictor} {where}: RPS {leak.rps.value:.4f}, n = {leak.rps.n}"
