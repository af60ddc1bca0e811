"""Every project without a ceiling grew a file of thousands of lines."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOMS, ROOT, sources

MODULE, FUNCTION, CLASS, CONFTEST, PUBLIC_METHODS = 400, 60, 200, 100, 12
BANNED_MODULES = {
    "utils", "util", "helpers", "helper", "common", "core", "services", "service_layer",
    "managers", "manager", "models", "misc", "base_classes", "lib",
}  # fmt: skip
BANNED_SUFFIXES = ("Manager", "Helper", "Helpers", "Service", "Processor", "Data", "Utils")
EVERYWHERE = (*ROOMS, "tests")


def faults(name: str, text: str) -> Iterator[str]:
    """Name every ceiling that the module `name` breaks."""
    ceiling = CONFTEST if name.endswith("conftest.py") else MODULE
    lines = len(text.splitlines())
    if lines > ceiling:
        yield f"{name}: {lines} lines, at most {ceiling}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > FUNCTION:
            yield f"{name}: {node.name} has {length(node)} lines, at most {FUNCTION}"
        if isinstance(node, ast.ClassDef):
            yield from class_faults(name, node)


def class_faults(name: str, node: ast.ClassDef) -> Iterator[str]:
    if length(node) > CLASS:
        yield f"{name}: {node.name} has {length(node)} lines, at most {CLASS}"
    if node.name.endswith(BANNED_SUFFIXES):
        yield f"{name}: {node.name} is named for a pattern, not for what it is"
    methods = [
        item.name
        for item in node.body
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
        and not item.name.startswith("_")
        and not item.decorator_list
    ]
    if len(methods) > PUBLIC_METHODS:
        yield f"{name}: {node.name} has {len(methods)} methods, at most {PUBLIC_METHODS}"


def length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_modules_functions_and_classes_stay_small() -> None:
    broken = [
        fault
        for path in sources(*EVERYWHERE)
        for fault in faults(relative(path), path.read_text(encoding="utf-8"))
    ]
    assert not broken, "\n".join(broken)


def test_modules_are_named_for_what_they_hold() -> None:
    parts = {(relative(path), part) for path in sources(*EVERYWHERE) for part in path.parts}
    assert not [name for name, part in sorted(parts) if part.removesuffix(".py") in BANNED_MODULES]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.py", "x = 1\n" * 401, "401 lines"),
        ("tests/conftest.py", "x = 1\n" * 101, "at most 100"),
        ("a.py", "def f():\n" + "    x = 1\n" * 60, "f has 61 lines"),
        ("a.py", "class A:\n" + "    x = 1\n" * 200, "A has 201 lines"),
        ("a.py", "class PickManager: ...\n", "PickManager"),
        ("a.py", "class A:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(13)), "13"),
    ],
)
def test_each_ceiling_is_noticed(name: str, text: str, told: str) -> None:
    assert any(told in fault for fault in faults(name, text))
