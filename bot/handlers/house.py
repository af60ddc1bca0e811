"""The panel of those who look after the house: jobs, the outbox, the log, settings, the audit."""

from __future__ import annotations

from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final
from zlib import crc32

from telegram import InlineKeyboardMarkup

from bot.asked_back import ask_back, confirmed
from bot.doors import doors, two_a_row
from bot.render.house import (
    LEVELS,
    Glance,
    JobView,
    job_name,
    render_audit,
    render_job,
    render_jobs,
    render_log,
    render_panel,
    render_settings_in_force,
    render_troubled,
)
from bot.render.html import name
from bot.render.switches import render_banner
from jobs.catalogue import JOBS
from jobs.triggers import build_triggers, fires

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from telegram import InlineKeyboardButton

    from bot.context import Handler, Visit
    from storage.store import Tx

_PANEL: Final = (
    *("sante", "jobs", "quota", "outbox", "logs", "audit", "config", "versions"),
    *("apprentissage", "litiges", "users", "broadcast", "canaux", "pause", "maintenance"),
    *("sauvegarde", "essai_sauvegarde", "invite"),
)
_COSTLY: Final = frozenset({"closing", "kick_off", "backup", "settle"})
"""Jobs whose pause loses what cannot be had again, or leaves the house without a net."""
_NUMBERED: Final = {crc32(one.encode()): one for one in JOBS}
"""How buttons know a job, whatever others come and go."""
_RUNS: Final = 8
_TROUBLED: Final = 8
_LINES: Final = 25
_PAGE: Final = 20
_ACTS: Final = 10
_AHEAD: Final = timedelta(days=8)
_WORD: Final = 40
_FAILED: Final = frozenset({"failed", "stopped", "missed"})


async def admin(visit: Visit) -> None:
    """Show the state of the house at a glance, and every way into it."""
    async with visit.door.store.reading() as tx:
        counts = await tx.outbox.counts()
        board = await tx.switches.standing(visit.now)
        last = await tx.runs.last_of_each()
        glance = Glance(
            waiting=counts.get("pending", 0) + counts.get("sending", 0),
            troubled=counts.get("failed", 0) + counts.get("uncertain", 0),
            oldest=await tx.house.waiting_since(visit.now),
            paused_jobs=tuple(await tx.house.paused()),
            failed_jobs=tuple(one.job for one in last if one.state in _FAILED and one.job in JOBS),
            banner=render_banner(board, visit.voice),
            halted=visit.door.halt.reason is not None,
        )
    rows = two_a_row(doors(visit, _PANEL))
    again = [visit.buttons.make("refresh", "admin"), visit.buttons.home()]
    text = render_panel(glance, voice=visit.voice, now=visit.now)
    await visit.show(text, InlineKeyboardMarkup([*rows, again]))


async def jobs(visit: Visit) -> None:
    """List the jobs, or do with one of them what was typed: run, pause, resume."""
    if visit.words:
        job = _named(visit, visit.words[0])
        act = _ACTED.get(visit.words[1].lower()) if len(visit.words) > 1 else None
        if job is None or (len(visit.words) > 1 and act is None):
            await _teach(visit)
        elif act is None:
            await _show_job(visit, job)
        else:
            await _ask(visit, job, act)
        return
    async with visit.door.store.reading() as tx:
        found = [await _view(visit, tx, job, 1) for job in JOBS]
    open_ones = [
        visit.buttons.labelled(job_name(one.job, visit.voice), "job", number=_number(one.job))
        for one in found
    ]
    text = render_jobs(found, voice=visit.voice, money=visit.money)
    await visit.show(text, InlineKeyboardMarkup([*two_a_row(open_ones), _last(visit, "jobs")]))


async def job(visit: Visit) -> None:
    """Show one job; its buttons run it, pause it or put it back."""
    await _show_job(visit, _NUMBERED.get(visit.tap.number, next(iter(JOBS))))


async def act(visit: Visit) -> None:
    """Ask back what a button of a job wants done."""
    named = _NUMBERED.get(visit.tap.number)
    if named is not None and visit.tap.args in _ACTED.values():
        await _ask(visit, named, visit.tap.args)
    else:
        await jobs(visit)


async def acted(visit: Visit) -> None:
    """Run, pause or put back a job, as was confirmed; the audit is written first."""
    body = await confirmed(visit, "jobdone")
    if body is None:
        return
    wanted, named = body["act"], body["job"]
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, f"job_{wanted}", {"job": named}, visit.now)
        if wanted == "pause":
            await tx.house.pause(named, visit.user_id, visit.now)
        elif wanted == "resume":
            await tx.house.resume(named)
    if wanted == "run" and not visit.door.wishes.ask(named):
        text = visit.voice.html("house.under_way", job=job_name(named, visit.voice))
        await visit.show(text, _job_keys(visit, named, paused=False))
        return
    await _show_job(visit, named)


def run_of(named: str) -> Handler:
    """Return the handler of a command that runs one job."""

    async def ask(visit: Visit) -> None:
        """Ask back whether a job is to be run now."""
        await _ask(visit, named, "run")

    return ask


async def outbox(visit: Visit) -> None:
    """Show how the outbox stands and what was not said; say it again or drop it, once asked."""
    async with visit.door.store.reading() as tx:
        counts = await tx.outbox.counts()
        found = await tx.house.troubled(_TROUBLED)
    make = visit.buttons.make
    each = [
        [
            visit.buttons.labelled(f"🔁 {one.id}", "obask", number=one.id, args="again"),
            visit.buttons.labelled(f"🗑 {one.id}", "obask", number=one.id, args="drop"),
        ]
        for one in found
    ]
    all_of_them = [make("say_all", "obask", args="again"), make("drop_all", "obask", args="drop")]
    text = render_troubled(counts, found, voice=visit.voice, money=visit.money)
    rows = [*each, *([all_of_them] if found else []), _last(visit, "outbox")]
    await visit.show(text, InlineKeyboardMarkup(rows))


async def settle_alert(visit: Visit) -> None:
    """Ask back whether a troubled alert, or all of them, is to be said again or dropped."""
    wanted = "drop" if visit.tap.args == "drop" else "again"
    number = visit.tap.number
    key = f"house.sure_{wanted}" if number else f"house.sure_{wanted}_all"
    text = visit.voice.html(key, which=number)
    body = {"act": wanted, "id": str(visit.tap.number)}
    await ask_back(visit, text, what="obdone", body=body, back="outbox")


async def settled_alert(visit: Visit) -> None:
    """Say troubled alerts again or drop them, as was confirmed."""
    body = await confirmed(visit, "obdone")
    if body is None:
        return
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, f"outbox_{body['act']}", {"id": body["id"]}, visit.now)
        change = tx.house.drop if body["act"] == "drop" else tx.house.say_again
        await change(int(body["id"]), visit.now)
    await outbox(visit)


async def logs(visit: Visit) -> None:
    """Show the last lines of the log from a level on; they were masked as they were written."""
    words = [word.lower() for word in visit.words] or [visit.tap.args]
    level = next((word for word in words if word in LEVELS), "warning")
    most = next((int(word) for word in words if word.isdecimal()), _LINES)
    least = LEVELS[level]
    found = [line for line in visit.door.said() if line[0] >= least][-min(most, _LINES) :]
    ways = [
        visit.buttons.labelled(one, "logs", args=one)
        for one in ("info", "warning", "error")
        if one != level
    ]
    text = render_log(found, level, voice=visit.voice)
    again = visit.buttons.make("refresh", "logs", args=level)
    await visit.show(text, InlineKeyboardMarkup([[*ways, again], _last(visit)]))


async def config(visit: Visit) -> None:
    """Show the settings that somebody set, or all of them, secrets masked."""
    every = list(visit.door.in_force())
    whole = visit.tap.args == "all" or "all" in visit.words
    kept = every if whole else [one for one in every if one[2] != "default"]
    pages = max(1, -(-len(kept) // _PAGE))
    page = min(max(visit.tap.number, 0), pages - 1)
    args = "all" if whole else ""
    turns: list[InlineKeyboardButton] = []
    if page > 0:
        turns.append(visit.buttons.make("previous", "config", number=page - 1, args=args))
    if page + 1 < pages:
        turns.append(visit.buttons.make("next", "config", number=page + 1, args=args))
    other = visit.buttons.make(
        "set_only" if whole else "set_all", "config", args="" if whole else "all"
    )
    shown = kept[page * _PAGE : (page + 1) * _PAGE]
    text = render_settings_in_force(shown, page + 1, pages, voice=visit.voice)
    await visit.show(text, InlineKeyboardMarkup([turns, [other], _last(visit)]))


async def audit(visit: Visit) -> None:
    """Show who did what, the newest first."""
    async with visit.door.store.reading() as tx:
        found = await tx.house.audited(visit.tap.number, _ACTS + 1)
        shown = found[:_ACTS]
        names = await _names(tx, [one.user_id for one in shown])
    older: list[InlineKeyboardButton] = []
    if len(found) > _ACTS:
        older = [visit.buttons.make("next", "audit", number=shown[-1].id)]
    text = render_audit(shown, names, voice=visit.voice, money=visit.money)
    await visit.show(text, InlineKeyboardMarkup([older, _last(visit, "audit")]))


async def _names(tx: Tx, ids: Sequence[int]) -> Mapping[int, str]:
    people = {user_id: await tx.people.get(user_id) for user_id in set(ids)}
    return {user_id: one.name for user_id, one in people.items() if one is not None and one.name}


async def _view(visit: Visit, tx: Tx, named: str, runs: int) -> JobView:
    triggers = build_triggers(visit.door.rules.schedule, visit.door.rules.time_zone, visit.now)
    trigger = triggers.get(named)
    coming = fires(trigger, visit.now, visit.now + _AHEAD) if trigger is not None else iter(())
    return JobView(
        job=named,
        runs=await tx.house.runs_of(named, runs),
        next_at=next(coming, None),
        paused=(await tx.house.paused()).get(named),
        asked=visit.door.wishes.is_open(named),
    )


async def _show_job(visit: Visit, named: str) -> None:
    async with visit.door.store.reading() as tx:
        found = await _view(visit, tx, named, _RUNS)
    text = render_job(found, voice=visit.voice, money=visit.money)
    await visit.show(text, _job_keys(visit, named, paused=found.paused is not None))


def _job_keys(visit: Visit, named: str, *, paused: bool) -> InlineKeyboardMarkup:
    make = visit.buttons.make
    turn = "resume" if paused else "pause"
    return InlineKeyboardMarkup(
        [
            [
                make("job_run", "jobask", number=_number(named), args="run"),
                make(f"job_{turn}", "jobask", number=_number(named), args=turn),
            ],
            [
                make("refresh", "job", number=_number(named)),
                make("back_jobs", "jobs"),
                visit.buttons.home(),
            ],
        ]
    )


async def _ask(visit: Visit, named: str, wanted: str) -> None:
    voice = visit.voice
    key = f"house.sure_{wanted}"
    if wanted == "pause" and named in _COSTLY:
        key = "house.sure_pause_costly"
    text = voice.html(key, job=job_name(named, voice))
    await ask_back(visit, text, what="jobdone", body={"act": wanted, "job": named}, back="jobs")


async def _teach(visit: Visit) -> None:
    word = name(" ".join(visit.words), _WORD)
    called = {job_name(one, visit.voice): one for one in JOBS} | {one: one for one in JOBS}
    near = {called[one] for one in get_close_matches(visit.words[0].lower(), called, n=3)}
    rows = [
        [visit.buttons.labelled(job_name(one, visit.voice), "job", number=_number(one))]
        for one in sorted(near)
    ]
    text = visit.voice.html("house.jobs_usage", word=word)
    await visit.show(text, InlineKeyboardMarkup([*rows, _last(visit, "jobs")]))


def _named(visit: Visit, word: str) -> str | None:
    """Return the job that a word names: its own name, or what readers call it."""
    said = word.casefold()
    return next(
        (job for job in JOBS if said in {job, job_name(job, visit.voice).casefold()}), None
    )


def _number(named: str) -> int:
    return crc32(named.encode())


def _last(visit: Visit, again: str = "") -> list[InlineKeyboardButton]:
    """Return the row that refreshes a screen and leads back to the panel."""
    refresh = [visit.buttons.make("refresh", again)] if again else []
    return [*refresh, visit.buttons.make("back_admin", "admin"), visit.buttons.home()]


_ACTED: Final[Mapping[str, str]] = {
    "run": "run",
    "lancer": "run",
    "pause": "pause",
    "resume": "resume",
    "reprendre": "resume",
}
