"""A thousand readers, one matchday: what each wished, the platform's strict limits, and haste.

The real sender delivers over HTTP to the emulator, whose flood control answers 429 to whatever
comes too fast. Every card that went is held against what its reader chose; at the height of it
twenty charts are asked for at once and an urgent notice is put in the outbox.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from telegram.ext import ExtBot

from bench._alerts_crowd import FIRST, HOUSE, a_matchday, seat, wish_of
from bot.callbacks import Signer
from bot.delivery import Courier, Delivery
from bot.limiter import Limiter, PacedRequests
from bot.pictures import Picture, Studio
from bot.render.html import Html
from bot.render.numbers import Money
from bot.texts.loader import load_texts
from bot.words import AlertWords
from charts.profit import ProfitLabels, profit_chart
from engine.alerting.compose import PRIORITY, compose
from engine.alerting.rules import AlertRules
from engine.domain.alert import Alert, AlertKind
from engine.domain.preferences import Shade
from engine.learning.recorded.curve import Curve
from sandbox.telegram import FloodLimits, open_people, open_telegram
from storage.embedded import open_embedded
from storage.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from sandbox.telegram import People, TelegramSandbox
    from storage.store import Store

READERS: Final = int(os.environ.get("MON_PS_BENCH_READERS", "1000"))
MATCHES: Final = 6
CHARTS: Final = 20
_URGENT: Final = "bench"


def measure() -> Mapping[str, object]:
    """Return what was sent and withheld, how often limits or wishes were broken, and delays."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    return asyncio.run(_measure())


async def _measure() -> Mapping[str, object]:
    async with (
        _opened() as store,
        open_telegram(flood=FloodLimits()) as telegram,
        open_people(telegram.url) as people,
    ):
        async with store.reading() as tx:
            now = await tx.now()
        await _seat_all(store, people, now)
        composed = await _compose(store, now)
        begun = monotonic()
        waited, drawn = await _deliver(store, telegram)
        seconds = monotonic() - begun
        return {
            "readers": READERS,
            "cards_composed": composed,
            "cards_sent": len(telegram.log.sends()) - 1,
            "seconds": seconds,
            "sent_per_second": len(telegram.log.sends()) / seconds,
            "answers_429": sum(n for why, n in telegram.refusals.items() if why.startswith("429")),
            "other_refusals": sum(
                n for why, n in telegram.refusals.items() if not why.startswith("429")
            ),
            "charts_drawn": drawn,
            "urgent_notice_seconds": waited,
            **await _broken(store, telegram),
        }


@asynccontextmanager
async def _opened() -> AsyncIterator[Store]:
    home = Path(tempfile.mkdtemp(prefix="mon_ps-bench-"))
    home.chmod(0o755)  # noqa: ASYNC240  # before anything else runs in the loop
    try:
        async with (
            open_embedded(home / "cluster") as server,
            open_store(server.dsn.get_secret_value()) as store,
        ):
            yield store
    finally:
        shutil.rmtree(home)


async def _seat_all(store: Store, people: People, now: datetime) -> None:
    """Let every reader press /start, and keep what they chose."""
    for reader in range(READERS):
        await people.write(FIRST + reader, "/start")
    async with store.transaction() as tx:
        for reader in range(READERS):
            await seat(tx, reader, now)


async def _compose(store: Store, now: datetime) -> int:
    """Commit a matchday with its cards, as a look does; return how many cards."""
    rules = AlertRules()
    fixtures, picks, board = a_matchday(MATCHES, now)
    async with store.transaction() as tx:
        await tx.fixtures.save(fixtures, now)
        await tx.picks.add(picks)
        await tx.odds.add(board)
        readers = await tx.readers.listening(now, HOUSE)
        alerts = compose(
            picks,
            [],
            readers,
            rules,
            fixtures={one.id: one for one in fixtures},
            kick_offs={one.id: fixtures[0].kick_off for one in picks},
            now=now - rules.group_wait,
        )
        return await tx.outbox.add(alerts)


async def _deliver(store: Store, telegram: TelegramSandbox) -> tuple[float, int]:
    """Send all that may go; return how long the urgent notice waited, and the charts drawn."""
    rules = AlertRules()
    limiter = Limiter(rules)
    money = Money(bankroll=Decimal(1000), currency="EUR", time_zone=HOUSE)
    words = AlertWords(texts=load_texts(), money=money, signer=Signer(b"s" * 32))
    async with ExtBot(
        telegram.token,
        base_url=f"{telegram.url}/bot",
        rate_limiter=PacedRequests(limiter),
    ) as bot:
        courier = Courier(bot=bot, words=words, limiter=limiter, fencing=1)
        delivery, stop = Delivery(store, courier, rules), asyncio.Event()
        async with asyncio.TaskGroup() as parts:
            parts.create_task(delivery.run(stop))
            waited, drawn = await _haste(store, telegram)
            await _until_done(store)
            stop.set()
    return waited, drawn


async def _haste(store: Store, telegram: TelegramSandbox) -> tuple[float, int]:
    """Ask for twenty charts at once amid the sending, and put an urgent notice in the outbox."""
    while len(telegram.log.sends()) < READERS // 20:  # noqa: ASYNC110  # the sender is another task
        await asyncio.sleep(0.1)
    studio = Studio(seconds=60.0)
    async with asyncio.TaskGroup() as parts:
        charts = [parts.create_task(studio.drawn(_chart(n))) for n in range(CHARTS)]
        await asyncio.sleep(0.2)
        waited = await _urgent(store, telegram)
    studio.close()
    return waited, sum(chart.result() is not None for chart in charts)


async def _urgent(store: Store, telegram: TelegramSandbox) -> float:
    """Put an urgent notice in the outbox; return how long it took to be told."""
    asked = monotonic()
    async with store.transaction() as tx:
        now = await tx.now()
        notice = Alert(
            chat_id=FIRST + READERS - 1,
            kind=AlertKind.OPS,
            pick_id=None,
            version=_URGENT,
            body=(("job", "health"), ("reason", _URGENT)),
            priority=PRIORITY[AlertKind.OPS],
            created_at=now,
            not_before=now,
            expires_at=now + timedelta(minutes=10),
        )
        await tx.outbox.add([notice])
    told = None
    while told is None:
        await asyncio.sleep(0.01)
        told = next((one for one in telegram.log.sends() if _URGENT in one.text), None)
    return told.monotonic - asked


async def _until_done(store: Store) -> None:
    """Wait until nothing may go any more: what is left waits for quiet hours to end."""
    while True:
        async with store.reading() as tx:
            counts, now = await tx.outbox.counts(), await tx.now()
            waiting = [one for one in await tx.outbox.rows() if one["state"] == "pending"]
        held = sum(one["last_error"] == "quiet" for one in waiting)
        if not counts.get("sending") and len(waiting) == held and now:
            return
        await asyncio.sleep(0.5)


async def _broken(store: Store, telegram: TelegramSandbox) -> Mapping[str, object]:
    """Count the cards that went against what their readers chose; all are to be nought."""
    async with store.reading() as tx:
        rows = await tx.outbox.rows()
        views = {view.pick.id: view for view in await tx.picks.all_views()}
    cards = [one for one in telegram.log.sends() if _URGENT not in one.text]
    went: Counter[int] = Counter(one.chat_id for one in cards)
    loud = {one.chat_id for one in cards if not one.silent}
    broken: Counter[str] = Counter()
    for reader in range(READERS):
        chat, wish = FIRST + reader, wish_of(reader)
        mine = [r for r in rows if r["chat_id"] == chat and r["state"] == "sent"]
        mine = [r for r in mine if r["kind"] == "pick"]
        most = {"off": 0, "quiet until later": 0, "quiet, dropped inside": 0, "three a day": 3}
        broken["over_caps"] += went[chat] > most.get(wish, AlertRules().cards_an_hour)
        broken["rang_when_silent"] += wish == "silent" and chat in loud
        matches = Counter(views[r["pick_id"]].fixture.id for r in mine)  # type: ignore[index]
        broken["over_cap_of_a_match"] += max(matches.values(), default=0) > 2  # noqa: PLR2004  # the house's cap
        codes = {views[r["pick_id"]].pick.selection.code for r in mine}  # type: ignore[index]
        broken["past_a_preset"] += wish == "goals alone" and not codes <= {"over_2.5"}
        homes = {views[r["pick_id"]].fixture.home.key for r in mine}  # type: ignore[index]
        broken["past_a_mute"] += wish == "a team muted" and "home0" in homes
        broken["twice"] += went[chat] != len(mine)
    ended = Counter(str(r["last_error"]) for r in rows if r["state"] == "cancelled")
    return {
        **{f"broken_{name}": n for name, n in sorted(broken.items())},
        **{f"withheld_{why}": n for why, n in sorted(ended.items())},
        "held_for_later": sum(r["state"] == "pending" for r in rows),
    }


def _chart(n: int) -> Picture:
    length = 2000
    curve = Curve(
        bets=tuple(range(1, length + 1)),
        actual=tuple(float(i % 37 - 18 + n) for i in range(length)),
        expected_alert=tuple(i * 0.03 for i in range(length)),
        expected_close=tuple(i * 0.025 for i in range(length)),
        low50=tuple(i * 0.03 - 9 for i in range(length)),
        high50=tuple(i * 0.03 + 9 for i in range(length)),
        low90=tuple(i * 0.03 - 20 for i in range(length)),
        high90=tuple(i * 0.03 + 20 for i in range(length)),
        n_close=length,
    )
    labels = ProfitLabels(
        title=f"Chart {n}",
        subtitle="bench",
        actual="actual",
        expected="expected",
        closing="closing",
        band="band",
        half_band="half band",
        axis_bets="bets",
        axis_units="units",
        decimal_mark=".",
    )
    return Picture(
        key=f"bench{n}",
        draw=lambda: profit_chart(curve, labels, Shade.LIGHT),
        caption=Html("bench"),
        words=Html("bench"),
    )
