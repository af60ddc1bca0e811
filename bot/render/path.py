"""The odds path of a pick: the words of its picture, and the same figures in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import isnan
from typing import TYPE_CHECKING

from bot.render.html import name
from bot.render.numbers import day_and_clock, place
from bot.render.pick import short_id
from charts.odds_path import Mark, Moment, Part, PathLabels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from charts.odds_path import BookLine
    from storage.views import PickView


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A pick's path about to be told in one language at one moment; `lines` has at least one."""

    view: PickView
    lines: tuple[BookLine, ...]
    voice: Voice
    money: Money
    now: datetime

    @property
    def started(self) -> bool:
        return self.now >= self.view.fixture.kick_off

    @property
    def ours(self) -> BookLine | None:
        return self._of(Part.OURS)

    @property
    def reference(self) -> BookLine | None:
        return self._of(Part.REFERENCE)

    @property
    def changes(self) -> int:
        """How often a price changed: an opening is no change."""
        return sum(len(line.odds) - 1 for line in self.lines)

    def odds(self, value: float) -> str:
        return self.voice.odds(value)

    def when(self, at: float | datetime) -> str:
        moment = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
        return day_and_clock(moment, self.money.time_zone, self.voice.language)

    def market(self) -> str:
        return self.voice.market(self.view.pick.selection, self.view.fixture)

    def _of(self, part: Part) -> BookLine | None:
        return next((line for line in self.lines if line.part is part), None)


def path_labels(told: Told) -> PathLabels:
    """Return the words of the picture."""
    voice, fixture = told.voice, told.view.fixture
    others = sum(line.part is Part.OTHER for line in told.lines)
    reference = told.reference
    where = place(told.money.time_zone, voice.language)
    return PathLabels(
        title=voice.plain(
            "path.title", home=name(fixture.home.name, 30), away=name(fixture.away.name, 30)
        ),
        subtitle=voice.plain(
            "path.subtitle",
            market=told.market(),
            changes=voice.count("path.counted", told.changes),
            books=voice.count("path.books", len(told.lines)),
        ),
        ours=voice.plain("path.ours", book=voice.bookmaker(told.view.pick.bookmaker)),
        reference=voice.plain("path.reference", book=voice.bookmaker(reference.bookmaker))
        if reference
        else "",
        others=voice.count("path.others", others),
        withdrawn=voice.plain("path.withdrawn"),
        kick_off=voice.plain("path.kick_off"),
        axis_time=voice.plain("path.axis_time", place=where),
        axis_odds=voice.plain("path.axis_odds"),
        clock=partial(_two_lines, told),
        odds=told.odds,
    )


def path_marks(told: Told) -> tuple[Mark, ...]:
    """Return opening, alert and the last price of the book bet at, as far as they are known."""
    pick, line, voice = told.view.pick, told.ours, told.voice
    alert = Mark(
        moment=Moment.ALERT,
        at=pick.taken_at.timestamp(),
        odds=pick.odds,
        label=voice.plain("path.alert"),
    )
    if line is None:
        return (alert,)
    opening = Mark(
        moment=Moment.OPEN, at=line.at[0], odds=line.first, label=voice.plain("path.open")
    )
    if line.last is None:
        return (opening, alert)
    label = voice.plain("path.close" if told.started else "path.now")
    last = Mark(moment=Moment.CLOSE, at=line.seen_until, odds=line.last, label=label)
    return (opening, alert, last)


def path_caption(told: Told) -> str:
    """Return what the picture shows in words, for those who cannot see it."""
    voice, fixture = told.voice, told.view.fixture
    heading = voice.plain(
        "path.heading",
        id=short_id(told.view),
        home=name(fixture.home.name, 30),
        away=name(fixture.away.name, 30),
        market=told.market(),
    )
    return "\n".join([heading, _ours(told), *_reference(told), *_fair_close(told), _sources(told)])


def _ours(told: Told) -> str:
    pick, line, voice = told.view.pick, told.ours, told.voice
    words = {
        "book": voice.bookmaker(pick.bookmaker),
        "alert": told.odds(pick.odds),
        "alert_at": told.when(pick.taken_at),
    }
    if line is None:
        return voice.plain("path.caption_ours_unseen", **words)
    shown = voice.plain(
        "path.caption_ours",
        **words,
        open=told.odds(line.first),
        open_at=told.when(line.at[0]),
        last=_last(told, line),
    )
    gone = sum(isnan(value) for value in line.odds[:-1])
    if not gone:
        return shown
    times = voice.count("path.gone_times", gone)
    return f"{shown} · {times}"


def _reference(told: Told) -> Iterator[str]:
    line = told.reference
    if line is not None:
        yield told.voice.plain(
            "path.caption_reference",
            book=told.voice.bookmaker(line.bookmaker),
            open=told.odds(line.first),
            last=_last(told, line),
        )


def _last(told: Told, line: BookLine) -> str:
    if line.last is None:
        return told.voice.plain("path.last_gone", at=told.when(line.at[-1]))
    key = "path.last_close" if told.started else "path.last_now"
    at = told.when(line.seen_until)
    return told.voice.plain(key, odds=told.odds(line.last), at=at)


def _fair_close(told: Told) -> Iterator[str]:
    close, voice = told.view.close, told.voice
    if close is not None and close.closing_odds is not None:
        known = voice.texts.maybe(voice.language, f"source.{close.source}")
        yield voice.plain(
            "path.fair_close",
            source=known or voice.bookmaker(close.source or "—"),
            odds=told.odds(close.closing_odds),
            grade=close.grade or "?",
        )


def _sources(told: Told) -> str:
    voice, lines = told.voice, told.lines
    since, until = min(line.at[0] for line in lines), max(line.seen_until for line in lines)
    words = {
        "changes": voice.count("path.counted", told.changes),
        "books": voice.count("path.books", len(lines)),
        "since": told.when(since),
    }
    if since == until:
        return voice.plain("path.sources_once", **words)
    return voice.plain("path.sources", **words, until=told.when(until))


def _two_lines(told: Told, at: datetime) -> str:
    """Write a tick: its day above its clock."""
    day, _, hour = told.when(at).rpartition(" ")
    return f"{day}\n{hour}"
