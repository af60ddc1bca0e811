"""How many closes could be caught, by what the world answered, against what the service claims."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

Json = dict[str, Any]

ANSWERED: Final = "answered"
_TOO_LATE: Final = "its move was announced too late"


class Heard(Protocol):
    """One question for odds and what it met."""

    @property
    def at(self) -> datetime: ...
    @property
    def said(self) -> str: ...


class Answers(Protocol):
    """What was asked of the odds provider, and how it answered."""

    def caught(self, event_id: str, since: datetime, until: datetime) -> bool: ...
    def said(self, sport_key: str, since: datetime, until: datetime) -> tuple[str, ...]: ...
    def last_heard(self, until: datetime) -> Heard | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """A followed match that truly kicked off.

    `told_at` is when a move was announced, if any; `last_look` how a look just before the kick-off
    first listed is timed, after which nobody had a reason to ask.
    """

    event_id: str
    sport_key: str
    name: str
    kick_off: datetime
    told_at: datetime | None = None
    last_look: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A fault while it lasted, to name what kept the service from asking."""

    name: str
    path: str
    since: datetime
    until: datetime


def coverage(
    began: Sequence[Began],
    answers: Answers,
    troubles: Sequence[Trouble],
    report: Json,
    window: timedelta,
) -> Json:
    """Return what could be caught, what is claimed, and every miss with what explains it."""
    missed: list[Json] = [
        {
            "match": one.name,
            "sport_key": one.sport_key,
            "event_id": one.event_id,
            "kick_off": one.kick_off.isoformat(),
            "explained_by": explain(one, answers, troubles, window),
            "last_heard": _last_heard(one, answers),
        }
        for one in began
        if not _caught(one, answers, window)
    ]
    caught = len(began) - len(missed)
    reasons = Counter(", ".join(one["explained_by"]) or "nothing" for one in missed)
    return {
        "n": len(began),
        "caught": caught,
        "share": caught / len(began) if began else None,
        "claimed": report.get("coverage"),
        "claims_unfounded": unfounded(began, answers, report["picks"], window),
        "missed_by_reason": dict(reasons),
        "missed_unexplained": sum(not one["explained_by"] for one in missed),
        "missed": missed,
    }


def explain(
    match: Began, answers: Answers, troubles: Iterable[Trouble], window: timedelta
) -> list[str]:
    """Return what kept a match's close from being caught; nothing where only the service did."""
    since = match.kick_off - window
    said = answers.said(match.sport_key, since, match.kick_off)
    found = sorted({one for one in said if one != ANSWERED})
    if match.told_at is not None and match.told_at >= min(since, match.last_look or since):
        found.append(_TOO_LATE)
    if not said:
        found += [
            f"not asked during {one.name}"
            for one in troubles
            if one.path in f"/odds-api/v4/sports/{match.sport_key}/odds"
            and one.since < match.kick_off
            and one.until > since
        ]
    return found


def _last_heard(match: Began, answers: Answers) -> str | None:
    """Return what the service last heard of any league before a kick-off, and when."""
    last = answers.last_heard(match.kick_off)
    return None if last is None else f"{last.said} at {last.at:%H:%M:%S}"


def unfounded(
    began: Iterable[Began], answers: Answers, picks: Iterable[Json], window: timedelta
) -> int:
    """Count picks whose close is called grade A though no answer could have given one."""
    matches: Mapping[str, Began] = {one.event_id: one for one in began}
    claimed = (pick for pick in picks if pick["close_grade"] == "A")
    found = (matches.get(pick["event_ids"].get("odds_api", "")) for pick in claimed)
    return sum(one is not None and not _caught(one, answers, window) for one in found)


def _caught(match: Began, answers: Answers, window: timedelta) -> bool:
    return answers.caught(match.event_id, match.kick_off - window, match.kick_off)
