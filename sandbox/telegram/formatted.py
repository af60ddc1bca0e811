"""Text as Telegram stores it: cleaned, trimmed, its entities repaired and detected."""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final
from urllib.parse import urlsplit

from sandbox.telegram.html import parse_html, utf16
from sandbox.telegram.refusal import Json, bad_request

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
ENTITY_LIMIT: Final = 100  # further entities are ignored, not refused

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DETECTED: Final = (
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{2,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)
_OPAQUE: Final = {"pre", "code"}
_QUOTES: Final = {"blockquote", "expandable_blockquote"}


def format_text(
    source: str,
    parse_mode: str | None,
    entities: Sequence[Json] | None,
) -> tuple[str, list[Json]]:
    """Return the text and entities a message made of these would carry."""
    source = _CONTROL.sub(" ", source.replace("\r", ""))
    if not parse_mode:
        text, found = source, [dict(entity) for entity in entities or ()]
    elif parse_mode.lower() == "html":
        text, found = parse_html(source)
    else:
        raise bad_request("unsupported parse_mode (this simulator knows only HTML)")
    text, found = _trim(text, found)
    found = list(_repair(text, found))
    found += _detect(text, found)
    found.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, found[:ENTITY_LIMIT]


def detect_all(text: str) -> list[Json]:
    """Return the entities Telegram finds by itself in what a person typed."""
    return format_text(text, None, None)[1]


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    stripped = text.strip()
    lead = utf16(text[: len(text) - len(text.lstrip())])
    total = utf16(stripped)
    kept = []
    for entity in entities:
        begin = max(entity["offset"] - lead, 0)
        end = min(entity["offset"] + entity["length"] - lead, total)
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return stripped, kept


def _repair(text: str, entities: Iterable[Json]) -> Iterable[Json]:
    """Drop what Telegram drops: empty links, nested quotes, anything inside code."""
    units = text.encode("utf-16-le", "surrogatepass")
    kept: list[Json] = []
    for entity in sorted(entities, key=_outermost_first):
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        covered = units[2 * begin : 2 * end].decode("utf-16-le", "replace")
        parents = [one for one in kept if one["offset"] <= begin < one["offset"] + one["length"]]
        inside = {parent["type"] for parent in parents}
        if _language_of_pre(entity, parents) or not covered.strip() or inside & _OPAQUE:
            continue
        if entity["type"] in _QUOTES and inside & _QUOTES:
            continue
        if entity["type"] == "text_link" and not _link(entity):
            continue
        kept.append(entity)
    return kept


def _outermost_first(entity: Json) -> tuple[int, int, bool]:
    return entity["offset"], -entity["length"], entity["type"] != "pre"


def _language_of_pre(entity: Json, parents: Sequence[Json]) -> bool:
    """A language on code inside a pre of the same extent belongs to the pre."""
    if entity["type"] != "code":
        return False
    language = entity.pop("language", None)
    for parent in parents:
        same = (parent["offset"], parent["length"]) == (entity["offset"], entity["length"])
        if parent["type"] == "pre" and same:
            if language:
                parent["language"] = language
            return True
    return False


def _link(entity: Json) -> bool:
    """Normalise the address in place; false when Telegram would not make it a link."""
    url = str(entity.get("url", "")).strip()
    if "://" not in url:
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme not in {"http", "https", "tg"} or any(char.isspace() for char in url):
        return False
    if parts.scheme != "tg" and "." not in (parts.hostname or ""):
        return False
    entity["url"] = url if parts.path or parts.query or parts.fragment else f"{url}/"
    return True


def _detect(text: str, taken: Sequence[Json]) -> list[Json]:
    ends = [0, *accumulate(map(utf16, text))]
    closed = [
        (one["offset"], one["offset"] + one["length"])
        for one in taken
        if one["type"] in _OPAQUE | {"text_link"}
    ]
    found: list[Json] = []
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(text):
            begin, end = ends[match.start()], ends[match.end()]
            if not any(begin < other_end and other < end for other, other_end in closed):
                found.append({"type": kind, "offset": begin, "length": end - begin})
                closed.append((begin, end))
    return found
