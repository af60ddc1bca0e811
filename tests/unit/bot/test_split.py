import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.html import escape
from bot.render.split import MESSAGE_LIMIT, split, width

WORDS = st.text(
    st.sampled_from(list("ab &<>é🎯\u0301")) | st.characters(exclude_categories=["Cs"]),
    max_size=12,
).map(lambda raw: escape(" ".join(raw.split())))
TAGGED = st.tuples(st.sampled_from(["b", "i", "s", "code"]), WORDS).map(
    lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"
)
LINES = st.lists(WORDS | TAGGED, min_size=1, max_size=6).map(" ".join)
TEXTS = st.lists(LINES, min_size=1, max_size=12).map("\n".join)


def seen(html: str) -> str:
    return re.sub(r"<[^<>]*>", "", html)


def is_balanced(html: str) -> bool:
    still_open: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z]+)>", html):
        if not closing:
            still_open.append(tag)
        elif not still_open or still_open.pop() != tag:
            return False
    return not still_open


@given(TEXTS, st.integers(4, 60))
def test_pieces_fit_and_no_tag_is_broken(text: str, limit: int) -> None:
    for piece in split(text, limit):
        assert width(piece) <= limit
        assert is_balanced(piece)
        assert seen(piece).strip()
        assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", piece, re.DOTALL)


@given(TEXTS, st.integers(4, 60))
def test_readers_see_every_word_in_order(text: str, limit: int) -> None:
    shown = "".join(seen(piece) for piece in split(text, limit))
    assert "".join(shown.split()) == "".join(seen(text).split())


@given(TEXTS)
def test_lines_shorter_than_the_limit_join_to_the_original(text: str) -> None:
    longest = max(width(line) for line in text.split("\n"))
    pieces = split(text, longest + 1)
    if all(seen(piece).strip() for piece in text.split("\n")):
        assert "".join(pieces) == text
        assert all(piece.endswith("\n") for piece in pieces[:-1])


@pytest.mark.parametrize("char", ["a", "🎯", "é", "&amp;"])
@pytest.mark.parametrize("units", range(4090, 4101))
def test_the_boundary_counts_what_clients_count(char: str, units: int) -> None:
    each = width(char)
    text = char * (units // each)
    pieces = split(text)
    assert "".join(pieces) == text
    assert all(width(piece) <= MESSAGE_LIMIT for piece in pieces)
    assert len(pieces) == (1 if width(text) <= MESSAGE_LIMIT else 2)


@pytest.mark.parametrize("units", range(4090, 4101))
def test_a_bold_word_across_the_boundary_moves_whole(units: int) -> None:
    text = "x" * (units - 3) + "\n<b>🎯🎯🎯</b>"
    pieces = split(text)
    assert "".join(pieces) == text
    assert pieces[-1].endswith("<b>🎯🎯🎯</b>")
    assert all(is_balanced(piece) for piece in pieces)


def test_a_line_break_is_preferred_to_a_nearer_space() -> None:
    assert split("one two\nthree four five", 14) == ["one two\n", "three four ", "five"]


def test_a_tagged_stretch_longer_than_a_message_is_closed_and_opened_again() -> None:
    assert split("<b>abcdef</b>", 4) == ["<b>abcd</b>", "<b>ef</b>"]


def test_a_blank_piece_is_not_sent() -> None:
    assert split("abcd\n\n", 4) == ["abcd"]
