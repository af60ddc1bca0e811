"""The coverage simulation as it is asked for and told: selections, table, JSON and chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts.coverage import CoverageLine, CoveragePoint, coverage_chart
from engine.collect.costs import regions_charged
from engine.collect.plan import Aims, Purpose
from jobs.coverage import LISTED, Setting, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.domain.fixture import Fixture
    from engine.domain.record import Estimate
    from jobs.coverage import Coverage
    from jobs.rules import Rules

FREE, PAID = (4, 500), (1, 20_000)
"""The keys and credits that the chart points at: four free keys, one of a paid plan."""
_POINTED: Final = {FREE: "4 keys of 500 credits", PAID: "one key of 20,000 credits"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Competitions in the order of their importance; the chart points at `pointed` on its line."""

    label: str
    competitions: tuple[str, ...]
    pointed: tuple[tuple[int, int], ...] = (FREE, PAID)


def run_coverage(
    fixtures: Sequence[Fixture],
    selections: Sequence[Selection],
    *,
    credits_per_key: Sequence[int],
    keys: int,
    rules: Rules,
) -> Iterator[Coverage]:
    """Yield what each selection reaches with each number of credits, as soon as it is known."""
    for selection in selections:
        cases = {(keys, credits_) for credits_ in credits_per_key} | set(selection.pointed)
        aims = _aims(selection, rules)
        for number, credits_ in sorted(cases, key=lambda case: (case[0] * case[1], case)):
            setting = Setting(
                label=selection.label,
                competitions=selection.competitions,
                keys=number,
                credits=credits_,
            )
            yield simulate(fixtures, setting, aims, rules.plan, rules.closing)


def selections_of(order: Sequence[str], big: Sequence[str]) -> tuple[Selection, ...]:
    """Return the two selections of reference: the big leagues, and everything."""
    rest = tuple(key for key in order if key not in big)
    first = tuple(key for key in big if key in order)
    return (
        Selection(label=f"{len(first)} big leagues", competitions=first, pointed=(FREE,)),
        Selection(
            label=f"all {len(order)} divisions", competitions=(*first, *rest), pointed=(PAID,)
        ),
    )


def coverage_png(results: Sequence[Coverage], season: str) -> bytes:
    """Return the chart of every run, one line a selection."""
    lines: dict[str, list[CoveragePoint]] = {}
    # where several selections reach a pointed case, it is named once: by the last, the largest
    pointed = {(one.setting.keys, one.setting.credits): one for one in results}
    for one in results:
        case = (one.setting.keys, one.setting.credits)
        mark = _POINTED.get(case) if pointed[case] is one else None
        points = lines.setdefault(one.setting.label, [])
        points.append(CoveragePoint(credits=one.setting.monthly, share=one.grade_a, mark=mark))
    return coverage_chart(
        [
            CoverageLine(label=f"{label}, n = {points[0].share.n:,}", points=tuple(points))
            for label, points in lines.items()
        ],
        f"season {season}, replayed through the planner; bars are 95 % intervals (Wilson)",
    )


def _aims(selection: Selection, rules: Rules) -> Aims:
    return Aims(
        competitions=selection.competitions,
        markets=rules.collect.markets,
        regions=regions_charged(rules.collect.regions.split(",")),
        offsets=rules.closing.offsets,
        grade_a=rules.closing.grade_a,
    )


def coverage_json(results: Sequence[Coverage]) -> dict[str, object]:
    """Return every run as plain JSON values."""
    return {
        "listed_days": LISTED.days,
        "runs": [
            {
                "label": one.setting.label,
                "competitions": list(one.setting.competitions),
                "keys": one.setting.keys,
                "credits_per_key": one.setting.credits,
                "monthly": one.setting.monthly,
                "matches": one.matches,
                "grade_a": _share(one.grade_a),
                "grade_b": _share(one.grade_b),
                "missed": _share(one.missed),
                "spent": {purpose.value: spent for purpose, spent in one.spent.items()},
                "calls": one.calls,
                "months": one.months,
                "busiest_month": one.busiest,
                "least_left": one.unspent,
            }
            for one in results
        ],
    }


def coverage_table(results: Sequence[Coverage]) -> str:
    """Return every run as a line of a table, each share with its n and its 95 % interval."""
    heading = (
        f"{'selection':<22}{'keys':>5}{'credits':>9}{'n':>7}  {'grade A, 95 %':<24}"
        f"{'B':>7}{'none':>8}  {'closing':>8}{'lead':>7}{'sweep':>8}{'left':>7}"
    )
    return "\n".join((heading, *(_line(one) for one in results)))


def _line(one: Coverage) -> str:
    a, setting = one.grade_a, one.setting
    interval = f"{_percent(a.mean)} ({_percent(a.low)} to {_percent(a.high)})"
    spent = [one.spent.get(purpose, 0) for purpose in (Purpose.CLOSING, Purpose.LEAD)]
    return (
        f"{setting.label:<22}{setting.keys:>5}{setting.monthly:>9}{one.matches:>7}  {interval:<24}"
        f"{_percent(one.grade_b.mean):>7}{_percent(one.missed.mean):>8}"
        f"  {spent[0]:>8}{spent[1]:>7}{one.spent.get(Purpose.SWEEP, 0):>8}{one.unspent:>7}"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f}"


def _share(estimate: Estimate) -> dict[str, object]:
    return {
        "share": estimate.mean,
        "n": estimate.n,
        "low": estimate.low,
        "high": estimate.high,
    }
