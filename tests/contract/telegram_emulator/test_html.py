"""The emulator's HTML parse mode, turned around by Hypothesis."""

from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram.formatted import format_text
from sandbox.telegram.html import parse_html, utf16
from sandbox.telegram.refusal import RefusalError

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
}
LETTERS = st.text(st.sampled_from("aé<>&\"'; €\N{FIRE}\N{SOCCER BALL}\n/="), min_size=1)
TREES = st.recursive(
    LETTERS,
    lambda inner: st.tuples(st.sampled_from(sorted(TAGS)), st.lists(inner, max_size=4)),
    max_leaves=12,
)


def render(tree: Any, offset: int) -> tuple[str, str, list[dict[str, Any]]]:
    """Return the HTML, the plain text and the entities of a tree, computed independently."""
    if isinstance(tree, str):
        return escape(tree, quote=False), tree, []
    tag, children = tree
    html, plain = "", ""
    entities: list[dict[str, Any]] = []
    for child in children:
        part, text, found = render(child, offset + utf16(plain))
        html, plain, entities = html + part, plain + text, entities + found
    if plain:
        entities.append({"type": TAGS[tag], "offset": offset, "length": utf16(plain)})
    return f"<{tag}>{html}</{tag}>", plain, entities


@given(TREES)
def test_parsing_what_was_rendered_gives_the_text_and_its_entities(tree: Any) -> None:
    html, plain, entities = render(tree, 0)
    assert parse_html(html) == (plain, entities)


@given(st.text())
def test_any_text_parses_or_is_refused_in_words(source: str) -> None:
    refusal = None
    try:
        text, entities = format_text(source, "HTML", None)
    except RefusalError as error:
        refusal, text, entities = error, "", []
    assert not refusal or "can't parse entities: " in refusal.description
    assert text == text.strip()
    assert all(0 <= one["offset"] < utf16(text) for one in entities)
    assert all(one["offset"] + one["length"] <= utf16(text) for one in entities)


@given(st.text())
def test_escaped_text_survives_whole(text: str) -> None:
    plain = text.replace("\0", " ")
    assert parse_html(escape(plain)) == (plain, [])


@pytest.mark.parametrize(
    ("html", "plain", "entity"),
    [
        ("&#128293;&#x26BD;", "\N{FIRE}\N{SOCCER BALL}", None),
        ("&nbsp;&copy", "&nbsp;&copy", None),
        ("fish & chips", "fish & chips", None),
        ('<a href="https://x.fr/?a=1&amp;b=2">x</a>', "x", {"url": "https://x.fr/?a=1&b=2"}),
        ("<a href='x.fr'>x</a>", "x", {"type": "text_link", "url": "http://x.fr/"}),
        ('<a href="javascript:alert(1)">x</a>', "x", None),
        ('<span class="tg-spoiler">x</span>', "x", {"type": "spoiler"}),
        ("<blockquote expandable>x</blockquote>", "x", {"type": "expandable_blockquote"}),
        ("<blockquote>x</blockquote>", "x", {"type": "blockquote"}),
        ('<pre><code class="language-sql">x</code></pre>', "x", {"language": "sql"}),
        ("<code>x <b>y</b></code>", "x y", {"type": "code", "length": 3}),
        ('<tg-emoji emoji-id="5">\N{FIRE}</tg-emoji>', "\N{FIRE}", {"custom_emoji_id": "5"}),
        ("<B>x</b >", "x", {"type": "bold"}),
        ("  <b> x </b>  ", "x", {"offset": 0, "length": 1}),
        ("go /stats", "go /stats", {"type": "bot_command", "offset": 3}),
        ("see https://x.fr/a.", "see https://x.fr/a.", {"type": "url", "length": 14}),
    ],
)
def test_each_construct_becomes_its_entity(
    html: str,
    plain: str,
    entity: dict[str, Any] | None,
) -> None:
    text, entities = format_text(html, "HTML", None)
    assert text == plain
    assert len(entities) == (entity is not None)
    if entity:
        assert entities[0].items() >= entity.items()


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x>x</a>', "Unclosed start tag at byte offset 0"),
        ("<i>é<p>", 'Unsupported start tag "p" at byte offset 5'),
    ],
)
def test_malformed_tags_name_the_byte(html: str, reason: str) -> None:
    with pytest.raises(RefusalError) as caught:
        parse_html(html)
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


def test_only_html_is_understood() -> None:
    with pytest.raises(RefusalError, match="unsupported parse_mode"):
        format_text("*x*", "MarkdownV2", None)
