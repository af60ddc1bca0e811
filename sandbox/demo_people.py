"""The people of an unattended run: they press /start, choose a language, ask a few questions."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from sandbox.telegram import People

Json = dict[str, Any]

PEOPLE: Final = (1001, 1002, 1003)
_QUESTIONS: Final = ("/picks", "/stats")
_START_SECONDS: Final = 20.0
_ANSWER_SECONDS: Final = 15.0
_CHART_SECONDS: Final = 1.5  # a chart may follow the words
_LANGUAGES: Final = ("français", "english")


@dataclass(slots=True, kw_only=True)
class Manners:
    """How the bot answered."""

    started: int = 0
    asked: int = 0
    answered: int = 0
    charts: int = 0
    unanswered: list[str] = field(default_factory=list)


async def arrive(people: People, manners: Manners) -> None:
    """Have everyone press /start and choose a language."""
    for person in PEOPLE:
        seen = await _last(people, person)
        await people.write(person, "/start")
        message = await _next(people, person, after=seen, seconds=_START_SECONDS, buttons=True)
        if message is None:
            manners.unanswered.append(f"{person} /start")
            continue
        manners.started += 1
        data = _language_button(message)
        if data is not None:
            await people.tap(person, message, data)


async def ask(people: People, manners: Manners) -> None:
    """Have everyone ask for the picks and the statistics, and look at what comes."""
    await asyncio.gather(*(_ask_all(people, manners, person) for person in PEOPLE))


async def _ask_all(people: People, manners: Manners, person: int) -> None:
    for question in _QUESTIONS:
        seen = await _last(people, person)
        manners.asked += 1
        await people.write(person, question)
        answer = await _next(people, person, after=seen, seconds=_ANSWER_SECONDS)
        if answer is None:
            manners.unanswered.append(f"{person} {question}")
            continue
        manners.answered += 1
        await asyncio.sleep(_CHART_SECONDS)
        later = await people.events(person, after=seen)
        manners.charts += any(_has_photo(event) for event in later)


async def _last(people: People, person: int) -> int:
    events = await people.events(person)
    return max((int(event["event"]) for event in events), default=0)


async def _next(
    people: People, person: int, *, after: int, seconds: float, buttons: bool = False
) -> Json | None:
    """Return the bot's next message to this person, None when it stays silent."""
    deadline = monotonic() + seconds
    while (left := deadline - monotonic()) > 0:
        for event in await people.events(person, after=after, wait=min(left, 5.0)):
            after = max(after, int(event["event"]))
            if _is_message(event) and (event["buttons"] or not buttons):
                return event
    return None


def _language_button(event: Json) -> str | None:
    for row in event["buttons"]:
        for button in row:
            if button["text"].casefold().endswith(_LANGUAGES):
                return str(button["callback_data"])
    return None


def _has_photo(event: Json) -> bool:
    return _is_message(event) and any(one["kind"] == "photo" for one in event["files"])


def _is_message(event: Json) -> bool:
    return event["kind"] == "send" and bool(event["by_bot"])
