"""`python -m bench NAME [--json [FILE]]` measures one kernel against the peers; no NAME, all.

A bench is a module of this room with `measure() -> Mapping[str, object]`: what it measured, by
name. Benches may import every room; no room imports them.
"""

from __future__ import annotations

import argparse
import json
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, TextIO

import bench

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STANDARD_OUTPUT: Final = "-"
_REFUSED: Final = 2
_INTERRUPTED: Final = 130


class _OneLine(argparse.ArgumentParser):
    """A command line that is refused in one line, as that of `python -m jobs` is."""

    def error(self, message: str) -> NoReturn:
        """End with exit status 2 and one line without the usage, which --help tells."""
        self.refuse(f"{message}; see {self.prog} --help")

    def refuse(self, told: str) -> NoReturn:
        """End with exit status 2 and one line."""
        self.exit(_REFUSED, f"mon_ps: {' '.join(told.split())}\n")


def names() -> list[str]:
    """Return the benches that exist."""
    found = (module.name for module in pkgutil.iter_modules(bench.__path__))
    return sorted(name for name in found if not name.startswith("_"))


def run(wanted: Sequence[str], shown: TextIO) -> dict[str, Mapping[str, object]]:
    """Run the benches named, in order; show and return what each measured."""
    measured: dict[str, Mapping[str, object]] = {}
    for name in wanted:
        measured[name] = import_module(f"bench.{name}").measure()
        shown.writelines(
            f"{name:<16} {what:<48} {_shown(value)}\n" for what, value in measured[name].items()
        )
    return measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    known = names()
    parser = _OneLine(prog="python -m bench")
    parser.add_argument("name", nargs="?", metavar="NAME", help=", ".join(known) or "none yet")
    parser.add_argument(
        "--json",
        nargs="?",
        const=_STANDARD_OUTPUT,
        metavar="FILE",
        help="write the figures as JSON there; to standard output, the table to standard error",
    )
    given = parser.parse_args(arguments)
    if given.name is not None and given.name not in known:
        parser.error(f"no bench {given.name!r}; there are: {', '.join(known) or 'none yet'}")
    wanted = known if given.name is None else [given.name]
    shown = sys.stderr if given.json == _STANDARD_OUTPUT else sys.stdout
    if not wanted:
        shown.write("no benches yet\n")
    measured = json.dumps(run(wanted, shown), indent=2, default=str) + "\n"
    if given.json == _STANDARD_OUTPUT:
        sys.stdout.write(measured)
    elif given.json is not None:
        try:
            Path(given.json).write_text(measured)
        except OSError as fault:
            parser.refuse(f"--json: cannot write {given.json}: {fault.strerror}")
    return 0


def _shown(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
