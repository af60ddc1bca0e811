"""Help, chapter by chapter and command by command, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.handbook import example, title_of, usage
from bot.render.html import bold, code, join, lines, paragraphs
from engine.domain.alert import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Command
    from bot.render.html import Html
    from bot.render.voice import Voice


def render_help(listed: Sequence[Command], total: int, *, voice: Voice) -> Html:
    """Return what is asked most, how to find the rest, and the rules of the house."""
    return paragraphs(
        bold(voice.html("help.title")),
        lines(*(_line(command, voice) for command in listed)),
        voice.html("guide.more", total=total),
        voice.html("start.promise"),
        lines(voice.html("start.adults"), voice.html("care.help_line")),
    )


def render_chapter(chapter: str, commands: Sequence[Command], *, voice: Voice) -> Html:
    """Return the commands of a chapter."""
    listed = lines(*(_line(command, voice) for command in commands))
    return paragraphs(bold(title_of(chapter, voice)), listed)


def render_manual(command: Command, *, voice: Voice) -> Html:
    """Return the page of one command."""
    others = [f"/{known}" for known in command.names if known != command.name_in(voice.language)]
    words = example(command, voice)
    shown = command.name_in(voice.language)
    told = f"/{shown} {' '.join(words)}" if words else ""
    return paragraphs(
        bold(f"/{shown}"),
        voice.html(f"help.{command.name}"),
        lines(
            voice.html("guide.usage", usage=code(usage(command, voice))),
            voice.html("guide.example", example=code(told)) if told else "",
            voice.html("guide.also", names=", ".join(others)) if others else "",
        ),
        join(
            " · ",
            (
                voice.html("guide.private") if command.private else "",
                voice.html("guide.role", role=voice.plain(f"role.{command.role}"))
                if command.role is not Role.VIEWER
                else "",
            ),
        ),
    )


def render_found(asked: str, found: Sequence[Command], *, voice: Voice) -> Html:
    """Return the commands that speak of what was asked, or that none does."""
    if not found:
        return voice.html("guide.nothing", asked=asked)
    title = voice.html("guide.found", asked=asked)
    return paragraphs(bold(title), lines(*(_line(command, voice) for command in found)))


def render_unknown(word: str, suggestion: str, *, offered: bool, voice: Voice) -> Html:
    """Return that a word is not known, what was probably meant, or that buttons may help."""
    told = voice.html("notice.unknown", word=word)
    if suggestion:
        told = voice.html("notice.unknown_suggest", word=word, suggestion=f"/{suggestion}")
    perhaps = voice.html("guide.perhaps") if offered else ""
    return join(" ", (told, perhaps, voice.html("notice.see_help")))


def _line(command: Command, voice: Voice) -> Html:
    shown = command.name_in(voice.language)
    others = [f"/{known}" for known in command.names if known != shown]
    what = voice.html(f"help.{command.name}")
    if not others:
        return voice.html("help.item", name=shown, what=what)
    return voice.html("help.item_alias", name=shown, alias=others[0], what=what)
