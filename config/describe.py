"""What may be said of the settings in force, and what may never be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from config.redaction import MASK
from config.settings import entries

if TYPE_CHECKING:
    from config.settings import Settings


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """Return (name, value in force, source) of every setting, secrets masked."""
    return [
        (
            name,
            _shown(entry.value_in(settings), secret=entry.secret),
            settings.sources.get(name, "default"),
        )
        for name, entry in entries().items()
    ]


def scale_notice(settings: Settings) -> str | None:
    """Return the line a compressed profile owes the reader of the log, or None at real pace."""
    factor = settings.scale.factor
    if factor == 1:
        return None
    return (
        f"every duration is divided by {factor:g} ({settings.profile or 'MON_PS_SCALE__FACTOR'})"
    )


def secret_texts(settings: Settings) -> frozenset[str]:
    """Return every text that must never be printed, for the log's redaction."""
    texts = {key.get_secret_value() for key in settings.odds_api_keys}
    for secret in (settings.telegram_token, settings.api_football_key, settings.database_url):
        if secret is not None:
            texts.add(secret.get_secret_value())
    if settings.database_url is not None:
        password = urlsplit(settings.database_url.get_secret_value()).password
        texts |= {password, unquote(password)} if password else set()
    return frozenset(texts)


def _shown(value: Any, *, secret: bool) -> str:
    if value is None or value == ():
        return "—"
    if secret:
        return ", ".join([MASK] * (len(value) if isinstance(value, tuple) else 1))
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)
