"""Backups on disk: a dump, its checksum and its manifest beside it; the dump's name comes last.

Whatever has no dump of the final name is no backup: a run that was killed leaves nothing that
could be taken for one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from engine.domain.backup import MANIFEST_VERSION, Manifest
from engine.domain.errors import BackupRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from engine.domain.backup import BackupRules

SUFFIX: Final = ".dump"
MANIFEST, CHECKSUM, CHECKED = ".json", ".sha256", ".checked"
_PART: Final = ".part"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_ANY: Final = "????????T??????Z"
_CHUNK: Final = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup on disk; without a manifest it cannot be taken up.

    `checked_at` is when it was last restored on trial and found whole.
    """

    file: Path
    manifest: Manifest | None
    size: int
    checked_at: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether all of it is there, by its size; its checksum is read before a restore."""
        return self.manifest is not None and self.size == self.manifest.size


def file_for(folder: Path, database: str, at: datetime) -> Path:
    """Return the name of a backup: mon_ps-20260802T024000Z.dump."""
    return folder / f"{_stem(database)}-{at.astimezone(UTC).strftime(_STAMP)}{SUFFIX}"


def backups_of(folder: Path, database: str) -> tuple[Backup, ...]:
    """Return the backups of one database in a folder, newest first."""
    pattern = f"{_stem(database)}-{_ANY}{SUFFIX}"
    return tuple(one for one in backups_in(folder) if one.file.match(pattern))


def draft_of(file: Path) -> Path:
    """Return the name under which a dump is written."""
    return file.with_name(f".{file.name}{_PART}")


def begin(folder: Path, database: str, draft: Path) -> None:
    """Make folder and draft, for nobody else to read; remove what killed runs of `database` left.

    Raises:
        BackupRefused: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob(f".{_stem(database)}-{_ANY}{SUFFIX}*{_PART}"):
            left.unlink(missing_ok=True)
        for beside in folder.glob(f"{_stem(database)}-{_ANY}{SUFFIX}.*"):
            if not beside.with_suffix("").exists():
                beside.unlink(missing_ok=True)
        draft.touch(mode=0o600)
    except OSError as error:
        raise BackupRefused(f"cannot write backups to {folder}: {error.strerror}") from None


def publish(draft: Path, file: Path, manifest: Manifest) -> None:
    """Give a finished dump its name, after its manifest and checksum are safe on disk.

    Raises:
        BackupRefused: the disk is full, or gone.
    """
    try:
        _write(_beside(file, MANIFEST), msgspec.json.format(msgspec.json.encode(manifest)))
        _write(_beside(file, CHECKSUM), f"{manifest.sha256}  {file.name}\n".encode())
        _sync(draft)
        draft.replace(file)
        _sync(file.parent)
    except OSError as error:
        remove(file)
        raise BackupRefused(f"cannot write {file}: {error.strerror}") from None


def remove(file: Path) -> None:
    """Remove a backup: the dump first, so that nothing half there could be taken for one."""
    for path in (file, *(_beside(file, one) for one in (MANIFEST, CHECKSUM, CHECKED))):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def checksum(file: Path) -> str:
    """Return the sha256 of a file, as `sha256sum` prints it."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def backups_in(folder: Path) -> tuple[Backup, ...]:
    """Return the backups in a folder, newest first; one without a manifest by its file's time."""
    if not folder.is_dir():
        return ()
    found = [backup_at(file) for file in folder.glob(f"*{SUFFIX}") if not file.is_symlink()]
    return tuple(sorted(found, key=lambda one: (made_at(one), one.file.name), reverse=True))


def backup_at(file: Path) -> Backup:
    """Return the backup of this dump, with what stands beside it."""
    return Backup(
        file=file,
        manifest=_manifest(file),
        size=file.stat().st_size,
        checked_at=_checked_at(file),
    )


def made_at(backup: Backup) -> datetime:
    if backup.manifest is not None:
        return backup.manifest.made_at
    return datetime.fromtimestamp(backup.file.stat().st_mtime, UTC)


def sound(file: Path) -> Manifest:
    """Return the manifest of a dump that is byte for byte what was written.

    Raises:
        BackupRefused: it is not there, cut off, changed, or of another kind.
    """
    if not file.is_file():
        raise BackupRefused(f"there is no backup {file}")
    manifest = _manifest(file)
    if manifest is None:
        raise BackupRefused(f"{file.name}: its manifest {file.name}{MANIFEST} cannot be read")
    if manifest.version > MANIFEST_VERSION:
        raise BackupRefused(f"{file.name}: written by a newer version; update the code")
    size = file.stat().st_size
    if size != manifest.size:
        raise BackupRefused(f"{file.name}: cut off: {size} of {manifest.size} bytes are there")
    if checksum(file) != manifest.sha256:
        raise BackupRefused(f"{file.name}: changed since it was written: its checksum differs")
    return manifest


def mark_checked(file: Path, at: datetime) -> None:
    """Remember that a backup was restored on trial and found whole."""
    with contextlib.suppress(OSError):
        _write(_beside(file, CHECKED), at.astimezone(UTC).isoformat().encode())


def outlived(backups: Iterable[Backup], rules: BackupRules, now: datetime) -> tuple[Backup, ...]:
    """Return what need not be kept: not the last of its day or week, and older than a day.

    The newest whole one always stays, and counts only with those that are whole.
    """
    ordered = sorted(backups, key=made_at, reverse=True)
    keep: dict[tuple[str, object], Backup] = {}
    today = now.astimezone(UTC).date()
    for one in ordered:
        day = made_at(one).astimezone(UTC).date()
        age, week = (today - day).days, day.isocalendar()[:2]
        if one.whole:
            keep.setdefault(("newest", None), one)
            if age < rules.keep_days:
                keep.setdefault(("day", day), one)
            if age < 7 * rules.keep_weeks:
                keep.setdefault(("week", week), one)
        if (now - made_at(one)).total_seconds() < 24 * 3600:
            keep[("today", one.file)] = one
    kept = {one.file for one in keep.values()}
    return tuple(one for one in ordered if one.file not in kept)


def _stem(database: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", database)


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(f"{file.name}{suffix}")


def _manifest(file: Path) -> Manifest | None:
    try:
        return msgspec.json.decode(_beside(file, MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return None


def _checked_at(file: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(_beside(file, CHECKED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all, for nobody else to read."""
    part = path.with_name(f".{path.name}{_PART}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def told(backup: Backup) -> Mapping[str, object]:
    """Return a backup as plain JSON values."""
    manifest = backup.manifest
    return {
        "file": str(backup.file),
        "made_at": made_at(backup).isoformat(),
        "bytes": backup.size,
        "rows": manifest.total if manifest else None,
        "schema": manifest.schema if manifest else None,
        "checked_at": backup.checked_at.isoformat() if backup.checked_at else None,
    }
