"""What is committed holds no secret, no registry's address and nothing heavy."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

LOCKS = sorted(ROOT.glob("requirements*.lock"))
HEAVIEST = 200_000
# written in pieces, so that this file does not hold what it looks for
REGISTRY = re.compile(
    r"(?:py" r"pi|python" r"hosted|registry\.npm" r"js|test\.py" r"pi|crates)\.(?:org|com|io)"
    r"|(?:extra-)?index" r"-url\s*[=:]?\s*https?:",
    re.IGNORECASE,
)  # fmt: skip
TOKEN = re.compile(r"(?<!\d)\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE" r" KEY-----")  # fmt: skip


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        try:
            found.append((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists(), reason="not a git checkout: nothing is tracked"
)


def test_no_file_names_a_package_registry() -> None:
    assert not [name for name, text in texts() if REGISTRY.search(text)]


def test_no_file_holds_a_token_or_a_private_key() -> None:
    kept = [(name, text) for name, text in texts() if not name.startswith("tests/")]
    assert not [name for name, text in kept if TOKEN.search(text) or PRIVATE_KEY.search(text)]


def test_the_env_file_is_never_tracked() -> None:
    assert not [path for path in tracked() if path.name == ".env"]


def test_no_file_but_a_lock_is_heavy() -> None:
    assert not [
        (str(path.relative_to(ROOT)), path.stat().st_size)
        for path in tracked()
        if path.stat().st_size > HEAVIEST and path not in LOCKS
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_carries_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    pins = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
    assert pins
    assert not [pin for pin in pins if "==" not in pin or not pin.endswith("\\")]
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(pins)


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-bench"])
def test_a_lock_pins_everything_its_source_asks_for(name: str) -> None:
    lock = (ROOT / f"{name}.lock").read_text()
    pinned = set(re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==", lock, re.MULTILINE))
    asked = {
        re.split(r"[\[<>=; ]", line, maxsplit=1)[0].lower().replace("_", "-")
        for line in (ROOT / f"{name}.in").read_text().splitlines()
        if line and not line.startswith(("#", "-"))
    }
    assert asked
    assert asked <= pinned


def test_the_development_lock_holds_the_run_time_lock() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
