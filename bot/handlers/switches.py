"""Holding everybody's alerts back, and letting them go again; the engine goes on meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.asked_back import ask_back, confirmed
from bot.lengths import read_length
from bot.render.html import name
from bot.render.switches import (
    Upkeep,
    render_maintenance,
    render_pause,
    render_resumed,
    render_sure,
)
from bot.upkeep import under_maintenance, under_pause
from engine.domain.switch import Switch, SwitchName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from telegram import InlineKeyboardMarkup

    from bot.context import Visit
    from bot.keyboards import Buttons
    from engine.domain.switch import Switchboard
    from storage.store import Tx

_ALL: Final = frozenset({"tout", "all", "everything", "alertes", "alerts"})
_PICKS: Final = frozenset({"picks", "pick", "pronos"})
_ON: Final = frozenset({"on", "oui", "marche"})
_OFF: Final = frozenset({"off", "non", "arret", "arrêt", "fin"})
_BY_ARGS: Final = {
    "all": SwitchName.SENDER_PAUSED,
    "picks": SwitchName.PICKS_PAUSED,
    "house": SwitchName.MAINTENANCE,
}
_REASON: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants switched on, for how long, and why."""

    name: SwitchName
    length: timedelta | None = None
    reason: str = ""

    @property
    def body(self) -> Mapping[str, str]:
        """What is kept until the answer."""
        minutes = 0 if self.length is None else int(self.length.total_seconds() // 60)
        return {"name": self.name.value, "minutes": str(minutes), "reason": self.reason}


async def pause(visit: Visit) -> None:
    """Show what holds alerts back; hold them back as typed or tapped, once confirmed."""
    wish = _tapped(visit) or _typed(visit.words, SwitchName.SENDER_PAUSED)
    if visit.words and wish is None:
        await _taught(visit, "pause.usage", under_pause)
    elif wish is not None:
        await _ask(visit, wish, "paused", "pause")
    else:
        await _show_pause(visit)


async def paused(visit: Visit) -> None:
    """Hold alerts back, as was confirmed."""
    if await _turned_on(visit, "paused"):
        await _show_pause(visit)


async def resume(visit: Visit) -> None:
    """Let alerts go out again; what was to be said earlier than now is not said late."""
    async with visit.door.store.transaction() as tx:
        board = await tx.switches.standing(visit.now)
        was_on = tuple(one for one in board.switches if one.name is not SwitchName.MAINTENANCE)
        if was_on:
            detail = {one.name.value: one.reason for one in was_on}
            await tx.audit.add(visit.user_id, "resume", detail, visit.now)
        for one in was_on:
            await tx.switches.turn_off(one.name, visit.user_id, visit.now)
        upkeep = await _upkeep(tx, visit)
    text = render_resumed(upkeep, was_on, voice=visit.voice)
    await visit.show(text, under_pause(visit.buttons, upkeep.board))


async def maintenance(visit: Visit) -> None:
    """Show whether the house is in maintenance; turn it on once confirmed, off at once."""
    said = visit.words[0].lower() if visit.words else visit.tap.args
    wish = _tapped(visit)
    if said in _ON:
        wish = _typed(visit.words[1:], SwitchName.MAINTENANCE, scoped=False)
    if said in _OFF:
        await _end_maintenance(visit)
    elif wish is not None:
        await _ask(visit, wish, "upkept", "upkeep")
    elif visit.words:
        await _taught(visit, "maintenance.usage", under_maintenance)
    else:
        await _show_maintenance(visit)


async def maintained(visit: Visit) -> None:
    """Begin maintenance, as was confirmed."""
    if await _turned_on(visit, "upkept"):
        await _show_maintenance(visit)


async def _turned_on(visit: Visit, what: str) -> bool:
    body = await confirmed(visit, what)
    if body is None:
        return False
    minutes = int(body["minutes"])
    switch = Switch(
        name=SwitchName(body["name"]),
        turned_at=visit.now,
        turned_by=visit.user_id,
        reason=body["reason"],
        until=visit.now + timedelta(minutes=minutes) if minutes else None,
    )
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, switch.name.value, body, visit.now)
        await tx.switches.turn_on(switch)
    return True


async def _end_maintenance(visit: Visit) -> None:
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, "maintenance_over", {}, visit.now)
        await tx.switches.turn_off(SwitchName.MAINTENANCE, visit.user_id, visit.now)
    await _show_maintenance(visit)


async def _ask(visit: Visit, wish: Wish, what: str, back: str) -> None:
    text = render_sure(wish.name, wish.length, wish.reason, voice=visit.voice)
    await ask_back(visit, text, what=what, body=wish.body, back=back)


async def _taught(
    visit: Visit, key: str, keyboard: Callable[[Buttons, Switchboard], InlineKeyboardMarkup]
) -> None:
    """Say what was not understood, with examples that work, and the same as buttons."""
    async with visit.door.store.reading() as tx:
        board = await tx.switches.standing(visit.now)
    word = name(" ".join(visit.words), _REASON)
    await visit.show(visit.voice.html(key, word=word), keyboard(visit.buttons, board))


async def _show_pause(visit: Visit) -> None:
    async with visit.door.store.reading() as tx:
        upkeep = await _upkeep(tx, visit)
    text = render_pause(upkeep, voice=visit.voice, money=visit.money)
    await visit.show(text, under_pause(visit.buttons, upkeep.board))


async def _show_maintenance(visit: Visit) -> None:
    async with visit.door.store.reading() as tx:
        upkeep = await _upkeep(tx, visit)
    text = render_maintenance(upkeep, voice=visit.voice, money=visit.money)
    await visit.show(text, under_maintenance(visit.buttons, upkeep.board))


async def _upkeep(tx: Tx, visit: Visit) -> Upkeep:
    board = await tx.switches.standing(visit.now)
    names: dict[int, str] = {}
    for user_id in {one.turned_by for one in board.switches if one.turned_by}:
        person = await tx.people.get(user_id)
        names[user_id] = person.name if person and person.name else str(user_id)
    pending, uncertain = await tx.restores.waiting()
    return Upkeep(board=board, names=names, pending=pending, uncertain=uncertain)


def _tapped(visit: Visit) -> Wish | None:
    """Return what a button asks for: allx60 is everything for an hour, picksx0 without an end."""
    scope, _, minutes = visit.tap.args.partition("x")
    if scope not in _BY_ARGS or not minutes.isdecimal():
        return None
    length = timedelta(minutes=int(minutes)) if int(minutes) else None
    return Wish(name=_BY_ARGS[scope], length=length)


def _typed(words: tuple[str, ...], what: SwitchName, *, scoped: bool = True) -> Wish | None:
    """Return what words ask for: [what] [how long] [why]; None where they begin otherwise."""
    rest = list(words)
    began = not scoped
    if scoped and rest and rest[0].lower() in _ALL | _PICKS:
        scope = rest.pop(0).lower()
        what = SwitchName.PICKS_PAUSED if scope in _PICKS else what
        began = True
    length = read_length(rest[0]) if rest else None
    if length is not None:
        rest.pop(0)
        began = True
    looks_like_length = bool(rest) and length is None and rest[0][:1].isdecimal()
    if not began or looks_like_length:
        return None
    return Wish(name=what, length=length, reason=" ".join(rest)[:_REASON])
