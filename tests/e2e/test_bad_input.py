"""What a person reads when something is wrong with the settings, a file, a port or the token."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest
from telegram.error import Conflict

from bot.app import build_application
from bot.polling import Conflicts, open_line
from engine.domain.alert import Role
from engine.domain.errors import Stop
from sandbox.clock import now
from storage.people import Person
from tests.e2e.bot_house import open_house
from tests.faults.street import (
    MEMBER,
    ROOT,
    Street,
    Told,
    environment,
    eventually,
    open_street,
    run,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from storage.dsn import Dsn
    from storage.pool import Pool

OWNER = 1001
SECRET = "hunter2"
TOKEN = f"123:{SECRET}"
START_SECONDS = 30


@pytest.fixture
async def street(database: Dsn, tmp_path: Path) -> AsyncIterator[Street]:
    async with open_street(database, tmp_path / "service.log", first_kick_off=100) as opened:
        yield opened


@contextmanager
def taken_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield str(taken.getsockname()[1])


def refused(told: Told, who: str = "mon_ps") -> str:
    """Return the one line a refused command says; it is all it says, and holds no secret."""
    assert told.code == 2, told
    (line,) = told.err.splitlines()
    assert line.startswith(f"{who}: ")
    assert SECRET not in line
    return line


async def test_a_missing_token_says_how_to_get_one_and_what_needs_none() -> None:
    said = refused(await run("-m", "bot"))
    assert "MON_PS_TELEGRAM_TOKEN is missing" in said
    assert "@BotFather" in said
    assert "`make demo`" in said


@pytest.mark.parametrize("module", ["bot", "jobs"])
async def test_an_unknown_setting_is_refused_with_the_nearest_known_one(module: str) -> None:
    told = await run("-m", module, *_report(module), MON_PS_TELEGRAM_TOKN=TOKEN)
    assert "did you mean MON_PS_TELEGRAM_TOKEN?" in refused(told)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "is empty: unset it to use the embedded database"),
        (f"mysql://u:{SECRET}@localhost/d", "is not a postgresql:// address"),
        (f"postgresql://u:{SECRET}#x@localhost/d", "the database address is malformed"),
        (f"postgresql://u:{SECRET}@localhost", "the database address names no database"),
    ],
    ids=["empty", "another scheme", "password not encoded", "no database"],
)
async def test_a_database_address_that_is_none_is_refused_without_quoting_it(
    url: str, reason: str
) -> None:
    service, job = await asyncio.gather(
        run("-m", "bot", MON_PS_TELEGRAM_TOKEN=TOKEN, MON_PS_DATABASE_URL=url),
        run("-m", "jobs", "report", MON_PS_DATABASE_URL=url),
    )
    assert reason in refused(service)
    assert reason in refused(job)


async def test_a_database_that_refuses_the_password_is_named_without_it(cluster: Dsn) -> None:
    server = cluster.masked.removeprefix("postgresql://")
    url = f"postgresql://postgres:{SECRET}@{server}"
    service, job = await asyncio.gather(
        run("-m", "bot", MON_PS_TELEGRAM_TOKEN=TOKEN, MON_PS_DATABASE_URL=url),
        run("-m", "jobs", "snapshot", MON_PS_DATABASE_URL=url),
    )
    for told in (service, job):
        assert "password authentication failed" in refused(told)


async def test_a_database_that_does_not_answer_is_said_at_once_and_ctrl_c_ends_the_wait(
    tmp_path: Path,
) -> None:
    with taken_port() as port:
        pass  # nobody listens there now
    log = tmp_path / "log"
    with log.open("wb") as written:
        service = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot"),
            cwd=ROOT,
            env=environment(
                {
                    "MON_PS_TELEGRAM_TOKEN": TOKEN,
                    "MON_PS_DATABASE_URL": f"postgresql://u:{SECRET}@127.0.0.1:{port}/d",
                }
            ),
            stdout=written,
            stderr=written,
        )

    async def said() -> bool:
        return "database_awaited" in log.read_text()

    await eventually(said, within=START_SECONDS, what="the wait is told", log=log)
    service.send_signal(signal.SIGINT)
    async with asyncio.timeout(5):
        assert await service.wait() == 0
    waiting, ended = log.read_text().splitlines()
    assert f"at=postgresql://127.0.0.1:{port}/d" in waiting
    assert SECRET not in waiting
    assert ended == "mon_ps: stopped before it had started"


@pytest.mark.parametrize(
    ("setting", "content"),
    [
        ("MON_PS_PROFILE", None),
        ("MON_PS_PROFILE", b"[delivery\n"),
        ("MON_PS_TELEGRAM_TOKEN_FILE", None),
        ("MON_PS_TELEGRAM_TOKEN_FILE", b"\xff" + SECRET.encode()),
        ("MON_PS_ENV_FILE", f"MON_PS_TELEGRAM_TOKEN {SECRET}\n".encode()),
    ],
    ids=["no profile", "profile not TOML", "no secret", "secret not text", "env file"],
)
async def test_an_unreadable_file_is_named(
    setting: str, content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "given"
    if content is not None:
        path.write_bytes(content)
    assert str(path) in refused(await run("-m", "bot", **{setting: str(path)}))


async def test_a_probe_port_in_use_ends_the_start_by_the_setting_s_name(street: Street) -> None:
    with taken_port() as port:
        told = await street.bot(MON_PS_PROBE_PORT=port)
    assert told.code == 2
    assert told.err.splitlines()[-1].startswith(
        f"mon_ps: MON_PS_PROBE_PORT: port {port} is in use"
    )
    assert "Traceback" not in told.err


@pytest.mark.parametrize("part", [(), ("--only", "telegram"), ("--only", "providers")])
async def test_a_port_in_use_is_refused_by_the_sandbox(part: tuple[str, ...]) -> None:
    with taken_port() as port:
        said = refused(await run("-m", "sandbox", *part, "--port", port), "sandbox")
    assert f"port {port} is in use" in said


async def test_a_token_that_telegram_refuses_ends_the_service_with_one_line(
    street: Street,
) -> None:
    told = await street.bot(MON_PS_TELEGRAM_TOKEN=TOKEN)
    assert told.code == 2
    last = told.err.splitlines()[-1]
    assert last == "mon_ps: Telegram refuses MON_PS_TELEGRAM_TOKEN: copy it again from @BotFather"
    assert "Traceback" not in told.err
    assert SECRET not in told.err
    async with street.service():  # nothing of the failed start stands in the way of the next
        await _is_answered(street, MEMBER)


async def test_a_second_bot_on_the_token_ends_this_one_after_a_while(pool: Pool) -> None:
    async with open_house(pool) as house:
        assert house.app.updater
        await house.app.updater.stop()
        await house.people.spoil(method="getUpdates", status=409, times=99)
        token = house.app.bot.token
        url = house.app.bot.base_url.removesuffix(f"/bot{token}")
        second = build_application(house.door, token=token, base_url=url)
        with pytest.raises(ExceptionGroup) as ended:
            async with asyncio.timeout(20), open_line(second, Conflicts(2.0)):
                await asyncio.Event().wait()
        await house.people.forgive()
        await house.app.updater.start_polling()
    stop = ended.value.subgroup(Stop)
    assert stop is not None
    assert "another program polls this bot's token" in str(stop.exceptions[0])


def test_a_predecessor_s_last_poll_is_no_second_bot() -> None:
    conflicts = Conflicts(60.0)
    conflicts.note(Conflict("terminated by other getUpdates request"))
    conflicts.note(Conflict("terminated by other getUpdates request"))
    assert not conflicts.lasting.is_set()


async def test_without_odds_keys_the_service_says_so_in_one_line_and_answers(
    street: Street,
) -> None:
    async with street.service(MON_PS_ODDS_API_KEYS=None):
        await _is_answered(street, MEMBER)
    told = street.log.read_text().splitlines()
    (line,) = [line for line in told if "odds_from_files_twice_a_week" in line]
    assert "until='MON_PS_ODDS_API_KEYS is set'" in line
    assert not [line for line in told if "Traceback" in line]


async def test_a_token_refused_while_sending_turns_the_probe_red_and_is_on_the_health_screen(
    street: Street,
) -> None:
    with taken_port() as port:
        pass
    person = Person(
        user_id=MEMBER, chat_id=MEMBER, role=Role.MEMBER, language="fr", wants_picks=True
    )
    async with street.store.transaction() as tx:
        await tx.people.save(person, now())
    await street.people.spoil(method="*", chat_id=MEMBER, status=401, times=999)
    async with street.service(MON_PS_PROBE_PORT=port, MON_PS_OWNER_IDS=str(OWNER)):

        async def red() -> bool:
            async with aiohttp.ClientSession() as session:
                address = f"http://127.0.0.1:{port}/readyz"
                try:
                    async with session.get(address) as answer:
                        return answer.status == 503 and "token_refused" in await answer.text()
                except aiohttp.ClientConnectionError:
                    return False  # not open yet

        await eventually(red, within=START_SECONDS, what="not ready", log=street.log)
        await _is_answered(street, OWNER)
        await _is_answered(street, OWNER, "/health", "Envois arrêtés")
    waiting = [row for row in await street.outbox() if row["chat_id"] == MEMBER]
    assert waiting
    assert not {row["state"] for row in waiting} & {"dead", "uncertain", "cancelled"}


async def _is_answered(street: Street, person: int, says: str = "/start", shown: str = "") -> None:
    events = await street.people.events(person)
    after = max((event["event"] for event in events), default=0)
    await street.people.write(person, says)

    async def answered() -> bool:
        found = await street.people.events(person, after=after)
        return any(
            event["kind"] == "send" and event["by_bot"] and shown in event["text"]
            for event in found
        )

    await eventually(answered, within=START_SECONDS, what=f"an answer to {says}", log=street.log)


def _report(module: str) -> tuple[str, ...]:
    return ("report",) if module == "jobs" else ()
