"""Every state of the card, as people read it."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.render.pick import fair_interval, render_card
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.why import render_detail
from bot.texts.loader import LANGUAGES
from engine.domain.market import CATALOGUE
from engine.domain.numbers import Odds
from engine.domain.pick import FROM_FILE, PriceState, Provenance, Score
from engine.domain.settlement import Outcome
from storage.views import PickView
from tests.unit.bot.views import (
    HOSTILE,
    MONEY,
    NO_CLOSE,
    NOW,
    TEXTS,
    a_close,
    a_settlement,
    a_view,
    an_update,
)

AFTER = NOW + timedelta(hours=6)
LIVES: dict[str, tuple[PickView, datetime]] = {
    "fresh": (a_view(), NOW),
    "paper": (a_view(provenance=Provenance.PAPER), NOW),
    "backtest": (a_view(provenance=Provenance.BACKTEST), NOW),
    "outside the zone": (
        a_view(score=Score(signal_score=40, sweet_spot_score=55.4, in_zone=False)),
        NOW,
    ),
    "uncertain, no second price": (a_view(second=None, edge_low=-0.004), NOW),
    "price moved": (a_view(update=an_update(PriceState.MOVED, 1.98)), NOW),
    "price back": (a_view(update=an_update(PriceState.OPEN, 2.04)), NOW),
    "value gone": (a_view(update=an_update(PriceState.GONE)), NOW),
    "value gone, no price": (a_view(update=an_update(PriceState.GONE, None)), NOW),
    "kicked off": (a_view(update=an_update(PriceState.GONE)), AFTER),
    "closed": (a_view(close=a_close()), AFTER),
    "closed, one reference": (a_view(close=a_close(alt_closing_odds=None, clv_alt=None)), AFTER),
    "closed by the consensus": (a_view(close=a_close(grade="B", source="consensus")), AFTER),
    "no close": (a_view(close=NO_CLOSE), AFTER),
    "won": (
        a_view(close=a_close(), settlement=a_settlement(Outcome.WON, "1.872", (3, 1))),
        AFTER,
    ),
    "half won": (
        a_view(code="ah_away@+0.25", settlement=a_settlement(Outcome.HALF_WON, "0.515", (1, 1))),
        AFTER,
    ),
    "void": (a_view(settlement=a_settlement(Outcome.VOID, "0", None)), AFTER),
    "half lost": (a_view(settlement=a_settlement(Outcome.HALF_LOST, "-0.495", (2, 2))), AFTER),
    "lost": (
        a_view(close=NO_CLOSE, settlement=a_settlement(Outcome.LOST, "-0.99", (0, 0))),
        AFTER,
    ),
    "hostile": (a_view(home=HOSTILE, away="<i>&", policy_version="<b>"), NOW),
}


def card(view: PickView, language: str = "fr", now: datetime = NOW, **more: Any) -> str:
    return render_card(view, texts=TEXTS, language=language, now=now, money=MONEY, **more)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("life", LIVES)
def test_the_card_in_every_state(life: str, language: str, snapshot: SnapshotAssertion) -> None:
    view, now = LIVES[life]
    assert card(view, language, now) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("life", ["fresh", "value gone", "won", "hostile"])
def test_the_detail_behind_the_card(life: str, language: str, snapshot: SnapshotAssertion) -> None:
    view, now = LIVES[life]
    shown = render_detail(view, texts=TEXTS, language=language, now=now, money=MONEY)
    assert shown == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_detail_says_where_the_close_is_expected(
    language: str, snapshot: SnapshotAssertion
) -> None:
    """Money: the value on the card is the one against that close, not against today's price."""
    view = a_view()
    fair = replace(view.pick.fair, close=1 / 1.95, close_error=0.02)
    told = replace(view, pick=replace(view.pick, fair=fair, edge=view.pick.odds / 1.95 - 1))
    shown = render_detail(told, texts=TEXTS, language=language, now=NOW, money=MONEY)
    assert shown == snapshot
    assert render_detail(view, texts=TEXTS, language=language, now=NOW, money=MONEY) != shown


@pytest.mark.parametrize(("language", "mark"), [("fr", "(renvoi)"), ("en", "(reminder)")])
def test_a_card_sent_again_says_so_beside_its_number(language: str, mark: str) -> None:
    assert f"<b>#P12</b> {mark}" in card(a_view(), language, reminder=True)
    assert mark not in card(a_view(), language)


def test_the_header_follows_the_life_of_the_pick() -> None:
    first = {life: card(view, "fr", now).split("\n")[0] for life, (view, now) in LIVES.items()}
    plain = {life: line.replace("\u00a0", " ") for life, line in first.items()}
    assert plain["fresh"] == "🎯 <b>#P12</b> · SWEET SPOT 68/100"
    assert plain["value gone"] == "<b>\N{HEAVY MINUS SIGN} valeur disparue 17:31 (1,93)</b>"
    assert plain["closed"] == "<b>🔒 KO, clôture 1,84 → CLV +10,9 %</b>"
    assert plain["no close"] == "<b>🔒 KO, pas de clôture : CLV inconnue</b>"
    assert plain["won"] == "<b>✅ 3-1 · +18,72 € · gagné</b>"


def test_a_pick_that_lost_its_value_asks_for_no_stake() -> None:
    view, now = LIVES["value gone"]
    assert "Kelly" not in card(view, "fr", now)
    assert "<s>Cote <b>2,04</b> (Unibet)</s>" in card(view, "fr", now)


@pytest.mark.parametrize("code", [*CATALOGUE, "ah_home@-1.25", "over_3.25"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_market_makes_a_card(code: str, language: str) -> None:
    assert len(card(a_view(code=code), language).split("\n")) == 7


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_name_makes_a_card_too_long_or_breaks_its_lines(home: str, away: str) -> None:
    shown = card(a_view(home=home, away=away))
    assert width(shown) < MESSAGE_LIMIT
    assert len(shown.split("\n")) == 7


def test_the_fair_interval_is_the_probabilitys() -> None:
    low, high = fair_interval(a_view().pick.fair)
    assert 1 / low - 1 / 1.90 == pytest.approx(1.2816 * 0.012)
    assert 1 / 1.90 - 1 / high == pytest.approx(1.2816 * 0.012)


def test_the_stake_is_a_share_of_the_bankroll_in_money() -> None:
    shown = card(a_view(stake=Decimal("0.50"))).replace("\u00a0", " ")
    assert "¼ Kelly 0,50 % → 5,00 €" in shown


def _read(view: PickView, now: datetime) -> str:
    return render_card(view, texts=TEXTS, language="en", now=now, money=MONEY)


def test_a_minimum_is_rounded_up_so_that_a_price_shown_equal_is_good_enough() -> None:
    assert "min. acceptable 1.97" in _read(a_view(min_odds=1.9602), NOW)
    assert "min. acceptable 1.96" in _read(a_view(min_odds=1.96), NOW)


def test_the_minimum_is_todays_while_the_price_lives_and_said_no_more_once_play_began() -> None:
    moved = replace(an_update(PriceState.MOVED, 1.98), min_odds=Odds(1.90))
    view = a_view(update=moved, min_odds=1.96)
    assert "min. acceptable 1.90" in _read(view, NOW)
    assert "min. acceptable" not in _read(view, AFTER)


def test_the_sample_has_no_number_to_tap() -> None:
    read = _read(replace(a_view(), number=0), NOW)
    assert "SAMPLE" in read
    assert "#P" not in read


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_of_printed_prices_names_the_file_its_hour_and_that_one_must_look(
    language: str,
) -> None:
    printed = NOW - timedelta(hours=3)
    view = a_view(policy_version=f"v0{FROM_FILE}", quoted_at=printed)
    told = card(view, language)
    words = {"fr": ("14:33", "à vérifier"), "en": ("14:33", "check them")}[language]
    assert "football-data.co.uk" in told
    assert all(word in told for word in words), told
    assert "football-data" not in card(a_view(quoted_at=printed), language)
    assert "football-data" not in card(view, language, AFTER)
