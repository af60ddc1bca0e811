"""What the odds provider was asked and truly answered, to be judged by."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from aiohttp import web

ANSWERED: Final = "answered"
_ODDS: Final = "/odds"
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One answer with odds of a match: when it was given, and the instant it speaks of."""

    at: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question for odds; `said` is `answered`, the name of a fault, or why it was refused."""

    at: datetime
    path: str
    said: str


class Witness:
    """Every question for odds, and by event every answer that held some."""

    def __init__(self) -> None:
        self._looks: dict[str, list[Look]] = defaultdict(list)
        self.asked: list[Asked] = []

    def note(
        self, path: str, answer: web.Response | None, at: datetime, as_of: datetime, fault: str
    ) -> None:
        """Remember a question: no `answer` is a hang-up, `fault` names what spoilt it."""
        if not path.rstrip("/").endswith(_ODDS):
            return
        fine = answer is not None and answer.status == _OK
        said = fault or (ANSWERED if fine else _why(answer))
        self.asked.append(Asked(at=at, path=path, said=said))
        for event in _events(answer) if answer is not None and fine else ():
            if event.get("bookmakers"):
                self._looks[str(event["id"])].append(Look(at=at, as_of=as_of))

    def caught(self, event_id: str, since: datetime, until: datetime) -> bool:
        """Say whether odds of an instant in [since, until) were given out before `until`."""
        looks = self._looks.get(event_id, ())
        return any(since <= one.as_of and one.at < until for one in looks)

    def said(self, sport_key: str, since: datetime, until: datetime) -> tuple[str, ...]:
        """Return what questions for a league's odds met within [since, until)."""
        place = f"/{sport_key}/"
        return tuple(
            one.said for one in self.asked if since <= one.at < until and place in one.path
        )

    def last_heard(self, until: datetime) -> Asked | None:
        """Return the last question about any league before `until`, with what it met."""
        return next((one for one in reversed(self.asked) if one.at < until), None)

    def counts(self) -> dict[str, int]:
        return {event_id: len(looks) for event_id, looks in self._looks.items()}


def _body(answer: web.Response) -> Any:
    try:
        return orjson.loads(answer.body if isinstance(answer.body, bytes) else b"")
    except orjson.JSONDecodeError:
        return None


def _why(answer: web.Response | None) -> str:
    if answer is None:
        return "hung up"
    found = _body(answer)
    code = found.get("error_code") if isinstance(found, dict) else None
    return str(code or f"status {answer.status}")


def _events(answer: web.Response) -> list[dict[str, Any]]:
    found = _body(answer)
    events = [found] if isinstance(found, dict) else found
    return [one for one in events if isinstance(one, dict)] if isinstance(events, list) else []
