"""The address of a database, with its password kept out of every text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from engine.domain.errors import DatabaseRefused

EXPECTED = "expected postgresql://user:password@host:port/database"
_HOST = r"(\[[0-9a-f:.%]+\]|[^:\[\],]*)(:\d{1,5})?"
_HOSTS = re.compile(rf"^{_HOST}(,{_HOST})*$", re.IGNORECASE)


class Secret(Protocol):
    """What pydantic's SecretStr and `Dsn` have in common."""

    def get_secret_value(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dsn:
    """A PostgreSQL URL; only `get_secret_value` shows it whole."""

    _value: str

    def __repr__(self) -> str:
        return f"Dsn({self.masked!r})"

    def __str__(self) -> str:
        return self.masked

    def get_secret_value(self) -> str:
        return self._value

    @property
    def masked(self) -> str:
        """The address without user, password and options: enough to say which one is meant."""
        parts = urlsplit(self._value)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def database(self) -> str:
        """The name of the database."""
        return unquote(urlsplit(self._value).path.lstrip("/"))

    def with_database(self, database: str) -> Dsn:
        """The same server, another database."""
        parts = urlsplit(self._value)
        return replace(self, _value=parts._replace(path=f"/{quote(database)}").geturl())


def read_dsn(source: str | Secret) -> Dsn:
    """Accept an address, or refuse it in one line that quotes none of it.

    A mistyped address is exactly where a password ends up in the wrong field, so the
    message names what is wrong and never repeats what was given.
    """
    text = (source if isinstance(source, str) else source.get_secret_value()).strip()
    if not text:
        raise DatabaseRefused(f"the database address is empty: {EXPECTED}")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise DatabaseRefused(f"the database address is malformed: {EXPECTED}") from None
    if parts.scheme not in {"postgresql", "postgres"}:
        raise DatabaseRefused(f"the database address has another scheme: {EXPECTED}")
    if not parts.netloc.rpartition("@")[2] and "host=" not in parts.query:
        raise DatabaseRefused(f"the database address names no host: {EXPECTED}")
    if parts.fragment or "@" in parts.path or not _HOSTS.match(parts.netloc.rpartition("@")[2]):
        raise DatabaseRefused(
            f"the database address is malformed: {EXPECTED}; "
            "a password with / # ? or @ is written percent-encoded"
        )
    if not parts.path.strip("/"):
        raise DatabaseRefused(f"the database address names no database: {EXPECTED}")
    return Dsn(_value=text)
