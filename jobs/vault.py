"""Where backups are kept, and of which database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from jobs.backup_files import Backup, backups_of
from storage.clients import find_clients

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.domain.backup import BackupRules
    from storage.clients import Clients
    from storage.dsn import Dsn

Progress: TypeAlias = "Callable[[str, int, int], None]"
"""Hears which step is under way, and how much of how much of it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """Where backups are kept, of which database, by which programs and rules."""

    dsn: Dsn
    folder: Path
    rules: BackupRules
    programs: Path | None = None

    def clients(self) -> Clients:
        """Find the programs that dump and restore.

        Raises:
            DatabaseRefused: no PostgreSQL runs here.
            BackupRefused: it came without its clients.
        """
        return find_clients(self.programs, self.folder)

    def backups(self) -> tuple[Backup, ...]:
        """Return what is kept, newest first."""
        return backups_of(self.folder, self.dsn.database)
