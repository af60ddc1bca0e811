"""Who is told of picks and what each of them wants: people, groups, topics and channels."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from engine.alerting.route import WITHHELD, Sent, day_begins
from engine.domain.alert import AlertKind, Role, Subscriber
from engine.domain.care import NOTHING_SAID
from engine.domain.filter_reading import FilterRefused
from engine.domain.numbers import PickId
from engine.domain.pick_filter import EVERYTHING, reread
from engine.domain.preferences import DEFAULT, Volume
from engine.domain.wish import Mute, MuteKind, Preset, Wish
from storage.care import Cares
from storage.people import People
from storage.places import Places
from storage.queries import queries
from storage.visits import Choices

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    import asyncpg

    from engine.alerting.rules import AlertRules
    from engine.domain.fixture import Fixture
    from storage.places import Place
    from storage.pool import Connection
    from storage.views import OutboxRow

log = structlog.get_logger()
_MATCH: Final = timedelta(days=21)
"""As long as a pick may be open: cards of one match are no further apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteView:
    """A mute as people take it back: by number, with what it was called."""

    number: int
    label: str
    mute: Mute


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetView:
    """A preset as people change it: by number, with its filter as written."""

    number: int
    written: str
    preset: Preset


class Readers:
    """Readers on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def listening(self, now: datetime, house: ZoneInfo) -> tuple[Subscriber, ...]:
        """Return everybody picks are told to, with what each wants."""
        people = await People(self._connection).subscribers()
        wishes = await self.wishes([one.chat_id for one in people], now, house)
        told = [
            Subscriber(
                user_id=one.user_id,
                chat_id=one.chat_id,
                role=one.role,
                language=one.language,
                wants_picks=one.wants_picks,
                wish=wishes[one.chat_id],
            )
            for one in people
        ]
        places = [
            _as_subscriber(place, now, house)
            for place in await Places(self._connection).all()
            if place.state == "active" and AlertKind.PICK in place.kinds
        ]
        return (*told, *places)

    async def wishes(
        self, chat_ids: Collection[int], now: datetime, house: ZoneInfo
    ) -> Mapping[int, Wish]:
        """Return what each of these chats wants; those who said nothing want every pick."""
        asked = list(chat_ids)
        cared = await Cares(self._connection).of_all(asked)  # a private chat has its person's id
        chosen = await Choices(self._connection).of_all(asked)
        presets: dict[int, list[Preset]] = defaultdict(list)
        for row in await self._connection.fetch(queries("readers").presets, asked):
            kept = _preset(row["name"], row["written"], row["volume"], now)
            presets[row["chat_id"]].append(kept)
        mutes: dict[int, list[Mute]] = defaultdict(list)
        for row in await self._connection.fetch(queries("readers").mutes, asked, now):
            mutes[row["chat_id"]].append(_mute(row))
        return {
            chat: Wish(
                house=house,
                preferences=chosen.get(chat, DEFAULT),
                presets=tuple(presets[chat]),
                mutes=tuple(mutes[chat]),
                care=cared.get(chat, NOTHING_SAID),
            )
            for chat in asked
        }

    async def presets(self, chat_id: int, now: datetime) -> tuple[PresetView, ...]:
        """Return a chat's presets by name."""
        rows = await self._connection.fetch(queries("readers").presets, [chat_id])
        return tuple(
            PresetView(
                number=row["number"],
                written=row["written"],
                preset=_preset(row["name"], row["written"], row["volume"], now),
            )
            for row in rows
        )

    async def save_preset(self, chat_id: int, preset: Preset, now: datetime) -> int:
        """Keep a preset under its name, in its one written form; return its number."""
        number: int = await self._connection.fetchval(
            queries("readers").save_preset,
            chat_id,
            preset.name,
            str(preset.picks),
            preset.volume.value,
            now,
        )
        return number

    async def drop_preset(self, chat_id: int, number: int) -> str | None:
        """Forget a preset; return its name, None where there is none."""
        name: str | None = await self._connection.fetchval(
            queries("readers").drop_preset, chat_id, number
        )
        return name

    async def mutes(self, chat_id: int, now: datetime) -> tuple[MuteView, ...]:
        """Return what a chat muted and that still holds, the oldest first."""
        rows = await self._connection.fetch(queries("readers").mutes, [chat_id], now)
        return tuple(
            MuteView(number=row["number"], label=row["label"], mute=_mute(row)) for row in rows
        )

    async def mute(self, chat_id: int, mute: Mute, label: str, now: datetime) -> int:
        """Mute something; return the number it is taken back by."""
        number: int = await self._connection.fetchval(
            queries("readers").mute,
            chat_id,
            mute.kind.value,
            mute.key,
            label,
            mute.until,
            now,
        )
        return number

    async def unmute(self, chat_id: int, number: int) -> str | None:
        """Take a mute back; return what it was called, None where it is no more."""
        label: str | None = await self._connection.fetchval(
            queries("readers").unmute, chat_id, number
        )
        return label

    async def tidy(self, before: datetime) -> None:
        """Forget mutes that have had their time."""
        await self._connection.execute(queries("readers").forget_mutes, before)

    async def sent(
        self, chat_id: int, fixture: UUID, wish: Wish, rules: AlertRules, now: datetime
    ) -> Sent:
        """Return how many new cards a chat was sent: of a match, in the last hour, today."""
        row = await self._connection.fetchrow(
            queries("readers").sent,
            chat_id,
            fixture,
            now - rules.hour,
            day_begins(wish, rules, now),
            now - _MATCH,
        )
        return Sent(match=row["match"], hour=row["hour"], day=row["day"]) if row else Sent()

    async def held(self, since: datetime) -> tuple[tuple[int, PickId], ...]:
        """Return the cards that caps and quiet hours kept from chats since an instant."""
        rows = await self._connection.fetch(
            queries("readers").held, [why.value for why in WITHHELD], since
        )
        return tuple((row["chat_id"], PickId(row["pick_id"])) for row in rows)

    async def beside(self, row: OutboxRow, fixture: Fixture) -> int | None:
        """Return the message of the first card of the same match in this chat."""
        found: int | None = await self._connection.fetchval(
            queries("readers").beside, row.chat_id, fixture.id, row.pick_id, row.thread_id
        )
        return found


def _as_subscriber(place: Place, now: datetime, house: ZoneInfo) -> Subscriber:
    presets = (_preset(place.title, place.written, Volume.ON, now),) if place.written else ()
    return Subscriber(
        user_id=0,
        chat_id=place.chat_id,
        thread_id=place.thread_id,
        role=Role.VIEWER,
        language=place.language,
        wants_picks=True,
        wish=Wish(house=house, presets=presets),
    )


def _preset(name: str, written: str, volume: str, now: datetime) -> Preset:
    """Return a preset as it was kept; one that nobody understands any more lets nothing in."""
    try:
        picks = reread(written, now) if written else EVERYTHING
    except FilterRefused as refused:
        log.warning("preset_not_understood", name=name, piece=refused.piece)
        return Preset(name=name, picks=EVERYTHING, volume=Volume.OFF)
    return Preset(name=name, picks=picks, volume=Volume(volume))


def _mute(row: asyncpg.Record) -> Mute:
    return Mute(kind=MuteKind(row["kind"]), key=row["key"], until=row["until"])
