"""The mean closing line value as it became known, and how sure it was."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

from charts.numbers import written
from charts.phone import Key, Mark, Sheet, line_key, sheet
from charts.scales import scale_days

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from engine.domain.preferences import Shade
    from engine.learning.recorded.course import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLabels:
    """The words of the chart, in the reader's language; `day` writes a day in them."""

    title: str
    subtitle: str
    mean: str
    interval: str
    week: str
    axis_clv: str
    day: Callable[[datetime], str]
    decimal_mark: str


def course_chart(course: Course, labels: CourseLabels, shade: Shade) -> bytes:
    """Return the picture of at least one week as PNG bytes."""
    return draw_course(course, labels, shade).png()


def draw_course(course: Course, labels: CourseLabels, shade: Shade) -> Sheet:
    """Return the sheet behind the picture: the mean of all until then, each week as a dot."""
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        y=labels.axis_clv,
        keys=3,
    )
    axes, colours = page.axes, page.palette
    at = [moment.timestamp() for moment in course.at]
    mean, low, high, weeks = (
        [100 * value for value in line]
        for line in (course.mean, course.low, course.high, course.of_week)
    )
    axes.axhline(0, color=colours.faint, linewidth=1)
    axes.fill_between(at, low, high, color=colours.narrow_band, linewidth=0)
    axes.scatter(at, weeks, s=9, color=colours.unsure, linewidths=0, zorder=2)
    axes.plot(
        at,
        mean,
        color=colours.actual.colour,
        linewidth=colours.actual.width,
        marker="o" if len(at) == 1 else "",
        zorder=3,
    )
    ends = [value for value in (*mean, *weeks, *low, *high, 0.0) if not isnan(value)]
    page.scale_y(min(ends), max(ends), lambda points: written(points, labels.decimal_mark))
    scale_days(page, course.at[0], course.at[-1], labels.day)
    page.key(
        [
            line_key(labels.mean, colours.actual),
            Key(label=labels.interval, colour=colours.narrow_band, mark=Mark.AREA),
            Key(label=labels.week, colour=colours.unsure, mark=Mark.DOT),
        ]
    )
    return page
