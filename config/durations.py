"""Durations as people write them, and the one factor that compresses them all."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART = r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)"
_PLAIN = re.compile(r"\d+(\.\d+)?")
_PARTS = re.compile(rf"(?:{_PART}\s*)+")
_ISO = TypeAdapter(timedelta)


def parse_duration(text: str) -> timedelta:
    """Read seconds, `1h30m` or ISO-8601; a bare number is seconds.

    Raises:
        ValueError: naming the accepted forms, not the text.
    """
    spoken = text.strip()
    try:
        if _PLAIN.fullmatch(spoken):
            return timedelta(seconds=float(spoken))
        if _PARTS.fullmatch(spoken):
            parts = re.findall(_PART, spoken)
            return timedelta(seconds=sum(float(n) * _SECONDS[unit] for n, unit in parts))
        if spoken.startswith("P"):
            return _ISO.validate_python(spoken)
    except (OverflowError, ValidationError):
        pass
    raise ValueError('is not a duration: write seconds (600), "10m", "1h30m" or "PT10M"')


def scaled(rules: Any, factor: float) -> Any:
    """Return `rules` with every duration divided by `factor`, whatever its depth.

    Numbers that are not durations (rates, counts, prices) stay: they are not time.
    """
    if isinstance(rules, timedelta):
        return rules / factor
    if isinstance(rules, tuple):
        return tuple(scaled(item, factor) for item in rules)
    if is_dataclass(rules) and not isinstance(rules, type):
        return replace(
            rules, **{f.name: scaled(getattr(rules, f.name), factor) for f in fields(rules)}
        )
    return rules
