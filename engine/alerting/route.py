"""Whether a pick's card is told to one reader, how loudly, and when: pure, and said by name.

Asked twice: when a card is made, to leave out who does not want it, and again when it is sent,
by then with what has been sent since and the time it has become.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from engine.alerting.care import Passage, held_until, passage
from engine.domain.alert import AlertKind
from engine.domain.preferences import Caps, EventClass, Inside, Volume

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.alerting.rules import AlertRules
    from engine.domain.bet import TakenBetNow
    from engine.domain.wish import CardFacts, Wish

_LOUDER: Final = {Volume.OFF: 0, Volume.SILENT: 1, Volume.ON: 2}


class Why(StrEnum):
    """Why a card is not told as it would be; the names that `last_error` and digests carry."""

    WANTED = "wanted"
    PAUSED = "paused"
    LIMIT = "limit"
    OFF = "off"
    FILTERED = "filtered"
    MUTED = "muted"
    QUIET = "quiet"
    CAPPED = "capped"


WITHHELD: Final = frozenset({Why.QUIET, Why.CAPPED})
"""What a digest makes good: the reader did not refuse it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """New cards that one chat was sent already: of the match, in the last hour, today."""

    match: int = 0
    hour: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a card goes: told with a sound or `silent`, held `until` later, or not at all."""

    told: bool
    silent: bool = False
    until: datetime | None = None
    why: Why = Why.WANTED


NOTHING_SENT: Final = Sent()


def wanted(card: CardFacts, wish: Wish, now: datetime) -> Route:
    """Return whether a reader wants this pick at all: pauses, volumes, presets, mutes.

    The loudest preset that lets it in decides; a preset is never louder than the class.
    """
    if passage(AlertKind.PICK, wish.care, now) is not Passage.OPEN:
        return Route(told=False, why=Why.PAUSED)
    volume = wish.preferences.volume(EventClass.PICK)
    if volume is Volume.OFF:
        return Route(told=False, why=Why.OFF)
    if wish.presets:
        heard = [preset.volume for preset in wish.presets if preset.picks.keeps(card)]
        if not heard:
            return Route(told=False, why=Why.FILTERED)
        loudest = max(heard, key=_LOUDER.__getitem__)
        if loudest is Volume.OFF:
            return Route(told=False, why=Why.OFF)
        volume = min(volume, loudest, key=_LOUDER.__getitem__)
    if any(mute.holds(card, now) for mute in wish.mutes):
        return Route(told=False, why=Why.MUTED)
    return Route(told=True, silent=volume is Volume.SILENT)


def route(
    card: CardFacts,
    wish: Wish,
    rules: AlertRules,
    now: datetime,
    *,
    sent: Sent = NOTHING_SENT,
    bets: Sequence[TakenBetNow] = (),
) -> Route:
    """Return how a pick's card goes to a reader at `now`.

    Quiet hours hold it until they end, but never past the last moment at which it is worth
    anything: then it goes without a sound, or not at all, as the reader chose. Caps count what
    was sent. While the reader's own `bets` reach a limit of theirs, it waits for the next period.
    """
    found = wanted(card, wish, now)
    if not found.told:
        return found
    over = held_until(wish.care, bets, now, wish.preferences.zone(wish.house))
    if over is not None:
        in_time = over < card.kick_off - rules.send_cut_off
        return Route(told=in_time, until=over if in_time else None, why=Why.LIMIT)
    ends = quiet_until(wish, now)
    if ends is not None:
        if ends < card.kick_off - rules.send_cut_off:
            return Route(told=True, silent=found.silent, until=ends, why=Why.QUIET)
        quiet = wish.preferences.quiet
        if quiet is not None and quiet.inside is Inside.DROP:
            return Route(told=False, why=Why.QUIET)
        found = Route(told=True, silent=True)
    caps = wish.preferences.caps or house_caps(rules)
    if sent.match >= caps.match or sent.hour >= caps.hour or sent.day >= caps.day:
        return Route(told=False, why=Why.CAPPED)
    return found


def quiet_until(wish: Wish, now: datetime) -> datetime | None:
    """Return when the quiet hours that `now` lies in end; None where it lies in none.

    On the night that clocks change, they end when the clock says so.
    """
    quiet = wish.preferences.quiet
    local = wish.preferences.local(now, wish.house)
    if quiet is None or not quiet.covers(local.time()):
        return None
    ends = datetime.combine(local, time(quiet.end // 60, quiet.end % 60), local.tzinfo)
    if ends <= local:
        ends = datetime.combine(local.date() + timedelta(days=1), ends.timetz())
    return ends.astimezone(UTC)


def house_caps(rules: AlertRules) -> Caps:
    """Return the caps of those who chose none."""
    return Caps(match=rules.cards_a_match, hour=rules.cards_an_hour, day=rules.cards_a_day)


def day_begins(wish: Wish, rules: AlertRules, now: datetime) -> datetime:
    """Return since when today's cards are counted: midnight on the reader's clock.

    Where days are scaled to be shorter, no more than such a day.
    """
    local = wish.preferences.local(now, wish.house)
    midnight = datetime.combine(local, time(), local.tzinfo).astimezone(UTC)
    return max(midnight, now - rules.day)
