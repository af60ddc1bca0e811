"""Who may do what, where, and how often; whoever is not named anywhere may do nothing."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, field, replace
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from engine.domain.alert import Role

if TYPE_CHECKING:
    from datetime import datetime

    from storage.store import Store

COMMANDS_A_MINUTE: Final = 20
MINUTE: Final = 60.0
CODE_PREFIX: Final = "i_"
_CODE_BYTES: Final = 16
_CODE_LENGTHS: Final = range(16, 65)
_STRENGTH: Final = {role: rank for rank, role in enumerate(Role)}
_FORGET_ABOVE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowList:
    """User ids that settings let in; an empty list lets nobody in."""

    owners: frozenset[int] = frozenset()
    members: frozenset[int] = frozenset()
    viewers: frozenset[int] = frozenset()

    def role(self, user_id: int) -> Role | None:
        """Return the role settings give this user."""
        if user_id in self.owners:
            return Role.OWNER
        if user_id in self.members:
            return Role.MEMBER
        return Role.VIEWER if user_id in self.viewers else None

    @property
    def everybody(self) -> frozenset[int]:
        return self.owners | self.members | self.viewers


class Verdict(Enum):
    """What the door answers to one wish of one person."""

    WELCOME = "welcome"
    FORBIDDEN = "forbidden"
    PRIVATE_ONLY = "private_only"
    RESTING = "resting"


def strongest(*roles: Role | None) -> Role | None:
    """Return the role that may do most."""
    return max((role for role in roles if role), key=_STRENGTH.__getitem__, default=None)


def covers(role: Role, minimum: Role) -> bool:
    """Say whether `role` may do what `minimum` may."""
    return _STRENGTH[role] >= _STRENGTH[minimum]


def may_touch(actor: Role, other: Role | None) -> bool:
    """Say whether `actor` may change what `other` may do: only those below oneself."""
    return covers(actor, Role.ADMIN) and (other is None or _STRENGTH[other] < _STRENGTH[actor])


def may_give(actor: Role) -> tuple[Role, ...]:
    """Return the roles that `actor` may give: those below their own, which they may take."""
    return tuple(role for role in Role if may_touch(actor, role))


def receives_picks(role: Role) -> bool:
    """Say whether picks are pushed to people of this role: viewers only read."""
    return covers(role, Role.MEMBER)


class Guarded(Protocol):
    """A command or a button: the weakest role it is for, whether in private chats only.

    And whether it shows picks: not known is as if it did.
    """

    @property
    def role(self) -> Role: ...

    @property
    def private(self) -> bool: ...

    @property
    def shows_picks(self) -> bool | None: ...


def judge(role: Role, wish: Guarded, *, private: bool, paused: bool = False) -> Verdict:
    """Say whether someone of `role`, in a pause they chose or not, may have `wish` here."""
    if not covers(role, wish.role):
        return Verdict.FORBIDDEN
    if wish.private and not private:
        return Verdict.PRIVATE_ONLY
    return Verdict.RESTING if paused and wish.shows_picks is not False else Verdict.WELCOME


def new_code() -> str:
    """Return an invitation code nobody can guess, fit for a deep link."""
    return secrets.token_urlsafe(_CODE_BYTES)


def code_hash(code: str) -> str:
    """Return what is stored of a code."""
    return sha256(code.encode()).hexdigest()


def read_code(word: str) -> str | None:
    """Return the code that `/start` came with; None where that is no code.

    Links carry `i_` before it; codes of older links stand alone.
    """
    code = word.removeprefix(CODE_PREFIX)
    return code if len(code) in _CODE_LENGTHS and code.isascii() else None


class Pacing(Enum):
    ON = "on"
    TELL = "tell"
    DROP = "drop"


@dataclass(slots=True)
class _Steps:
    times: deque[float] = field(default_factory=deque)
    told: bool = False


@dataclass(slots=True)
class Pace:
    """How often each person may ask for something; one notice, then silence until they slow."""

    allowed: int = COMMANDS_A_MINUTE
    window_seconds: float = MINUTE
    _people: dict[int, _Steps] = field(default_factory=dict)

    def take(self, user_id: int, now: float) -> Pacing:
        """Count one wish of this person at `now`, on a clock that never goes back."""
        self._forget(now)
        steps = self._people.setdefault(user_id, _Steps())
        self._expire(steps, now)
        if len(steps.times) < self.allowed:
            steps.times.append(now)
            steps.told = False
            return Pacing.ON
        told, steps.told = steps.told, True
        return Pacing.DROP if told else Pacing.TELL

    def _expire(self, steps: _Steps, now: float) -> None:
        while steps.times and steps.times[0] <= now - self.window_seconds:
            steps.times.popleft()

    def _forget(self, now: float) -> None:
        """Keep memory bounded however many strangers knock."""
        if len(self._people) < _FORGET_ABOVE:
            return
        for user_id, steps in list(self._people.items()):
            self._expire(steps, now)
            if not steps.times:
                del self._people[user_id]


async def enforce(store: Store, allowed: AllowList, now: datetime) -> None:
    """Make what is stored about people agree with settings and invitations.

    Someone taken off the settings' lists is pushed nothing from the next start on, though they
    once pressed /start; a changed role is kept.
    """
    async with store.transaction() as tx:
        await tx.access.note_settings(allowed.everybody)
        for one in await tx.people.subscribers():
            granted = await tx.access.granted(one.user_id, now)
            role = strongest(allowed.role(one.user_id), granted.role if granted else None)
            if role is None:
                await tx.people.set_state(one.chat_id, "revoked", now)
            elif role is not one.role:
                person = await tx.people.get(one.user_id)
                if person is not None:
                    await tx.people.save(replace(person, role=role), now)
