"""How long backups are kept, filled from settings; and what is known of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # read at run time with the file
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


MANIFEST_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRules:
    """The last one of each of `keep_days` days and of each of `keep_weeks` weeks stays.

    What is older is removed after the next backup: what people had forgotten must not outlive
    it for long.
    """

    keep_days: int = 7
    keep_weeks: int = 4

    def __post_init__(self) -> None:
        if min(self.keep_days, self.keep_weeks) < 1:
            raise ValueError("at least one backup must be kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands beside a dump: of what, when, and what must be found in it again.

    `migrations` are those the database had had, by name with their checksum; `rows` the rows of
    each table in the very snapshot that was dumped.
    """

    database: str
    made_at: datetime
    server: int
    migrations: dict[str, str]
    rows: dict[str, int]
    size: int
    sha256: str
    version: int = MANIFEST_VERSION

    @property
    def schema(self) -> str:
        """The last migration it had: 0029_switches.sql."""
        return max(self.migrations, default="")

    @property
    def total(self) -> int:
        """How many rows it holds."""
        return sum(self.rows.values())

    def differences(self, rows: Mapping[str, int]) -> tuple[str, ...]:
        """Name the tables whose rows are not as many as were dumped."""
        return tuple(
            f"{table}: {rows.get(table, 0)} rows, {self.rows.get(table, 0)} were dumped"
            for table in sorted(self.rows.keys() | rows.keys())
            if rows.get(table, 0) != self.rows.get(table, 0)
        )
