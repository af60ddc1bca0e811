"""One alert, from its lease to its mark: gate, render, send, react.

Nothing is sent before the gate has looked at the price of this very moment, and nothing whose
arrival is unknown is blindly sent again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import structlog
from telegram import ReplyParameters
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.gate import PRIVATE, gate_of, passage_of, withheld_from
from bot.limiter import ALREADY_PACED
from bot.offers import offers_for
from bot.reactions import Verdict, react
from engine.alerting.care import Passage
from engine.alerting.fresh import Freshness, freshness
from engine.alerting.route import Why, quiet_until
from engine.domain.alert import EDITS, AlertKind, DeliveryState
from engine.domain.numbers import PickId
from engine.domain.pick import PickUpdate, PriceState
from engine.domain.preferences import EventClass, Volume
from engine.domain.wish import Wish

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import InlineKeyboardMarkup
    from telegram.ext import ExtBot

    from bot.gate import Gate
    from bot.halt import Halt
    from bot.limiter import Limiter
    from bot.marks import Marks
    from bot.reactions import Reaction
    from bot.words import AlertWords
    from engine.alerting.rules import AlertRules
    from engine.domain.numbers import Odds
    from storage.picks import PriceNow
    from storage.store import Store, Tx
    from storage.views import OutboxRow, PickView

log = structlog.get_logger()
_LONG_SECONDS: Final = 0.5
_HAIR: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What to put before a reader: a new message, or an edit where `edits` names one.

    A new one goes to the topic `thread`, and `under` the card of another pick of the match.
    An edit that is `only_in_place` is not said anew where its message is gone.
    """

    text: str
    keyboard: InlineKeyboardMarkup | None
    silent: bool
    edits: int | None = None
    thread: int = 0
    under: int | None = None
    only_in_place: bool = False

    @property
    def hash(self) -> str:
        """Tells what a card shows from what it showed before."""
        keyboard = self.keyboard.to_json() if self.keyboard else ""
        return hashlib.sha256(f"{self.text}\n{keyboard}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The alert needs no sending: it ends in `state` for this reason."""

    state: DeliveryState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The alert may be said later, not now."""

    until: datetime
    reason: str


class Sending:
    """Sends claimed alerts and marks what became of them."""

    def __init__(
        self,
        *,
        store: Store,
        bot: ExtBot[str],
        words: AlertWords,
        limiter: Limiter,
        rules: AlertRules,
        clock: Callable[[Tx], Awaitable[datetime]],
        marks: Marks,
        halt: Halt,
    ) -> None:
        self._store = store
        self._bot = bot
        self._words = words
        self._limiter = limiter
        self._rules = rules
        self._clock = clock
        self._marks = marks
        self._halt = halt

    async def deliver(self, row: OutboxRow) -> None:
        """Bring one claimed alert to a state: sent, later, or ended by name.

        Only what is sent takes a turn; after a long wait for it the world is looked at again.
        """
        try:
            prepared = await self._prepare(row)
            if isinstance(prepared, Outgoing):
                waited = await self._limiter.turn(row.chat_id)
                if waited > _LONG_SECONDS:
                    prepared = await self._prepare(row)
        except Exception as error:  # a poison row must not stop the others
            log.exception("alert_unrenderable", alert=row.id, kind=row.kind)
            await self._marks.poisoned(row, error)
            return
        if isinstance(prepared, Ended):
            await self._marks.finish(row, prepared.state, error=prepared.reason)
        elif isinstance(prepared, Waits):
            await self._marks.later(row, prepared.until, prepared.reason, attempt_counts=False)
        else:
            await self._send(row, prepared)

    async def _prepare(self, row: OutboxRow) -> Outgoing | Ended | Waits:
        """Look at the world as it is now and say what the reader should see, if anything."""
        async with self._store.reading() as tx:
            now = await self._clock(tx)
            withheld = await withheld_from(tx, row, now)
            way = await passage_of(tx, row, now)
            view = await tx.picks.view(pick_id=PickId(row.pick_id)) if row.pick_id else None
            gate = None
            row = await _with_offers(tx, row, view, now)
            if view is not None and row.kind not in EDITS:
                house = self._words.money.time_zone
                gate = await gate_of(tx, row, view, now, rules=self._rules, house=house)
        over = _over(row, withheld, way, now)
        if over is not None:
            return over
        if view is None:
            return _notice(row, self._words, now)
        if gate is None:
            return self._edited_card(row, view, now, way)
        if row.kind is AlertKind.PICK:
            return self._new_card(row, view, gate, now)
        return self._under_card(row, view, gate, now)

    def _new_card(
        self, row: OutboxRow, view: PickView, gate: Gate, now: datetime
    ) -> Outgoing | Ended | Waits:
        """Hold a card until quiet hours end; then its price is looked at, and then its reader."""
        price, way = gate.price, gate.route
        if way.until is not None:
            return Waits(until=way.until, reason=way.why)
        verdict = _fresh(view, price, self._rules, now)
        if verdict is Freshness.QUOTE_TOO_OLD:
            return Waits(until=now + self._rules.freshness_late / 4, reason=verdict.value)
        if verdict is Freshness.ODDS_FELL:
            return Ended(state=DeliveryState.CANCELLED, reason=verdict.value)
        if verdict is not Freshness.OK:
            return Ended(state=DeliveryState.EXPIRED, reason=verdict.value)
        if not way.told:
            return Ended(state=DeliveryState.CANCELLED, reason=way.why)
        outgoing = self._outgoing(row, _as_priced(view, price), now, edits=None)
        return replace(outgoing, silent=way.silent, under=gate.beside)

    def _under_card(
        self, row: OutboxRow, view: PickView, gate: Gate, now: datetime
    ) -> Outgoing | Ended | Waits:
        """Say something short under the card, where the reader holds one and it is still true."""
        if row.card_message_id is None:
            return Ended(state=DeliveryState.CANCELLED, reason="no card")
        untrue = _untrue(row, view, gate, self._rules, now)
        if untrue is not None:
            return Ended(state=DeliveryState.CANCELLED, reason=untrue)
        return Outgoing(
            text=self._words.under(view, gate.price, row, now),
            keyboard=None,
            silent=gate.hushed or row.body.get("volume") == Volume.SILENT,
            thread=row.thread_id,
            under=row.card_message_id,
        )

    def _edited_card(
        self, row: OutboxRow, view: PickView, now: datetime, way: Passage
    ) -> Outgoing | Ended | Waits:
        if row.card_state in {DeliveryState.PENDING, DeliveryState.SENDING}:
            return Waits(until=now + self._rules.edit_interval, reason="card not sent yet")
        if row.card_message_id is None:
            return Ended(state=DeliveryState.CANCELLED, reason="no card")
        outgoing = self._outgoing(row, view, now, edits=row.card_message_id)
        if outgoing.hash == row.card_hash:
            return Ended(state=DeliveryState.SENT, reason="unchanged")
        return replace(outgoing, only_in_place=way is Passage.IN_PLACE)

    def _outgoing(
        self, row: OutboxRow, view: PickView, now: datetime, *, edits: int | None
    ) -> Outgoing:
        text, keyboard = self._words.card(view, row=row, now=now, username=self._bot.username)
        return Outgoing(
            text=text,
            keyboard=keyboard,
            silent=edits is not None,
            edits=edits,
            thread=row.thread_id,
        )

    async def _send(self, row: OutboxRow, outgoing: Outgoing) -> None:
        try:
            message_id = await self._wire(row.chat_id, outgoing, ParseMode.HTML)
        except TelegramError as error:
            await self._after_error(row, outgoing, react(error))
        else:
            await self._sent(row, outgoing, message_id)

    async def _wire(self, chat_id: int, outgoing: Outgoing, parse_mode: str | None) -> int:
        """Make the one request; return the message's id."""
        seconds = self._rules.send_timeout_seconds
        if outgoing.edits is None:
            message = await self._bot.send_message(
                chat_id,
                outgoing.text,
                parse_mode=parse_mode,
                reply_markup=outgoing.keyboard,
                disable_notification=outgoing.silent,
                message_thread_id=outgoing.thread or None,
                reply_parameters=_under(outgoing.under),
                read_timeout=seconds,
                rate_limit_args=ALREADY_PACED,
            )
            return message.message_id
        await self._bot.edit_message_text(
            outgoing.text,
            chat_id=chat_id,
            message_id=outgoing.edits,
            parse_mode=parse_mode,
            reply_markup=outgoing.keyboard,
            read_timeout=seconds,
            rate_limit_args=ALREADY_PACED,
        )
        return outgoing.edits

    async def _after_error(self, row: OutboxRow, outgoing: Outgoing, reaction: Reaction) -> None:
        verdict = reaction.verdict
        log.warning("alert_not_sent", alert=row.id, kind=row.kind.value, verdict=verdict.value)
        if verdict is Verdict.UNCHANGED:
            await self._sent(row, outgoing, outgoing.edits or 0)
        elif verdict is Verdict.UNPARSABLE:
            await self._once_more(row, outgoing, parse_mode=None)
        elif verdict is Verdict.TARGET_GONE and outgoing.only_in_place:
            await self._marks.finish(row, DeliveryState.CANCELLED, error=Why.PAUSED)
        elif verdict is Verdict.TARGET_GONE and outgoing.edits is not None:
            await self._once_more(row, replace(outgoing, edits=None), parse_mode=ParseMode.HTML)
        elif verdict is Verdict.AMBIGUOUS and outgoing.edits is None:
            await self._marks.finish(row, DeliveryState.UNCERTAIN, error=verdict)
        else:
            if verdict is Verdict.TOKEN_REFUSED:
                self._halt.reason = verdict.value
            await self._marks.react(row, reaction)

    async def _once_more(
        self, row: OutboxRow, outgoing: Outgoing, *, parse_mode: str | None
    ) -> None:
        """Say it in the one other way there is: without markup, or as a new message."""
        log.error("alert_said_otherwise", alert=row.id, kind=row.kind.value)
        try:
            message_id = await self._wire(row.chat_id, outgoing, parse_mode)
        except TelegramError as error:
            await self._marks.finish(row, DeliveryState.DEAD, error=react(error).verdict)
        else:
            await self._sent(row, outgoing, message_id)

    async def _sent(self, row: OutboxRow, outgoing: Outgoing, message_id: int) -> None:
        await self._marks.sent(row, message_id=message_id, shows=outgoing.hash)


def _over(row: OutboxRow, withheld: str | None, way: Passage, now: datetime) -> Ended | None:
    """Return how an alert ends that may not go at all: for its reader, or because it is late."""
    if withheld is not None:
        return Ended(state=DeliveryState.CANCELLED, reason=withheld)
    if way is Passage.BARRED:
        return Ended(state=DeliveryState.CANCELLED, reason=Why.PAUSED)
    if row.expires_at <= now:
        return Ended(state=DeliveryState.EXPIRED, reason="expired")
    return None


def _untrue(
    row: OutboxRow, view: PickView, gate: Gate, rules: AlertRules, now: datetime
) -> str | None:
    """Return why a word under a card should not be said any more; None where it stands.

    What is said to have got better must have done so since the card was sent, and still offer it.
    """
    if row.kind is AlertKind.OUTCOME:
        return None
    if gate.route.why is not Why.WANTED and gate.route.why is not Why.CAPPED:
        return gate.route.why
    verdict = _fresh(view, gate.price, rules, now)
    if verdict is not Freshness.OK or row.kind is not AlertKind.BETTER:
        return None if verdict is Freshness.OK else verdict.value
    if gate.price is None or gate.price.odds < float(row.body["odds"]) - _HAIR:
        return Freshness.ODDS_FELL.value
    seen_at = datetime.fromisoformat(row.body["seen_at"])
    shown = row.card_sent_at is not None and row.card_sent_at >= seen_at
    return "card shows it" if shown else None


def _fresh(view: PickView, price: PriceNow | None, rules: AlertRules, now: datetime) -> Freshness:
    return freshness(
        kick_off=view.fixture.kick_off,
        min_odds=_min_odds(view),
        odds=price.odds if price else None,
        quoted_at=price.quoted_at if price else now,
        rules=rules,
        now=now,
        from_file=view.pick.from_file,
    )


def _notice(row: OutboxRow, words: AlertWords, now: datetime) -> Outgoing | Waits:
    """Return what is said of no pick; an announcement waits until quiet hours end."""
    if row.kind is AlertKind.ANNOUNCEMENT:
        wish = Wish(house=words.money.time_zone, preferences=row.preferences)
        until = quiet_until(wish, now)
        if until is not None:
            return Waits(until=until, reason=Why.QUIET)
    text, keyboard = words.notice(row), words.notice_keyboard(row)
    silent = row.kind is AlertKind.PROOF or _volume(row) == Volume.SILENT
    return Outgoing(text=text, keyboard=keyboard, silent=silent, thread=row.thread_id)


def _volume(row: OutboxRow) -> str | None:
    """Return how a notice rings: announcements as their reader chose by now."""
    if row.kind is AlertKind.ANNOUNCEMENT:
        return row.preferences.volume(EventClass.NEWS)
    return row.body.get("volume")


def _under(message_id: int | None) -> ReplyParameters | None:
    """Return how a message stands under another, if that is still there."""
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)


def _min_odds(view: PickView) -> Odds:
    """Return the lowest price worth taking, as of the last look that said so."""
    update = view.update
    return update.min_odds if update and update.min_odds else view.pick.min_odds


def _as_priced(view: PickView, price: PriceNow | None) -> PickView:
    """Show the price of now, not the one the pick was made at."""
    shown = view.update.odds if view.update else view.pick.odds
    if price is None or price.odds == shown:
        return view
    update = PickUpdate(
        pick_id=view.pick.id,
        state=PriceState.MOVED,
        bookmaker=price.bookmaker,
        odds=price.odds,
        fair_odds=view.update.fair_odds if view.update else view.pick.fair.odds,
        edge=None,
        min_odds=_min_odds(view),
        seen_at=price.captured_at,
    )
    return replace(view, update=update)


async def _with_offers(tx: Tx, row: OutboxRow, view: PickView | None, now: datetime) -> OutboxRow:
    """Add what the reader's own books quote now, for a card nobody else sees."""
    if view is None or row.chat_type != PRIVATE:
        return row
    return replace(row, offers=await offers_for(tx, view, row.preferences.own_books, now))
