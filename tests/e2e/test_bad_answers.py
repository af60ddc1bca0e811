"""What a provider's bad answers leave behind: the keys, the kept answers, and no invented pick."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from engine.collect.budget import fingerprint
from sandbox.faults import Fault
from storage.pool import connect
from tests.faults.street import Street, Told, eventually, open_street

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.dsn import Dsn
    from storage.pool import Connection

OWNER = 1001
FIRST, SECOND = "sandbox-odds-1", "sandbox-odds-2"
WRONG = "hunter2-is-no-key"
START_SECONDS = 30


@pytest.fixture
async def street(database: Dsn, tmp_path: Path) -> AsyncIterator[Street]:
    async with open_street(database, tmp_path / "service.log", first_kick_off=100) as opened:
        yield opened


@pytest.fixture
async def ledger(database: Dsn) -> AsyncIterator[Connection]:
    """A session of the test's own, to read what is true after a command."""
    session = await connect(database)
    yield session
    await session.close()


def done(told: Told) -> dict[str, Any]:
    """Return the report of a look that went well."""
    assert told.code == 0, told
    assert told.err == "", told
    report: dict[str, Any] = json.loads(told.out)
    assert report["state"] == "done"
    return report


def failed(told: Told) -> str:
    """Return the one line of a look that did not; it is all there is, and holds no key."""
    assert told.code == 1, told
    assert "Traceback" not in told.err
    assert not [key for key in (WRONG, FIRST, SECOND) if key in told.err + told.out]
    (line,) = told.err.splitlines()
    return line.removeprefix("mon_ps: snapshot ")


async def standing(ledger: Connection, key: str) -> dict[str, Any]:
    found = await ledger.fetchval(
        "select state from provider_keys where fingerprint = $1", fingerprint(key)
    )
    assert found is not None
    state: dict[str, Any] = found if isinstance(found, dict) else json.loads(found)
    return state


async def last_run(ledger: Connection) -> str:
    state: str = await ledger.fetchval(
        "select state from runs where job = 'snapshot' order by started_at desc limit 1"
    )
    return state


async def count(ledger: Connection, what: str) -> int:
    found: int = await ledger.fetchval(f"select count(*) from {what}")  # noqa: S608  # our words
    return found


async def test_a_wrong_key_is_disabled_for_good_and_the_next_declared_one_is_used(
    street: Street, ledger: Connection
) -> None:
    keys = {"MON_PS_ODDS_API_KEYS": f"{WRONG},{FIRST}"}
    assert done(await street.jobs("snapshot", **keys))["picks"] > 0
    assert (await standing(ledger, WRONG))["disabled"] == "INVALID_KEY"
    assert (await standing(ledger, FIRST))["disabled"] is None
    refused = await count(ledger, "payloads where status = 401")
    assert refused > 0
    done(await street.jobs("snapshot", **keys))
    assert await count(ledger, "payloads where status = 401") == refused  # never asked again


async def test_with_no_key_left_the_look_is_stopped_with_the_reason(
    street: Street, ledger: Connection
) -> None:
    said = failed(await street.jobs("snapshot", MON_PS_ODDS_API_KEYS=WRONG))
    assert said == "stopped: The Odds API refuses every declared key (INVALID_KEY)"
    assert await last_run(ledger) == "stopped"
    assert await count(ledger, "picks") == 0


async def test_with_no_key_left_the_owner_is_told_once_and_the_service_goes_on(
    street: Street,
) -> None:
    every_second = {
        "MON_PS_SCHEDULE__SNAPSHOT_EVERY": "2m",
        "MON_PS_SCHEDULE__HEALTH_EVERY": "2m",
    }
    async with (
        street.service(
            MON_PS_ODDS_API_KEYS=WRONG, MON_PS_OWNER_IDS=str(OWNER), **every_second
        ) as service,
        _session(street) as ledger,
    ):
        await street.people.write(OWNER, "/start")
        told = f"key {fingerprint(WRONG)} is refused (INVALID_KEY)"

        async def alerted() -> list[str]:
            return [one.text for one in street.telegram.log.sends(OWNER) if told in one.text]

        await eventually(alerted, within=START_SECONDS, what="an ops alert", log=street.log)
        idle = "runs where job = 'snapshot' and report #> '{left_out,no_key}' is not null"
        runs = await count(ledger, idle)

        async def idle_again() -> bool:
            return await count(ledger, idle) >= runs + 2

        await eventually(idle_again, within=START_SECONDS, what="later runs", log=street.log)
        assert len(await alerted()) == 1
        assert service.returncode is None
    text = street.log.read_text()
    assert WRONG not in text
    assert "Traceback" not in text


@pytest.mark.parametrize("status", [401, 429])
async def test_a_spent_key_is_parked_until_the_month_s_end_whatever_the_status(
    street: Street, ledger: Connection, status: int
) -> None:
    for key in (FIRST, SECOND):
        street.providers.accounts.put(
            {"provider": "odds_api", "key": key, "out_of_credits_status": status}
        )
    _spend(street, FIRST)
    assert done(await street.jobs("snapshot"))["picks"] > 0
    state = await standing(ledger, FIRST)
    until = datetime.fromisoformat(state["parked_until"])
    assert (until.day, until.hour, until.tzinfo) == (1, 0, UTC)
    assert state["disabled"] is None
    assert (await standing(ledger, SECOND))["parked_until"] is None
    _spend(street, SECOND)
    said = failed(await street.jobs("snapshot"))
    assert said.startswith("skipped: every key of The Odds API is out of credits until 01 ")
    assert await last_run(ledger) == "skipped"


@pytest.mark.lasting
async def test_a_rate_limit_never_switches_keys(street: Street, ledger: Connection) -> None:
    street.providers.accounts.put({"provider": "odds_api", "key": FIRST, "per_second": 0})
    said = failed(await street.jobs("snapshot"))
    assert said.startswith("retry: ")
    assert await last_run(ledger) == "retry"
    state = await standing(ledger, FIRST)
    assert (state["parked_until"], state["disabled"]) == (None, None)
    untouched = await standing(ledger, SECOND)
    assert (untouched["used"], untouched["slow_until"]) == (None, None)
    street.providers.accounts.put({"provider": "odds_api", "key": FIRST, "per_second": 30})
    assert done(await street.jobs("snapshot"))["picks"] > 0
    assert (await standing(ledger, SECOND))["used"] is None


@pytest.mark.parametrize(
    ("fault", "reason", "kept"),
    [
        ({"html": True}, "answered 200 with a web page instead of its JSON", b"<!DOCTYPE"),
        ({"html": True, "status": 502}, "answered 502 with a web page", b"<!DOCTYPE"),
        ({"truncate": True}, "a cut-off or garbled answer instead of its JSON", b"["),
        ({"disconnect": True}, "answered 200 but the answer was cut off", b"["),
        ({"body": ""}, "answered 200 with nothing instead of its JSON", b""),
    ],
    ids=["html", "html 502", "truncated", "hung up", "empty"],
)
async def test_an_answer_that_is_none_is_kept_and_asked_for_again_and_nothing_is_invented(
    street: Street, ledger: Connection, fault: dict[str, Any], reason: str, kept: bytes
) -> None:
    street.providers.faults.add(_fault(path="/odds", times=999, **fault))
    said = failed(await street.jobs("snapshot"))
    assert said.startswith("retry: The Odds API ")
    assert reason in said
    bodies = [row["body"] for row in await ledger.fetch("select body from payloads")]
    assert bodies
    assert all(body.startswith(kept) for body in bodies)
    for table in ("odds_changes", "picks", "outbox"):
        assert await count(ledger, table) == 0
    assert await last_run(ledger) == "retry"
    street.providers.faults.clear()
    assert done(await street.jobs("snapshot"))["picks"] > 0


async def test_one_cut_off_answer_does_not_take_the_others_down(
    street: Street, ledger: Connection
) -> None:
    assert street.providers.world is not None
    league = street.providers.world.leagues[0].sport_key
    street.providers.faults.add(_fault(path=f"/{league}/odds", times=3, truncate=True))
    report = done(await street.jobs("snapshot"))
    assert report["failures"] == {"FeedDown": 1}
    assert report["picks"] > 0
    assert await count(ledger, "fixtures where competition <> '" + league + "'") > 0
    assert await count(ledger, "fixtures where competition = '" + league + "'") == 0


def _spend(street: Street, key: str) -> None:
    street.providers.accounts.put({"provider": "odds_api", "key": key, "quota": 0})


def _fault(**wanted: Any) -> Fault:
    return Fault.parse(wanted)


@asynccontextmanager
async def _session(street: Street) -> AsyncIterator[Connection]:
    session = await connect(street.dsn)
    try:
        yield session
    finally:
        await session.close()
