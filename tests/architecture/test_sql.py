"""SQL lives in .sql files, and every statement there is used."""

import ast
import re
from collections.abc import Iterator

import pytest

from storage.queries import all_names
from tests.architecture.tree import ROOMS, ROOT, sources

STATEMENT = re.compile(
    r"^\s*(?:select\s.+\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\S+\s+as\s*\("
    r"|(?:create|alter|drop)\s+(?:unlogged\s+|or\s+replace\s+|unique\s+)?"
    r"(?:table|schema|database|index|role|function|view|type)\s)",
    re.IGNORECASE | re.DOTALL,
)


def statements(text: str) -> Iterator[str]:
    """Give every SQL statement written as a string in Python, docstrings aside."""
    tree = ast.parse(text)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str) and STATEMENT.match(node.value):
            yield node.value


def used_names(text: str) -> set[str]:
    """Return `group.name` of every query a module asks for, directly or through a variable."""
    tree = ast.parse(text)
    groups: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (group := group_of(node.value)):
            for target in node.targets:
                groups.setdefault(ast.unparse(target), set()).add(group)
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            direct = group_of(node.value)
            through = groups.get(ast.unparse(node.value), set())
            used |= {f"{group}.{node.attr}" for group in ({direct} - {None}) | through}
    return used


def group_of(node: ast.expr) -> str | None:
    """Return `picks` of the expression `queries("picks")`."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in {"queries", "queries.queries"}:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value
    return None


def test_sql_is_written_in_sql_files_alone() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {statement[:60]!r}"
        for path in sources(*ROOMS)
        for statement in statements(path.read_text(encoding="utf-8"))
    }
    assert not found, "\n".join(found)


def test_sql_files_stand_in_storage_alone() -> None:
    """Besides the statements that a bench measures ours against."""
    folders = {path.parent for room in ROOMS for path in (ROOT / room).rglob("*.sql")}
    ours = {ROOT / "storage" / name for name in ("sql", "migrations", "overlays")}
    assert folders == {*ours, ROOT / "bench" / "sql"}


def test_every_named_query_is_used_and_every_used_one_exists() -> None:
    used = set().union(
        *(used_names(path.read_text(encoding="utf-8")) for path in sources("storage"))
    )
    assert set(all_names()) == used


@pytest.mark.parametrize(
    "text",
    [
        "q = 'select id from picks'",
        "q = '''\n    INSERT INTO picks (id) values ($1)'''",
        "q = f'update picks set x = {1}'",
        "run('drop table picks')",
    ],
)
def test_sql_in_python_is_noticed(text: str) -> None:
    assert list(statements(text))


@pytest.mark.parametrize("text", ["x = 'Select a match from the list'", "'''select a from b'''"])
def test_words_are_not_taken_for_sql(text: str) -> None:
    found = list(statements(text))
    assert len(found) == text.count("Select a match")


def test_a_query_asked_for_through_a_variable_counts_as_used() -> None:
    assert used_names('sql = queries("odds")\nrun(sql.add)\nrun(queries("picks").gone)') == {
        "odds.add",
        "picks.gone",
    }
