"""Inline keyboards: short labels, at most three a row, a way back on every screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Signer, Tap
from bot.render.html import name
from bot.render.pick import short_id
from bot.render.voice import Voice
from engine.domain.pick import PriceState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.texts.loader import Texts
    from storage.views import PickPage, PickView

BUTTONS_A_ROW: Final = 3
_ANSWERS: Final = ("take", "skip", "later")
REMINDER: Final = "r"
FROM_LIST: Final = "l"
"""Arguments of a card's buttons: which list page it was opened from, or that it is a reminder."""
_INFO: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Buttons:
    """Makes buttons that one person may press, labelled in their language."""

    signer: Signer
    user_id: int
    voice: Voice

    def make(
        self, label: str, screen: str, *, number: int = 0, args: str = ""
    ) -> InlineKeyboardButton:
        """Return a button; `label` is a text's key, or the text itself when it has a `#`."""
        text = label if label.startswith("#") else self.voice.plain(f"button.{label}")
        return self.labelled(text, screen, number=number, args=args)

    def labelled(
        self, text: str, screen: str, *, number: int = 0, args: str = ""
    ) -> InlineKeyboardButton:
        """Return a button whose label is a name from outside."""
        data = self.signer.encode(self.user_id, Tap(screen=screen, number=number, args=args))
        return InlineKeyboardButton(text, callback_data=data)

    def info(self, term: str) -> InlineKeyboardButton:
        """Return the button that says what a term of the glossary means, beside the screen."""
        told = name(self.voice.plain(f"term.{term}.name"), _INFO)
        return self.labelled(f"ⓘ {told}", "info", args=term)

    def movements(self, hours: int, page: int, pages: int) -> InlineKeyboardMarkup:
        """Return the neighbouring pages, then refresh and the way back; the window stays."""
        turns = []
        if page > 0:
            turns.append(self.make("previous", "steam", args=f"{hours}x{page - 1}"))
        if page + 1 < pages:
            turns.append(self.make("next", "steam", args=f"{hours}x{page + 1}"))
        again = self.make("refresh", "steam", args=f"{hours}x{page}")
        return InlineKeyboardMarkup([turns, [self.info("steam"), again, self.home()]])

    def back(self) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[self.home()]])

    def home(self) -> InlineKeyboardButton:
        return self.make("menu", "menu")

    def languages(self, screen: str, *, back: bool = True) -> InlineKeyboardMarkup:
        choices = [self.make("french", screen, args="fr"), self.make("english", screen, args="en")]
        return InlineKeyboardMarkup([choices, [self.home()]] if back else [choices])

    def picks(self, page: PickPage, size: int) -> InlineKeyboardMarkup:
        """Return one button a pick, then the neighbouring pages, then the way back."""
        origin = f"{FROM_LIST}{page.offset}"
        opened = [
            self.make(short_id(view), "card", number=view.number, args=origin)
            for view in page.picks
        ]
        turns = []
        if page.offset > 0:
            turns.append(self.make("previous", "picks", args=str(max(0, page.offset - size))))
        if page.offset + size < page.total:
            turns.append(self.make("next", "picks", args=str(page.offset + size)))
        return InlineKeyboardMarkup([*in_rows(opened), turns, [self.home()]])

    def card(
        self, view: PickView, args: str = "", *, taking: bool = False
    ) -> InlineKeyboardMarkup:
        """Return what can be asked of a pick, and how to hear no more of its like.

        Where a bet can still be placed (`taking`), first what a person may do about it.

        A card that was pushed is edited by the house: only one that was asked for is refreshed.
        """
        rows = [
            [
                self.make("detail", "detail", number=view.number, args=args),
                self.make("path", "path", number=view.number, args=args),
                self.make("mute", "mute", number=view.number),
            ]
        ]
        if taking:
            rows.insert(0, [self.make(one, one, number=view.number) for one in _ANSWERS])
        again = self.make("refresh", "card", number=view.number, args=args)
        if args.startswith(FROM_LIST):
            back = self.make("back_picks", "picks", args=args.removeprefix(FROM_LIST))
            tabs = [
                self.make(one, one, number=view.number, args=args) for one in ("life", "similar")
            ]
            rows += [tabs, [again, back]]
        return InlineKeyboardMarkup(rows)

    def detail(self, view: PickView, args: str = "") -> InlineKeyboardMarkup:
        """Return the other tabs of a pick, under what stands behind its numbers."""
        return self.tab(view, "detail", args)

    def tab(self, view: PickView, shown: str, args: str = "") -> InlineKeyboardMarkup:
        """Return the way back to the card, and the tabs of a pick but the one that is shown."""
        number = view.number
        back = self.make("back_card", "card", number=number, args=args)
        path = self.make("path", "path", number=number, args=args)
        others = [
            self.make(one, one, number=number, args=args)
            for one in ("detail", "life", "similar")
            if one != shown
        ]
        return InlineKeyboardMarkup([[back, path], others])

    def back_to_card(self, number: int, args: str = "") -> InlineKeyboardMarkup:
        back = self.make("back_card", "card", number=number, args=args)
        return InlineKeyboardMarkup([[back]])


def card_keyboard(
    view: PickView,
    *,
    texts: Texts,
    language: str,
    signer: Signer,
    user_id: int,
    reminder: bool = False,
    taking: bool = False,
) -> InlineKeyboardMarkup:
    """Return the buttons under a pushed card, for the one person it was pushed to."""
    buttons = Buttons(signer=signer, user_id=user_id, voice=Voice(texts=texts, language=language))
    return buttons.card(view, REMINDER if reminder else "", taking=taking)


def in_rows(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Return the buttons three a row."""
    starts = range(0, len(buttons), BUTTONS_A_ROW)
    return [list(buttons[start : start + BUTTONS_A_ROW]) for start in starts]


def can_be_taken(view: PickView, now: datetime) -> bool:
    """Say whether a pick may still be bet on: its match ahead, its value not gone."""
    gone = view.update is not None and view.update.state is PriceState.GONE
    return now < view.fixture.kick_off and view.settlement is None and not gone
