"""THE catalogue: menu, help, handlers and permissions all read these chapters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.access import covers
from bot.catalogue.alerts import ALERTS
from bot.catalogue.bankroll import BANKROLL
from bot.catalogue.bets import BETS
from bot.catalogue.care import CARE
from bot.catalogue.home import HOME
from bot.catalogue.house import HOUSE
from bot.catalogue.keeping import KEEPING
from bot.catalogue.matches import MATCHES
from bot.catalogue.people import PEOPLE
from bot.catalogue.picks import PICKS
from bot.catalogue.places import PLACES
from bot.catalogue.rights import RIGHTS
from bot.catalogue.settings import SETTINGS
from bot.catalogue.statistics import STATISTICS
from bot.catalogue.tools import TOOLS
from bot.catalogue.upkeep import UPKEEP
from engine.domain.alert import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.catalogue.chapter import Chapter
    from bot.context import Command, Screen

CHAPTERS: Final[tuple[Chapter, ...]] = (
    PICKS,
    MATCHES,
    STATISTICS,
    BETS,
    BANKROLL,
    ALERTS,
    TOOLS,
    SETTINGS,
    RIGHTS,
    CARE,
    HOME,
    UPKEEP,
    PLACES,
    KEEPING,
    HOUSE,
    PEOPLE,
)


def _shows_picks(chapter: Chapter, one: Command | Screen) -> bool:
    """Return what was said of it, else what its chapter says; keepers go on keeping the house."""
    if one.shows_picks is not None:
        return one.shows_picks
    return chapter.shows_picks and not covers(one.role, Role.ADMIN)


COMMANDS: Final[tuple[Command, ...]] = tuple(
    replace(command, chapter=chapter.name, shows_picks=_shows_picks(chapter, command))
    for chapter in CHAPTERS
    for command in chapter.commands
)
SCREENS: Final[Mapping[str, Screen]] = {
    name: replace(screen, shows_picks=_shows_picks(chapter, screen))
    for chapter in CHAPTERS
    for name, screen in chapter.screens.items()
}
"""What buttons open, by the name their callback data carries."""


def commands_for(role: Role) -> tuple[Command, ...]:
    """Return the commands that someone of `role` may use, in the order of help."""
    return tuple(command for command in COMMANDS if covers(role, command.role))
