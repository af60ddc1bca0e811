"""The words of alerts: cards and notices, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.gate import PRIVATE
from bot.keyboards import Buttons, can_be_taken, card_keyboard
from bot.links import PICK, deep_link
from bot.register import under_announcement
from bot.render.announcements import render_announcement
from bot.render.digest import render_digest
from bot.render.learning import render_learning_news
from bot.render.people import render_access
from bot.render.pick import render_card, render_public_card
from bot.render.proof import render_published
from bot.render.under import render_better, render_last, render_outcome
from bot.render.versions import render_news
from bot.render.voice import Voice
from bot.render.watches import render_reached
from bot.sentry import under_reached
from bot.shelf import under_alert
from engine.alerting.digests import digest_of
from engine.alerting.learning import report_of
from engine.alerting.versions import card_of
from engine.domain.alert import AlertKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.callbacks import Signer
    from bot.render.html import Html
    from bot.render.numbers import Money
    from bot.texts.loader import Texts
    from storage.picks import PriceNow
    from storage.views import OutboxRow, PickView


_WATCH: Final = "health"
"""The walk that looks for what is wrong elsewhere: what it says is no failure of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWords:
    """Renders alerts for the delivery, which knows no words itself."""

    texts: Texts
    money: Money
    signer: Signer

    def card(
        self, view: PickView, *, row: OutboxRow, now: datetime, username: str
    ) -> tuple[str, InlineKeyboardMarkup | None]:
        """Return a pick's card as its reader reads: in their odds, on their clock.

        Its buttons are signed for the one person it is sent to; under one that many read stands
        the way to the bot alone.
        """
        money = self.money.chosen(row.preferences, row.balance)
        if row.chat_type != PRIVATE:
            voice = self._voice(row)
            text = render_public_card(view, voice=voice, now=now, money=money)
            link = deep_link(username, PICK, view.number)
            button = InlineKeyboardButton(voice.plain("share.open"), url=link)
            return text, InlineKeyboardMarkup([[button]])
        text = render_card(
            view,
            texts=self.texts,
            language=row.language,
            now=now,
            money=money,
            reminder=row.reminder,
            offers=row.offers,
        )
        keyboard = card_keyboard(
            view,
            texts=self.texts,
            language=row.language,
            signer=self.signer,
            user_id=row.chat_id,  # a private chat has its person's id
            reminder=row.reminder,
            taking=can_be_taken(view, now),
        )
        return text, keyboard

    def under(self, view: PickView, price: PriceNow | None, row: OutboxRow, now: datetime) -> Html:
        """Return the short words under a card: its match is near or over, or it got better."""
        if row.kind is AlertKind.BETTER:
            return render_better(view, price, float(row.body["edge"]), voice=self._voice(row))
        money = self.money.chosen(row.preferences)
        if row.kind is AlertKind.OUTCOME:
            return render_outcome(view, voice=self._voice(row), money=money)
        return render_last(view, price, voice=self._voice(row), now=now)

    def notice_keyboard(self, row: OutboxRow) -> InlineKeyboardMarkup | None:
        """Return what may be done about a notice, signed for the one person it is sent to."""
        voice = self._voice(row)
        buttons = Buttons(signer=self.signer, user_id=row.chat_id, voice=voice)
        if row.kind is AlertKind.LEARNING:
            return InlineKeyboardMarkup([[buttons.make("detail", "learning")]])
        if row.kind is AlertKind.WATCH:
            return under_reached(buttons, row.body["fixture"])
        if row.kind is AlertKind.DIGEST:
            return InlineKeyboardMarkup([[buttons.make("picks", "picks"), buttons.home()]])
        if row.kind is AlertKind.ANNOUNCEMENT:
            return under_announcement(buttons)
        if row.kind is AlertKind.ACCESS:
            return None
        return under_alert(buttons, card_of(row.body)) if row.kind is AlertKind.POLICY else None

    def notice(self, row: OutboxRow) -> str:
        """Return a digest, or what those who keep the house must know."""
        tell = _TELLS.get(row.kind, _tell_trouble)
        return tell(row.body, self._voice(row), self.money.chosen(row.preferences))

    def _voice(self, row: OutboxRow) -> Voice:
        chosen = row.preferences.odds_format
        return Voice(texts=self.texts, language=row.language, odds_format=chosen)


def _tell_trouble(body: Mapping[str, str], voice: Voice, _money: Money) -> Html:
    """Return what stopped, or is over."""
    job, reason = body.get("job", "?"), body.get("reason", "?")
    walk = voice.texts.maybe(voice.language, f"health.job_{job}")
    if body.get("state") == "resumed":
        return voice.html("notice.resumed", reason=reason)
    if walk is None or job == _WATCH:
        return voice.html("notice.watch", reason=reason)
    return voice.html("notice.ops", job=walk, reason=reason)


_TELLS: Final[Mapping[AlertKind, Callable[[Mapping[str, str], Voice, Money], Html]]] = {
    AlertKind.PROOF: lambda body, voice, _: render_published(body, voice=voice),
    AlertKind.LEARNING: lambda body, voice, money: render_learning_news(
        report_of(body), voice=voice, money=money
    ),
    AlertKind.WATCH: lambda body, voice, money: render_reached(body, voice=voice, money=money),
    AlertKind.POLICY: lambda body, voice, money: render_news(
        card_of(body), voice=voice, money=money
    ),
    AlertKind.ACCESS: lambda body, voice, _: render_access(body, voice=voice),
    AlertKind.ANNOUNCEMENT: lambda body, voice, _: render_announcement(body["text"], voice),
    AlertKind.DIGEST: lambda body, voice, money: render_digest(
        digest_of(body), voice=voice, money=money
    ),
}
