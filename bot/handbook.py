"""What help says of each command beyond its one line, and which one somebody is looking for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from engine.collect.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.context import Command
    from bot.render.voice import Voice

NEAR: Final = 6
"""How many commands are offered to somebody who searches."""
_WORTH: Final = 60.0
_NAMED: Final = 100.0
_BEGUN: Final = 90.0
_TOLD: Final = 80.0
_LONG: Final = 3


def usage(command: Command, voice: Voice) -> str:
    """Return how a command is typed: its name, then what may follow."""
    shown = f"/{command.name_in(voice.language)}"
    follows = voice.texts.maybe(voice.language, f"usage.{command.name}")
    return f"{shown} {follows}" if follows else shown


def example(command: Command, voice: Voice) -> tuple[str, ...]:
    """Return the words of an example that anybody may try; none where there is no harmless one."""
    words = voice.texts.maybe(voice.language, f"example.{command.name}")
    return tuple(words.split()) if words else ()


def title_of(chapter: str, voice: Voice) -> str:
    """Return the title of a chapter, or its name made readable."""
    known = voice.texts.maybe(voice.language, f"chapter.{chapter}")
    return known or chapter.replace("_", " ").capitalize()


def chapters_of(commands: Iterable[Command]) -> tuple[str, ...]:
    """Return the chapters of these commands in the order of the catalogue."""
    return tuple(dict.fromkeys(command.chapter for command in commands))


def search(asked: str, commands: Sequence[Command], voice: Voice) -> tuple[Command, ...]:
    """Return the commands that may be looked for, the likeliest first."""
    wanted = [word for word in fold(asked[:80].replace("/", " ")).split() if word]
    if not wanted:
        return ()
    scored = [(_like(wanted, command, voice), command) for command in commands]
    found = [(score, command) for score, command in scored if score >= _WORTH]
    found.sort(key=lambda one: -one[0])
    return tuple(command for _, command in found[:NEAR])


def _like(wanted: Sequence[str], command: Command, voice: Voice) -> float:
    """Return how like all the words are to a command: the mean of each word's best."""
    names = [fold(name.replace("_", " ")) for name in command.names]
    if " ".join(wanted) in names:
        return _NAMED + 1
    words = voice.texts.maybe(voice.language, f"search.{command.name}") or ""
    told = fold(f"{voice.plain(f'help.{command.name}')} {words}").split()
    return sum(_word(word, names, told) for word in wanted) / len(wanted)


def _word(word: str, names: Sequence[str], told: Sequence[str]) -> float:
    parts = [part for name in names for part in name.split()]
    if word in parts:
        return _NAMED
    if word in told:
        return _TOLD
    if len(word) > _LONG and any(part.startswith(word) for part in (*parts, *told)):
        return min(_BEGUN, _TOLD)
    return 0.7 * max((fuzz.ratio(word, part) for part in (*parts, *told)), default=0.0)
