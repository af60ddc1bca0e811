"""A morning's learning as Telegram HTML: what is new, on which figures, what it does to picks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, name, paragraphs
from bot.render.numbers import day, day_and_clock, decimal, percent
from engine.domain.learning_report import PartState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.learning_report import (
        LearningReport,
        PartChange,
        PartFigure,
        PartReport,
        Repriced,
    )

MARKS: Final[Mapping[PartState, str]] = {
    PartState.LEARNED: "🆕",
    PartState.UNCHANGED: "🟰",
    PartState.WAITS: "⏳",
    PartState.REFUSED: "⛔",
    PartState.FAILED: "⚠️",
}
_SHARES: Final = frozenset({"kl_change", "clv", "gain"})
_LOSSES: Final = frozenset({"log_loss", "less_reference"})
_LONGEST: Final = 60


def render_learning(report: LearningReport, *, voice: Voice, money: Money) -> Html:
    """Return a line for each part, and what all of it does to late picks."""
    at = day_and_clock(report.at, money.time_zone, voice.language)
    return paragraphs(
        bold(voice.html("learning.title", at=at)),
        lines(*(_part(one, voice) for one in report.parts)),
        _effect(report.effect, voice, money) or voice.html("learning.no_effect"),
    )


def render_no_learning(*, voice: Voice) -> Html:
    """Return that no morning has taught anything yet."""
    return paragraphs(bold(voice.html("learning.none")), voice.html("learning.when"))


def render_learning_news(report: LearningReport, *, voice: Voice, money: Money) -> Html:
    """Return the morning's message: the parts with news alone, and the effect on late picks."""
    at = day_and_clock(report.at, money.time_zone, voice.language)
    quiet = len(report.parts) - len(report.news)
    return paragraphs(
        bold(voice.html("learning.title", at=at)),
        lines(
            *(_part(one, voice) for one in report.news),
            voice.count("learning.quiet", quiet) if quiet else "",
        ),
        _effect(report.effect, voice, money),
    )


def render_part(report: LearningReport, place: int, *, voice: Voice, money: Money) -> Html:
    """Return one part: its figures out of sample and what it tells otherwise than before."""
    part = report.parts[place]
    at = day_and_clock(report.at, money.time_zone, voice.language)
    figures = [_figure(one, voice) for one in part.figures]
    changes = [_change(one, voice) for one in part.changes]
    more = part.changed - len(changes)
    return paragraphs(
        lines(bold(voice.html("learning.title", at=at)), _part(part, voice)),
        lines(voice.html("learning.figures"), *figures) if figures else "",
        lines(
            voice.html("learning.changes"),
            *changes,
            voice.count("learning.more", more) if more > 0 else "",
        )
        if changes
        else "",
        voice.html("learning.note"),
    )


def part_name(part: PartReport, voice: Voice) -> str:
    """Return what a part is called."""
    return voice.plain(f"learning.part_{part.name}")


def _part(part: PartReport, voice: Voice) -> Html:
    return voice.html(
        "learning.row",
        mark=MARKS[part.state],
        part=part_name(part, voice),
        state=_state(part, voice),
    )


def _state(part: PartReport, voice: Voice) -> Html:
    key = f"learning.state_{part.state}"
    if part.missing is not None:
        of = voice.plain(f"learning.of_{part.missing.of.replace(' ', '_')}")
        needs, has = (
            decimal(count, voice.language, digits=0)
            for count in (part.missing.needs, part.missing.has)
        )
        return voice.html(key, needs=needs, has=has, of=of)
    if part.state is PartState.REFUSED:
        where, _, kind = part.why.rpartition(".")
        return voice.html(key, what=voice.plain(f"learning.figure_{kind}"), where=_where(where))
    return voice.html(key, version=part.version, why=part.why.partition(": ")[2])


def _figure(figure: PartFigure, voice: Voice) -> Html:
    place, _, kind = figure.name.rpartition(".")
    return voice.html(
        "learning.figure",
        what=voice.plain(f"learning.figure_{kind}"),
        where=f" ({_where(place)})" if place else "",
        value=_value(kind, figure.mean, voice),
        interval=_interval(kind, figure, voice),
        n=figure.n,
        was=_value(kind, figure.was, voice),
    )


def _where(path: str) -> str:
    """Return a path of names as a person reads it."""
    return name(path.replace(".", " · ").replace("_", " "), _LONGEST)


def _interval(kind: str, figure: PartFigure, voice: Voice) -> str:
    if figure.low is None or figure.high is None:
        return voice.plain("versions.no_interval")
    return voice.plain(
        "versions.interval",
        low=_value(kind, figure.low, voice),
        high=_value(kind, figure.high, voice),
    )


def _value(kind: str, value: float | None, voice: Voice) -> str:
    if value is None:
        return "—"
    if kind in _SHARES:
        return percent(value, voice.language, digits=2, signed=True)
    return decimal(value, voice.language, digits=4, signed=kind in _LOSSES - {"log_loss"})


def _change(change: PartChange, voice: Voice) -> Html:
    return voice.html(
        "learning.change",
        what=_where(change.what),
        old=_told(change.old, voice),
        new=bold(_told(change.new, voice)),
    )


def _told(value: float | str | None, voice: Voice) -> str:
    if value is None:
        return "—"
    return value if isinstance(value, str) else decimal(value, voice.language, digits=3)


def _effect(effect: Repriced | None, voice: Voice, money: Money) -> Html | str:
    """Return what late picks are worth to what is new; it describes, and that is said."""
    if effect is None:
        return ""
    window = voice.html(
        "learning.effect",
        provenance=voice.plain(f"stats.{effect.provenance}"),
        since=day(effect.since, money.time_zone, voice.language),
        until=day(effect.until, money.time_zone, voice.language),
    )
    if not effect.n or effect.mean is None:
        return lines(window, voice.html("learning.effect_none"))
    return lines(
        window,
        voice.html("learning.judged", n=effect.n, picks=effect.picks),
        voice.html("learning.stay", before=effect.before, after=effect.after),
        voice.html(
            "learning.edge",
            mean=percent(effect.mean, voice.language, digits=2, signed=True),
            interval=_edge_interval(effect, voice),
        ),
        voice.html("learning.effect_note"),
    )


def _edge_interval(effect: Repriced, voice: Voice) -> str:
    if effect.low is None or effect.high is None:
        return voice.plain("versions.no_interval")
    return voice.plain(
        "versions.interval",
        low=percent(effect.low, voice.language, digits=2, signed=True),
        high=percent(effect.high, voice.language, digits=2, signed=True),
    )
