"""What command lines share: files asked for, --json with or without one, bars, one-line ends."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.progress import Progress
from typer.core import TyperCommand

from engine.domain.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping

    from jobs.context import Context

    WithContext = Callable[
        [Callable[[Context], Coroutine[Any, Any, Mapping[str, Any]]]], Mapping[str, Any]
    ]
    """Runs work inside an open house and returns what it told."""
    WriteJson = Callable[[Mapping[str, object], str], None]

STANDARD_OUTPUT: Final = "-"
REFUSED: Final = 2
FAILED: Final = 1


class JsonAlone(TyperCommand):
    """Lets --json stand without a file: standard output is meant."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        filled: list[str] = []
        for place, word in enumerate(args):
            filled.append(word)
            following = args[place + 1 : place + 2]
            if word == "--json" and (not following or following[0].startswith("--")):
                filled.append(STANDARD_OUTPUT)
        parsed: list[str] = super().parse_args(ctx, filled)
        return parsed


def may_write(*files: tuple[str, str | Path | None]) -> None:
    """See that files asked for can be written, by option, before minutes are spent on them.

    Raises:
        SettingsInvalid: one cannot, or would overwrite another; its option is named.
    """
    named: dict[Path, str] = {}
    for option, file in files:
        if file is None or file == STANDARD_OUTPUT:
            continue
        fault = _fault(Path(file))
        if fault:
            raise SettingsInvalid(f"{option}: cannot write {file}: {os.strerror(fault)}")
        other = named.setdefault(Path(file).resolve(), option)
        if other != option and not Path(file).is_char_device():
            raise SettingsInvalid(f"{option}: {file} is the file of {other}")


def _fault(path: Path) -> int:
    """Return why no file can be written there, as the system numbers it; 0 for nothing known."""
    if path.is_dir():
        return errno.EISDIR
    if not path.parent.is_dir():
        return errno.ENOTDIR if path.parent.exists() else errno.ENOENT
    writable = os.access(path if path.exists() else path.parent, os.W_OK)
    return 0 if writable else errno.EACCES


def write_file(path: Path, content: bytes, option: str) -> None:
    """Write a file that was asked for: whole or, where the disk fills, as it was before.

    A device, a link, or a file in a folder that takes no other is written where it is.

    Raises:
        SettingsInvalid: it cannot be written; the option is named.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if _in_place(path):
            path.write_bytes(content)
        else:
            _replace(path, part, content)
    except OSError as error:
        raise SettingsInvalid(f"{option}: cannot write {path}: {error.strerror}") from None


def _in_place(path: Path) -> bool:
    other = path.is_symlink() or (path.exists() and not path.is_file())
    return other or not os.access(path.parent, os.W_OK)


def _replace(path: Path, part: Path, content: bytes) -> None:
    try:
        part.write_bytes(content)
        if path.exists():
            part.chmod(stat.S_IMODE(path.stat().st_mode))
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def known_language(language: str, languages: Mapping[str, object]) -> str:
    """Return the language.

    Raises:
        SettingsInvalid: nothing is said in it.
    """
    if language not in languages:
        raise SettingsInvalid(f"--language: {language!r} is none of {', '.join(languages)}")
    return language


@contextmanager
def bar(says: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error while something is worked at, if somebody looks on."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(says, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
