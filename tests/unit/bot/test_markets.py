"""The market table, one market's reasons and the picture, as people read them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.render.markets import (
    MARKS,
    chart_labels,
    chart_marks,
    market_name,
    render_caption,
    render_market,
    render_markets,
)
from bot.render.split import CAPTION_LIMIT, MESSAGE_LIMIT, width
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.market import CATALOGUE
from engine.domain.pick import Provenance
from engine.learning.markets.badges import Badge, Condition
from engine.learning.markets.rows import Order
from tests.unit.bot import tabled
from tests.unit.bot.views import MONEY, TEXTS

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from engine.learning.markets.rows import MarketRow, MarketTable

EVERYTHING = tabled.everything()
TABLES = {
    "everything": EVERYTHING,
    "a start": tabled.a_start(),
    "no close": tabled.no_close(),
    "nothing": tabled.nothing(),
}


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


def first_of(badge: Badge) -> MarketRow:
    return next(row for row in EVERYTHING.rows if row.badge is badge)


def told(row: MarketRow, table: MarketTable = EVERYTHING) -> str:
    return render_market(row, table, voice=voice("en"), money=MONEY).replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TABLES)
def test_the_table(name: str, language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_markets(TABLES[name], Order.YIELD, voice=voice(language), money=MONEY)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("badge", Badge)
def test_one_market_and_why_it_has_its_badge(
    badge: Badge, language: str, snapshot: SnapshotAssertion
) -> None:
    shown = render_market(first_of(badge), EVERYTHING, voice=voice(language), money=MONEY)
    assert shown == snapshot
    assert shown.startswith(MARKS[badge])
    assert width(shown) <= MESSAGE_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TABLES)
def test_the_caption_says_what_the_picture_shows(
    name: str, language: str, snapshot: SnapshotAssertion
) -> None:
    caption = render_caption(TABLES[name], voice=voice(language), money=MONEY)
    assert caption == snapshot
    assert width(caption) <= CAPTION_LIMIT


@pytest.mark.parametrize("order", Order)
def test_every_market_is_in_the_table_once_however_it_is_sorted(order: Order) -> None:
    shown = render_markets(EVERYTHING, order, voice=voice("en"), money=MONEY)
    for row in EVERYTHING.rows:
        name = market_name(row.code, voice("en"))
        assert shown.count(f"<b>{name}</b>") == (row.picks > 0)
    assert f"No pick: {market_name('dc_12', voice('en'))}\n" in shown
    assert f"sorted by {voice('en').plain(f'markets.{order}')}" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_market_of_the_catalogue_has_two_names(language: str) -> None:
    for row in EVERYTHING.rows:
        assert "{" not in market_name(row.code, voice(language))
    short = {market_name(code, voice(language)) for code in CATALOGUE}
    assert len(short) == len(CATALOGUE)
    long = {
        render_market(row, EVERYTHING, voice=voice(language), money=MONEY).splitlines()[0]
        for row in EVERYTHING.rows
    }
    assert len(long) == len(CATALOGUE)


@pytest.mark.parametrize("provenance", Provenance)
def test_one_table_is_of_one_provenance_and_says_so(provenance: Provenance) -> None:
    table = replace(EVERYTHING, provenance=provenance)
    name = voice("en").plain(f"stats.{provenance}")
    others = {voice("en").plain(f"stats.{each}") for each in Provenance} - {name}
    shown = (
        render_markets(table, Order.PICKS, voice=voice("en"), money=MONEY),
        told(first_of(Badge.TOP), table),
        render_caption(table, voice=voice("en"), money=MONEY),
        chart_labels(table, voice=voice("en"), money=MONEY).title,
    )
    for text in shown:
        assert name in text
        assert not any(other in text for other in others)


def test_a_condition_that_fails_never_reads_as_if_it_were_met() -> None:
    row = first_of(Badge.GOOD)
    nearly = tuple(
        replace(one, figure=0.9499, met=False) if one.condition is Condition.ABOVE_HURDLE else one
        for one in row.conditions
    )
    assert "✖ true CLV above 1% with a chance of 95%: 94.9%" in told(
        replace(row, conditions=nearly)
    )
    almost = tuple(
        replace(one, figure=19.97, met=False) if one.condition is Condition.EVIDENCE else one
        for one in row.conditions
    )
    assert "✖ e-value of at least 20: 19.9" in told(replace(row, conditions=almost))


def test_no_chance_is_certain_and_no_evidence_has_ten_digits() -> None:
    row = first_of(Badge.TOP)
    assert row.chances
    sure = replace(row, e_value=3e9, chances=replace(row.chances, above_zero=1.0, below_zero=0.0))
    assert "above 0: &gt; 99%, negative: &lt; 1%" in told(sure)
    assert "E-value &gt; 1,000,000, among 22 segments" in told(sure)


def test_the_marks_of_the_picture_are_those_of_which_anything_is_believed_best_first() -> None:
    marks = chart_marks(EVERYTHING, voice("en"))
    believed = [row for row in EVERYTHING.rows if row.true_clv]
    assert len(marks) == len(believed) == 21
    means = [mark.belief.mean for mark in marks]
    assert means == sorted(means, reverse=True)
    assert {mark.badge for mark in marks} == set(Badge)
    assert chart_marks(tabled.no_close(), voice("en")) == []


def test_a_record_that_won_without_a_single_close_earns_no_badge() -> None:
    """35 of 77, +6.59 units (issue 6)."""
    row = TABLES["no close"].row("over_2.5")
    assert row
    found = render_market(row, TABLES["no close"], voice=voice("fr"), money=MONEY)
    shown = found.replace("\u00a0", " ")
    assert shown.startswith("⏳ <b>INSUFFISANT</b>")
    assert "Rendement : +8,6 % [" in shown
    assert "Picks 77 · réglés 77 · clôtures 0 (0 %)" in shown
    assert "✖ au moins 50 clôtures : 0" in shown
    assert "CLV vraie, estimée" not in shown
