"""Pauses, maintenance and backups as those who look after the house read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion  # noqa: TC002  # pytest asks for it by its type

from bot.lengths import LONGEST, read_length
from bot.render.backups import (
    render_backups,
    render_checked,
    render_last,
    render_made,
    render_progress,
    render_refused,
)
from bot.render.html import paragraphs
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.switches import (
    Upkeep,
    render_banner,
    render_maintenance,
    render_pause,
    render_resumed,
    render_sure,
)
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.backup import BackupRules, Manifest
from engine.domain.errors import BackupRefused, BackupUnderWay
from engine.domain.switch import Switch, Switchboard, SwitchName
from jobs.backup_files import Backup
from jobs.restore_check import Checked
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS

HOUR = timedelta(hours=1)
MANIFEST = Manifest(
    database="mon_ps",
    made_at=NOW - 6 * HOUR,
    server=18,
    migrations={"0001_facts.sql": "a", "0029_switches.sql": "b"},
    rows={"picks": 1, "odds_changes": 5_000_000},
    size=12_345_678,
    sha256="0" * 64,
)


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


def a_switch(name: SwitchName, **changes: object) -> Switch:
    switch = Switch(
        name=name,
        turned_at=NOW - HOUR,
        turned_by=7,
        reason="disque",
        until=NOW + 2 * HOUR,
    )
    return replace(switch, **changes)  # type: ignore[arg-type]


BOARDS = {
    "empty": Upkeep(board=Switchboard(at=NOW)),
    "one": Upkeep(
        board=Switchboard(at=NOW, switches=(a_switch(SwitchName.SENDER_PAUSED),)),
        names={7: "Ana"},
        pending=1,
        uncertain=1,
    ),
    "many": Upkeep(
        board=Switchboard(
            at=NOW,
            switches=(
                a_switch(SwitchName.MAINTENANCE, until=None, reason=""),
                a_switch(SwitchName.PICKS_PAUSED),
                a_switch(
                    SwitchName.SENDER_PAUSED,
                    turned_by=0,
                    reason=(NOW - 9 * HOUR).isoformat(),
                    until=None,
                ),
            ),
        ),
        names={7: "Ana"},
        pending=1234,
        uncertain=56,
    ),
    "huge": Upkeep(
        board=Switchboard(
            at=NOW,
            switches=tuple(a_switch(name, reason=HOSTILE * 9) for name in SwitchName),
        ),
        names={7: HOSTILE},
        pending=10**9,
        uncertain=10**9,
    ),
}


def a_backup(hours: int, **changes: object) -> Backup:
    manifest = replace(MANIFEST, made_at=NOW - hours * HOUR)
    backup = Backup(file=Path(f"mon_ps-{hours}.dump"), manifest=manifest, size=manifest.size)
    return replace(backup, **changes)  # type: ignore[arg-type]


BACKUPS = {
    "empty": (),
    "one": (a_backup(6),),
    "many": (
        a_backup(6, checked_at=NOW),
        a_backup(30, size=1000),
        a_backup(54, manifest=replace(MANIFEST, size=900), size=900),
    ),
    "huge": tuple(a_backup(24 * n, size=4 * 10**11) for n in range(1, 400)),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", BOARDS)
def test_switches_as_people_read_them(
    language: str, how: str, snapshot: SnapshotAssertion
) -> None:
    upkeep = BOARDS[how]
    spoken = voice(language)
    screens = (
        render_banner(upkeep.board, spoken),
        render_pause(upkeep, voice=spoken, money=MONEY),
        render_resumed(upkeep, upkeep.board.switches, voice=spoken),
        render_maintenance(upkeep, voice=spoken, money=MONEY),
    )
    assert max(map(width, screens)) <= MESSAGE_LIMIT
    assert snapshot == "\n----\n".join(screens)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_before_everybody_waits(language: str, snapshot: SnapshotAssertion) -> None:
    asked = [
        render_sure(name, length, reason, voice=voice(language))
        for name in SwitchName
        for length, reason in ((None, ""), (26 * HOUR, HOSTILE))
    ]
    assert snapshot == "\n----\n".join(asked)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", BACKUPS)
def test_backups_as_people_read_them(language: str, how: str, snapshot: SnapshotAssertion) -> None:
    kept, spoken = BACKUPS[how], voice(language)
    text = render_backups(kept, NOW, BackupRules(), voice=spoken, money=MONEY)
    assert width(text) <= MESSAGE_LIMIT
    assert snapshot == paragraphs(text, render_last(kept, NOW, spoken))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_backup_says_on_its_way(language: str, snapshot: SnapshotAssertion) -> None:
    spoken = voice(language)
    checked = Checked(
        file=Path("x.dump"), manifest=MANIFEST, migrated=("0030_later.sql", "0031_more.sql")
    )
    steps = [
        render_progress(step, done, 52, spoken)
        for step, done in (("dump", 12), ("check", 1), ("read", 0), ("load", 52), ("compare", 1))
    ]
    ends = [
        render_made(a_backup(6), timedelta(seconds=42), spoken),
        render_checked(checked, 2 * HOUR, voice=spoken, money=MONEY),
        render_refused(BackupRefused("pg_dump: could not write: " + HOSTILE * 9), spoken),
        render_refused(BackupUnderWay("another one"), spoken),
    ]
    assert snapshot == "\n----\n".join([*steps, *ends])


@given(days=st.integers(0, 29), hours=st.integers(0, 23), minutes=st.integers(0, 59))
def test_a_length_is_read_as_it_is_written(days: int, hours: int, minutes: int) -> None:
    length = timedelta(days=days, hours=hours, minutes=minutes)
    for day, minute in (("j", "min"), ("d", "m"), ("J", "MN")):
        said = f"{days}{day}{hours}h{minutes}{minute}"
        assert read_length(said) == (length or None)


@given(st.text(alphabet="0123456789hjdmin -+.", max_size=9))
def test_no_other_words_are_a_length_beyond_a_month_or_none(said: str) -> None:
    length = read_length(said)
    assert length is None or timedelta(0) < length <= LONGEST
