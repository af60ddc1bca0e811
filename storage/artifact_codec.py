"""Fitted values to bytes and back: dataclasses of arrays and plain values, nothing that runs.

A body is `MAGIC`, the header's length, a JSON header and one .npy block an array. The header holds
the values and, of every dataclass in them, the hash of its fields: what was written by code that
named or typed them otherwise is refused, never guessed at. Equal values give equal bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import struct
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import Any, Final, TypeVar

import numpy as np

_T = TypeVar("_T")
FORMAT: Final = "arrays-1"
"""The name of this layout, kept with every artifact; another layout takes another name."""
MAGIC: Final = b"MPSARR1\n"
_LENGTH: Final = struct.Struct(">Q")
_ROOM: Final = "engine."  # where fitted values are declared: nothing else is ever built from bytes
_MICROSECOND: Final = timedelta(microseconds=1)


class NotEncodable(TypeError):
    """A value that is no dataclass of arrays, plain values, tuples and mappings of them."""


class Undecodable(ValueError):
    """Bytes that are not a value of the type asked for, with the reason."""


def encode(value: object) -> bytes:
    """Return a frozen dataclass as bytes; equal values give equal bytes.

    Raises:
        NotEncodable: something in it is neither an array nor plain.
    """
    writer = _Writer()
    header = {"value": writer.node(value), "schemas": writer.schemas}
    text = json.dumps(header, separators=(",", ":")).encode()
    return b"".join((MAGIC, _LENGTH.pack(len(text)), text, *writer.blocks))


def decode(kind: type[_T], body: bytes) -> _T:
    """Return the value of `kind` that `encode` made these bytes of.

    Raises:
        Undecodable: the bytes are cut, of another class, or of a class whose fields have changed.
    """
    start = len(MAGIC) + _LENGTH.size
    if not body.startswith(MAGIC) or len(body) < start:
        raise Undecodable("not of this format")
    (length,) = _LENGTH.unpack_from(body, len(MAGIC))
    try:
        header = json.loads(body[start : start + length])
        reader = _Reader(header["schemas"], BytesIO(body[start + length :]))
        value = reader.value(header["value"])
    except Undecodable:
        raise
    except Exception as fault:  # whatever foreign bytes lead to, they are no value
        raise Undecodable(f"broken: {type(fault).__name__}") from fault
    if not isinstance(value, kind):
        raise Undecodable(f"a {type(value).__name__}, not a {kind.__name__}")
    return value


def schema_of(kind: type) -> str:
    """Return the hash of a dataclass's name and of its fields' names and types."""
    text = [f"{kind.__module__}.{kind.__qualname__}"]
    text += [f"{field.name}: {field.type}" for field in dataclasses.fields(kind)]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()[:16]


class _Writer:
    """Takes a value apart: `blocks` are its arrays in the order in which they are met."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.schemas: dict[str, str] = {}

    def node(self, value: object) -> Any:
        """Return the value as JSON; what JSON cannot tell apart carries its kind."""
        if isinstance(value, Enum):
            return {"enum": self._name(type(value)), "value": self.node(value.value)}
        if isinstance(value, np.generic):
            return self.node(value.item())
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, np.ndarray):
            return {"array": self._block(value)}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._dataclass(value)
        return self._collection(value)

    def _collection(self, value: object) -> Any:
        if isinstance(value, tuple) and type(value) is tuple:
            return [self.node(each) for each in value]
        if isinstance(value, frozenset):
            nodes = [self.node(each) for each in value]
            return {"set": sorted(nodes, key=json.dumps)}
        if isinstance(value, Mapping):
            return {"map": [[self.node(key), self.node(each)] for key, each in value.items()]}
        if isinstance(value, datetime):
            return {"at": value.isoformat()}
        if isinstance(value, timedelta):
            return {"microseconds": value // _MICROSECOND}
        if isinstance(value, Decimal):
            return {"decimal": str(value)}
        raise NotEncodable(f"{type(value).__module__}.{type(value).__name__} is no plain value")

    def _dataclass(self, value: Any) -> Any:
        kind = type(value)
        name = self._name(kind)
        self.schemas[name] = schema_of(kind)
        fields = dataclasses.fields(kind)
        return {
            "class": name,
            "fields": {field.name: self.node(getattr(value, field.name)) for field in fields},
        }

    def _name(self, kind: type) -> str:
        if not kind.__module__.startswith(_ROOM) or "." in kind.__qualname__:
            raise NotEncodable(f"{kind.__module__}.{kind.__qualname__} is not declared in engine")
        return f"{kind.__module__}:{kind.__qualname__}"

    def _block(self, array: np.ndarray[Any, Any]) -> int:
        if array.dtype.hasobject:
            raise NotEncodable("an array of objects is no array of numbers")
        out = BytesIO()
        np.save(out, array, allow_pickle=False)
        self.blocks.append(out.getvalue())
        return len(self.blocks) - 1


class _Reader:
    """Puts a value together; arrays stand in the order in which they are asked for."""

    def __init__(self, schemas: Mapping[str, str], blocks: BytesIO) -> None:
        self._schemas = schemas
        self._blocks = blocks

    def value(self, node: Any) -> Any:
        """Return the value of a node."""
        if isinstance(node, list):
            return tuple(self.value(each) for each in node)
        if not isinstance(node, dict):
            return node
        if "class" in node:
            return self._dataclass(node)
        if "enum" in node:
            return _declared(node["enum"])(self.value(node["value"]))
        ((kind, inside),) = node.items()
        return self._collection(kind, inside)

    def _collection(self, kind: str, inside: Any) -> Any:
        if kind == "array":
            array = np.load(self._blocks, allow_pickle=False)
            array.setflags(write=False)
            return array
        if kind == "map":
            return {self.value(key): self.value(each) for key, each in inside}
        if kind == "set":
            return frozenset(self.value(each) for each in inside)
        if kind == "microseconds":
            return inside * _MICROSECOND
        if kind == "at":
            return datetime.fromisoformat(inside)
        if kind == "decimal":
            return Decimal(inside)
        raise Undecodable(f"a {kind} is no plain value")

    def _dataclass(self, node: Mapping[str, Any]) -> Any:
        kind = _declared(node["class"])
        if not dataclasses.is_dataclass(kind) or schema_of(kind) != self._schemas[node["class"]]:
            raise Undecodable(f"written for other fields of {kind.__name__}")
        return kind(**{name: self.value(each) for name, each in node["fields"].items()})


def _declared(name: str) -> type:
    module, _, qualified = name.partition(":")
    if not module.startswith(_ROOM):
        raise Undecodable(f"{name} is not declared in engine")
    found = getattr(importlib.import_module(module), qualified)
    if not isinstance(found, type) or not _is_value(found):
        raise Undecodable(f"{name} is no value")
    return found


def _is_value(kind: type) -> bool:
    return issubclass(kind, Enum) or dataclasses.is_dataclass(kind)
