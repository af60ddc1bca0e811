"""Lists, records and health, as people read them."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.render.health import render_health
from bot.render.lists import render_picks, render_unknown_pick
from bot.render.split import CAPTION_LIMIT, MESSAGE_LIMIT, width
from bot.render.stats import ALL_LOST, chart_labels, estimate, render_caption, render_stats
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.closing import CloseCoverage, Grade
from engine.domain.pick import PriceState, Provenance
from engine.domain.record import Estimate, Record
from engine.learning.recorded.curve import Curve
from jobs.run import RunState
from storage.views import Health, PickPage, RunView
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS, a_view, an_update

PAGES = {
    "empty": PickPage(picks=(), offset=0, total=0),
    "one": PickPage(picks=(a_view(),), offset=0, total=1),
    "many": PickPage(
        picks=tuple(
            a_view(number, code, kick_off=NOW + timedelta(hours=number))
            for number, code in enumerate(["home", "draw", "dc_12", "btts_no", "ah_home@-0.25"], 6)
        ),
        offset=5,
        total=12,
    ),
    "hostile": PickPage(
        picks=tuple(a_view(home=HOSTILE, away=HOSTILE * 4, bookmaker=HOSTILE) for _ in range(5)),
        offset=0,
        total=5,
    ),
    "value gone": PickPage(picks=(a_view(update=an_update(PriceState.GONE)),), offset=0, total=1),
}
NOTHING = Estimate(mean=None, n=0, low=None, high=None)
RECORD = Record(
    provenance=Provenance.LIVE,
    n=77,
    staked=Decimal("60.5"),
    profit=Decimal("6.59"),
    yield_=Estimate(mean=0.109, n=77, low=-0.18, high=0.35),
    strike_rate=Estimate(mean=0.455, n=76, low=0.348, high=0.565),
    clv=Estimate(mean=0.012, n=70, low=0.002, high=0.022),
    clv_alt=Estimate(mean=0.009, n=1, low=None, high=None),
    n_close=70,
    drawdown=Decimal("8.25"),
    since=NOW,
    until=NOW,
)
ONE = replace(
    RECORD,
    provenance=Provenance.PAPER,
    n=1,
    yield_=Estimate(mean=1.04, n=1, low=None, high=None),
    strike_rate=Estimate(mean=1.0, n=2, low=None, high=None),
    clv=NOTHING,
    clv_alt=NOTHING,
    n_close=0,
)
RECORDS = {"empty": (), "one": (ONE,), "many": (RECORD, ONE)}
CURVE = Curve(
    bets=(1, 2),
    actual=(1.04, 0.04),
    expected_alert=(0.07, 0.12),
    expected_close=(0.05, 0.11),
    low50=(-0.5, -0.9),
    high50=(0.6, 1.1),
    low90=(-1.0, -2.0),
    high90=(1.0, 2.0),
    n_close=1,
)
QUIET = Health(
    now=NOW,
    database_version="18.6",
    runs=(),
    outbox={},
    oldest_waiting_seconds=None,
    last_look_at=None,
    last_look_quotes=None,
    credits=(),
    unmatched=0,
    subscribers=1,
    closes_due=0,
    closes_grade_a=0,
)
BUSY = replace(
    QUIET,
    runs=tuple(
        RunView(
            job="snapshot",
            scheduled_for=NOW,
            started_at=NOW - timedelta(minutes=3),
            finished_at=NOW,
            state=state,
            error=error,
        )
        for state, error in (("done", None), ("failed", HOSTILE), ("running", None))
    ),
    outbox={"pending": 2, "sent": 1200, "dead": 1, "expired": 0},
    oldest_waiting_seconds=75.0,
    last_look_at=NOW - timedelta(minutes=40),
    last_look_quotes=18244,
    credits=(("odds_api", "k…3f", "412"), ("api_football", "k…9a", "None")),
    unmatched=3,
    subscribers=12,
    closes_due=40,
    closes_grade_a=37,
)


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_picks(page: str, language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_picks(PAGES[page], voice=voice(language), money=MONEY, size=5)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["empty", "many"])
def test_an_unknown_pick(page: str, language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_unknown_pick("<b>99", PAGES[page].picks, voice=voice(language))
    assert shown == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("records", RECORDS)
def test_the_record(records: str, language: str, snapshot: SnapshotAssertion) -> None:
    counts = {Provenance.LIVE: (90, 77), Provenance.PAPER: (4, 1)} if records != "empty" else {}
    shown = render_stats(RECORDS[records], counts, voice=voice(language), money=MONEY)
    assert shown == snapshot


@pytest.mark.parametrize(
    ("language", "left", "says"),
    [
        ("en", 1, "(n\u00a0=\u00a076) · 1 refunded left out"),
        ("en", 3, "(n\u00a0=\u00a074) · 3 refunded left out"),
        ("fr", 1, "(n\u00a0=\u00a076) · 1 remboursé non compté"),
        ("fr", 3, "(n\u00a0=\u00a074) · 3 remboursés non comptés"),
    ],
)
def test_a_strike_rate_of_fewer_bets_says_which_are_left_out(
    language: str, left: int, says: str
) -> None:
    one = replace(RECORD, strike_rate=replace(RECORD.strike_rate, n=77 - left))
    assert says in render_stats([one], {}, voice=voice(language), money=MONEY)
    whole = replace(RECORD, strike_rate=replace(RECORD.strike_rate, n=77))
    told = render_stats([whole], {}, voice=voice(language), money=MONEY)
    assert says.split(" · ")[1] not in told
    assert "refund" not in told
    assert "rembours" not in told


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "By grade, of 40 played: A 75%, C 5%, none 20% · 2nd reference: B 10%, none 90%"),
        (
            "fr",
            (
                "Par qualité, sur 40 joués : A 75 %, C 5 %, sans 20 %"
                " · 2e référence : B 10 %, sans 90 %"
            ),
        ),
    ],
)
def test_a_clv_says_which_share_of_the_bets_it_speaks_of(language: str, says: str) -> None:
    told = CloseCoverage(n=40, headline={Grade.A: 30, Grade.C: 2}, alternative={Grade.B: 4})
    shown = render_stats(
        [RECORD],
        {},
        voice=voice(language),
        money=MONEY,
        coverage={RECORD.provenance: told},
    )
    assert says in re.sub(r"\s", " ", shown)
    nothing = {RECORD.provenance: replace(told, n=0)}
    bare = render_stats([RECORD], {}, voice=voice(language), money=MONEY, coverage=nothing)
    assert bare == render_stats([RECORD], {}, voice=voice(language), money=MONEY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_caption_says_what_the_picture_shows(
    language: str, snapshot: SnapshotAssertion
) -> None:
    caption = render_caption(RECORD, CURVE, voice=voice(language))
    assert caption == snapshot
    assert width(caption) <= CAPTION_LIMIT
    unknown = render_caption(ONE, replace(CURVE, n_close=0), voice=voice(language))
    assert voice(language).plain("stats.caption_no_close") in unknown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pictures_words_carry_n_provenance_and_interval(language: str) -> None:
    labels = chart_labels(RECORD, voice(language))
    assert "LIVE · n\u00a0=\u00a077" in labels.title
    assert "18" in labels.subtitle.split("[")[1]
    assert labels.subtitle.count("%") == 2
    assert labels.decimal_mark == ("," if language == "fr" else ".")
    assert chart_labels(ONE, voice(language)).subtitle == voice(language).plain(
        "chart.subtitle_few"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("health", [QUIET, BUSY], ids=["quiet", "busy"])
def test_the_health(health: Health, language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_health(health, voice=voice(language), money=MONEY)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_health_whose_sending_stands_says_so_first(language: str) -> None:
    shown = render_health(QUIET, voice=voice(language), money=MONEY, halted=True)
    assert shown.split("\n\n")[1].startswith(voice(language).plain("health.halted"))


@pytest.mark.parametrize("state", RunState)
def test_every_way_a_run_ends_has_a_word(state: RunState) -> None:
    assert TEXTS.find("fr", f"health.state_{state}")


def test_a_yield_is_never_said_to_be_below_all_lost() -> None:
    wild = Estimate(mean=-0.386, n=4, low=-1.956, high=1.184)
    told = estimate(wild, voice("en"), floor=ALL_LOST)
    assert told.replace("\u00a0", " ") == "\u221238.6% [\u2212100.0 to +118.4] (n = 4)"
