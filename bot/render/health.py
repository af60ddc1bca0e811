"""How the service fares, as Telegram HTML."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, join, lines, name, paragraphs
from bot.render.numbers import clock, day_and_clock, decimal, span

if TYPE_CHECKING:
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from storage.views import Health, RunView

_ERROR_LENGTH: Final = 120
_NOTHING: Final = Html()
_UNTOLD: Final = "None"
"""A key not used yet: its provider has not told what is left."""
_MARKS: Final = {"done": "✅", "running": "⏳", "failed": "❌"}


def render_health(  # what others of the house say of themselves comes ready
    health: Health,
    *,
    voice: Voice,
    money: Money,
    halted: bool = False,
    banner: Html = _NOTHING,
    backup: Html = _NOTHING,
) -> Html:
    """Return jobs, outbox, last look, closes, credits and database on one screen."""
    at = day_and_clock(health.now, money.time_zone, voice.language)
    state = lines(
        voice.html("health.halted") if halted else Html(),
        voice.html("health.database", version=health.database_version),
        _look(health, voice, money),
        _outbox(health, voice),
        _waiting(health, voice),
        backup,
        voice.html("health.closes", grade_a=health.closes_grade_a, due=health.closes_due),
        join(
            " · ",
            (
                voice.count("health.people", health.subscribers),
                voice.count("health.unmatched", health.unmatched),
            ),
        ),
    )
    return paragraphs(
        bold(voice.html("health.title", at=at)),
        banner,
        state,
        _jobs(health, voice, money),
        _credits(health, voice),
    )


def _look(health: Health, voice: Voice, money: Money) -> Html:
    if health.last_look_at is None:
        return voice.html("health.look_none")
    return voice.html(
        "health.look",
        at=clock(health.last_look_at, money.time_zone, voice.language),
        span=span(health.now - health.last_look_at, voice.language),
        quotes=decimal(health.last_look_quotes or 0, voice.language, digits=0),
    )


def _outbox(health: Health, voice: Voice) -> Html:
    counts = [voice.html(f"health.outbox_{state}", n=n) for state, n in health.outbox.items() if n]
    if not counts:
        return voice.html("health.outbox_empty")
    return voice.html("health.outbox", counts=join(" · ", counts))


def _waiting(health: Health, voice: Voice) -> Html:
    if health.oldest_waiting_seconds is None:
        return Html()
    age = timedelta(seconds=health.oldest_waiting_seconds)
    return voice.html("health.waiting", span=span(age, voice.language))


def _jobs(health: Health, voice: Voice, money: Money) -> Html:
    if not health.runs:
        return voice.html("health.jobs_none")
    return lines(voice.html("health.jobs"), *(_job(run, voice, money) for run in health.runs))


def _job(run: RunView, voice: Voice, money: Money) -> Html:
    known = voice.texts.maybe(voice.language, f"health.state_{run.state}")
    return voice.html(
        "health.job_error" if run.error else "health.job",
        mark=_MARKS.get(run.state, "•"),
        job=voice.texts.maybe(voice.language, f"health.job_{run.job}") or run.job,
        at=day_and_clock(run.started_at, money.time_zone, voice.language),
        state=known or run.state,
        error=name(run.error or "", _ERROR_LENGTH),
    )


def _left(left: str, voice: Voice) -> str:
    if left == _UNTOLD:
        return voice.plain("health.credit_untold")
    return decimal(int(left), voice.language, digits=0) if left.isdecimal() else left


def _credits(health: Health, voice: Voice) -> Html:
    if not health.credits:
        return Html()
    rows = (
        voice.html(
            "health.credit", provider=voice.provider(provider), key=key, left=_left(left, voice)
        )
        for provider, key, left in health.credits
    )
    return lines(voice.html("health.credits"), *rows)
