"""The table of commands in the documentation, written from the catalogue itself.

`python -m bot.contents` writes it; a test holds docs/COMMANDS.md against it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from bot.commands import CHAPTERS
from bot.handbook import example, title_of, usage
from bot.render.voice import Voice
from bot.texts.loader import load_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.catalogue.chapter import Chapter
    from bot.context import Command

_HEAD: Final = """# Commands

Made from the catalogue by `make commands`: do not edit. Every command can be tapped from `/menu`
or `/aide` as well. What stands in brackets may be left out. Those marked • stand in Telegram's own
menu; those marked 🔒 work in a private chat only.
"""
_COLUMNS: Final = "| command | alias | who | what it does | example |\n|---|---|---|---|---|"


def table() -> str:
    """Return the page: one table a chapter, in the order of help."""
    voice = Voice(texts=load_texts(), language="en")
    chapters = ("\n".join(_chapter(each, voice)) + "\n" for each in CHAPTERS if each.commands)
    return "\n".join((_HEAD, *chapters))


def _chapter(chapter: Chapter, voice: Voice) -> Iterator[str]:
    yield f"## {title_of(chapter.name, voice).split(' ', 1)[-1]}"
    yield ""
    yield _COLUMNS
    yield from (_row(command, voice) for command in chapter.commands)


def _row(command: Command, voice: Voice) -> str:
    words = " ".join(example(command, voice))
    _, _, follows = usage(command, voice).partition(" ")
    typed = f"/{command.name} {follows}".strip()
    cells = (
        f"`{typed}`{' •' * command.listed}{' 🔒' * command.private}",
        f"`/{command.alias}`" if command.alias else "",
        command.role.value,
        voice.plain(f"help.{command.name}"),
        f"`/{command.name} {words}`" if words else "",
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write(table())
