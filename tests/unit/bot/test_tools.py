"""Calculators, settings, glossary and help, as people read them."""

from dataclasses import replace

import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion

from bot.commands import COMMANDS, commands_for
from bot.glossary import TERMS, TOPICS, render_glossary, render_letter, render_none, render_term
from bot.manual import render_chapter, render_found, render_help, render_manual, render_unknown
from bot.render.futures import Base, render_futures, render_thin
from bot.render.html import Html, name
from bot.render.pick import render_card, render_public_card
from bot.render.settings import render_odds_choice, render_settings, render_zone_choice
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.sums import render_conversion, render_devig, render_kelly, render_unread
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.alert import Role
from engine.domain.pick import Provenance
from engine.domain.preferences import OddsFormat, Preferences, Shade
from engine.domain.record import Estimate
from engine.learning.futures import Bet, Futures
from engine.learning.montecarlo import Fan
from engine.pricing.devig.beside import side_by_side
from engine.scoring.one_bet import OneBet
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS, a_view

BETS = {
    "one": OneBet(odds=2.1, probability=0.5, share=0.25),
    "none": OneBet(odds=1.5, probability=0.5, share=0.25),
    "huge": OneBet(odds=1000.0, probability=0.99, share=1.0),
    "tiny": OneBet(odds=1.01, probability=0.015, share=0.125),
}
BOOKS = {
    "one": (2.05, 3.6, 3.9),
    "two": (1.9, 1.9),
    "pairs": (1.14, 1.40, 2.20),
    "tail": (1.01, 15.0, 60.0),
    "under": (2.2, 2.2),
    "many": (3.5, 6.0, 7.5, 9.0, 11.0, 13.0, 15.0, 17.0, 21.0, 34.0, 51.0, 101.0),
}
RUNS = np.linspace(0.5, 1.5, 1000)
FAN = Fan(
    steps=(0, 500),
    low=np.array([1, 0.8]),
    median=np.array([1, 1.15]),
    high=np.array([1, 1.64]),
    ends=RUNS,
    deepest=RUNS / 1.6,
)
FUTURES = {
    "typed": (
        Futures(n=500, fan=FAN, edge=None),
        Base(bet=Bet(odds=2.1, edge=0.03, fraction=0.01)),
    ),
    "record": (
        Futures(n=2000, fan=FAN, edge=Estimate(mean=0.019, n=118, low=0.002, high=0.036)),
        Base(provenance=Provenance.PAPER, n=118),
    ),
    "own few": (
        Futures(n=100, fan=FAN, edge=Estimate(mean=0.019, n=4, low=-0.2, high=0.3)),
        Base(provenance=Provenance.LIVE, own=True, n=4),
    ),
}


def voice(language: str, how: OddsFormat = OddsFormat.DECIMAL) -> Voice:
    return Voice(texts=TEXTS, language=language, odds_format=how)


def fits(text: Html) -> Html:
    assert 0 < width(text) <= MESSAGE_LIMIT
    return text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bet", BETS)
def test_the_stake_of_one_bet(bet: str, language: str, snapshot: SnapshotAssertion) -> None:
    told = render_kelly(BETS[bet], voice=voice(language), money=MONEY, cap=0.01)
    assert fits(told) == snapshot
    public = render_kelly(BETS[bet], voice=voice(language), money=None, cap=0.01)
    assert "€" not in fits(public)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("book", BOOKS)
def test_a_book_without_its_margin(book: str, language: str, snapshot: SnapshotAssertion) -> None:
    assert fits(render_devig(side_by_side(BOOKS[book]), voice=voice(language))) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [1.01, 2.04, 1000.0])
def test_a_conversion(value: float, language: str, snapshot: SnapshotAssertion) -> None:
    assert fits(render_conversion(value, voice=voice(language), currency="EUR")) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FUTURES)
def test_what_may_become_of_a_bankroll(
    kind: str, language: str, snapshot: SnapshotAssertion
) -> None:
    found, base = FUTURES[kind]
    assert fits(render_futures(found, base, voice=voice(language), money=MONEY)) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_too_thin_to_look_ahead(language: str, snapshot: SnapshotAssertion) -> None:
    assert (
        fits(render_thin(Base(provenance=Provenance.LIVE, n=1), voice=voice(language))) == snapshot
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["kelly", "devig", "convert", "montecarlo"])
def test_what_was_not_understood_is_taught(
    key: str, language: str, snapshot: SnapshotAssertion
) -> None:
    assert fits(render_unread(key, HOSTILE, voice=voice(language))) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", OddsFormat)
def test_the_settings(how: OddsFormat, language: str, snapshot: SnapshotAssertion) -> None:
    chosen = Preferences(odds_format=how, shade=Shade.DARK)
    told = render_settings(chosen, voice(language, how), MONEY, NOW)
    choice = render_zone_choice(voice(language), MONEY, NOW)
    assert [fits(each) for each in (told, choice, render_odds_choice(voice(language)))] == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary(language: str, snapshot: SnapshotAssertion) -> None:
    spoken = voice(language)
    shown = [
        render_glossary("", voice=spoken),
        render_glossary("close", voice=spoken),
        render_letter("c", TOPICS["close"], voice=spoken),
        render_none(name(HOSTILE, 40), (), voice=spoken),
        render_none("x", ("clv",), voice=spoken),
        render_term("clv", voice=spoken),
        render_term("grade", voice=spoken),
    ]
    assert [fits(each) for each in shown] == snapshot
    assert all(fits(render_term(term, voice=spoken)) for term in TERMS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help(language: str, snapshot: SnapshotAssertion) -> None:
    spoken = voice(language)
    readers = commands_for(Role.VIEWER)
    tools = [command for command in COMMANDS if command.chapter == "tools"]
    shown = [
        render_chapter("tools", tools, voice=spoken),
        render_manual(tools[1], voice=spoken),
        render_found(name(HOSTILE, 40), (), voice=spoken),
        render_found("kelly", tools[1:2], voice=spoken),
        render_unknown(name(HOSTILE, 24), "", offered=True, voice=spoken),
        render_unknown("/pik", "pick", offered=False, voice=spoken),
    ]
    assert [fits(each) for each in shown] == snapshot
    listed = [command for command in readers if command.listed]
    assert "/picks" in fits(render_help(listed, len(readers), voice=spoken))


@pytest.mark.parametrize("how", OddsFormat)
def test_a_card_is_written_in_the_readers_odds(
    how: OddsFormat, snapshot: SnapshotAssertion
) -> None:
    money = replace(MONEY, odds_format=how)
    told = render_card(a_view(), texts=TEXTS, language="fr", now=NOW, money=money)
    assert told == snapshot
    assert ("2,04" in told) == (how is OddsFormat.DECIMAL)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("provenance", Provenance)
def test_a_card_for_others_says_where_it_is_from_and_nobodys_bankroll(
    provenance: Provenance, language: str, snapshot: SnapshotAssertion
) -> None:
    view = a_view(provenance=provenance, home=HOSTILE)
    told = render_public_card(view, voice=voice(language), now=NOW, money=MONEY)
    assert fits(told) == snapshot
    assert "€" not in told
