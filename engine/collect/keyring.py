"""Which key asks: the first declared that can pay, and what every answer teaches about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from engine.collect.budget import (
    Allowance,
    KeyState,
    choose,
    disable,
    observe,
    park,
    renewed,
    slow_down,
    spend,
)
from engine.collect.costs import cost
from engine.collect.payload import API_FOOTBALL
from engine.collect.verdict import Fate
from engine.domain.errors import KeyRefused, QuotaSpent

PROOF: Final = "sports"
"""The purpose of the free call that proves a key."""

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from engine.collect.payload import Ask
    from engine.collect.verdict import Refusal, Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One call of one key: what it may cost, and how many answers the key had had before."""

    source: str
    fingerprint: str
    price: int
    heard: int


class Keyring:
    """The declared keys of every provider, in order; credits of calls under way are held back.

    A key with less than `usual`, the price of a call, is spent like one that was refused.
    """

    def __init__(
        self,
        declared: Mapping[str, Sequence[str]],
        wires: Mapping[str, Wire],
        known: Iterable[KeyState],
        usual: int = 1,
    ) -> None:
        before = {(state.source, state.fingerprint): state for state in known}
        self._wires = wires
        self._usual = usual
        self._states = {
            (source, name): before.get((source, name), KeyState(source=source, fingerprint=name))
            for source, names in declared.items()
            for name in names
        }
        self._held: Counter[tuple[str, str]] = Counter()
        self._heard: Counter[tuple[str, str]] = Counter()

    @property
    def states(self) -> tuple[KeyState, ...]:
        return tuple(self._states.values())

    def state(self, turn: Turn) -> KeyState:
        return self._states[turn.source, turn.fingerprint]

    def take(self, ask: Ask, now: datetime, tried: Collection[str] = ()) -> Turn:
        """Return the turn of the first key that can pay for `ask`, none of `tried`.

        Raises:
            KeyRefused: no key is declared, or every one is refused for good.
            QuotaSpent: none can pay before the reset named in the error.
        """
        states = self._renew(ask.source, now)
        price = price_of(ask)
        free = [
            replace(state, remaining=self._free(state))
            for state in states
            if state.fingerprint not in tried
        ]
        if ask.purpose == PROOF:
            # of the spent keys the one least heard of: any may have been renewed
            alive = [one for one in free if one.disabled is None]
            spent = [one for one in alive if not one.affords(self._usual, now)]
            spent.sort(key=lambda one: self._heard[ask.source, one.fingerprint])
            free = spent or free
        chosen = choose(free, now, price)
        if chosen is None:
            raise self._none_left(ask.source, states, now)
        self._held[ask.source, chosen.fingerprint] += price
        return Turn(
            source=ask.source,
            fingerprint=chosen.fingerprint,
            price=price,
            heard=self._heard[ask.source, chosen.fingerprint],
        )

    def give_back(self, turn: Turn) -> None:
        """Free the credits of a call that is over."""
        self._held[turn.source, turn.fingerprint] -= turn.price

    def learn(
        self,
        turn: Turn,
        said: Allowance,
        refusal: Refusal | None,
        now: datetime,
        *,
        pause: timedelta,
    ) -> None:
        """Take in what an answer says of the key: its counts, and its fate where refused."""
        place = (turn.source, turn.fingerprint)
        wire = self._wires[turn.source]
        state = renewed(self._states[place], now)
        charged = 0 if refusal is not None else turn.price
        new = self._counted(turn, state, said, charged)
        new = replace(new, renews_at=wire.next_reset(now))
        if refusal is None:
            back = turn.price > 0 or bool(said.remaining)
            new = replace(new, parked_until=None) if back else new
        elif refusal.fate is Fate.PARK:
            new = park(new, wire.next_reset(now))
        elif refusal.fate is Fate.DISABLE:
            new = disable(new, refusal.code)
        elif refusal.fate is Fate.SLOW:
            new = slow_down(new, now + pause)
        self._states[place] = new

    def _counted(self, turn: Turn, state: KeyState, said: Allowance, charged: int) -> KeyState:
        """Return the state with the provider's counts, or with ours where it is silent.

        Of calls that overlap nobody knows which the provider counted last: the one after which
        less was left. A call made alone is believed, whatever it says.
        """
        place = (turn.source, turn.fingerprint)
        overlapped = self._heard[place] > turn.heard
        self._heard[place] += 1
        if said.remaining is None:
            counted = spend(state, charged if said.last is None else said.last)
            return replace(counted, used=counted.used if said.used is None else said.used)
        new = observe(state, said)
        if overlapped and state.remaining is not None and state.remaining < said.remaining:
            return replace(new, remaining=state.remaining, used=state.used)
        return new

    def _renew(self, source: str, now: datetime) -> list[KeyState]:
        for place, state in self._states.items():
            if state.source == source:
                self._states[place] = renewed(state, now)
        return [state for state in self._states.values() if state.source == source]

    def _free(self, state: KeyState) -> int | None:
        held = self._held[state.source, state.fingerprint]
        return None if state.remaining is None else state.remaining - held

    def _none_left(
        self, source: str, states: Sequence[KeyState], now: datetime
    ) -> KeyRefused | QuotaSpent:
        wire = self._wires[source]
        if not states:
            return KeyRefused(f"no key for {wire.WHO} is set")
        alive = [state for state in states if state.disabled is None]
        if not alive:
            reasons = ", ".join(sorted({str(state.disabled) for state in states}))
            return KeyRefused(f"{wire.WHO} refuses every declared key ({reasons})")
        resets = min(each.parked_until or each.renews_at or wire.next_reset(now) for each in alive)
        return QuotaSpent(
            f"every key of {wire.WHO} is out of credits until {resets:%d %b %H:%M} UTC",
            resets_at=resets,
        )


def price_of(ask: Ask) -> int:
    """Return what a call may take from a key: credits, or one request of the day."""
    return 1 if ask.source == API_FOOTBALL else cost(ask)
