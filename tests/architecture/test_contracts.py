"""The import contracts hold, and each one catches a violation planted in a copy of the tree."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOMS, ROOT

# contract, planted file, the import planted in it
PLANTED = (
    ("rooms", "jobs/planted.py", "bot.limiter"),
    ("rooms", "storage/planted.py", "charts"),
    ("rooms", "engine/scoring/planted.py", "storage"),
    ("rooms", "bot/planted_bench.py", "bench"),
    ("stages", "engine/pricing/planted.py", "engine.collect"),
    ("stages", "engine/domain/planted.py", "engine.scoring"),
    ("stages", "engine/misc/__init__.py", "math"),
    ("config", "storage/planted_config.py", "config.settings"),
    ("config", "bot/planted_config.py", "config.settings"),
    ("service", "bot/planted_service.py", "bot.service"),
    ("domain", "engine/domain/planted_frame.py", "pandas"),
    ("domain", "engine/domain/planted_array.py", "numpy"),
    ("domain", "engine/domain/planted_clock.py", "time"),
    ("telegram", "storage/planted_telegram.py", "telegram"),
    ("matplotlib", "bot/planted_figure.py", "matplotlib.figure"),
    ("rooms", "exports/planted.py", "storage"),
    ("xlsxwriter", "bot/planted_book.py", "xlsxwriter"),
    ("asyncpg", "jobs/planted_sql.py", "asyncpg"),
    ("aiohttp", "jobs/planted_wire.py", "aiohttp"),
    ("aiohttp", "engine/collect/normalise.py", "aiohttp"),
    ("sandbox-alone", "sandbox/planted.py", "engine.domain"),
    ("sandbox-unknown", "bot/planted_world.py", "sandbox"),
)
CIRCLE = (("jobs/planted_a.py", "jobs.planted_b"), ("jobs/planted_b.py", "jobs.planted_a"))


def copy_of_the_tree(to: Path) -> Path:
    for room in ROOMS:
        shutil.copytree(
            ROOT / room,
            to / room,
            ignore=lambda _, names: [n for n in names if "." in n and not n.endswith(".py")],
        )
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def lint(tree: Path) -> tuple[int, str]:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache", "--no-logo"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"COLUMNS": "200", "NO_COLOR": "1"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def report_on_planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a tree with every violation in it."""
    tree = copy_of_the_tree(tmp_path_factory.mktemp("planted"))
    for path, imported in [(path, imported) for _, path, imported in PLANTED] + list(CIRCLE):
        target = tree / path
        target.parent.mkdir(exist_ok=True)
        with target.open("a", encoding="utf-8") as planted:
            planted.write(f"\nimport {imported}\n")
    status, report = lint(tree)
    assert status == 1, report
    return report


def broken_part(report: str, contract: str) -> str:
    """Return what the report says under the name of one contract."""
    name = contract_names()[contract]
    _, _, details = report.partition("Broken contracts")
    _, found, after = details.partition(f"\n{name}\n")
    assert found, f"contract {contract!r} is not broken"
    following = [after.find(f"\n{other}\n") for other in contract_names().values()]
    ends = [place for place in following if place >= 0]
    return after[: min(ends)] if ends else after


def contract_names() -> dict[str, str]:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return {contract["id"]: contract["name"] for contract in tool["contracts"]}


def test_the_contracts_hold(tmp_path: Path) -> None:
    status, report = lint(copy_of_the_tree(tmp_path))
    assert status == 0, report
    assert f"Contracts: {len(contract_names())} kept, 0 broken" in report


@pytest.mark.parametrize(("contract", "path", "imported"), PLANTED)
def test_a_planted_violation_is_caught(
    contract: str, path: str, imported: str, report_on_planted: str
) -> None:
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    external = imported.split(".", maxsplit=1)[0]
    named = {f"{module} -> {imported}", f"{module} -> {external}", f"- {module}"}
    assert any(form in broken_part(report_on_planted, contract) for form in named)


def test_a_planted_circle_is_caught(report_on_planted: str) -> None:
    assert "planted_" in broken_part(report_on_planted, "acyclic")


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract for contract, *_ in PLANTED} | {"acyclic"} == set(contract_names())
