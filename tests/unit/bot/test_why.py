"""What stands behind a pick: scores by parts, agents with their reasons, all in plain words."""

import pkgutil
import re
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

import engine.agents
import engine.scoring
from bot.render.pick import render_card
from bot.render.reasons import EFFECTIVE, KELLY, label_of, part, reason, unit_of
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.voice import Voice
from bot.render.why import render_detail
from bot.texts.loader import LANGUAGES
from engine.agents.bets import bets_of
from engine.agents.slices import FAMILIES, Cutter, Family
from engine.domain.signal import AgentName, Part, Reason, Signal, Standing, Tier
from engine.scoring.parts import CLOSE
from storage.views import PickView
from tests.unit.agents.made_up import a_look
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS, a_view


def a_signal(agent: AgentName, *reasons: tuple[str, float, float], **changes: Any) -> Signal:
    values: dict[str, Any] = {
        "agent": agent,
        "standing": Standing.COUNTS,
        "probability": 0.52,
        "std_error": 0.012,
        "direction": 1,
        "reasons": tuple(Reason(name=n, value=v, effect=e) for n, v, e in reasons),
    }
    return Signal(**values | changes)


SIGNALS = (
    a_signal(
        AgentName.ANOMALY,
        ("edge", 0.09, -0.02),
        standing=Standing.BENCHED,
        direction=0,
        probability=0.51,
    ),
    a_signal(
        AgentName.SPREAD,
        (KELLY, 0.031, 0.0),
        ("gap_mean", 0.042, 0.034),
        ("books", 2.5649, -0.011),
        standing=Standing.SHADOW,
    ),
    a_signal(
        AgentName.PATTERN, ("pattern:league=soccer_epl|market=total|side=under", 214.0, 0.01)
    ),
    a_signal(AgentName.BACKTEST, ("clv", 0.02, 0.0), reasons=()),
    a_signal(
        AgentName.DRIFT,
        ("drift", 0.12, 0.05),
        ("rest", 2.0, -0.01),
        ("surprise", -0.4, 0.004),
        direction=-1,
    ),
    a_signal(
        AgentName.PATRON,
        ("expected_close", 0.53, 0.06),
        ("drift", 0.05, 0.02),
        (EFFECTIVE, 2.3, 0.0),
    ),
)
PARTS = (
    Part(name="reference", points=31.2, value=0.094),
    Part(name="expected_close", points=-7.0, value=-0.021),
    Part(name="drift", points=1.5, value=0.004),
    Part(name="gap", points=-3.1, value=1.4),
    Part(name="lead", points=2.4, value=-0.29),
    Part(name="market_total_goals", points=0.3, value=0.001),
    Part(name="books", points=0.01, value=2.56),
    Part(name="moved", points=-0.01, value=0.1),
    Part(name="hurdle", points=-3.3, value=-0.01),
)


def a_judged(**changes: Any) -> PickView:
    view = a_view(signals=SIGNALS, parts=PARTS, **changes)
    score = replace(view.pick.score, tier=Tier.DIAMOND_PLUS)
    return replace(view, pick=replace(view.pick, score=score))


def detail(view: PickView, language: str = "fr") -> str:
    told = render_detail(view, texts=TEXTS, language=language, now=NOW, money=MONEY)
    return told.replace("\u00a0", " ")


def voice(language: str = "fr") -> Voice:
    return Voice(texts=TEXTS, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_detail_of_a_judged_pick(language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_detail(a_judged(), texts=TEXTS, language=language, now=NOW, money=MONEY)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT


def declared(package: Any) -> set[str]:
    """Return every name that the package's modules declare for reasons and parts."""
    modules = [
        import_module(f"{package.__name__}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
    ]
    lists = ("COLUMNS", "TERMS", "_TOLD")
    return {
        name
        for module in modules
        for each in lists
        for name in getattr(module, each, ())
        if isinstance(name, str)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_that_agents_and_scores_declare_has_words(language: str) -> None:
    names = declared(engine.agents) | declared(engine.scoring)
    assert {"gap_mean", "drift_slow", "alike_clv", "ev", "market_total_goals"} <= names
    parts = {"reference", CLOSE, "season", "hurdle", "landing"}
    for name in sorted({*names, *parts, "usual", KELLY, EFFECTIVE}):
        words = (TEXTS.maybe(language, f"{table}.{name}") for table in ("reason", "part"))
        assert any(words), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: "|".join(family.parts) or "all")
def test_every_slice_that_is_looked_at_has_words(language: str, family: Family) -> None:
    labels = Cutter(bets_of(a_look(7, 40))).cut(family).labels
    assert labels
    for trait in {each for label in labels for each in label.split("|")}:
        dimension, _, value = trait.partition("=")
        keys = (f"slice.{dimension}", f"slice.{dimension}_{value}")
        assert any(TEXTS.maybe(language, key) for key in keys), trait
        assert not re.search(r"[<>=_]|\.\.", label_of(f"pattern:{trait}", voice(language))), trait


def test_what_has_words_has_a_unit_of_its_own() -> None:
    words = {key.removeprefix("reason.") for key in TEXTS.words["en"] if key.startswith("reason.")}
    plain = {name for name in words if unit_of(name) is unit_of("nobody named this")}
    assert plain == {"view", EFFECTIVE}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("agent", AgentName)
@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("tier", Tier)
def test_every_agent_standing_and_tier_has_words(
    language: str, agent: AgentName, standing: Standing, tier: Tier
) -> None:
    for key in (f"agent.{agent}", f"why.agent_{standing}", f"tier.{tier}"):
        assert TEXTS.find(language, key)
    assert (TEXTS.find(language, f"tier.mark_{tier}") == "") is (tier is Tier.STANDARD)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("edge", 0.0488, "value against the reference: +5.0%"),
        ("books", 2.5649, "number of books: 12"),
        ("log_odds", 0.7129, "odds: 2.04"),
        ("lead", -2.0794, "time to kick-off: 3 h 00"),
        ("expected_close", 0.5, "expected close: 2.00"),
        ("moved", 0.04, "reference since the first look: +1.0 pt"),
        ("alike", 61.0, "situations alike in the past: n = 61"),
        ("alike_distance", 0.84, "how far they are: 0.8 × the usual"),
        ("alike_won", 0.44, "of them won: 44.0%"),
        ("pattern:month=08", 214.0, "August: n = 214"),
        (KELLY, 0.021, "full Kelly of this view alone: 2.1%"),
        ("never_heard_of", 0.25, "never heard of: 0.25"),
    ],
)
def test_values_are_written_in_the_unit_people_read(name: str, value: float, shown: str) -> None:
    assert reason(name, value, voice("en")).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("name", "fr"),
    [
        (
            "league=soccer_epl|market=total|side=under",
            "Premier League, nombre de buts, moins de",
        ),
        ("odds=<1.4", "cotes : moins de 1,4"),
        ("odds=2..2.5", "cotes : 2 à 2,5"),
        ("rest=-3.5..-0.5", "jours de repos de plus : \u22123,5 à \u22120,5"),
        ("moved=>=0.05", "référence déplacée (logit) : 0,05 et plus"),
        ("month=12", "décembre"),
        ("month=13", "13"),
        ("team=aston_villa|role=backed", "Aston Villa, pari sur elle"),
        ("all", "tous les paris"),
        ("odds=strange", "cotes : strange"),
        ("moon=full", "moon full"),
        ("", "—"),
        ("=|=x|odd", "— —, — x, odd —"),
    ],
)
def test_slices_of_patterns_are_put_into_words(name: str, fr: str) -> None:
    assert label_of(f"pattern:{name}", voice()).replace("\u00a0", " ") == fr


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("reference", 0.094, "value against the reference: +9.4%"),
        ("expected_close", -0.021, "way expected to the close: \u22122.1%"),
        ("drift", 0.004, "the view of agent Drift: +0.4%"),
        ("market_asian_handicap", 0.002, "correction, Asian handicap: +0.2%"),
        ("hurdle", -0.01, "hurdle asked for: \u22121.0%"),
        ("gap", 1.4, "above the mean price: +1.4 st. dev."),
        ("books", 2.5649, "number of books: 12"),
    ],
)
def test_parts_of_a_score_are_shares_of_the_stake_but_for_what_corrects_it(
    name: str, value: float, shown: str
) -> None:
    assert part(name, value, voice("en")).replace("\u00a0", " ") == shown


def test_what_patron_heard_is_named_after_who_said_it() -> None:
    patron = detail(a_judged()).split("PATRON</b>")[1].split("⏸")[0]
    assert "avis de l’agent Dérive : +1,2 pt (+0,5 pt)" in patron
    assert "derniers matchs" not in patron


def test_an_agent_without_reasons_is_not_shown() -> None:
    assert "Précédents" not in detail(a_judged())
    mute = a_view(signals=(a_signal(AgentName.DRIFT),))
    assert detail(mute) == detail(a_view())


def test_patron_speaks_first_and_kelly_comes_last() -> None:
    told = detail(a_judged())
    assert told.index("PATRON</b>") < told.index("Anomalie</b>") < told.index("Dérive</b>")
    spread = told.split("Écarts</b>")[1].split("●")[0]
    assert spread.rstrip().splitlines()[-1].startswith("– Kelly")


def test_standings_are_said_in_words_not_by_a_mark_alone() -> None:
    told = detail(a_judged())
    assert "⏸ <b>Anomalie</b> (mis de côté)" in told
    assert "○ <b>Écarts</b> (à l’essai)" in told


def test_the_small_parts_of_a_score_are_told_together() -> None:
    many = tuple(Part(name=f"part_{n}", points=float(n), value=0.0) for n in range(1, 13))
    told = detail(a_view(parts=many))
    assert "+10,0 · 4 autres" in told
    assert sum(f"part {n} :" in told for n in range(1, 13)) == 8


def test_a_pick_without_parts_or_signals_has_neither_section() -> None:
    told = detail(a_view())
    assert "🧮" not in told
    assert "🤖" not in told
    assert "●" not in told


def test_how_surely_is_left_out_where_nobody_knows() -> None:
    nan = float("nan")
    signal = a_signal(AgentName.DRIFT, ("drift", nan, nan), std_error=nan)
    told = detail(a_view(signals=(signal,)))
    assert "clôture juste attendue 1,92 · pour" in told
    assert "lignes des équipes, 6 derniers matchs : —" in told


def test_the_card_wears_its_tier() -> None:
    shown = render_card(a_judged(), texts=TEXTS, language="fr", now=NOW, money=MONEY)
    assert shown.splitlines()[0].endswith("SWEET SPOT 68/100 · 💎 Diamond+")


WILD = st.floats(allow_nan=True, allow_infinity=True)
NAMES = st.sampled_from([*sorted(declared(engine.agents)), KELLY, "pattern:" + HOSTILE, HOSTILE])
REASONS = st.lists(
    st.builds(Reason, name=NAMES, value=WILD, effect=WILD), min_size=1, max_size=14
).map(tuple)


@given(
    reasons=st.lists(REASONS, min_size=6, max_size=6),
    parts=st.lists(st.builds(Part, name=NAMES, points=WILD, value=WILD), max_size=20).map(tuple),
    probability=st.floats(0, 1),
    error=WILD.map(abs),
)
def test_no_agent_can_break_the_message_or_make_it_too_long(
    reasons: list[tuple[Reason, ...]],
    parts: tuple[Part, ...],
    probability: float,
    error: float,
) -> None:
    signals = tuple(
        a_signal(agent, reasons=told, probability=probability, std_error=error)
        for agent, told in zip(AgentName, reasons, strict=True)
    )
    told = detail(a_view(signals=signals, parts=parts, home=HOSTILE, away=HOSTILE), "en")
    assert width(told) <= MESSAGE_LIMIT
    assert "<script>" not in told
    assert "evil" not in told.splitlines()
