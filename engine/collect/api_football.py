"""API-Football v3: its address, its refusals, its allowance, its shapes and statuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace as replace_fields

from engine.collect.budget import Allowance, next_day, read_count
from engine.collect.known import is_playable, printable
from engine.collect.verdict import Fate, Refusal, Request
from engine.domain.errors import FeedDown, KeyRefused, QuotaSpent, RateLimited, Skip
from engine.domain.settlement import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.collect.payload import Ask, Payload

WHO: Final = "API-Football"
KEPT: Final = ("x-ratelimit-",)
JSON: Final = True
_MOST_GOALS: Final = 149  # AS Adema - SO l'Emyrne, 2002: the most in any recorded match
Moment = Annotated[datetime, Meta(tz=True)]

PHASES: Final[Mapping[str, Phase]] = {
    **dict.fromkeys(("NS",), Phase.SCHEDULED),
    **dict.fromkeys(("1H", "HT", "2H", "ET", "BT", "P", "LIVE"), Phase.LIVE),
    **dict.fromkeys(("SUSP", "INT"), Phase.INTERRUPTED),
    **dict.fromkeys(("FT", "AET", "PEN"), Phase.FINISHED),
    **dict.fromkeys(("PST", "TBD"), Phase.POSTPONED),
    "ABD": Phase.ABANDONED,
    "CANC": Phase.CANCELLED,
    **dict.fromkeys(("AWD", "WO"), Phase.AWARDED),
}
"""What each status means for settlement; one that is not here goes to review."""


class Goals(Struct):
    home: int | None = None
    away: int | None = None


class Scores(Struct):
    halftime: Goals = field(default_factory=Goals)
    fulltime: Goals = field(default_factory=Goals)
    extratime: Goals = field(default_factory=Goals)
    penalty: Goals = field(default_factory=Goals)


class Status(Struct):
    short: str


class Game(Struct):
    id: int
    date: Moment
    status: Status


class League(Struct):
    id: int
    name: str = ""
    country: str = ""


class Side(Struct):
    name: str


class Sides(Struct):
    home: Side
    away: Side


class Row(Struct):
    """One fixture; `goals` counts extra time, `score.fulltime` does not."""

    fixture: Game
    league: League
    teams: Sides
    goals: Goals
    score: Scores


class Decoded(Struct):
    """The fixtures of an answer; `malformed` ones could not be read."""

    rows: list[Row]
    malformed: int = 0


class _Answer(Struct):
    response: list[msgspec.Raw] = []
    errors: Any = None


class _Whole(Struct):
    response: list[Row]


_ANSWER: Final = msgspec.json.Decoder(_Answer)
_WHOLE: Final = msgspec.json.Decoder(_Whole)
_ROW: Final = msgspec.json.Decoder(Row)


def address(url: str, ask: Ask, key: str) -> Request:
    """Return where to ask; the key travels in a header."""
    return Request(
        url=f"{url}{ask.path}", params=dict(ask.params), headers={"x-apisports-key": key}
    )


def allowance(headers: Mapping[str, str]) -> Allowance:
    """Return the day's calls the headers speak of."""
    remaining = read_count(headers, "x-ratelimit-requests-remaining")
    limit = read_count(headers, "x-ratelimit-requests-limit")
    used = None if remaining is None or limit is None else max(0, limit - remaining)
    return Allowance(remaining=remaining, used=used)


next_reset = next_day


def refusal(status: int, body: bytes) -> Refusal | None:
    """Return why the answer is no data: errors come with status 200 too."""
    try:
        answer = _ANSWER.decode(body)
    except msgspec.DecodeError:
        return _down(status, "UNREADABLE", "an answer of another shape")
    if answer.errors:
        return _by_kind(status, answer.errors)
    if status != 200:  # noqa: PLR2004  # HTTP OK
        return _down(status, "NO_ERROR", "neither data nor an error")
    return None


class _Paging(Struct):
    current: int = 1
    total: int = 1


class _Paged(Struct):
    paging: _Paging | None = None


_PAGED: Final = msgspec.json.Decoder(_Paged)


class _Size(Struct):
    response: list[msgspec.Raw] | None = None


_SIZE: Final = msgspec.json.Decoder(_Size)


def next_page(payload: Payload) -> Ask | None:
    """Return the question for the page after this one; None after the last."""
    try:
        paging = _PAGED.decode(payload.body).paging
    except msgspec.DecodeError:
        return None
    ask = payload.ask
    asked = int(dict(ask.params).get("page", "1"))
    if paging is None or paging.current != asked or asked >= paging.total:
        return None
    others = tuple(pair for pair in ask.params if pair[0] != "page")
    return replace(ask, params=(*others, ("page", str(asked + 1))))


def is_empty(body: bytes) -> bool:
    """Say whether an answer has no fixtures, which is no word on any of ours."""
    try:
        return not _SIZE.decode(body).response
    except msgspec.DecodeError:
        return False


def _by_kind(status: int, errors: object) -> Refusal:
    kinds = {str(kind) for kind in errors} if isinstance(errors, (dict, list)) else {str(errors)}
    if "token" in kinds:
        refused = KeyRefused("API-Football refuses the key")
        return Refusal(code="token", error=refused, fate=Fate.DISABLE)
    if "rateLimit" in kinds:
        slower = RateLimited("API-Football asks for a slower pace", after_seconds=60.0)
        return Refusal(code="rateLimit", error=slower, fate=Fate.SLOW)
    if "requests" in kinds:
        spent = QuotaSpent("API-Football: the day's requests are used up")
        return Refusal(code="requests", error=spent, fate=Fate.PARK)
    if "plan" in kinds:
        return Refusal(code="plan", error=Skip("PLAN", "API-Football's plan does not cover this"))
    about = printable(", ".join(sorted(kinds)))[:80]
    return _down(status, "ERRORS", f"errors about {about}")


def _down(status: int, code: str, what: str) -> Refusal:
    return Refusal(code=code, error=FeedDown(f"API-Football answered {status} with {what}"))


def decode(body: bytes) -> Decoded:
    """Return the fixtures of an answer; what cannot be read is left out and counted."""
    try:
        return _sorted(Decoded(rows=_WHOLE.decode(body).response))
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    decoded = Decoded(rows=[])
    try:
        answer = _ANSWER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return decoded
    for raw in answer.response:
        try:
            decoded.rows.append(_ROW.decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError):
            decoded.malformed += 1
    return _sorted(decoded)


def _sorted(decoded: Decoded) -> Decoded:
    """Leave out the fixtures whose date is none of our time."""
    rows = [row for row in decoded.rows if is_playable(row.fixture.date)]
    return Decoded(rows=rows, malformed=decoded.malformed + len(decoded.rows) - len(rows))


def status(row: Row) -> str:
    """Return a fixture's status as it can be stored and compared."""
    return printable(row.fixture.status.short).upper()[:12]


def phase(row: Row) -> Phase:
    """Return what a fixture's status means, or REVIEW where the row contradicts itself.

    About half the AET rows carry a placeholder 0-0 for extra time, some PEN rows a shoot-out
    of 1-0: there the 90-minute score cannot be told from the one after extra time.
    """
    short = status(row)
    meant = PHASES.get(short, Phase.REVIEW)
    if meant is not Phase.FINISHED:
        return meant
    if not is_score(row.score.fulltime):
        return Phase.REVIEW
    return Phase.FINISHED if _adds_up(short, row) else Phase.REVIEW


def turned(row: Row) -> Row:
    """Return a fixture with host and guest in each other's places, with their goals."""
    sides, score = row.teams, row.score
    return replace_fields(
        row,
        teams=Sides(home=sides.away, away=sides.home),
        goals=_turned(row.goals),
        score=Scores(
            halftime=_turned(score.halftime),
            fulltime=_turned(score.fulltime),
            extratime=_turned(score.extratime),
            penalty=_turned(score.penalty),
        ),
    )


def _turned(goals: Goals) -> Goals:
    return Goals(home=goals.away, away=goals.home)


def is_score(goals: Goals) -> bool:
    """Say whether both goals are known and are numbers of goals."""
    known = (goals.home, goals.away)
    return all(each is not None and 0 <= each <= _MOST_GOALS for each in known)


def _adds_up(short: str, row: Row) -> bool:
    """Say whether the final score is the 90-minute one and what was added to it."""
    full, extra = row.score.fulltime, row.score.extratime
    added = (extra.home or 0, extra.away or 0) if short != "FT" else (0, 0)
    if (row.goals.home, row.goals.away) != (
        (full.home or 0) + added[0],
        (full.away or 0) + added[1],
    ):
        return False
    if short == "AET":
        return added != (0, 0)
    shoot_out = (row.score.penalty.home or 0, row.score.penalty.away or 0)
    return short != "PEN" or max(shoot_out) >= 2  # noqa: PLR2004  # 1-0 ends no shoot-out
