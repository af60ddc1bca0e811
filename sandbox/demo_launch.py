"""python -m sandbox.demo_launch PARENT ARGUMENTS: become `python ARGUMENTS`, dying with PARENT.

Linux tells the command to stop when its parent is gone, however it went; elsewhere the parent
stops it on every way out it can foresee.
"""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def main(arguments: list[str]) -> None:
    """Replace this process; never returns."""
    parent, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        sys.exit("the parent is gone already")
    os.execv(sys.executable, [sys.executable, *command])  # noqa: S606  # our own interpreter


if __name__ == "__main__":
    main(sys.argv[1:])
