"""answerCallbackQuery, answerInlineQuery, sendChatAction."""

import re
from time import monotonic
from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.formatted import TEXT_LIMIT, format_text
from sandbox.telegram.html import utf16
from sandbox.telegram.keyboard import inline_keyboard
from sandbox.telegram.refusal import STALE_QUERY, Json, bad_request
from sandbox.telegram.switchboard import Switchboard

_ANSWER_LIMIT: Final = 200
_RESULTS: Final = 50
_CACHE_SECONDS: Final = 300
_PARAMETER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ACTIONS: Final = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def answer_callback_query(board: Switchboard, call: Call) -> bool:
    query = _take(board, call.text("callback_query_id"), "callback")
    text = call.text("text")
    if len(text) > _ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    query["answer"] = {
        "text": text,
        "show_alert": call.flag("show_alert"),
        "url": call.text("url") or None,
    }
    details = {"callback_query_id": query["id"], "message_id": query["message_id"]}
    chat = board.chats[query["chat_id"]]
    board.announce("callback_answer", chat, details | query["answer"], [query["person"]])
    return True


def answer_inline_query(board: Switchboard, call: Call) -> bool:
    query = _take(board, call.text("inline_query_id"), "inline")
    results = call.json("results", list, "inline query results") or []
    if len(results) > _RESULTS:
        raise bad_request("too many inline query results specified")
    identifiers = [_result(one) for one in results]
    if len(set(identifiers)) < len(identifiers):
        raise bad_request("RESULT_ID_DUPLICATE")
    query["answer"] = {
        "results": results,
        "next_offset": call.text("next_offset"),
        "cache_time": call.integer("cache_time", _CACHE_SECONDS),
        "is_personal": call.flag("is_personal"),
        "button": _button_above(call),
    }
    chat = board.chats[query["person"]]
    board.announce(
        "inline_answer",
        chat,
        {"inline_query_id": query["id"]} | query["answer"],
        [query["person"]],
    )
    return True


def send_chat_action(board: Switchboard, call: Call) -> bool:
    chat = board.writable(call.text("chat_id"))
    if call.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    board.announce("chat_action", chat, {"action": call.text("action")})
    return True


def _take(board: Switchboard, identifier: str, kind: str) -> Json:
    """Return the open query: one answer each, within its lifetime."""
    query = board.queries.get(identifier)
    if query is None or query["kind"] != kind or query["answer"] is not None:
        raise bad_request(STALE_QUERY)
    if monotonic() - query["asked"] > board.callback_seconds:
        raise bad_request(STALE_QUERY)
    return query


def shared_content(result: Json) -> Json:
    """Return the message that sharing a result makes, within Telegram's limits."""
    given = result.get("input_message_content") or {}
    source, mode = str(given.get("message_text") or ""), given.get("parse_mode")
    text, entities = format_text(source, mode, given.get("entities"))
    if not text:
        raise bad_request("message text is empty")
    if utf16(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    found: Json = {"text": text} | ({"entities": entities} if entities else {})
    markup = inline_keyboard(result["reply_markup"]) if result.get("reply_markup") else None
    return found | ({"reply_markup": markup} if markup else {})


def _button_above(call: Call) -> Json | None:
    """Return the button above the results, as the server takes it."""
    button: Json | None = call.json("button", dict, "inline query results button")
    if button is None:
        return None
    parameter = str(button.get("start_parameter", ""))
    if not button.get("text") or _PARAMETER.fullmatch(parameter) is None:
        raise bad_request("START_PARAM_INVALID")
    return button


def _result(given: Any) -> str:
    if not isinstance(given, dict) or not given.get("type"):
        raise bad_request("can't parse inline query result: expected an Object with a type")
    identifier = str(given.get("id", ""))
    if not 1 <= len(identifier.encode()) <= 64:  # noqa: PLR2004  # Bot API, InlineQueryResult
        raise bad_request("RESULT_ID_INVALID")
    if given["type"] == "article":
        if not given.get("title"):
            raise bad_request("can't parse inline query result: article has no title")
        shared_content(given)
    return identifier
