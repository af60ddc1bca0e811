"""Where the rooms are, for the tests that read the code as text."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bench", "bot", "charts", "config", "engine", "exports", "jobs", "sandbox", "storage")


def sources(*rooms: str) -> list[Path]:
    """Return the Python files of `rooms`, of the whole house when none is named."""
    return sorted(path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py"))
