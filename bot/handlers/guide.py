"""What this person can ask for, from the catalogue itself; and words nobody taught us."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process
from telegram import InlineKeyboardMarkup

from bot.access import Verdict, covers, judge
from bot.callbacks import Tap
from bot.doors import (
    EXAMPLE,
    PARKED,
    RUN,
    called,
    door,
    doors,
    label_of,
    number_of,
    numbered,
    two_a_row,
)
from bot.glossary import named, terms_like
from bot.handbook import chapters_of, example, search, title_of
from bot.handlers.calculators import show_conversion, show_kelly
from bot.manual import (
    render_chapter,
    render_found,
    render_help,
    render_manual,
    render_unknown,
)
from bot.render.html import name, paragraphs
from bot.render.switches import render_banner
from bot.resting import kept_out
from bot.sums import find_bet, find_odds
from engine.domain.alert import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.context import Command, Visit

_FRONT: Final = ("picks", "stats", "tableau", "clv", "bankroll", "alertes")
"""What the panel begins with, as far as it exists; chapters follow."""
_LAST: Final = ("reglages", "aide")
NOT_ON_PANEL: Final = frozenset({"home", "settings", "alerts"})
"""Chapters that one button of the panel opens as a whole."""
_NOT_IN_PANELS: Final = frozenset({"start", "menu"})
_ALIKE: Final = 60.0
_WORDS: Final = timedelta(minutes=10)
_LABEL: Final = 24
_TERMS: Final = 2


async def menu(visit: Visit) -> None:
    """Show the main panel, under what holds alerts back where something does."""
    async with visit.door.store.reading() as tx:
        board = await tx.switches.standing(visit.now)
    text = paragraphs(render_banner(board, visit.voice), visit.voice.html("menu.title"))
    await visit.show(text, panel(visit))


def panel(visit: Visit) -> InlineKeyboardMarkup:
    """Return the main panel, two a row: what is asked most, the chapters, settings and help."""
    chapters = [
        visit.buttons.labelled(title_of(each, visit.voice), "chapter", args=each)
        for each in chapters_of(visit.commands)
        if each not in NOT_ON_PANEL
    ]
    front, last = doors(visit, _FRONT), doors(visit, _LAST)
    return InlineKeyboardMarkup([*two_a_row(front), *two_a_row(chapters), *two_a_row(last)])


async def chapter(visit: Visit) -> None:
    """Show the commands of a chapter, each with a button that does it."""
    found = _of_chapter(visit, visit.tap.args)
    if not found:
        await menu(visit)
        return
    rows = two_a_row([door(visit, command) for command in found])
    text = render_chapter(visit.tap.args, found, voice=visit.voice)
    await visit.show(text, InlineKeyboardMarkup([*rows, [visit.buttons.home()]]))


async def show_help(visit: Visit) -> None:
    """Show the chapters of help, one of them, or what was searched for."""
    if visit.words:
        await _search(visit, " ".join(visit.words))
        return
    found = _of_chapter(visit, visit.tap.args)
    if found:
        await _pages(visit, visit.tap.args, found)
        return
    chapters = [
        visit.buttons.labelled(title_of(each, visit.voice), "help", args=each)
        for each in chapters_of(visit.commands)
    ]
    listed = [command for command in visit.commands if command.listed]
    text = render_help(listed, len(visit.commands), voice=visit.voice)
    rows = two_a_row([*chapters, *doors(visit, ("glossaire",))])
    await visit.show(text, InlineKeyboardMarkup([*rows, [visit.buttons.home()]]))


async def manual(visit: Visit) -> None:
    """Show the page of one command: what it does, how it is typed, an example to tap."""
    command = numbered(visit.commands, visit.tap.number)
    if command is None:
        await show_help(replace(visit, tap=Tap(screen="help")))
        return
    await _manual(visit, command)


async def run(visit: Visit) -> None:
    """Do what a command does, as if it had been typed: bare, with its example, or as meant."""
    command = numbered(visit.commands, visit.tap.number)
    words: tuple[str, ...] = ()
    if visit.tap.args == PARKED:
        command, words = await _parked(visit)
    elif visit.tap.args == EXAMPLE and command is not None and _harmless(command):
        words = example(command, visit.voice)
    if command is None:
        await menu(visit)
        return
    paused = visit.care.paused(visit.now) is not None
    verdict = judge(visit.role, command, private=visit.private, paused=paused)
    if verdict is Verdict.RESTING:
        await kept_out(visit)
    elif verdict is not Verdict.WELCOME:
        await visit.say(visit.voice.html("notice.private_only"))
    else:
        meant = replace(visit, words=words, text=" ".join(words), tap=Tap(screen=""))
        await command.handler(meant)


async def unknown(visit: Visit) -> None:
    """Reckon what is a sum; else say which command was probably meant, with a button for it."""
    text = visit.text or " ".join(visit.words)
    if not text.startswith("/") and await _reckoned(visit, text):
        return
    word, *rest = text.split() or [""]
    close = _close(visit, word)
    found = () if close else search(text.replace("_", " "), visit.commands, visit.voice)
    terms = () if close or found else terms_like(text, visit.voice)[:_TERMS]
    rows: list[list[InlineKeyboardButton]] = []
    if close is not None:
        rows.append([await _meant(visit, close, tuple(rest))])
    rows += two_a_row([_page(visit, command) for command in found[:4]])
    rows += two_a_row(_terms(visit, terms))
    suggestion = close.name_in(visit.language) if close else ""
    offered = bool(found or terms)
    told = render_unknown(name(word, _LABEL), suggestion, offered=offered, voice=visit.voice)
    last = [*doors(visit, ("aide",)), visit.buttons.home()]
    await visit.show(told, InlineKeyboardMarkup([*rows, last]))


async def _reckoned(visit: Visit, text: str) -> bool:
    """Answer words that are a sum; say whether they were."""
    bet = find_bet(text, visit.door.rules.policy.scoring.kelly_fraction)
    value = find_odds(text)
    if bet is not None:
        await show_kelly(visit, bet)
    elif value is not None:
        await show_conversion(visit, value)
    return bet is not None or value is not None


def _close(visit: Visit, word: str) -> Command | None:
    """Return the command whose name is most like a word."""
    names = [known for command in visit.commands for known in command.names]
    asked = word.removeprefix("/").partition("@")[0].lower()
    found = process.extractOne(asked, names, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return called(visit.commands, found[0]) if found else None


async def _meant(visit: Visit, command: Command, words: tuple[str, ...]) -> InlineKeyboardButton:
    """Return a button that does the command meant, with the words that were typed."""
    label = f"/{command.name_in(visit.language)}"
    if not words:
        return visit.buttons.labelled(label, RUN, number=number_of(command))
    body = {"command": command.name, "words": " ".join(words)[:200]}
    async with visit.door.store.transaction() as tx:
        number = await tx.parked.keep(visit.user_id, RUN, body, visit.now, _WORDS)
    shown = name(f"{label} {' '.join(words)}", _LABEL)
    return visit.buttons.labelled(shown, RUN, number=number, args=PARKED)


async def _parked(visit: Visit) -> tuple[Command | None, tuple[str, ...]]:
    async with visit.door.store.reading() as tx:
        body = await tx.parked.read(visit.tap.number, visit.user_id, RUN, visit.now)
    if body is None:
        return None, ()
    return called(visit.commands, body["command"]), tuple(body["words"].split())


async def _search(visit: Visit, asked: str) -> None:
    """Show the page of the command asked about, or those that speak of what was asked."""
    exact = called(visit.commands, asked.removeprefix("/").lower())
    if exact is not None:
        await _manual(visit, exact)
        return
    found = search(asked, visit.commands, visit.voice)
    terms = terms_like(asked, visit.voice)[:_TERMS]
    rows = [
        *two_a_row([_page(visit, command) for command in found]),
        *two_a_row(_terms(visit, terms)),
        [visit.buttons.make("back_help", "help"), visit.buttons.home()],
    ]
    text = render_found(name(asked, 40), found, voice=visit.voice)
    await visit.show(text, InlineKeyboardMarkup(rows))


async def _pages(visit: Visit, title: str, found: Sequence[Command]) -> None:
    rows = [
        *two_a_row([_page(visit, command) for command in found]),
        [visit.buttons.make("back_help", "help"), visit.buttons.home()],
    ]
    text = render_chapter(title, found, voice=visit.voice)
    await visit.show(text, InlineKeyboardMarkup(rows))


async def _manual(visit: Visit, command: Command) -> None:
    tried = []
    if command.name not in _NOT_IN_PANELS:
        tried.append([door(visit, command)])
    words = example(command, visit.voice) if _harmless(command) else ()
    if words:
        typed = f"/{command.name_in(visit.language)} {' '.join(words)}"
        number = number_of(command)
        tried.append([visit.buttons.labelled(typed, RUN, number=number, args=EXAMPLE)])
    back = visit.buttons.make("back_help", "help", args=command.chapter)
    text = render_manual(command, voice=visit.voice)
    await visit.show(text, InlineKeyboardMarkup([*tried, [back, visit.buttons.home()]]))


def _harmless(command: Command) -> bool:
    """Say whether its example may be tapped: what keepers do is not tried out."""
    return not covers(command.role, Role.ADMIN)


def _of_chapter(visit: Visit, chapter: str) -> tuple[Command, ...]:
    return tuple(
        command
        for command in visit.commands
        if command.chapter == chapter and command.name not in _NOT_IN_PANELS
    )


def _page(visit: Visit, command: Command) -> InlineKeyboardButton:
    label = label_of(visit, command)
    return visit.buttons.labelled(label, "manual", number=number_of(command))


def _terms(visit: Visit, terms: Sequence[str]) -> list[InlineKeyboardButton]:
    return [
        visit.buttons.labelled(f"📖 {name(named(each, visit.voice), _LABEL)}", "term", args=each)
        for each in terms
    ]
