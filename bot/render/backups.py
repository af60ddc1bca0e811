"""Backups and their trials, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, code, lines, name, paragraphs
from bot.render.numbers import day_and_clock, decimal, span
from engine.domain.errors import BackupUnderWay, LongWorkUnderWay
from jobs.backup_files import made_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.backup import BackupRules
    from engine.domain.errors import MonPsError
    from jobs.backup_files import Backup
    from jobs.restore_check import Checked

_SHOWN: Final = 8
_NOTHING: Final = Html()
_REASON: Final = 400
_KILO: Final = 1000
_UNITS: Final = ("kilo", "mega", "giga")


def render_backups(
    backups: Sequence[Backup],
    now: datetime,
    rules: BackupRules,
    *,
    voice: Voice,
    money: Money,
    done: Html = _NOTHING,
) -> Html:
    """Return the last backups with size, age and whether one was ever taken up on trial."""
    shown = [_line(one, now, voice, money) for one in backups[:_SHOWN]]
    more = len(backups) - _SHOWN
    return paragraphs(
        bold(voice.html("backup.title")),
        done,
        lines(*shown) if shown else voice.html("backup.none"),
        voice.count("backup.more", more) if more > 0 else "",
        voice.html("backup.note", days=rules.keep_days, weeks=rules.keep_weeks),
    )


def render_last(backups: Sequence[Backup], now: datetime, voice: Voice) -> Html:
    """Return how old the last whole backup is, in one line."""
    whole = next((one for one in backups if one.whole), None)
    if whole is None:
        return voice.html("backup.last_none")
    return voice.html(
        "backup.last",
        span=span(now - made_at(whole), voice.language),
        size=size(whole.size, voice),
        checked=_checked(whole, voice),
    )


def render_progress(step: str, done: int, of: int, voice: Voice) -> Html:
    """Return what is being done, and how much of it is."""
    return lines(
        voice.html(f"backup.step_{step}"),
        voice.html("backup.tables", done=done, of=of) if of > 1 else "",
    )


def render_made(made: Backup, took: timedelta, voice: Voice) -> Html:
    """Return what was backed up."""
    rows = made.manifest.total if made.manifest else 0
    return voice.count(
        "backup.made",
        rows,
        size=size(made.size, voice),
        span=span(took, voice.language),
    )


def render_checked(checked: Checked, took: timedelta, *, voice: Voice, money: Money) -> Html:
    """Return that a backup was restored on trial, compared and dropped."""
    manifest = checked.manifest
    at = day_and_clock(manifest.made_at, money.time_zone, voice.language)
    return lines(
        voice.html("backup.checked", at=at, span=span(took, voice.language)),
        voice.html(
            "backup.checked_tables",
            tables=len(manifest.rows),
            rows=decimal(manifest.total, voice.language, digits=0),
        ),
        voice.count("backup.migrated", len(checked.migrated)) if checked.migrated else "",
    )


def render_refused(refused: MonPsError, voice: Voice) -> Html:
    """Return why there is no backup, or why one is not whole; nothing was lost by trying."""
    if isinstance(refused, BackupUnderWay):
        return voice.html("backup.busy")
    if isinstance(refused, LongWorkUnderWay):
        return voice.html("notice.long_work")
    return lines(voice.html("backup.refused"), code(name(str(refused), _REASON)))


def size(bytes_: int, voice: Voice) -> str:
    """Write a size as people do: 139 kB, 12.3 MB."""
    value, unit = bytes_ / _KILO, _UNITS[0]
    for larger in _UNITS[1:]:
        if value < _KILO:
            break
        value, unit = value / _KILO, larger
    digits = 0 if unit == _UNITS[0] else 1
    return voice.plain(f"backup.{unit}", n=decimal(value, voice.language, digits=digits))


def _line(one: Backup, now: datetime, voice: Voice, money: Money) -> Html:
    state = _checked(one, voice) if one.whole else voice.plain("backup.broken")
    return voice.html(
        "backup.line",
        at=day_and_clock(made_at(one), money.time_zone, voice.language),
        span=span(now - made_at(one), voice.language),
        size=size(one.size, voice),
        state=state,
    )


def _checked(one: Backup, voice: Voice) -> str:
    return voice.plain("backup.tried" if one.checked_at else "backup.untried")
