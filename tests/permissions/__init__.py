"""Who may do what and where, written down a second time: one file for each chapter.

`name = "member, private"` means members and stronger, in private chats only.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.domain.alert import Role


@dataclass(frozen=True, slots=True)
class Permission:
    """The weakest role, and whether in private chats only."""

    role: Role
    private: bool


def _read(table: str) -> dict[str, Permission]:
    found: dict[str, Permission] = {}
    for file in sorted(Path(__file__).parent.glob("*.toml")):
        for name, written in tomllib.loads(file.read_text())[table].items():
            role, _, place = written.partition(", ")
            assert place in {"", "private"}, written
            assert name not in found, name
            found[name] = Permission(Role(role), bool(place))
    return found


COMMANDS: Final = _read("commands")
BUTTONS: Final = _read("buttons")
