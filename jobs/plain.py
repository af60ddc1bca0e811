"""Figures as plain JSON values: what is not known is null."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from datetime import date

import numpy as np


def plain(value: object) -> object:
    """Return dataclasses, mappings, sequences and numbers as what JSON can hold.

    >>> plain({1: (float("nan"), 2.0)})
    {'1': [None, 2.0]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(one) for one in list(value)]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, date):
        return value.isoformat()
    return told(value) if is_dataclass(value) else value


def told(value: object) -> dict[str, object]:
    """Return a dataclass's fields by name."""
    return {one.name: plain(getattr(value, one.name)) for one in fields(value)}  # type: ignore[arg-type]  # callers hand dataclasses
