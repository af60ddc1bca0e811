import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.html import NAME_LIMIT, Html, bold, code, escape, join, lines, name, strike


def test_what_is_not_html_is_escaped_once() -> None:
    assert bold("<&>") == "<b>&lt;&amp;&gt;</b>"
    assert strike(bold("a")) == "<s><b>a</b></s>"
    assert escape(escape("&")) == "&amp;"
    assert code(3) == "<code>3</code>"


def test_empty_parts_leave_no_separator() -> None:
    assert join(" · ", ("a", "", Html(), "<")) == "a · &lt;"
    assert lines("a", "", "b") == "a\nb"


@given(st.text(max_size=400))
def test_no_name_can_hurt_the_text_around_it(raw: str) -> None:
    tamed = name(raw)
    assert 0 < len(tamed) <= NAME_LIMIT + 2
    assert "\n" not in tamed
    inside = tamed.strip("\u2068\u2069")
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in inside)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Saint-Étienne", "Saint-Étienne"),
        ("a\n  b\tc", "a b c"),
        ("evil\u202egnp", "evilgnp"),
        ("\ud800x", "x"),
        ("", "—"),
        ("e" + "\u0301" * 9, "e\u0301\u0301"),
        ("x" * 60, "x" * 47 + "…"),
        ("\u0647\u0644", "\u2068\u0647\u0644\u2069"),
    ],
)
def test_names_keep_their_letters_and_lose_their_tricks(raw: str, shown: str) -> None:
    assert name(raw) == shown
