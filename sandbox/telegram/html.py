"""Telegram's HTML parse mode: the server's grammar, its error texts and its byte offsets."""

from dataclasses import dataclass
from typing import Final

from sandbox.telegram.refusal import Json, RefusalError, bad_request

_STYLES: Final = {
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
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_END: Final = "\0"  # closes the source, so that look-ahead needs no bounds check


@dataclass(kw_only=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int  # in UTF-16 units of the plain text
    begin: int  # in characters of the plain text


def utf16(text: str) -> int:
    """Return the length Telegram counts: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Return the plain text and its entities, or refuse as Telegram does."""
    return _Parser(source.replace(_END, " ")).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source + _END
        self._at = 0
        self._plain: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        while (char := self._source[self._at]) != _END:
            if char == "<":
                begin = self._at
                self._at += 1
                if self._source[self._at] == "/":
                    self._end_tag(begin)
                else:
                    self._start_tag(begin)
            else:
                self._append(self._character())
        if self._open:
            tag = self._open[-1].tag
            raise _broken(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return "".join(self._plain), self._entities

    def _append(self, char: str) -> None:
        self._plain.append(char)
        self._offset += utf16(char)

    def _character(self) -> str:
        """Consume one character or one character reference."""
        char = self._source[self._at]
        if char == "&" and (found := self._reference()) is not None:
            return found
        self._at += 1
        return char

    def _reference(self) -> str | None:
        """Consume a reference Telegram knows; any other ampersand stays as typed."""
        end = self._at + 1
        numeric = self._source[end] == "#"
        end += numeric
        base = 16 if numeric and self._source[end] in "xX" else 10
        end += base == 16  # noqa: PLR2004  # hexadecimal
        start = end
        while self._source[end].isascii() and self._source[end].isalnum():
            end += 1
        word = self._source[start:end]
        found = _code_point(word, base) if numeric else _NAMED.get(word)
        if found is None:
            return None
        self._at = end + (self._source[end] == ";")
        return found

    def _start_tag(self, begin: int) -> None:
        while not self._source[self._at].isspace() and self._source[self._at] not in (">", _END):
            self._at += 1
        if self._source[self._at] == _END:
            raise self._broken_at("Unclosed start tag", begin)
        tag = self._source[begin + 1 : self._at].lower()
        if tag not in _STYLES:
            raise self._broken_at(f'Unsupported start tag "{tag}"', begin)
        argument = ""
        while (attribute := self._attribute(tag, begin)) is not None:
            argument = _argument(tag, *attribute) or argument
        self._at += 1
        if tag == "span" and argument != "spoiler":
            raise self._broken_at('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(
            _Open(tag=tag, argument=argument, offset=self._offset, begin=len(self._plain)),
        )

    def _attribute(self, tag: str, begin: int) -> tuple[str, str] | None:
        """Consume one attribute; None at the tag's closing bracket, which stays."""
        self._skip_spaces()
        if self._source[self._at] == ">":
            return None
        start = self._at
        while (
            self._source[self._at] not in "=>/\"'" + _END and not self._source[self._at].isspace()
        ):
            self._at += 1
        name = self._source[start : self._at]
        if not name:
            if self._source[self._at] == _END:
                raise self._broken_at("Unclosed start tag", begin)
            raise self._broken_at(f'Empty attribute name in the tag "{tag}"', begin)
        self._skip_spaces()
        if self._source[self._at] != "=":
            return name, ""
        self._at += 1
        self._skip_spaces()
        value = self._value()
        if self._source[self._at] == _END:
            raise self._broken_at("Unclosed start tag", begin)
        return name, value

    def _value(self) -> str:
        quote = self._source[self._at]
        if quote not in "\"'" or quote == _END:
            return self._token()
        self._at += 1
        letters: list[str] = []
        while self._source[self._at] not in (quote, _END):
            letters.append(self._character())
        if self._source[self._at] == quote:
            self._at += 1
        return "".join(letters)

    def _token(self) -> str:
        start = self._at
        while self._source[self._at].isascii() and (
            self._source[self._at].isalnum() or self._source[self._at] in ".-"
        ):
            self._at += 1
        end = self._source[self._at]
        if not end.isspace() and end not in (">", _END):
            raise self._broken_at("Unexpected end of name token", start)
        return self._source[start : self._at].lower()

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise self._broken_at("Unexpected end tag", begin)
        while not self._source[self._at].isspace() and self._source[self._at] not in (">", _END):
            self._at += 1
        name = self._source[begin + 2 : self._at].lower()
        self._skip_spaces()
        if self._source[self._at] != ">":
            raise self._broken_at("Unclosed end tag", begin)
        self._at += 1
        opened = self._open.pop()
        if name and name != opened.tag:
            raise _broken(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{opened.tag}>", found "</{name}>"',
            )
        if self._offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Json = {
            "type": _STYLES[opened.tag],
            "offset": opened.offset,
            "length": self._offset - opened.offset,
        }
        if opened.tag == "a":
            entity["url"] = opened.argument or "".join(self._plain[opened.begin :])
        elif opened.tag == "code" and opened.argument:
            entity["language"] = opened.argument
        elif opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.argument
        self._entities.append(entity)

    def _skip_spaces(self) -> None:
        while self._source[self._at].isspace():
            self._at += 1

    def _bytes(self, position: int) -> int:
        return len(self._source[:position].encode("utf-8", "surrogatepass"))

    def _broken_at(self, reason: str, position: int) -> RefusalError:
        return _broken(f"{reason} at byte offset {self._bytes(position)}")


def _broken(reason: str) -> RefusalError:
    return bad_request(f"can't parse entities: {reason}")


def _code_point(word: str, base: int) -> str | None:
    try:
        value = int(word, base)
    except ValueError:
        return None
    surrogate = 0xD800 <= value <= 0xDFFF  # noqa: PLR2004  # no character has these numbers
    return chr(value) if 0 < value <= 0x10FFFF and not surrogate else None  # noqa: PLR2004


def _argument(tag: str, name: str, value: str) -> str:
    """Return what a tag takes from one attribute, empty when it takes nothing."""
    if (tag, name) == ("code", "class"):
        return value.removeprefix("language-") if value.startswith("language-") else ""
    if (tag, name) == ("span", "class"):
        return value.removeprefix("tg-") if value.startswith("tg-") else ""
    if (tag, name) == ("blockquote", "expandable"):
        return "1"
    return value if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")} else ""
