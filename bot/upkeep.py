"""Keyboards of those who hold alerts back and back the house up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from engine.domain.switch import SwitchName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons
    from engine.domain.switch import Switchboard
    from jobs.backup_files import Backup

_HOUR: Final = 60
_PAUSES: Final = (_HOUR, 8 * _HOUR, 0)
_UPKEEPS: Final = (_HOUR, 4 * _HOUR, 0)
"""Minutes that are offered; 0 is without an end."""


def under_pause(buttons: Buttons, board: Switchboard) -> InlineKeyboardMarkup:
    """Return how long everything, or new picks, may be held back, and the way to let go."""
    rows = [
        [buttons.make(f"all_{n}", "pause", args=f"allx{n}") for n in _PAUSES],
        [buttons.make(f"picks_{n}", "pause", args=f"picksx{n}") for n in _PAUSES],
    ]
    if any(one.name is not SwitchName.MAINTENANCE for one in board.switches):
        rows.insert(0, [buttons.make("resume", "resume")])
    return InlineKeyboardMarkup([*rows, _ways_out(buttons)])


def under_maintenance(buttons: Buttons, board: Switchboard) -> InlineKeyboardMarkup:
    """Return how long maintenance may last, or its end where it is on."""
    row = [buttons.make(f"upkeep_{n}", "upkeep", args=f"housex{n}") for n in _UPKEEPS]
    if board.get(SwitchName.MAINTENANCE) is not None:
        row = [buttons.make("upkeep_over", "upkeep", args="off")]
    return InlineKeyboardMarkup([row, _ways_out(buttons)])


def under_backups(buttons: Buttons, backups: Sequence[Backup]) -> InlineKeyboardMarkup:
    """Return the way to make one now, and to try the newest where there is one."""
    row = [buttons.make("backup_now", "backup")]
    if backups:
        row.append(buttons.make("drill", "drill"))
    return InlineKeyboardMarkup([row, _ways_out(buttons)])


def to_upkeep(buttons: Buttons) -> list[InlineKeyboardButton]:
    """Return the ways from health to what is here."""
    return [
        buttons.make("pause", "pause"),
        buttons.make("upkeep", "upkeep"),
        buttons.make("backups", "backups"),
    ]


def _ways_out(buttons: Buttons) -> list[InlineKeyboardButton]:
    return [buttons.make("back_health", "health"), buttons.home()]
