"""What this person can ask for, from the catalogue itself; and words nobody taught us."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.render.html import bold, join, lines, name, paragraphs
from bot.render.switches import render_banner

if TYPE_CHECKING:
    from bot.context import Command, Visit
    from bot.render.html import Html


async def show_help(visit: Visit) -> None:
    """List the commands this person may use, then the rules of the house."""
    title = bold(visit.voice.html("help.title"))
    listed = lines(*(_line(visit, command) for command in visit.commands))
    rules = (visit.voice.html("start.promise"), visit.voice.html("start.responsible"))
    await visit.show(paragraphs(title, listed, *rules), visit.buttons.back())


async def menu(visit: Visit) -> None:
    """Show the main panel, under what holds alerts back where something does."""
    async with visit.door.store.reading() as tx:
        board = await tx.switches.standing(visit.now)
    text = paragraphs(render_banner(board, visit.voice), visit.voice.html("menu.title"))
    await visit.show(text, visit.buttons.menu(visit.role))


async def unknown(visit: Visit) -> None:
    """Say which command was probably meant, and where to find them all."""
    word = name(visit.words[0] if visit.words else "", 24)
    known = [known for command in visit.commands for known in command.names]
    close = get_close_matches(word.removeprefix("/").lower(), known, n=1)
    if close:
        told = visit.voice.html("notice.unknown_suggest", word=word, suggestion=f"/{close[0]}")
    else:
        told = visit.voice.html("notice.unknown", word=word)
    await visit.show(join(" ", (told, visit.voice.html("notice.see_help"))), visit.buttons.back())


def _line(visit: Visit, command: Command) -> Html:
    shown = command.name_in(visit.language)
    others = [f"/{known}" for known in command.names if known != shown]
    what = visit.voice.html(f"help.{command.name}")
    if not others:
        return visit.voice.html("help.item", name=shown, what=what)
    return visit.voice.html("help.item_alias", name=shown, alias=others[0], what=what)
