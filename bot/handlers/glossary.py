"""The glossary: a term by its word, its topic, its letter, or from the ⓘ of any screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.doors import two_a_row
from bot.glossary import (
    TERMS,
    TOPICS,
    by_letter,
    named,
    render_glossary,
    render_letter,
    render_none,
    render_term,
    terms_like,
    topic_of,
)
from bot.keyboards import in_rows
from bot.render.html import name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.context import Visit

_LETTER: Final = "letter"
_TOPIC: Final = "topic"
_LABEL: Final = 24


async def glossary(visit: Visit) -> None:
    """Show a term, those of a topic or of a letter, or the topics."""
    asked = " ".join(visit.words)
    if asked:
        await _find(visit, asked)
    elif visit.tap.args in TERMS:
        await _show(visit, visit.tap.args)
    elif visit.tap.args.startswith(_LETTER):
        await _letters(visit, visit.tap.args.removeprefix(_LETTER))
    else:
        await _topics(visit, visit.tap.args.removeprefix(_TOPIC))


async def info(visit: Visit) -> None:
    """Say what a term means beside the screen that used it, which stays as it is."""
    term = visit.tap.args
    if term not in TERMS:
        await _topics(visit, "")
        return
    await visit.say(render_term(term, voice=visit.voice), _under_term(visit, term))


async def _find(visit: Visit, asked: str) -> None:
    found = terms_like(asked, visit.voice)
    if len(found) == 1:
        await _show(visit, found[0])
        return
    text = render_none(name(asked, 40), found, voice=visit.voice)
    await visit.show(text, InlineKeyboardMarkup([*_terms(visit, found), _back(visit)]))


async def _show(visit: Visit, term: str) -> None:
    await visit.show(render_term(term, voice=visit.voice), _under_term(visit, term))


async def _topics(visit: Visit, topic: str) -> None:
    """Show the topics and, under the one that is open, its terms."""
    opened = TOPICS.get(topic, ())
    ways = [_to_topic(visit, each) for each in TOPICS]
    letters = visit.buttons.make("by_letter", "term", args=_LETTER)
    rows = [*_terms(visit, opened), *([] if opened else two_a_row(ways))]
    last = [letters, visit.buttons.home()] if not opened else _back(visit)
    text = render_glossary(topic if opened else "", voice=visit.voice)
    await visit.show(text, InlineKeyboardMarkup([*rows, last]))


async def _letters(visit: Visit, letter: str) -> None:
    """Show the terms of a letter over all the letters there are."""
    letters = by_letter(visit.voice)
    opened = letters.get(letter, ())
    others = [
        visit.buttons.labelled(each.upper(), "term", args=f"{_LETTER}{each}")
        for each in letters
        if each != letter
    ]
    rows = [*_terms(visit, opened), *in_rows(others)]
    text = render_letter(letter if opened else "", opened, voice=visit.voice)
    await visit.show(text, InlineKeyboardMarkup([*rows, _back(visit)]))


def _under_term(visit: Visit, term: str) -> InlineKeyboardMarkup:
    """Return the neighbours of a term in its topic, then the ways back."""
    topic = topic_of(term)
    keys = TOPICS[topic]
    at = keys.index(term)
    beside = [*keys[max(0, at - 1) : at], *keys[at + 1 : at + 2]]
    last = [_to_topic(visit, topic), visit.buttons.home()]
    return InlineKeyboardMarkup([*_terms(visit, beside), last])


def _to_topic(visit: Visit, topic: str) -> InlineKeyboardButton:
    label = visit.voice.plain(f"topic.{topic}")
    return visit.buttons.labelled(label, "term", args=f"{_TOPIC}{topic}")


def _terms(visit: Visit, terms: Sequence[str]) -> list[list[InlineKeyboardButton]]:
    make = visit.buttons.labelled
    return two_a_row(
        [make(name(named(each, visit.voice), _LABEL), "term", args=each) for each in terms]
    )


def _back(visit: Visit) -> list[InlineKeyboardButton]:
    return [visit.buttons.make("back_glossary", "term"), visit.buttons.home()]
