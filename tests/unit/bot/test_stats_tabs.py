"""The tabs of the statistics and their filters, as people read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.asking import UNFILTERED, Asked, Tab
from bot.callbacks import LIMIT, Signer
from bot.keyboards import Buttons
from bot.render.cells import MOST, Closes, render_cells, render_closes
from bot.render.figures import Told, render_luck, render_money, render_proof
from bot.render.filters import render_refusal
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.stats import render_stats
from bot.render.voice import Voice
from bot.tabs import under_refusal, under_stats
from bot.texts.loader import LANGUAGES
from engine.domain.closing import Grade
from engine.domain.filter_reading import FilterRefused
from engine.domain.filter_words import FilterNames
from engine.domain.market import CATALOGUE
from engine.domain.numbers import BookmakerKey
from engine.domain.pick import Provenance
from engine.domain.pick_filter import EVERYTHING, LONGEST, parse
from engine.domain.record import EdgeSeen
from engine.domain.signal import AgentName, Tier
from engine.learning.decay import decay
from engine.learning.recorded.closing import closing
from engine.learning.recorded.columns import columns
from engine.learning.recorded.compare import compare
from engine.learning.recorded.report import report
from engine.learning.slices import By, periods, sliced
from tests.builders import a_bet, a_selection
from tests.unit.bot.test_screens import RECORDS
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from engine.domain.record import SettledBet

PAPER = Provenance.PAPER
FILTERED = parse("market=btts,ou odds=1.5-2.5 since=30d", NOW)


def a_tab_bet(number: int, **changes: Any) -> SettledBet:
    """A bet of a kind of its own: every number another market, league, book, odds and week."""
    issued = NOW - timedelta(days=5 * number, hours=1 + 7 * number % 80)
    values: dict[str, Any] = {
        "profit": "-1" if number % 2 else "0.9",
        "issued_at": issued,
        "kick_off": NOW - timedelta(days=5 * number),
        "selection": a_selection(CATALOGUE[number * 5 % 22]),
        "competition": ("soccer_epl", "soccer_france_ligue_one", "new_league")[number % 3],
        "bookmaker": BookmakerKey(("pinnacle", "winamax_fr", "new_book")[number % 3]),
        "odds": 1.2 + number * 37 % 50 / 10,
        "sweet_spot_score": 40.0 + number * 13 % 60,
        "tier": tuple(Tier)[number % 4],
        "agents": frozenset({tuple(AgentName)[number % 6]} if number % 7 else ()),
        "grade": (Grade.A, Grade.B, Grade.C, None)[number % 4],
        "clv": 0.03 - number % 9 / 100 if number % 4 < 2 else None,
        "clv_alt": 0.02 - number % 5 / 100 if number % 4 == 0 else None,
    }
    return a_bet(number=number, **values | changes)


def hostile(number: int) -> SettledBet:
    return a_tab_bet(
        number, competition=f"{HOSTILE}{number}", bookmaker=BookmakerKey(f"{HOSTILE}{number}")
    )


BETS: dict[str, list[SettledBet]] = {
    "empty": [],
    "one": [a_tab_bet(1)],
    "many": [a_tab_bet(number) for number in range(120)],
    "hostile": [hostile(number) for number in range(40)],
}
WAYS = {
    bet.pick: (
        EdgeSeen(at=bet.issued_at + timedelta(minutes=20 + place % 40), edge=0.02),
        EdgeSeen(at=bet.issued_at + timedelta(minutes=90), edge=-0.004),
    )
    for place, bet in enumerate(BETS["many"])
}
CLOSES = {
    name: Closes(
        figures=closing(columns(bets, PAPER)),
        grades=sliced(bets, By.GRADE, PAPER),
        decay=decay(bets, WAYS if name == "many" else {}),
    )
    for name, bets in BETS.items()
}


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


def buttons(language: str) -> Buttons:
    return Buttons(signer=Signer(b"secret of the tests"), user_id=1002, voice=voice(language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by", [By.TIMING, By.LEAGUE, By.BOOK])
@pytest.mark.parametrize("name", BETS)
def test_a_record_cut_by_a_trait(
    name: str, by: By, language: str, snapshot: SnapshotAssertion
) -> None:
    cut = sliced(BETS[name], by, PAPER)
    shown = render_cells(cut, EVERYTHING, voice=voice(language), money=MONEY)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT
    assert "PAPER" in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by", By)
def test_every_trait_has_its_words(by: By, language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_cells(
        sliced(BETS["many"], by, PAPER), FILTERED, voice=voice(language), money=MONEY
    )
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT
    assert "🔎 <code>market=btts,ou odds=1.5-2.5 since=30d</code>" in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CLOSES)
def test_what_closes_say(name: str, language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_closes(CLOSES[name], EVERYTHING, voice=voice(language), money=MONEY)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT


FIGURES = {"money": render_money, "luck": render_luck, "proof": render_proof}
TOLD = {
    name: Told(
        report=report(bets, PAPER),
        compared=compare(*(columns(part, PAPER) for part in reversed(periods(bets, NOW))))
        if name == "many"
        else None,
    )
    for name, bets in BETS.items()
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tab", FIGURES)
@pytest.mark.parametrize("name", ["empty", "one", "many"])
def test_the_figures_of_a_record(
    name: str, tab: str, language: str, snapshot: SnapshotAssertion
) -> None:
    shown = FIGURES[tab](TOLD[name], EVERYTHING, voice=voice(language), money=MONEY)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT
    assert "PAPER" in shown


@pytest.mark.parametrize(
    ("low", "middle", "high", "says"),
    [
        (120, 400, 1900, "Picks still needed: 400 [120 to 1,900]"),
        (120, 400, None, "Picks still needed: 400 [120 to …]"),
        (120, None, None, "Picks still needed: never at this rate (at best 120)"),
        (None, None, None, "Picks still needed: never at this rate"),
        (0, 0, 0, "Picks still needed: none, the evidence is there"),
    ],
)
def test_picks_still_needed_are_told_within_their_ends(
    low: int | None, middle: int | None, high: int | None, says: str
) -> None:
    proof = replace(TOLD["many"].report.proven, needed_low=low, needed=middle, needed_high=high)
    told = replace(TOLD["many"], report=replace(TOLD["many"].report, proven=proof))
    assert says in render_proof(told, EVERYTHING, voice=voice("en"), money=MONEY)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", RECORDS)
def test_a_filtered_record(name: str, language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_stats(
        RECORDS[name], {PAPER: (200, 120)}, voice=voice(language), money=MONEY, picks=FILTERED
    )
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (57.4, 80.0, "Half is gone after 1.2 h [57 min to 1.3 h]."),
        (57.4, None, "Half is gone after 1.2 h (at least 57 min)."),
        (None, None, "Half is gone after 1.2 h (too few weeks for an interval)."),
    ],
)
def test_a_half_life_is_told_with_what_is_known_of_its_ends(
    low: float | None, high: float | None, says: str
) -> None:
    known = replace(CLOSES["many"].decay, half_life=70.0, low=low, high=high)
    closes = replace(CLOSES["many"], decay=known)
    shown = render_closes(closes, EVERYTHING, voice=voice("en"), money=MONEY)
    assert says in shown.replace("\u00a0", " ")


def test_below_thirty_bets_every_cell_is_marked() -> None:
    cut = sliced(BETS["many"], By.GRADE, PAPER)
    few = sliced(BETS["many"][:116], By.GRADE, PAPER)
    shown = [render_cells(each, EVERYTHING, voice=voice("en"), money=MONEY) for each in (cut, few)]
    assert [each.count("⚠️") for each in shown] == [1, 5]  # the line that explains it is one


def test_cells_beyond_the_screen_are_counted() -> None:
    bets = [a_tab_bet(number, competition=f"league{number}") for number in range(MOST + 3)]
    shown = render_cells(
        sliced(bets, By.LEAGUE, PAPER), EVERYTHING, voice=voice("en"), money=MONEY
    )
    assert shown.count("<b>League") == MOST
    assert "And 3 more, 3 bets" in shown


NAMES = FilterNames.of({"soccer_epl": ["E0"]}, {"pinnacle": []})
REFUSED = {
    "field": "markt=btts odds=1.5-2",
    "no_field": "paper",
    "sign": "market>=btts",
    "word": "book=pinacle",
    "number": "odds=1,5-2,5",
    "moment": "since=hier",
    "long": "x" * (LONGEST + 1),
    "hostile": f"book={HOSTILE}",
}


def refusal(text: str) -> FilterRefused:
    with pytest.raises(FilterRefused) as caught:
        parse(text, NOW, NAMES)
    return caught.value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_filter_teaches(name: str, language: str, snapshot: SnapshotAssertion) -> None:
    refused = refusal(REFUSED[name])
    shown = render_refusal(refused, voice=voice(language))
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT
    [[offered], [_, home]] = under_refusal(buttons(language), refused.fixed, 2**62).inline_keyboard
    assert offered.text.startswith("🔎 ")
    assert len(str(offered.callback_data)) <= LIMIT
    assert "Menu" in home.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tab", Tab)
@pytest.mark.parametrize("provenance", Provenance)
def test_every_tab_has_the_others_and_a_way_back(
    tab: Tab, provenance: Provenance, language: str
) -> None:
    asked = Asked(tab=tab, provenance=provenance, picks=FILTERED, number=2**62)
    rows = under_stats(buttons(language), asked).inline_keyboard
    flat = [button for row in rows for button in row]
    assert all(len(str(button.callback_data)) <= LIMIT for button in flat)
    assert max(map(len, rows)) <= 3
    texts = [button.text for button in flat]
    assert len(set(texts)) == len(texts)
    overview = tab is Tab.OVERVIEW
    others = 0 if overview else 2
    last = 2 if overview else 3
    pictures, files, info, whole = 1, 1, 1, 1
    assert (
        len(flat)
        == len(Tab) - (1 if overview else 2) + others + pictures + files + info + whole + last
    )
    assert sum(text.startswith("ⓘ") for text in texts) == 1
    assert ("⬅ Stats" in texts) is not overview
    assert texts[-1] == "⬅ Menu"


def test_records_that_the_filter_shuts_out_are_not_offered() -> None:
    asked = Asked(tab=Tab.ODDS, provenance=PAPER, picks=parse("provenance=paper", NOW), number=3)
    texts = [
        button.text for row in under_stats(buttons("en"), asked).inline_keyboard for button in row
    ]
    assert not {"Live", "⏪ Backtest"} & set(texts)
    bare = replace(asked, picks=EVERYTHING, number=UNFILTERED)
    texts = [
        button.text for row in under_stats(buttons("en"), bare).inline_keyboard for button in row
    ]
    assert {"Live", "⏪ Backtest"} <= set(texts)
    assert "✖ No filter" not in texts
