from collections.abc import Iterator
from itertools import pairwise

import pytest
from telegram import InlineKeyboardMarkup

from bot.callbacks import LIMIT
from bot.commands import SCREENS
from bot.desk import (
    after_disputes,
    after_results,
    confirm_grade,
    confirm_ruling,
    under_contested,
    under_dispute,
    under_health,
    under_quota,
    under_said,
)
from bot.glossary import TERMS
from bot.handlers.guide import panel
from bot.keyboards import Buttons, card_keyboard
from bot.render.voice import Voice
from bot.tables import asked_by, under_market, under_markets
from bot.texts.loader import LANGUAGES
from engine.domain.alert import Role
from engine.domain.market import CATALOGUE
from engine.domain.pick import Provenance
from engine.domain.settlement import Score
from engine.learning.markets.rows import Order
from storage.views import PickPage
from tests.unit.bot import tabled
from tests.unit.bot.views import TEXTS, a_view
from tests.unit.bot.visits import SIGNER, USER, a_visit, taps

SIZE = 5


def buttons(language: str = "fr") -> Buttons:
    return Buttons(signer=SIGNER, user_id=USER, voice=Voice(texts=TEXTS, language=language))


def a_page(offset: int, total: int) -> PickPage:
    shown = range(offset, min(offset + SIZE, total))
    return PickPage(picks=tuple(a_view(n + 1) for n in shown), offset=offset, total=total)


def keyboards(language: str) -> Iterator[InlineKeyboardMarkup]:
    made = buttons(language)
    yield from (panel(a_visit(role, language)) for role in Role)
    yield InlineKeyboardMarkup([[made.info(term)] for term in TERMS])
    yield from (made.picks(a_page(offset, 999_999_999), SIZE) for offset in (0, 5, 999_999_990))
    yield from (made.card(a_view(2**62), args) for args in ("", "r", "l999999990"))
    yield made.detail(a_view(), "l5")
    yield under_health(made)
    yield made.movements(72, 1, 100)
    yield made.back_to_card(2**62, "l999999990")
    yield under_quota(made)
    yield under_dispute(made, 2**62, [("Borussia Mönchengladbach", "3x01234567")], 1, 3)
    yield under_said(made, "unignore", 2**62)
    yield after_disputes(made)
    scores = [Score(home=home, away=30) for home in range(30, 25, -1)]
    yield under_contested(made, 2**62, scores, 1, 3)
    yield confirm_ruling(made, 2**62, "30x30")
    yield confirm_grade(made, 2**62, "halflosts999")
    yield after_results(made)
    yield made.back()
    yield from (under_markets(made, tabled.everything(), order) for order in Order)
    yield from (under_market(made, each, Order.YIELD) for each in Provenance)
    yield from (made.languages(screen) for screen in ("hello", "lang"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_leads_to_a_screen_that_exists(language: str) -> None:
    for keyboard in keyboards(language):
        assert taps(keyboard)
        assert all(tap.screen in SCREENS for tap in taps(keyboard))


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_short_and_three_a_row_at_most(language: str) -> None:
    for keyboard in keyboards(language):
        for row in keyboard.inline_keyboard:
            assert len(row) <= 3
            for button in row:
                assert len(button.text) <= (16 if len(row) > 1 else 30)
                assert len(str(button.callback_data).encode()) <= LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", list(Role))
def test_no_label_of_the_menu_is_too_long_for_a_phone(language: str, role: Role) -> None:
    for row in panel(a_visit(role, language)).inline_keyboard:
        assert len(row) <= 2
        assert all(len(button.text) <= 16 for button in row)


def test_a_pushed_card_ends_with_two_rows_at_most() -> None:
    pushed = card_keyboard(a_view(), texts=TEXTS, language="fr", signer=SIGNER, user_id=USER)
    assert [tap.screen for tap in taps(pushed)] == ["detail", "path", "mute"]
    assert len(pushed.inline_keyboard) <= 2
    asked = buttons().card(a_view(), "l5")
    assert [tap.screen for tap in taps(asked)][3:] == ["life", "similar", "card", "picks"]


def test_a_reminder_stays_one_through_every_button() -> None:
    again = card_keyboard(
        a_view(), texts=TEXTS, language="fr", signer=SIGNER, user_id=USER, reminder=True
    )
    assert {tap.screen: tap.args for tap in taps(again)} == {
        "detail": "r",
        "path": "r",
        "mute": "",
    }


def test_pages_join_without_gap_or_overlap() -> None:
    total, offset, seen, starts = 12, 0, [], [0]
    while True:
        found = taps(buttons().picks(a_page(offset, total), SIZE))
        seen += [tap.number for tap in found if tap.screen == "card"]
        onward = [int(tap.args) for tap in found if tap.screen == "picks"]
        if max(onward, default=0) <= offset:
            break
        offset = max(onward)
        starts.append(offset)
    assert seen == list(range(1, total + 1))
    assert all(b - a == SIZE for a, b in pairwise(starts))


def test_only_those_who_keep_the_house_are_offered_its_chapter() -> None:
    offered = {
        role: any(tap.args == "keeping" for tap in taps(panel(a_visit(role)))) for role in Role
    }
    assert offered == {
        Role.VIEWER: False,
        Role.MEMBER: False,
        Role.ANALYST: False,
        Role.ADMIN: True,
        Role.OWNER: True,
    }


def test_the_market_table_leads_to_each_market_order_and_record_and_back_to_what_was_shown() -> (
    None
):
    table = tabled.everything()
    found = taps(under_markets(buttons(), table, Order.CLV))
    opened = {CATALOGUE[tap.number] for tap in found if tap.screen == "market"}
    assert opened == {row.code for row in table.rows if row.picks}
    asked = [asked_by(tap.args) for tap in found if tap.screen == "markets"]
    shown = (Provenance.LIVE, Order.CLV)
    assert asked[-1] == shown, "what is refreshed is what was shown"
    assert {one for one in asked if one} == {
        *((Provenance.LIVE, order) for order in Order),
        *((provenance, Order.CLV) for provenance in Provenance),
    }
    back = taps(under_market(buttons(), *shown))
    assert [(tap.screen, asked_by(tap.args)) for tap in back] == [
        ("markets", shown),
        ("menu", None),
    ]
