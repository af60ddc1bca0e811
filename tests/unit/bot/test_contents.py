"""Catalogue, menu, help and documentation say the same."""

import pytest
from telegram import InlineKeyboardMarkup

from bot.commands import CHAPTERS, COMMANDS, SCREENS
from bot.contents import table
from bot.context import Command
from bot.doors import door, label_of, number_of, numbered
from bot.glossary import TERMS, TOPICS, by_letter, named, terms_like
from bot.handbook import example, search, title_of, usage
from bot.handlers.guide import NOT_ON_PANEL, panel
from bot.manual import render_chapter, render_manual
from bot.render.html import name
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.alert import Role
from tests.architecture.tree import ROOT
from tests.unit.bot.views import TEXTS
from tests.unit.bot.visits import a_visit, taps

FRENCH, ENGLISH = (Voice(texts=TEXTS, language=language) for language in LANGUAGES)


def test_the_documented_commands_are_those_of_the_catalogue() -> None:
    written = (ROOT / "docs" / "COMMANDS.md").read_text(encoding="utf-8")
    assert written == table(), "run `make commands`"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", list(Role))
def test_the_panel_leads_to_every_command_somebody_may_use(role: Role, language: str) -> None:
    visit = a_visit(role, language)
    tapped = taps(panel(visit))
    assert {tap.screen for tap in tapped} == {"run", "chapter"}
    chapters = {tap.args for tap in tapped if tap.screen == "chapter"} | NOT_ON_PANEL
    assert chapters == {command.chapter for command in visit.commands}
    assert all(numbered(visit.commands, tap.number) for tap in tapped if tap.screen == "run")


def test_buttons_tell_commands_apart() -> None:
    assert len({number_of(command) for command in COMMANDS}) == len(COMMANDS)
    assert all(numbered(COMMANDS, number_of(command)) is command for command in COMMANDS)
    assert numbered(COMMANDS, 7) is None


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_a_page_and_a_button(command: Command, language: str) -> None:
    voice = Voice(texts=TEXTS, language=language)
    page = render_manual(command, voice=voice)
    assert f"/{command.name_in(language)}" in page
    assert width(page) <= MESSAGE_LIMIT
    assert usage(command, voice).startswith(f"/{command.name_in(language)}")
    label = label_of(a_visit(Role.OWNER, language), command)
    assert 1 < len(label) <= 20
    [tap] = taps(InlineKeyboardMarkup([[door(a_visit(Role.OWNER, language), command)]]))
    assert (tap.screen, tap.number) == ("run", number_of(command))
    for words in example(command, voice):
        assert name(words) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_of_the_catalogue_has_a_title_and_fits_a_screen(language: str) -> None:
    voice = Voice(texts=TEXTS, language=language)
    for chapter in CHAPTERS:
        assert len(title_of(chapter.name, voice)) <= 20
        assert width(render_chapter(chapter.name, chapter.commands, voice=voice)) <= MESSAGE_LIMIT
        assert len(chapter.name) <= 16
        assert all(len(screen) <= 8 for screen in chapter.screens)
    assert {"run", "chapter", "manual", "help", "menu"} <= SCREENS.keys()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("kelly", "kelly"),
        ("combien miser", "kelly"),
        ("mise combien", "kelly"),
        ("fuseau horaire", "fuseau"),
        ("marge", "devig"),
        ("preuve", "verifier"),
        ("sombre", "theme"),
        ("whynot", "pourquoi_pas"),
        ("rendement", "marches"),
    ],
)
def test_help_is_found_by_what_people_call_it(asked: str, found: str) -> None:
    offered = search(asked, COMMANDS, FRENCH)
    assert found in [command.name for command in offered[:3]]


@pytest.mark.parametrize("asked", ["", "   ", "/", "zzzzzzzz", "\u202e", "💥" * 90, "?" * 500])
def test_nothing_is_found_for_what_says_nothing(asked: str) -> None:
    assert search(asked, COMMANDS, FRENCH) == ()
    assert terms_like(asked, FRENCH) == ()


def test_every_term_of_the_glossary_has_its_words_and_its_topic() -> None:
    for language in LANGUAGES:
        written = {key.split(".")[1] for key in TEXTS.words[language] if key.startswith("term.")}
        topics = {key.split(".")[1] for key in TEXTS.words[language] if key.startswith("topic.")}
        assert written == set(TERMS)
        assert topics == set(TOPICS)
    assert len(TERMS) == len(set(TERMS)) > 60
    assert all(term.isascii() and term.isalnum() and len(term) <= 16 for term in TERMS)


@pytest.mark.parametrize("voice", [FRENCH, ENGLISH], ids=LANGUAGES)
def test_every_term_is_found_by_its_name_its_key_and_its_letter(voice: Voice) -> None:
    letters = by_letter(voice)
    assert sorted(term for terms in letters.values() for term in terms) == sorted(TERMS)
    assert all(letter.isascii() and letter.isalnum() for letter in letters)
    for term in TERMS:
        assert terms_like(named(term, voice), voice) == (term,)
        assert term in terms_like(term, voice)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("clvv", "clv"), ("drawdwn", "drawdown"), ("puissance", "devig"), ("surcote", "margin")],
)
def test_terms_are_found_in_spite_of_a_slip_or_by_a_word_within(asked: str, found: str) -> None:
    assert found in terms_like(asked, FRENCH) + terms_like(asked, ENGLISH)
