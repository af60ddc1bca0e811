"""The versions of the policy that `policies.toml` declares, and the trials it registers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_type_hints

import msgspec

from config.durations import parse_duration
from config.entries import suggestion
from engine.domain.errors import SettingsInvalid
from engine.domain.policy import Policy, PricingRules, ScoringRules

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = Path(__file__).parent / "policies.toml"
_TRIALS: Final = "trials"
_SHOWN: Final = (
    6  # digits of a digest: a collision of two sets in use is no danger, only a nuisance
)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One setting of what the search for a better policy may turn (METHOD B5)."""

    zone_low: float
    zone_high: float
    zone_max_odds: float
    hurdle: float


class _Grid(msgspec.Struct, forbid_unknown_fields=True):
    registered_on: date
    zone_low: list[float]
    zone_high: list[float]
    zone_max_odds: list[float]
    hurdle: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Every version by its name, and what was registered to be tried, on which day."""

    versions: Mapping[str, Policy]
    trials: tuple[Trial, ...]
    registered_on: date

    def version(self, name: str, source: str) -> Policy:
        """Return the policy of this name.

        Raises:
            SettingsInvalid: there is none; the message names who asked and what is near.
        """
        if name not in self.versions:
            near = suggestion(name, self.versions)
            raise SettingsInvalid(f"{source}: {FILE.name} has no version {name!r}{near}")
        return self.versions[name]


@cache
def load_policies(path: Path = FILE) -> Policies:
    """Read every version whole: each says everything, and nothing else.

    Raises:
        SettingsInvalid: one line naming the file, the version and the threshold.
    """
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{path.name}: {error}") from None
    grid = _convert(tables.pop(_TRIALS, {}), _Grid, f"{path.name}: {_TRIALS}")
    if not tables:
        raise SettingsInvalid(f"{path.name}: declares no version")
    return Policies(
        versions={name: _policy(name, table, path.name) for name, table in tables.items()},
        trials=tuple(
            Trial(zone_low=low, zone_high=high, zone_max_odds=odds, hurdle=hurdle)
            for low, high, odds, hurdle in product(
                grid.zone_low, grid.zone_high, grid.zone_max_odds, grid.hurdle
            )
        ),
        registered_on=grid.registered_on,
    )


def named(version: str, changed: Mapping[str, Any]) -> str:
    """Return the name of a version of which some thresholds were set elsewhere.

    The same changes give the same name, others another.

    >>> named("v0", {}), named("v0", {"scoring.min_edge": 0.02})
    ('v0', 'v0+env.7f1fd9')
    """
    if not changed:
        return version
    text = "\n".join(f"{key}={value!r}" for key, value in sorted(changed.items()))
    return f"{version}+env.{sha256(text.encode()).hexdigest()[:_SHOWN]}"


def _policy(name: str, table: Any, file: str) -> Policy:
    where = f"{file}: {name}"
    sections = {"pricing": PricingRules, "scoring": ScoringRules}
    _same_keys(table, tuple(sections), where)
    return Policy(
        version=name,
        pricing=_rules(table["pricing"], PricingRules, f"{where}.pricing"),
        scoring=_rules(table["scoring"], ScoringRules, f"{where}.scoring"),
    )


def _rules(table: Any, kind: type[_T], where: str) -> _T:
    hints = get_type_hints(kind)
    _same_keys(table, tuple(each.name for each in fields(kind)), where)  # type: ignore[arg-type]
    read = dict(table)
    for key, value in table.items():
        if hints[key] is timedelta and isinstance(value, str):
            try:
                read[key] = parse_duration(value)
            except ValueError as error:
                raise SettingsInvalid(f"{where}.{key}: {error}") from None
    return _convert(read, kind, where)


def _same_keys(table: Any, wanted: tuple[str, ...], where: str) -> None:
    if not isinstance(table, dict):
        raise SettingsInvalid(f"{where}: is not a table")
    for key in table:
        if key not in wanted:
            raise SettingsInvalid(f"{where}: {key} is unknown{suggestion(key, wanted)}")
    for key in wanted:
        if key not in table:
            raise SettingsInvalid(f"{where}: {key} is missing")


def _convert(table: Any, kind: type[_T], where: str) -> _T:
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise SettingsInvalid(f"{where}: {error}") from None
