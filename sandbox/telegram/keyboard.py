"""Reply markup, validated as the server validates it."""

from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.telegram.call import Call
from sandbox.telegram.refusal import Json, RefusalError, bad_request

CALLBACK_LIMIT: Final = 64
_BUTTONS: Final = 100
_ACTIONS: Final = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_OTHER_MARKUP: Final = ("keyboard", "remove_keyboard", "force_reply")


def reply_markup(call: Call) -> Json | None:
    """Return the markup of a request, None when it brings none."""
    markup: Json | None = call.json("reply_markup", dict, "reply keyboard markup")
    if markup and "inline_keyboard" not in markup and not any(map(markup.get, _OTHER_MARKUP)):
        raise bad_request("object expected as reply markup")
    if not markup or "inline_keyboard" not in markup:
        return markup
    return inline_keyboard(markup)


def inline_keyboard(markup: Json) -> Json | None:
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(len(row) for row in kept) > _BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _unreadable("expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _unreadable('field "text" must be a non-empty String')
    actions = [name for name in _ACTIONS if button.get(name) is not None]
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _unreadable(f"exactly one action expected, found {', '.join(actions)}")
    _check_action(actions[0], button[actions[0]])
    return {"text": text, actions[0]: button[actions[0]]}


def _check_action(name: str, value: Any) -> None:
    if name == "callback_data":
        size = len(value.encode()) if isinstance(value, str) else 0
        if not 1 <= size <= CALLBACK_LIMIT:
            raise bad_request("BUTTON_DATA_INVALID")
    elif name == "url":
        parts = urlsplit(str(value))
        if parts.scheme not in {"http", "https", "tg"} or not parts.netloc:
            raise bad_request(
                f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL",
            )


def _unreadable(reason: str) -> RefusalError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
