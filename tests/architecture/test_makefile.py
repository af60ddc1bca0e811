"""The commands the README promises, on machines that lack something."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str, cwd: Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("make") or "make", *arguments],
        cwd=cwd,
        env={"PATH": path or os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def machine(at: Path, python: str) -> str:
    """Return a PATH where `python3` is the script `python` and nothing else is installed."""
    tools = at / "bin"
    tools.mkdir()
    for tool in ("sh", "touch", "awk", "cat"):
        (tools / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")
    script = tools / "python3"
    script.write_text(f"#!/bin/sh\n{python}\n")
    script.chmod(0o755)
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, at)
    return str(tools)


@needs_make
def test_make_alone_says_what_there_is() -> None:
    told = make(cwd=ROOT).stdout
    for target in ("demo", "run", "test", "check", "bench", "lock", "help"):
        assert f"make {target} " in told


@needs_make
def test_an_old_python_is_refused_by_version(tmp_path: Path) -> None:
    old = 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac'
    done = make("demo", cwd=tmp_path, path=machine(tmp_path, old))
    assert done.returncode != 0
    assert "needs Python 3.11 or newer; python3 here is Python 3.9.2" in done.stderr
    assert not (tmp_path / ".venv").exists()


@needs_make
def test_a_python_without_venv_is_refused_with_the_name_of_the_package(tmp_path: Path) -> None:
    bare = 'case "$*" in *ensurepip*) exit 1;; *print*) echo python3.11-venv;; *) exit 0;; esac'
    done = make("demo", cwd=tmp_path, path=machine(tmp_path, bare))
    assert done.returncode != 0
    assert "apt-get install python3.11-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(("verdict", "status"), [("1 failed, 2 passed", 2), ("3 passed", 0)])
def test_the_forge_passes_on_the_status_and_ends_with_the_verdict(
    tmp_path: Path, verdict: str, status: int
) -> None:
    closing = f"========== {verdict} in 1.23s =========="
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "make").write_text(
        f'#!/bin/sh\n[ "$*" = test ] || exit 9\necho "{closing}"\necho later\nexit {status}\n'
    )
    (tools / "make").chmod(0o755)
    done = subprocess.run(
        [ROOT / ".ci" / "run"],
        env={"PATH": f"{tools}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == status
    assert done.stdout.splitlines()[-1] == closing
