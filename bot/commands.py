"""THE catalogue: menu, help, handlers and permissions all read these two tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.access import covers
from bot.context import Command, Screen
from bot.handlers import (
    admin,
    agents,
    alias,
    disputes,
    funnel,
    guide,
    learning,
    markets,
    path,
    picks,
    quota,
    rulings,
    start,
    stats,
    steam,
    verify,
    versions,
    whynot,
)
from engine.domain.alert import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Final[tuple[Command, ...]] = (
    Command(name="start", alias=None, role=Role.VIEWER, private=True, handler=start.start),
    Command(name="menu", alias=None, role=Role.VIEWER, private=False, handler=guide.menu),
    Command(name="picks", alias=None, role=Role.VIEWER, private=False, handler=picks.picks),
    Command(name="pick", alias=None, role=Role.VIEWER, private=False, handler=picks.pick),
    Command(name="stats", alias=None, role=Role.VIEWER, private=False, handler=stats.stats),
    Command(
        name="marches", alias="markets", role=Role.VIEWER, private=False, handler=markets.markets
    ),
    Command(name="agents", alias=None, role=Role.VIEWER, private=False, handler=agents.agents),
    Command(
        name="pourquoi_pas",
        alias="whynot",
        role=Role.MEMBER,
        private=False,
        handler=whynot.whynot,
    ),
    Command(name="funnel", alias=None, role=Role.MEMBER, private=False, handler=funnel.funnel),
    Command(name="steam", alias="drops", role=Role.MEMBER, private=False, handler=steam.steam),
    Command(
        name="verifier", alias="verify", role=Role.VIEWER, private=False, handler=verify.verify
    ),
    Command(name="aide", alias="help", role=Role.VIEWER, private=False, handler=guide.show_help),
    Command(
        name="langue", alias="language", role=Role.VIEWER, private=True, handler=start.language
    ),
    Command(name="sante", alias="health", role=Role.ADMIN, private=True, handler=admin.health),
    Command(name="quota", alias=None, role=Role.ADMIN, private=True, handler=quota.quota),
    Command(
        name="resultats", alias="results", role=Role.ADMIN, private=True, handler=rulings.results
    ),
    Command(name="noter", alias="grade", role=Role.ADMIN, private=True, handler=rulings.grade),
    Command(name="versions", alias=None, role=Role.ADMIN, private=True, handler=versions.versions),
    Command(
        name="apprentissage",
        alias="learning",
        role=Role.ADMIN,
        private=True,
        handler=learning.learning,
    ),
    Command(name="rollback", alias=None, role=Role.ADMIN, private=True, handler=versions.rollback),
    Command(
        name="litiges", alias="disputes", role=Role.ADMIN, private=True, handler=disputes.disputes
    ),
    Command(name="alias", alias=None, role=Role.ADMIN, private=True, handler=alias.alias),
    Command(name="invite", alias=None, role=Role.OWNER, private=True, handler=admin.invite),
)

SCREENS: Final[Mapping[str, Screen]] = {
    "menu": Screen(role=Role.VIEWER, private=False, handler=guide.menu),
    "picks": Screen(role=Role.VIEWER, private=False, handler=picks.picks),
    "card": Screen(role=Role.VIEWER, private=False, handler=picks.card),
    "detail": Screen(role=Role.VIEWER, private=False, handler=picks.detail),
    "path": Screen(role=Role.VIEWER, private=False, handler=path.path),
    "stats": Screen(role=Role.VIEWER, private=False, handler=stats.stats),
    "markets": Screen(role=Role.VIEWER, private=False, handler=markets.markets),
    "market": Screen(role=Role.VIEWER, private=False, handler=markets.market),
    "mkchart": Screen(role=Role.VIEWER, private=False, handler=markets.picture),
    "agents": Screen(role=Role.VIEWER, private=False, handler=agents.agents),
    "whynot": Screen(role=Role.MEMBER, private=False, handler=whynot.whynot),
    "funnel": Screen(role=Role.MEMBER, private=False, handler=funnel.funnel),
    "steam": Screen(role=Role.MEMBER, private=False, handler=steam.steam),
    "help": Screen(role=Role.VIEWER, private=False, handler=guide.show_help),
    "lang": Screen(role=Role.VIEWER, private=True, handler=start.language),
    "hello": Screen(role=Role.VIEWER, private=True, handler=start.hello),
    "health": Screen(role=Role.ADMIN, private=True, handler=admin.health),
    "names": Screen(role=Role.ADMIN, private=True, handler=disputes.disputes),
    "alias": Screen(role=Role.ADMIN, private=True, handler=disputes.accept),
    "newteam": Screen(role=Role.ADMIN, private=True, handler=disputes.new_team),
    "ignore": Screen(role=Role.ADMIN, private=True, handler=disputes.ignore),
    "undo": Screen(role=Role.ADMIN, private=True, handler=disputes.undo),
    "unignore": Screen(role=Role.ADMIN, private=True, handler=disputes.undo_ignore),
    "contest": Screen(role=Role.ADMIN, private=True, handler=rulings.results),
    "rule": Screen(role=Role.ADMIN, private=True, handler=rulings.rule),
    "ruled": Screen(role=Role.ADMIN, private=True, handler=rulings.ruled),
    "graded": Screen(role=Role.ADMIN, private=True, handler=rulings.graded),
    "versions": Screen(role=Role.ADMIN, private=True, handler=versions.versions),
    "version": Screen(role=Role.ADMIN, private=True, handler=versions.version),
    "vask": Screen(role=Role.ADMIN, private=True, handler=versions.asked),
    "learning": Screen(role=Role.ADMIN, private=True, handler=learning.learning),
    "lpart": Screen(role=Role.ADMIN, private=True, handler=learning.part),
    "vdone": Screen(role=Role.ADMIN, private=True, handler=versions.done),
    "quota": Screen(role=Role.ADMIN, private=True, handler=quota.quota),
}
"""What buttons open, by the name their callback data carries."""


def commands_for(role: Role) -> tuple[Command, ...]:
    """Return the commands that someone of `role` may use, in the menu's order."""
    return tuple(command for command in COMMANDS if covers(role, command.role))
