"""Every name a setting answers to, derived from the types that declare it."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from pydantic import SecretStr
from rapidfuzz import fuzz, process

from engine.domain.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIX = "MON_PS_"
TEST_PREFIX = "MON_PS_TEST_"
DELIMITER = "__"
FILE_SUFFIX = "_FILE"
ENV_FILE = "MON_PS_ENV_FILE"
_LIKENESS = 60.0  # rapidfuzz ratio: a swapped or missing letter scores above 90, chance below 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One setting: its name in the environment and how its text is read."""

    name: str
    path: tuple[str, ...]
    listed: bool
    duration: bool
    secret: bool

    @property
    def key(self) -> str:
        """The same setting as a profile writes it: `scoring.min_edge`."""
        return ".".join(self.path)

    def value_in(self, settings: object) -> Any:
        """Return this setting's value in force."""
        return reduce(getattr, self.path, settings)


def entries_of(model: type) -> Mapping[str, Entry]:
    """Return every leaf setting of `model` by environment name, nested dataclasses included."""
    found: dict[str, Entry] = {}
    for field, hint in _fields_of(model):
        if isinstance(hint, type) and is_dataclass(hint):
            for leaf, leaf_hint in _fields_of(hint):
                _add(found, (field, leaf), leaf_hint)
        else:
            _add(found, (field,), hint)
    return found


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean X?`, or nothing when no known name is near."""
    best = process.extractOne(
        name, list(known), scorer=fuzz.ratio, processor=str.upper, score_cutoff=_LIKENESS
    )
    return f"; did you mean {best[0]}?" if best else ""


def refuse_unknown(name: str, known: Iterable[str], source: str) -> None:
    """Refuse `name` where it is not one of `known`: a misspelt limit must not be ignored."""
    names = list(known)
    if name not in names:
        raise SettingsInvalid(f"{name} ({source}): no such setting{suggestion(name, names)}")


def _fields_of(owner: type) -> list[tuple[str, Any]]:
    hints = get_type_hints(owner)
    names = (
        [f.name for f in fields(owner)]
        if is_dataclass(owner)
        else list(getattr(owner, "model_fields", {}))
    )
    return [(name, hints[name]) for name in names]


def _add(found: dict[str, Entry], path: tuple[str, ...], hint: Any) -> None:
    name = PREFIX + DELIMITER.join(path).upper()
    leaves = _leaves(hint)
    found[name] = Entry(
        name=name,
        path=path,
        listed=get_origin(hint) is tuple,
        duration=timedelta in leaves,
        secret=SecretStr in leaves,
    )


def _leaves(hint: Any) -> set[Any]:
    inner = get_args(hint)
    return {hint}.union(*(_leaves(arg) for arg in inner)) if inner else {hint}
