"""No image can be built here: the file is parsed, and its start command is run in a fresh tree."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

SERVICE_ROOMS = {"bot", "charts", "config", "engine", "exports", "jobs", "storage"}


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [
        (word, " ".join(rest.split())) for word, rest in (line.split(" ", 1) for line in lines)
    ]


def arguments(wanted: str) -> list[str]:
    return [rest for word, rest in instructions() if word == wanted]


def environment() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(arguments("ENV"))))


def copies() -> dict[str, str]:
    pairs = [line.split() for line in arguments("COPY")]
    return dict(zip([p[0] for p in pairs], [p[1] for p in pairs], strict=True))


def test_the_image_holds_the_rooms_of_the_service_and_no_others() -> None:
    assert {source for source in copies() if (ROOT / source).is_dir()} == SERVICE_ROOMS
    assert all((ROOT / source).exists() for source in copies())


def test_the_image_installs_the_lock_as_make_does() -> None:
    install = "-m pip install --require-hashes -r requirements.lock"
    assert any(install in line for line in arguments("RUN"))
    assert "pip install -qq --require-hashes -r" in (ROOT / "Makefile").read_text()


def test_the_python_of_the_image_is_one_the_project_supports() -> None:
    version = re.match(r"python:3\.(\d+)", arguments("FROM")[0])
    assert version is not None
    assert int(version[1]) >= 11


def test_the_service_does_not_run_as_root() -> None:
    words = [word for word, _ in instructions()]
    assert arguments("USER") not in ([], ["root"], ["0"])
    assert words.index("USER") < words.index("CMD")


@pytest.mark.parametrize("name", sorted(environment().keys() & {"MON_PS_DATA_DIR", "PYTHONPATH"}))
def test_the_places_the_image_names_exist_in_it(name: str) -> None:
    made = {*arguments("WORKDIR"), *arguments("VOLUME")}
    assert environment()[name] in made


def test_the_start_command_works_in_a_fresh_tree(tmp_path: Path) -> None:
    app = tmp_path / "app"
    for source, target in copies().items():
        if (ROOT / source).is_dir():
            shutil.copytree(
                ROOT / source, app / target, ignore=shutil.ignore_patterns("__pycache__")
            )
    python, *rest = json.loads(arguments("CMD")[0])
    assert python == "python"
    done = subprocess.run(
        [sys.executable, *rest, "--check-config"],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(app),
            "MON_PS_LOG_FORMAT": environment()["MON_PS_LOG_FORMAT"],
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "MON_PS_LOG_FORMAT" in done.stdout
