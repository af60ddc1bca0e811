"""The real service beside the world: one child process, restarted when it dies."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, Final

import orjson

ROOT: Final = Path(__file__).resolve().parent.parent
_KEPT: Final = ("MON_PS_TEST_", "MON_PS_POSTGRES_BIN")
_GRACE_SECONDS: Final = 20.0
_QUICK_SECONDS: Final = 8.0
_QUICK_DEATHS: Final = 4
_LONGEST_PAUSE: Final = 5.0
_REPORT_SECONDS: Final = 60.0


class ServiceBroken(Exception):  # what is true, not where it is raised
    """The service cannot run, or its report cannot be read; the message says why."""


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return what the service is told: these settings alone, not those of the caller's shell.

    A `.env` of the checkout belongs to the real service: it is kept out.
    """
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MON_PS_") or name.startswith(_KEPT)
    }
    return ours | {"PYTHONPATH": str(ROOT), "MON_PS_ENV_FILE": "/dev/null"} | dict(settings)


class BotProcess:
    """`python -m bot` with settings by environment; its output goes to a file."""

    def __init__(
        self,
        settings: Mapping[str, str],
        log: Path,
        say: Callable[[str], None],
        *,
        module: str,
        reporter: str,
    ) -> None:
        self._environment = environment(settings)
        self._log = log
        self._say = say
        self._module = module
        self._reporter = reporter
        self._process: asyncio.subprocess.Process | None = None
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def keep_running(self) -> None:
        """Run until cancelled, then stop; a service that dies at once again and again is broken.

        Raises:
            ServiceBroken: it died several times in a row, each time within seconds.
        """
        quick = 0
        while True:
            started = monotonic()
            code = await self._run_once()
            quick = quick + 1 if monotonic() - started < _QUICK_SECONDS else 0
            if quick >= _QUICK_DEATHS:
                raise ServiceBroken(f"the service does not start: {self.last_words()}")
            self.restarts += 1
            self._say(f"the service {_ended(code)}; restarting it ({self.restarts})")
            await asyncio.sleep(min(_LONGEST_PAUSE, 0.2 * 2**quick))

    async def report(self) -> dict[str, Any]:
        """Return the figures of `python -m jobs report --json -`.

        Raises:
            ServiceBroken: the command failed or printed something else.
        """
        process = await self._start(
            ("-m", self._reporter, "report", "--json", "-"), asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(_REPORT_SECONDS):
                output, _ = await process.communicate()
        except TimeoutError:
            raise ServiceBroken("the report took too long") from None
        finally:
            await _stop(process, grace=2.0)
        if process.returncode != 0:
            raise ServiceBroken(f"the report failed: {self.last_words()}")
        try:
            found: dict[str, Any] = orjson.loads(output)
        except orjson.JSONDecodeError as error:
            raise ServiceBroken(f"the report is not JSON: {error}") from error
        return found

    def last_words(self) -> str:
        """Return the last line the service wrote."""
        with suppress(OSError):
            lines = self._log.read_text(errors="replace").strip().splitlines()
            return lines[-1] if lines else "it said nothing"
        return "it said nothing"

    async def _run_once(self) -> int:
        self._process = await self._start(("-m", self._module), None)
        try:
            return await self._process.wait()
        finally:
            await _stop(self._process, grace=_GRACE_SECONDS)
            self._process = None

    async def _start(
        self, arguments: tuple[str, ...], stdout: int | None
    ) -> asyncio.subprocess.Process:
        launcher = ("-m", "sandbox.demo_launch", str(os.getpid()))
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *launcher,
                *arguments,
                cwd=ROOT,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log if stdout is None else stdout,
                stderr=log,
                start_new_session=True,
            )


async def _stop(process: asyncio.subprocess.Process, *, grace: float) -> None:
    """Leave no process of this one's group: ask first, then insist."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await process.wait()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
