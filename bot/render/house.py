"""What those who look after the house see: the panel, jobs, the outbox, the log, the audit."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, code, lines, name, paragraphs
from bot.render.numbers import day_and_clock, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from storage.house import AuditLine, PausedJob, TroubledAlert
    from storage.views import RunView

MARKS: Final = {
    "done": "✅",
    "running": "⏳",
    "skipped": "⏭",
    "retry": "🔁",
    "repeated": "✅",
    "missed": "⚠️",
    "failed": "❌",
    "stopped": "⛔",
    "abandoned": "⚠️",
}
LEVELS: Final[Mapping[str, int]] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_REASON: Final = 120
_DETAIL: Final = 160
_LINE: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """One job of the calendar: how it went, when it goes next, whether it is paused or asked for.

    `next_at` is None for a job whose times come from kick-offs.
    """

    job: str
    runs: tuple[RunView, ...]
    next_at: datetime | None
    paused: PausedJob | None
    asked: bool

    @property
    def last(self) -> RunView | None:
        return self.runs[0] if self.runs else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The state of the house at a glance."""

    waiting: int
    troubled: int
    oldest: datetime | None
    paused_jobs: tuple[str, ...]
    failed_jobs: tuple[str, ...]
    banner: Html
    halted: bool


def render_panel(glance: Glance, *, voice: Voice, now: datetime) -> Html:
    """Return the state of the house at a glance, worst first."""
    age = span(now - glance.oldest, voice.language) if glance.oldest else ""
    return paragraphs(
        bold(voice.html("house.title")),
        glance.banner,
        lines(
            voice.html("house.halted") if glance.halted else "",
            voice.html("house.failed_jobs", jobs=_jobs(glance.failed_jobs, voice))
            if glance.failed_jobs
            else "",
            voice.html("house.paused_jobs", jobs=_jobs(glance.paused_jobs, voice))
            if glance.paused_jobs
            else "",
            voice.count("house.troubled", glance.troubled) if glance.troubled else "",
            voice.count("house.waiting", glance.waiting, age=age)
            if glance.waiting and age
            else voice.html("house.nothing_waits"),
        ),
    )


def render_jobs(found: Sequence[JobView], *, voice: Voice, money: Money) -> Html:
    """Return every job: how it went last and when it goes next."""
    return paragraphs(
        bold(voice.html("house.jobs_title")),
        lines(*(_job(one, voice, money) for one in found)),
        voice.html("house.jobs_how"),
    )


def render_job(one: JobView, *, voice: Voice, money: Money) -> Html:
    """Return one job with its last runs."""
    paused: Html | str = ""
    if one.paused is not None:
        paused = voice.html("house.paused_since", at=_at(one.paused.paused_at, voice, money))
    return paragraphs(
        bold(voice.html("house.job_title", job=job_name(one.job, voice))),
        lines(
            paused,
            voice.html("house.asked") if one.asked else "",
            _next(one, voice, money),
        ),
        lines(*(_run(run, voice, money) for run in one.runs))
        if one.runs
        else voice.html("house.never"),
    )


def render_troubled(
    counts: Mapping[str, int], found: Sequence[TroubledAlert], *, voice: Voice, money: Money
) -> Html:
    """Return how the outbox stands, and what was not said: never what it says."""
    told = " · ".join(f"{voice.plain(f'house.alert_{state}')} {n}" for state, n in counts.items())
    return paragraphs(
        bold(voice.html("house.outbox_title")),
        told or voice.html("house.outbox_empty"),
        lines(*(_alert(one, voice, money) for one in found))
        if found
        else voice.html("house.no_trouble"),
    )


def render_log(found: Sequence[tuple[int, str]], level: str, *, voice: Voice) -> Html:
    """Return the last lines of the log, the newest last."""
    title = bold(voice.html("house.log_title", level=level, n=len(found)))
    if not found:
        return paragraphs(title, voice.html("house.log_empty"))
    return paragraphs(title, lines(*(code(name(text, _LINE)) for _, text in found)))


def render_settings_in_force(
    found: Sequence[tuple[str, str, str]], page: int, pages: int, *, voice: Voice
) -> Html:
    """Return settings with where each comes from, secrets masked."""
    return paragraphs(
        bold(voice.html("house.config_title", page=page, pages=pages)),
        lines(
            *(
                voice.html(
                    "house.setting", name=code(key), value=name(value, _DETAIL), source=source
                )
                for key, value, source in found
            )
        )
        if found
        else voice.html("house.config_default"),
        voice.html("house.config_how"),
    )


def render_audit(
    found: Sequence[AuditLine], names: Mapping[int, str], *, voice: Voice, money: Money
) -> Html:
    """Return who did what, the newest first."""
    if not found:
        return paragraphs(bold(voice.html("house.audit_title")), voice.html("house.audit_empty"))
    return paragraphs(
        bold(voice.html("house.audit_title")),
        lines(
            *(
                voice.html(
                    "house.audit_line",
                    at=_at(one.at, voice, money),
                    who=name(names.get(one.user_id, str(one.user_id)), 40),
                    action=code(one.action),
                    detail=name(
                        ", ".join(f"{key}={value}" for key, value in one.detail.items()), _DETAIL
                    ),
                )
                for one in found
            )
        ),
    )


def job_name(job: str, voice: Voice) -> str:
    """Return what a job is called."""
    return voice.plain(f"health.job_{job}")


def _jobs(found: Sequence[str], voice: Voice) -> str:
    return ", ".join(job_name(one, voice) for one in found)


def _job(one: JobView, voice: Voice, money: Money) -> Html:
    mark = "⏸" if one.paused else MARKS.get(one.last.state, "·") if one.last else "·"
    at = _at(one.last.started_at, voice, money) if one.last else voice.plain("house.never")
    return voice.html(
        "house.job", mark=mark, job=job_name(one.job, voice), at=at, next=_next(one, voice, money)
    )


def _next(one: JobView, voice: Voice, money: Money) -> str:
    if one.next_at is None:
        return voice.plain("house.next_by_kick_off")
    return voice.plain("house.next", at=_at(one.next_at, voice, money))


def _run(run: RunView, voice: Voice, money: Money) -> Html:
    took = span(run.finished_at - run.started_at, voice.language) if run.finished_at else "…"
    return voice.html(
        "house.run",
        mark=MARKS.get(run.state, "·"),
        at=_at(run.started_at, voice, money),
        state=voice.plain(f"health.state_{run.state}"),
        took=took,
        error=f"· {name(run.error, _REASON)}" if run.error else "",
    )


def _alert(one: TroubledAlert, voice: Voice, money: Money) -> Html:
    return voice.html(
        "house.alert",
        id=one.id,
        state=voice.plain(f"house.alert_{one.state}"),
        kind=one.kind.value,
        pick=f" #P{one.number}" if one.number else "",
        at=_at(one.created_at, voice, money),
        attempts=one.attempts,
        reason=name(one.last_error or "—", _REASON),
    )


def _at(at: datetime, voice: Voice, money: Money) -> str:
    return day_and_clock(at, money.time_zone, voice.language)
