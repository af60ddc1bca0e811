"""Stretches of a backtest in processes of their own, as many at a time as there are processors.

What they find is kept in the state; through the pipe comes only how far they are. A process whose
parent is gone ends at its next look: nothing is left running behind a backtest that was killed.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from engine.domain.errors import MonPsError
from jobs.backtest_stage import walk_stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from jobs.backtest_stage import Stretch
    from jobs.backtest_state import State

    Running = dict[Connection[Any, Any], SpawnProcess]

_AT_ONCE: Final = min(2, os.cpu_count() or 1)


class StretchFailed(RuntimeError):
    """A process ended before its stretch did; its own traceback is on standard error."""


def walk_all(
    stretches: Iterable[Stretch], state: State, steps: Callable[[int, int], None]
) -> None:
    """Walk every stretch; `steps` is told how many matches of how many are decided.

    Raises:
        MonPsError: a process was refused something that it says in one line, such as room.
        StretchFailed: one of them could not be walked to its end.
    """
    waiting = deque(stretches)
    done, every = 0, sum(len(one.archive) for one in waiting)
    running: Running = {}
    try:
        while waiting or running:
            while waiting and len(running) < _AT_ONCE:
                _begin(waiting.popleft(), state, running)
            for pipe in [one for one in running if one in wait(list(running))]:
                done += _heard(pipe, running)
                steps(done, every)
    finally:
        for process in running.values():
            process.terminate()
            process.join()


def _begin(stretch: Stretch, state: State, running: Running) -> None:
    """Start a process that is deaf to Ctrl-C: it is the parent's to hear, who ends this one."""
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_walk, args=(stretch, state, theirs))
    resource_tracker.ensure_running()  # to begin it lets signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
        theirs.close()
        running[ours] = process
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _walk(stretch: Stretch, state: State, pipe: Connection[Any, Any]) -> None:
    """Run in the process: a pipe that nobody reads any more ends it."""
    try:
        walk_stretch(stretch, state, pipe.send)
    except MonPsError as refused:
        pipe.send(refused)
    except BrokenPipeError:
        return


def _heard(pipe: Connection[Any, Any], running: Running) -> int:
    """Return how many matches a process has decided since it was last heard."""
    try:
        heard = pipe.recv()
        if isinstance(heard, MonPsError):
            raise heard
        return int(heard)
    except EOFError:
        process = running.pop(pipe)
        process.join()
        pipe.close()
        if process.exitcode:
            raise StretchFailed(f"exit code {process.exitcode}") from None
        return 0
