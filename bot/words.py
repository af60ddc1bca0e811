"""The words of alerts: cards and notices, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.keyboards import Buttons, card_keyboard
from bot.render.learning import render_learning_news
from bot.render.pick import render_card
from bot.render.proof import render_published
from bot.render.versions import render_news
from bot.render.voice import Voice
from bot.shelf import under_alert
from engine.alerting.learning import report_of
from engine.alerting.versions import card_of
from engine.domain.alert import AlertKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.callbacks import Signer
    from bot.render.numbers import Money
    from bot.texts.loader import Texts
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
        self, view: PickView, *, row: OutboxRow, now: datetime
    ) -> tuple[str, InlineKeyboardMarkup | None]:
        """Return a pick's card; its buttons are signed for the one person it is sent to."""
        text = render_card(
            view,
            texts=self.texts,
            language=row.language,
            now=now,
            money=self.money,
            reminder=row.reminder,
        )
        keyboard = card_keyboard(
            view,
            texts=self.texts,
            language=row.language,
            signer=self.signer,
            user_id=row.chat_id,  # a private chat has its person's id
            reminder=row.reminder,
        )
        return text, keyboard

    def notice_keyboard(self, row: OutboxRow) -> InlineKeyboardMarkup | None:
        """Return what may be done about a notice, signed for the one person it is sent to."""
        voice = Voice(texts=self.texts, language=row.language)
        buttons = Buttons(signer=self.signer, user_id=row.chat_id, voice=voice)
        if row.kind is AlertKind.LEARNING:
            return InlineKeyboardMarkup([[buttons.make("detail", "learning")]])
        return under_alert(buttons, card_of(row.body)) if row.kind is AlertKind.POLICY else None

    def notice(self, row: OutboxRow) -> str:
        """Return what those who keep the house must know: what stopped, is over, or is sworn."""
        voice = Voice(texts=self.texts, language=row.language)
        if row.kind is AlertKind.PROOF:
            return render_published(row.body, voice=voice)
        if row.kind is AlertKind.LEARNING:
            report = report_of(row.body)
            return render_learning_news(report, voice=voice, money=self.money)
        if row.kind is AlertKind.POLICY:
            return render_news(card_of(row.body), voice=voice, money=self.money)
        job, reason = row.body.get("job", "?"), row.body.get("reason", "?")
        walk = voice.texts.maybe(voice.language, f"health.job_{job}")
        if row.body.get("state") == "resumed":
            return voice.html("notice.resumed", reason=reason)
        if walk is None or job == _WATCH:
            return voice.html("notice.watch", reason=reason)
        return voice.html("notice.ops", job=walk, reason=reason)
