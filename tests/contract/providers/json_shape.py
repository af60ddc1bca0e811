"""What kind of JSON an answer is: its keys and the types under them."""

from typing import Any

Shape = dict[str, set[str]]
"""Path to the types seen there; `a.b[]` is what the list `b` of the object `a` holds."""


def shape(value: Any) -> Shape:
    """Return every path of a JSON value with its types, lists merged over their elements."""
    found: Shape = {}
    _walk(value, "", found)
    return found


def _walk(value: Any, path: str, found: Shape) -> None:
    found.setdefault(path, set()).add(_kind(value))
    if isinstance(value, dict):
        for key, one in value.items():
            _walk(one, f"{path}.{key}" if path else key, found)
    elif isinstance(value, list):
        for one in value:
            _walk(one, f"{path}[]", found)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "null" if value is None else type(value).__name__


def required(values: list[Any]) -> set[str]:
    """Return the paths that every one of these objects has."""
    paths = [set(shape(value)) for value in values]
    return set.intersection(*paths)
