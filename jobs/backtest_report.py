"""What a backtest came to, as JSON and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from charts.backtest import LANGUAGES, BacktestView, backtest_chart
from engine.domain.pick import Provenance
from engine.learning.backtest.closes import SOURCES
from engine.learning.backtest.summary import PRODUCT, RULE, Compared
from engine.learning.clusters import DRAWS
from jobs.plain import plain, told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.learning.backtest.summary import Chosen, Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked: which looks, which bets, and by which policy."""

    since: date
    until: date
    learn_from: date
    markets: tuple[str, ...]
    price: str
    divisions: tuple[str, ...]
    without: tuple[str, ...]
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BacktestReport:
    """Everything that is told of a backtest; `seconds` are where the time went."""

    asked: Asked
    policy_version: str
    hurdle: float
    summary: Summary
    chosen: Chosen
    seconds: Mapping[str, float]


def backtest_json(report: BacktestReport) -> dict[str, object]:
    """Return the report as plain JSON values; what is not known is null.

    Seconds are left out: the same seasons give the same bytes.
    """
    summary = report.summary
    return {
        "provenance": Provenance.BACKTEST.value,
        "asked": told(report.asked),
        "policy_version": report.policy_version,
        "interval": f"95 %, weeks as clusters; boot: {DRAWS} draws of weeks",
        "units": "shares and returns of 1; profit in units of one unit a bet",
        "clv": "(1 - refund) * (odds * p_close - 1), at our line, closes of grade D",
        "close_ladder": list(SOURCES),
        "left_out": "prices with an edge above the policy's max_edge, on both sides",
        **told(summary),
        "ratios": [plain(one) for one in ratios(summary)],
        "reliability": {
            **told(summary.reliability),
            "holds": summary.reliability.holds,
            "hurdle": report.hurdle,
            "bins": [told(one) | {"holds": one.holds} for one in summary.reliability.bins],
        },
    }


def ratios(summary: Summary) -> list[dict[str, object]]:
    """Return how many times the rule's mean CLV the product's is, size by size.

    As the judge counts it: the mean of the seasons' means over the mean of the rule's.
    """
    sizes = list(dict.fromkeys(one.size for one in summary.compared if one.name == PRODUCT))
    found: list[dict[str, object]] = []
    for size in sizes:
        mine, rule = (_by_season(summary, name, size) for name in (PRODUCT, RULE))
        found.append(
            {
                "size": size,
                **{
                    against: _ratio(
                        [getattr(one.figures, against).value for one in mine],
                        [getattr(one.figures, against).value for one in rule],
                    )
                    for against in ("clv", "clv_alt", "clv_average")
                },
            }
        )
    return found


def _by_season(summary: Summary, name: str, size: int | None) -> list[Compared]:
    return [
        one
        for one in summary.compared
        if (one.name, one.size) == (name, size) and one.season is not None
    ]


def _ratio(mine: list[float], rule: list[float]) -> float:
    return sum(mine) / sum(rule) if sum(rule) else float("nan")


def backtest_png(report: BacktestReport, language: str = "en") -> bytes:
    """Return the picture: CLV beside the rule's, profit beside the closes', the score's word."""
    bets = report.chosen.bets
    size = report.summary.size
    picks = bets if size is None else bets.where(report.chosen.rank <= size)
    view = BacktestView(
        compared=report.summary.compared,
        size=size,
        kick_off=picks.kick_off,
        profit=picks.profit,
        clv=picks.clv,
        reliability=report.summary.reliability,
        price=report.asked.price,
    )
    return backtest_chart(view, LANGUAGES[language])
