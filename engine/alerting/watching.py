"""Which odds that people wait for are offered now, and how that is told: once, and by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.alerting.compose import PRIORITY
from engine.alerting.route import quiet_until
from engine.domain.alert import Alert, AlertKind
from engine.domain.numbers import Odds
from engine.domain.odds_watch import OddsReached
from engine.domain.preferences import Inside, Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from engine.alerting.rules import AlertRules
    from engine.domain.board import Board
    from engine.domain.odds_watch import OddsWatch
    from engine.domain.wish import Wish

_HAIR: Final = 1e-9


def reached(
    watches: Sequence[OddsWatch], board: Board, now: datetime, oldest: timedelta
) -> tuple[OddsReached, ...]:
    """Return the watches whose odds a book offers on the board, with the best offer.

    Quotes older than `oldest`, lay sides and prices nobody offers count for nothing.
    """
    fresh = board.quoted_at >= (now - oldest).timestamp()
    offered = board.where(fresh & ~board.lay & ~board.is_aggregate & ~np.isnan(board.odds))
    places = {fixture.id: place for place, fixture in enumerate(offered.fixtures)}
    found = []
    for watch in watches:
        place = places.get(watch.fixture.id)
        rows = np.flatnonzero(
            (offered.fixture == place) & (offered.selection == watch.selection.number)
        )
        if place is None or not len(rows):
            continue
        best = int(rows[np.argmax(offered.odds[rows])])
        odds = float(offered.odds[best])
        if odds >= watch.odds - _HAIR:
            bookmaker = offered.bookmakers[int(offered.bookmaker[best])]
            found.append(OddsReached(watch=watch, odds=Odds(odds), bookmaker=bookmaker))
    return tuple(found)


def compose_watch(hit: OddsReached, wish: Wish, rules: AlertRules, now: datetime) -> Alert | None:
    """Return the message that odds are reached; None where it may not be told now.

    It was asked for by name, so no mute keeps it back; quiet hours do, until they end, or as the
    reader chose for what would then come too late.
    """
    watch, fixture = hit.watch, hit.watch.fixture
    last = fixture.kick_off - rules.send_cut_off
    if now >= last:
        return None
    volume, at, ends = Volume.ON, now, quiet_until(wish, now)
    if ends is not None and ends < last:
        at = ends
    elif ends is not None:
        quiet = wish.preferences.quiet
        if quiet is not None and quiet.inside is Inside.DROP:
            return None
        volume = Volume.SILENT
    return Alert(
        chat_id=watch.user_id,  # a private chat has its person's id
        kind=AlertKind.WATCH,
        pick_id=None,
        version=f"watch@{watch.id}",
        body=(
            ("fixture", str(fixture.id)),
            ("home", fixture.home.name),
            ("away", fixture.away.name),
            ("competition", fixture.competition),
            ("kick_off", fixture.kick_off.isoformat()),
            ("selection", watch.selection.code),
            ("wanted", repr(float(watch.odds))),
            ("odds", repr(float(hit.odds))),
            ("bookmaker", hit.bookmaker),
            ("seen_at", now.isoformat()),
            ("volume", volume.value),
        ),
        priority=PRIORITY[AlertKind.WATCH],
        created_at=now,
        not_before=at,
        expires_at=last,
    )
