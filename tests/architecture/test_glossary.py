import ast
import re

from tests.architecture.tree import ROOMS, ROOT, sources

GLOSSARY = (ROOT / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", GLOSSARY, re.MULTILINE)


def words_of_the_code() -> set[str]:
    files = [*sources(*ROOMS), *(ROOT / "storage").rglob("*.sql")]
    return {
        word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    }


def test_every_term_is_a_word_of_the_code() -> None:
    assert len(TERMS) > 40
    known = words_of_the_code()
    assert not [term for term in TERMS if term not in known]


def test_every_row_of_the_table_has_three_cells_and_one_term() -> None:
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| `")]
    assert len(rows) == len(TERMS) == len(set(TERMS))


def test_every_noun_of_the_domain_is_explained() -> None:
    """In the glossary, or where it is declared."""
    silent = [
        node.name
        for path in sources("engine/domain")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        if node.name not in TERMS and not ast.get_docstring(node)
    ]
    assert not silent


def test_the_mathematics_of_money_says_what_is_true_afterwards() -> None:
    silent = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in sources("engine/pricing", "engine/scoring", "engine/settlement")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not silent
