"""What the odds provider truly answered: which matches, of which instant, to be judged by."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from aiohttp import web

_ODDS: Final = "/odds"
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One answer with odds of a match: when it was given, and the instant it speaks of."""

    at: datetime
    as_of: datetime


class Witness:
    """Every answer that held a match's odds, by event; refusals and spoilt bodies are none."""

    def __init__(self) -> None:
        self._looks: dict[str, list[Look]] = defaultdict(list)

    def note(self, path: str, answer: web.Response, at: datetime, as_of: datetime) -> None:
        """Remember which matches this answer gave odds of."""
        if not path.rstrip("/").endswith(_ODDS) or answer.status != _OK:
            return
        for event in _events(answer):
            if event.get("bookmakers"):
                self._looks[str(event["id"])].append(Look(at=at, as_of=as_of))

    def looks(self, event_id: str) -> tuple[Look, ...]:
        return tuple(self._looks.get(event_id, ()))

    def caught(self, event_id: str, since: datetime, until: datetime) -> bool:
        """Say whether odds of an instant in [since, until) were given out before `until`."""
        return any(since <= one.as_of and one.at < until for one in self.looks(event_id))

    def counts(self) -> dict[str, int]:
        return {event_id: len(looks) for event_id, looks in self._looks.items()}


def _events(answer: web.Response) -> list[dict[str, Any]]:
    try:
        found = orjson.loads(answer.body if isinstance(answer.body, bytes) else b"")
    except orjson.JSONDecodeError:
        return []
    events = [found] if isinstance(found, dict) else found
    return [one for one in events if isinstance(one, dict)] if isinstance(events, list) else []
