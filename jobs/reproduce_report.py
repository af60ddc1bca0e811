"""What a reproduction found: a table side by side with what is published, JSON, and every row."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from engine.learning.published.figures import PICKS_WITHIN, POINTS_WITHIN, THRESHOLDS
from engine.learning.published.rules import Fate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.learning.archive import Archive
    from engine.learning.clusters import Clustered
    from engine.learning.published.compare import Compared, Reproduced
    from engine.learning.published.consensus import Chance
    from engine.learning.published.rules import Liked

_NARROWEST: Final = 190
_PER_CENT: Final = 100.0
_NONE: Final = "–"
_SIDES: Final = ("home", "draw", "away")
_LETTERS: Final = ("H", "D", "A")
_HEAD: Final = (
    *("seasons", "edge >", "picks", "publ.", "ROI %", "published", "Δ", "CLV %", "publ.", "Δ"),
    *("hit %", "publ.", "left out", "verdict"),
)
_WHY: Final = {"palpable": "over 25 %", "no_close": "no close", "no_result": "no result"}
_COLUMNS: Final = (
    *("rule", "season", "date", "division", "home", "away", "selection", "odds", "p", "edge"),
    *("fate", "above", "p_close", "clv", "result", "profit"),
)


def print_reproduced(found: Reproduced, console: Console | None = None) -> None:
    """Print ours and the published figures side by side, the verdict last."""
    out = console or Console()
    out.width = max(out.width, _NARROWEST)
    for rule in dict.fromkeys(one.rule for one in found.compared):
        table = Table(box=SIMPLE_HEAD, title=rule, title_justify="left")
        for name in _HEAD:
            left = name in {"seasons", "left out", "verdict"}
            table.add_column(name, justify="left" if left else "right", no_wrap=True)
        for one in found.compared:
            if one.rule == rule:
                table.add_row(*_line(one))
        out.print(table)
    for one in found.compared:
        if one.random is not None:
            out.print(_beside_chance(one), highlight=False)
    out.print(_ending(found), highlight=False)


def _line(one: Compared) -> tuple[str, ...]:
    told = one.published
    return (
        _span(one.first, one.last),
        f"{one.above:.0%}",
        f"{one.picks:,}",
        f"{told.picks:,}" if told else _NONE,
        *(_estimated(one.roi), _published(one, "roi"), _apart(one, "roi")),
        *(_estimated(one.clv), _published(one, "clv"), _apart(one, "clv")),
        *(f"{_PER_CENT * one.hit:.1f}", _published(one, "hit")),
        ", ".join(f"{count} {_WHY[why]}" for why, count in one.left.items() if count) or _NONE,
        _verdict(one),
    )


def _span(first: int, last: int) -> str:
    return _season(first) if first == last else f"{_season(first)}-{_season(last)}"


def _season(first: int) -> str:
    return f"{first}/{(first + 1) % 100:02}"


def _estimated(one: Clustered) -> str:
    reach = (one.high - one.low) / 2
    return f"{_PER_CENT * one.value:.2f} ± {_PER_CENT * reach:.2f}"


def _published(one: Compared, name: str) -> str:
    value = getattr(one.published, name, None)
    if value is None:
        return _NONE
    reach = f" ± {one.published_reach:.2f}" if name == "roi" and one.published_reach else ""
    return f"{value:.1f}" if name == "hit" else f"{value:.2f}{reach}"


def _apart(one: Compared, name: str) -> str:
    if name not in one.differences:
        return _NONE
    return f"{round(one.differences[name], 2) + 0.0:+.2f}"  # no minus before nothing


def _verdict(one: Compared) -> str:
    if one.published is None:
        return "nothing published"
    if one.last != one.published_until:
        return f"published to {_season(one.published_until)}"
    if not one.judged:
        return "season not whole"
    return f"differs: {', '.join(one.failures)}" if one.failures else "same"


def _beside_chance(one: Compared) -> str:
    def shown(chance: Chance | None) -> str:
        if chance is None:
            return _NONE
        return f"{_PER_CENT * chance.mean:.2f} ± {_PER_CENT * chance.sd:.2f} (sd)"

    return (
        f"{_span(one.first, one.last)}: hit rate {_PER_CENT * one.hit:.1f} %, expected by eq. 8 "
        f"{_PER_CENT * (one.expected_hit or 0.0):.1f} %; ROI of the same mix at random "
        f"{shown(one.random)} %, with 30 % of prices gone {shown(one.haircut)} %"
    )


def _ending(found: Reproduced) -> str:
    short = [
        f"{_season(one.first)} ({one.divisions} divisions, {one.matches:,} matches)"
        for one in found.seasons
        if not one.whole
    ]
    judged = [one for one in found.compared if one.judged]
    agree = sum(not one.failures for one in judged)
    told = f"{agree} of {len(judged)} published rows repeated: picks within {PICKS_WITHIN:.1%}"
    lines = [
        "± is half of a 95 % interval with weeks as clusters; provenance: backtest",
        "Max is a bound, not a price one can take",
        f"{told}, all else within {POINTS_WITHIN} points",
    ]
    if short:
        lines.append(f"not whole, neither judged nor pooled: {'; '.join(short)}")
    return "\n".join(lines)


def reproduced_json(found: Reproduced) -> dict[str, object]:
    """Return the comparisons as JSON: shares of one unit, differences in points of per cent."""
    return {
        "compared": [
            {
                **_plain(asdict(one)),
                "differences": _plain(one.differences),
                "failures": list(one.failures),
            }
            for one in found.compared
        ],
        "seasons": [{**asdict(one), "whole": one.whole} for one in found.seasons],
        "picks_within": PICKS_WITHIN,
        "points_within": POINTS_WITHIN,
        "provenance": "backtest",
    }


def _plain(value: Mapping[str, object]) -> dict[str, object]:
    """Return JSON's values: what is not a number is none."""
    plain: dict[str, object] = {}
    for name, one in value.items():
        if isinstance(one, dict):
            plain[name] = _plain(one)
        else:
            plain[name] = None if isinstance(one, float) and not np.isfinite(one) else one
    return plain


def reproduced_csv(archive: Archive, found: Reproduced) -> str:
    """Return every side that a rule liked: bet, or left with the reason.

    Any two counts of picks differ by rows of this file: `above` is the highest threshold that a
    row passes, `fate` why it was not bet.
    """
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n")
    write.writerow(_COLUMNS)
    for rule, liked in found.liked.items():
        write.writerows(_rows(archive, rule, liked))
    return text.getvalue()


def _rows(archive: Archive, rule: str, liked: Liked) -> Iterator[tuple[object, ...]]:
    for place in range(len(liked)):
        row, side = int(liked.row[place]), int(liked.side[place])
        margin = archive.home_goals[row] - archive.away_goals[row]
        result = "" if np.isnan(margin) else _LETTERS[1 - int(np.sign(margin))]
        yield (
            rule,
            _season(int(archive.season[row])),
            datetime.fromtimestamp(archive.kick_off[row], UTC).date().isoformat(),
            archive.competitions[archive.competition[row]],
            archive.teams[archive.home[row]].partition(":")[2],
            archive.teams[archive.away[row]].partition(":")[2],
            _SIDES[side],
            f"{liked.odds[place]:g}",
            *(_number(column[place]) for column in (liked.fair, liked.edge)),
            Fate(int(liked.fate[place])).name.lower(),
            _passed(float(liked.edge[place])),
            *(_number(column[place]) for column in (liked.close, liked.clv)),
            result,
            _number(liked.profit[place]),
        )


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6f}"


def _passed(edge: float) -> str:
    return f"{max((one for one in THRESHOLDS if edge > one), default=0.0):g}"
