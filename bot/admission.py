"""Who somebody is at the door: their role by settings and by what was given, bans, codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.access import Pace, Pacing, code_hash, read_code, strongest
from bot.links import read_payload
from engine.alerting.announcements import ROLE_OVER, compose_access
from engine.domain.alert import Role
from storage.access import Redeemed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.context import Door
    from storage.access import Ban, Known
    from storage.store import Tx

GUESSES, GUESS_SECONDS = 5, 3600.0
"""Codes of invitations that one person may try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """Who is at the door: what they may do, whether they are shut out, how their code did.

    `tell` says that a banned person is told so now.
    """

    role: Role | None
    ban: Ban | None = None
    tell: bool = False
    code: Redeemed = Redeemed.NOT_NEEDED

    @property
    def excuse(self) -> str | None:
        """Why a code let nobody in; None where it did, or where none was needed."""
        quiet = self.code in {Redeemed.NOT_NEEDED, Redeemed.GRANTED}
        return None if quiet else self.code.value


def new_guesses() -> Pace:
    """Return what counts the codes that people try."""
    return Pace(allowed=GUESSES, window_seconds=GUESS_SECONDS)


async def role_of(door: Door, tx: Tx, user_id: int) -> Role | None:
    """Return the strongest role by settings and by what was given; None for a stranger."""
    granted = await tx.access.granted(user_id, door.clock())
    return strongest(door.allowed.role(user_id), granted.role if granted else None)


def role_now(door: Door, known: Known) -> Role | None:
    """Return what a person may do as they stand on a list; None where their role is over."""
    return strongest(door.allowed.role(known.user_id), known.grant.role if known.grant else None)


async def ban_of(door: Door, tx: Tx, user_id: int) -> Ban | None:
    """Return the ban of a person; the owners by settings are never shut out."""
    if door.allowed.role(user_id) is Role.OWNER:
        return None
    return await tx.bans.of(user_id, door.clock())


async def recognise(
    door: Door, tx: Tx, user_id: int, word: str | None, *, private: bool, guesses: Pace
) -> Recognised:
    """Return who is at the door, who came with `word` to it, if with any; remember them."""
    ban = await ban_of(door, tx, user_id)
    if ban is not None:
        tell = private and await tx.bans.tell(user_id, door.clock())
        return Recognised(role=None, ban=ban, tell=tell)
    await tx.access.seen(user_id, door.clock())
    known = await role_of(door, tx, user_id)
    if word is None or not private:
        return Recognised(role=known)
    role, code = await _redeem(door, tx, user_id, word, known=known, guesses=guesses)
    return Recognised(role=role, code=code)


async def _redeem(
    door: Door, tx: Tx, user_id: int, word: str, *, known: Role | None, guesses: Pace
) -> tuple[Role | None, Redeemed]:
    """Use the code that /start came with, if it is one; who tries many is not looked up."""
    opens = read_payload(word) is not None  # a link to a screen is no code, however long
    code, now = None if opens else read_code(word), door.clock()
    if code is None:
        return known, Redeemed.NOT_NEEDED
    if guesses.take(user_id, door.ticks()) is not Pacing.ON:
        return known, Redeemed.UNKNOWN
    by_settings = door.allowed.role(user_id) is not None
    end, grant = await tx.invitations.redeem(
        code_hash(code), user_id, now, known=known, by_settings=by_settings
    )
    if grant is None:
        return known, end
    until = grant.until.isoformat() if grant.until else None
    detail: Mapping[str, object] = {
        "person": user_id,
        "before": known,
        "after": grant.role,
        "until": until,
    }
    await tx.audit.add(user_id, "invite_used", detail, now)
    if grant.until is not None:
        over = compose_access(user_id, ROLE_OVER, grant.role, at=grant.until, now=now)
        await tx.outbox.add([over])
    return strongest(known, grant.role), end
