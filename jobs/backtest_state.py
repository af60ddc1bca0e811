"""What a backtest has found so far, in files beside its picks: a run that was killed goes on.

The folder is named for what was asked, the data read and the code that reads it: nothing found by
other code, or of other files, is ever taken for this run's.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass, fields
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile

import numpy as np

from engine.domain.errors import SettingsInvalid
from engine.learning.backtest.knowledge import Knowledge
from engine.learning.backtest.tried import Tried
from storage.artifact_codec import Undecodable, decode, encode

if TYPE_CHECKING:
    from engine.learning.archive import Archive

_ROOT: Final = Path(__file__).parent.parent
_CODE: Final = ("engine/**/*.py", "jobs/backtest*.py", "storage/artifact_codec.py")
_LIBRARIES: Final = ("numpy", "scipy")
_KNOWLEDGE: Final = "knowledge.bin"
_CHECKSUM: Final = 32  # bytes of a SHA-256
_LENGTH: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A folder of blocks by name; files appear whole or not at all."""

    folder: Path

    def load(self, name: str) -> Tried | None:
        """Return a block's bets; None where it was never finished, or cannot be read."""
        try:
            content = BytesIO((self.folder / f"{name}.npz").read_bytes())
            with np.load(content, allow_pickle=False) as columns:
                return Tried(**{field.name: columns[field.name] for field in fields(Tried)})
        except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile):
            return None

    def save(self, name: str, bets: Tried) -> None:
        """Keep a block's bets.

        Raises:
            SettingsInvalid: they cannot be written.
        """
        out = BytesIO()
        np.savez(out, **{field.name: getattr(bets, field.name) for field in fields(Tried)})
        self._write(f"{name}.npz", out.getvalue())

    def load_knowledge(self) -> Knowledge | None:
        """Return what was learned; None where learning was never finished, or a byte is wrong."""
        try:
            content = (self.folder / _KNOWLEDGE).read_bytes()
            checksum, body = content[:_CHECKSUM], content[_CHECKSUM:]
            return decode(Knowledge, body) if hashlib.sha256(body).digest() == checksum else None
        except (OSError, Undecodable):
            return None

    def save_knowledge(self, known: Knowledge) -> None:
        """Keep what was learned.

        Raises:
            SettingsInvalid: it cannot be written.
        """
        body = encode(known)
        self._write(_KNOWLEDGE, hashlib.sha256(body).digest() + body)

    def _write(self, name: str, content: bytes) -> None:
        part = self.folder / f".{name}.{os.getpid()}"
        try:
            part.write_bytes(content)
            part.replace(self.folder / name)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise SettingsInvalid(f"--csv: cannot write {part}: {error.strerror}") from None


def open_state(folder: Path, key: str) -> State:
    """Return the state of one ask below `folder`; those of other asks are dropped.

    Raises:
        SettingsInvalid: the folder cannot be written.
    """
    mine = folder / key
    try:
        mine.mkdir(parents=True, exist_ok=True)
        for other in folder.iterdir():
            if other.is_dir() and other.name != key and len(other.name) == len(key):
                shutil.rmtree(other)
    except OSError as error:
        raise SettingsInvalid(f"--csv: cannot write {folder}: {error.strerror}") from None
    return State(folder=mine)


def key_of(asked: str, archive: Archive) -> str:
    """Return the name of what is asked of these data by this code."""
    found = hashlib.sha256(asked.encode())
    for library in _LIBRARIES:
        found.update(f"{library} {version(library)}\n".encode())
    for path in sorted({path for pattern in _CODE for path in _ROOT.glob(pattern)}):
        found.update(path.relative_to(_ROOT).as_posix().encode())
        found.update(path.read_bytes())
    _add(found, archive)
    return found.hexdigest()[:_LENGTH]


def _add(found: hashlib._Hash, value: object) -> None:
    for field in fields(value):  # type: ignore[arg-type]  # dataclasses alone come here
        one = getattr(value, field.name)
        if isinstance(one, np.ndarray):
            found.update(np.ascontiguousarray(one).data)
        elif isinstance(one, tuple):
            found.update("\n".join(map(str, one)).encode())
        else:
            _add(found, one)
