import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.demo import MISHAPS, Wish, play
from sandbox.demo_service import ROOT, BotProcess, ServiceBroken, environment

STAND_IN = "tests.contract.demo.stand_in"
SHOW = f"""
import asyncio, pathlib, sys
from sandbox.demo import Wish, show
wish = Wish(profile=pathlib.Path(sys.argv[1]), service="{STAND_IN}", reporter="{STAND_IN}")
asyncio.run(show(wish, lambda line: print(line, flush=True)))
"""


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, needs prctl")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "fast.toml"
    path.write_text("[scale]\nfactor = 3600\n")
    return path


def a_wish(profile: Path) -> Wish:
    return Wish(profile=profile, service=STAND_IN, reporter=STAND_IN)


@asynccontextmanager
async def a_show(profile: Path, home: Path) -> AsyncIterator[Process]:
    """`python -m sandbox` with the stand-in for a service, watched by this test."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SHOW, str(profile)),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(home)},
        stdout=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def heard(process: Process, words: str) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(20):
        while line := (await process.stdout.readline()).decode():
            if words in line:
                return line
    raise AssertionError(f"the demo never said {words!r}")


async def service_pid(process: Process) -> int:
    line = await heard(process, "the service is ready (process")
    return int(line.partition("(process ")[2].partition(")")[0])


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    """Say whether a process is there and not merely waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def gone(pid: int) -> bool:
    for _ in range(100):
        if not is_running(pid):
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.mark.lasting
async def test_a_run_alone_plays_judges_and_reports(profile: Path) -> None:
    said: list[str] = []
    figures = await play(a_wish(profile), said.append, matchdays=1)
    assert figures["people"]["started"] == 3
    assert (figures["alerts_committed"], figures["alerts_delivered"]) == (3, 3)
    assert (figures["lost"], figures["duplicates"], figures["errors"]) == (0, 0, 0)
    assert (figures["people"]["asked"], figures["people"]["answered"]) == (6, 6)
    assert (figures["scale"], figures["seed"], figures["service_restarts"]) == (3600, 1, 0)
    assert figures["expected_edge"]["mean"] == pytest.approx(0.02)
    assert figures["true_edge"]["n"] == figures["picks"]
    assert said[0].startswith("one second here is 3600 seconds")
    assert said[1].startswith("chat page: http://127.0.0.1:")


@pytest.mark.lasting
async def test_a_run_with_mishaps_judges_by_the_truth_and_names_what_went_wrong(
    profile: Path,
) -> None:
    said: list[str] = []
    wish = replace(a_wish(profile), mishaps=MISHAPS)
    figures = await play(wish, said.append, matchdays=1)
    caught = figures["close_coverage"]
    # the stand-in asks for no odds: nothing was caught, and most of it no fault's doing
    assert caught["n"] > 0
    assert (caught["caught"], caught["claimed"]) == (0, None)
    assert caught["missed_unexplained"] > 0
    befallen = {kind for match in figures["mishaps"]["matches"] for kind in match["kinds"]}
    assert {"moved", "postponed", "abandoned", "corrected_result", "late_result"} <= befallen
    assert {"outage", "frozen feed"} <= {one["name"] for one in figures["mishaps"]["wire"]}
    assert said[1] == "mishaps are on, as demo_faults.toml tells them"
    assert said[-1].startswith(f"closes: 0 of {caught['n']} could be caught")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("[[storm]]\n", "unknown tables: storm"),
        ('[[fault]]\nmood = "bad"\n', "unknown fields: mood"),
        (
            '[[happening]]\nmatchday = 0\nsport_key = "chess"\nmatch = 0\nkind = "walkover"\n',
            "chess has no match 0",
        ),
    ],
)
async def test_a_script_that_cannot_be_played_is_refused_before_the_service_starts(
    profile: Path, tmp_path: Path, script: str, why: str
) -> None:
    path = tmp_path / "mishaps.toml"
    path.write_text(script)
    with pytest.raises(ValueError, match=why):
        await play(replace(a_wish(profile), mishaps=path), lambda _: None, matchdays=1)


async def test_a_killed_service_is_restarted_and_ctrl_c_leaves_nothing(
    profile: Path, tmp_path: Path
) -> None:
    async with a_show(profile, tmp_path) as demo:
        first = await service_pid(demo)
        os.kill(first, signal.SIGKILL)
        await heard(demo, "was ended by SIGKILL; restarting it (1)")
        await asyncio.sleep(1)
        second = children(demo.pid)
        assert len(second) == 1
        assert second != [first]
        demo.send_signal(signal.SIGINT)
        await heard(demo, "stopping")
        async with asyncio.timeout(10):
            assert await demo.wait() == 0
    assert await gone(second[0])
    assert list(tmp_path.glob("mon_ps_demo_*")) == []


async def test_a_demo_killed_outright_takes_the_service_with_it(
    profile: Path, tmp_path: Path
) -> None:
    async with a_show(profile, tmp_path) as demo:
        pid = await service_pid(demo)
        demo.kill()
        assert await gone(pid)


async def test_a_service_that_never_starts_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MON_PS_TEST_STAND_IN", "broken")
    settings = {"MON_PS_TELEGRAM_URL": "", "MON_PS_TELEGRAM_TOKEN": "", "MON_PS_DATA_DIR": "x"}
    said: list[str] = []
    service = BotProcess(
        settings, tmp_path / "log", said.append, module=STAND_IN, reporter=STAND_IN
    )
    with pytest.raises(ServiceBroken, match="settings: nothing works"):
        await service.keep_running()
    assert service.restarts == len(said) == 3


def test_the_callers_own_settings_never_reach_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MON_PS_DATABASE_URL", "postgresql://real")
    monkeypatch.setenv("MON_PS_TEST_FAILPOINT", "after_send")
    found = environment({"MON_PS_OWNER_IDS": "1001"})
    assert "MON_PS_DATABASE_URL" not in found
    assert found["MON_PS_ENV_FILE"] == "/dev/null"
    assert (found["MON_PS_OWNER_IDS"], found["MON_PS_TEST_FAILPOINT"]) == ("1001", "after_send")
