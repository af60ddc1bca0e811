import re
from pathlib import Path
from string import Formatter

import pytest

from bot.render.html import Html
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.dispute import DisputeKind
from engine.domain.market import CATALOGUE, Selection
from engine.domain.settlement import Outcome
from jobs.catalogue import JOBS
from tests.unit.bot.views import TEXTS, a_view

ROOM = Path(__file__).parents[3] / "bot"


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("key", sorted(TEXTS.words["fr"]))
def test_languages_say_the_same_with_the_same_values(key: str) -> None:
    fr, en = TEXTS.find("fr", key), TEXTS.find("en", key)
    assert fields(fr) == fields(en)
    assert re.findall(r"</?[a-z]+>", fr) == re.findall(r"</?[a-z]+>", en)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [*CATALOGUE, "over_2.75", "ah_home@-0.25", "ah_away@+1"])
def test_every_market_has_a_label(language: str, code: str) -> None:
    view = a_view(code=code)
    label = Voice(texts=TEXTS, language=language).market(view.pick.selection, view.fixture)
    assert label
    assert "{" not in label
    selection = Selection.parse(code)
    if selection.market.line:
        assert f"{float(selection.market.line):g}".lstrip("-")[-1] in label


@pytest.mark.parametrize(
    ("code", "fr", "en"),
    [
        ("over_2.5", "Plus de 2,5 buts", "Over 2.5 goals"),
        ("under_3", "Moins de 3 buts", "Under 3 goals"),
        ("ah_away@+0.25", "Handicap asiatique\u00a0: Lens +0,25", "Asian handicap: Lens +0.25"),
        ("ah_home@+0", "Handicap asiatique\u00a0: PSG 0", "Asian handicap: PSG 0"),
        ("dc_x2", "Double chance\u00a0: nul ou Lens", "Double chance: draw or Lens"),
    ],
)
def test_lines_read_from_the_side_of_the_team_backed(code: str, fr: str, en: str) -> None:
    view = a_view(code=code)
    written = {
        language: Voice(texts=TEXTS, language=language).market(view.pick.selection, view.fixture)
        for language in LANGUAGES
    }
    assert written == {"fr": fr, "en": en}


def test_every_key_named_in_the_code_exists() -> None:
    named = {
        key
        for file in ROOM.rglob("*.py")
        for key in re.findall(r'\.(?:html|plain)\(\s*"([a-z_]+\.[a-z_.0-9]+)"', file.read_text())
    }
    counted = {
        key
        for file in ROOM.rglob("*.py")
        for key in re.findall(r'\.count\(\s*"([a-z_]+\.[a-z_]+)"', file.read_text())
    }
    known = TEXTS.words["fr"].keys()
    assert len(named) > 50
    assert named <= known
    assert {f"{key}.{form}" for key in counted for form in ("one", "other")} <= known


def test_values_are_escaped_and_html_is_not() -> None:
    voice = Voice(texts=TEXTS, language="en")
    assert "&lt;b&gt;" in voice.html("card.bet", market="<b>")
    assert "<b>x</b>" in voice.html("card.bet", market=Html("<b>x</b>"))


@pytest.mark.parametrize(
    ("language", "n", "shown"),
    [
        ("fr", 0, "0 abonné"),
        ("fr", 1, "1 abonné"),
        ("fr", 2, "2 abonnés"),
        ("en", 0, "0 subscribers"),
    ],
)
def test_plurals_follow_the_language(language: str, n: int, shown: str) -> None:
    assert Voice(texts=TEXTS, language=language).count("health.people", n) == shown


def test_names_unknown_to_us_are_made_readable() -> None:
    voice = Voice(texts=TEXTS, language="fr")
    assert voice.competition("soccer_norway_eliteserien") == "Norway Eliteserien"
    assert voice.bookmaker("new_book") == "New Book"
    assert voice.competition("soccer_france_ligue_one") == "Ligue 1"


@pytest.mark.parametrize("key", sorted(TEXTS.words["fr"]))
def test_no_french_line_begins_with_a_punctuation_mark(key: str) -> None:
    assert not re.search(r" [:;?!»%](?:\W|$)|« ", TEXTS.find("fr", key))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("job", sorted(JOBS))
def test_every_job_has_a_name(language: str, job: str) -> None:
    assert TEXTS.maybe(language, f"health.job_{job}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_to_ask_a_person_and_every_outcome_has_words(language: str) -> None:
    for kind in DisputeKind:
        assert TEXTS.maybe(language, f"ruling.kind_{kind}"), kind
    for outcome in Outcome:
        assert TEXTS.maybe(language, f"ruling.as_{outcome}"), outcome


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_negative_line_has_a_minus_not_a_hyphen(language: str) -> None:
    view = a_view(code="ah_home@-0.25")
    label = Voice(texts=TEXTS, language=language).market(view.pick.selection, view.fixture)
    assert "PSG \u22120" in label
