"""Files asked for on a command line are there whole, or as they were."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from engine.domain.errors import SettingsInvalid
from jobs.command_options import write_file

if TYPE_CHECKING:
    from pathlib import Path

ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from engine.domain.errors import SettingsInvalid
from jobs.command_options import write_file

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_file(Path(sys.argv[1]), b"new" * 1000, "--json")
except SettingsInvalid as told:
    print(told)
"""


def test_a_disk_that_fills_leaves_an_older_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(b"old")
    run = [sys.executable, "-c", ON_A_FULL_DISK, str(file)]
    told = subprocess.run(run, capture_output=True, text=True, check=True)
    assert told.stdout == f"--json: cannot write {file}: File too large\n"
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_written_anew_keeps_who_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(b"old")
    file.chmod(0o600)
    write_file(file, b"new", "--json")
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link_to_what_was_written(tmp_path: Path) -> None:
    file, link = tmp_path / "report.json", tmp_path / "latest.json"
    link.symlink_to(file)
    write_file(link, b"new", "--json")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_a_file_nobody_can_write_is_told_by_its_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"--png: cannot write .*No such file"):
        write_file(tmp_path / "no" / "chart.png", b"new", "--png")
    assert not list(tmp_path.iterdir())
