"""What `verify` and `audit` say and end with: 0 where all agrees, 1 where anything differs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
import typer
from typer.testing import CliRunner

from jobs.audit import add_audit_command
from jobs.verify import add_verify_command

if TYPE_CHECKING:
    from collections.abc import Mapping

CHAIN: Final = {"days": 2, "picks": 5, "open": 1, "chain": "ab" * 32}
AGREED: Final[dict[str, Any]] = {"chains": {"live": CHAIN}, "differences": []}
DIFFERS: Final = {"what": "leaf", "where": "live 2026-08-01 #P3", "found": "00", "sworn": "11"}
RECORD: Final = {"n": 77, "staked": "77.00", "profit": "6.59", "yield": 0.0856}
CLEAN: Final[dict[str, Any]] = {"records": {"live": RECORD}, "faults": [], "doubts": []}
FAULT: Final = {
    "level": "fault",
    "check": "profit",
    "where": "#P3 (live)",
    "says": "1.01",
    "should": "1.00",
}


def ended(found: Mapping[str, Any], *words: str) -> tuple[int, str]:
    """Run a command over what its walk found; return its exit code and standard output."""
    app = typer.Typer()
    app.callback()(lambda: None)

    def write(value: Mapping[str, object], _: str) -> None:
        typer.echo(json.dumps(value))

    add_verify_command(app, lambda _: found, write)
    add_audit_command(app, lambda _: found, write)
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout


def test_verify_ends_well_where_everything_agrees() -> None:
    code, said = ended(AGREED, "verify")
    assert code == 0
    assert "live: 2 days, 5 picks sworn, 1 not yet" in said
    assert "0 differences" in said


def test_verify_names_what_differs_and_ends_with_one() -> None:
    code, said = ended({**AGREED, "differences": [DIFFERS]}, "verify", "--day", "2026-08-01")
    assert code == 1
    assert "DIFFERS leaf: live 2026-08-01 #P3 is 00, was sworn 11" in said


def test_audit_shows_each_record_and_names_each_fault_and_ends_with_one() -> None:
    code, said = ended({**CLEAN, "faults": [FAULT]}, "audit", "--since", "2026-08-01")
    assert code == 1
    assert "live: n = 77, staked 77.00, profit 6.59" in said
    assert "FAULT profit: #P3 (live) says 1.01, should be 1.00" in said


def test_a_doubt_is_said_and_is_no_fault() -> None:
    code, said = ended({**CLEAN, "doubts": [{**FAULT, "level": "doubt"}]}, "audit")
    assert code == 0
    assert "DOUBT" in said
    assert "0 faults, 1 doubts" in said


@pytest.mark.parametrize(("command", "found"), [("verify", AGREED), ("audit", CLEAN)])
def test_standard_output_is_json_alone_when_asked_for(
    command: str, found: Mapping[str, Any]
) -> None:
    code, said = ended(found, command, "--json", "-")
    assert (code, json.loads(said)) == (0, found)
