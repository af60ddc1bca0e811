"""sendMessage, sendPhoto, sendDocument, sendMediaGroup."""

from typing import Any, Final

from sandbox.telegram.call import Call
from sandbox.telegram.formatted import CAPTION_LIMIT, TEXT_LIMIT, format_text
from sandbox.telegram.html import utf16
from sandbox.telegram.keyboard import reply_markup
from sandbox.telegram.people import Chat
from sandbox.telegram.refusal import Json, bad_request
from sandbox.telegram.switchboard import Switchboard

_GROUP_SIZES: Final = range(2, 11)


def text_content(call: Call) -> Json:
    """Return the text of a request with its entities, within Telegram's limits."""
    entities = call.json("entities", list, "entities")
    text, found = format_text(call.text("text"), call.text("parse_mode"), entities)
    if not text:
        raise bad_request("message text is empty")
    if utf16(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text} | ({"entities": found} if found else {})


def caption_content(caption: str, parse_mode: str, entities: list[Json] | None) -> Json:
    text, found = format_text(caption, parse_mode, entities)
    if utf16(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": found} if found else {})


def send_message(board: Switchboard, call: Call) -> Json:
    chat = board.writable(call.text("chat_id"))
    return _send(board, call, chat, text_content(call))


def send_photo(board: Switchboard, call: Call) -> Json:
    chat = board.writable(call.text("chat_id"))
    caption = _caption(call)
    photo = board.files.photo(call.upload("photo"))
    return _send(board, call, chat, {"photo": photo.photo()} | caption)


def send_document(board: Switchboard, call: Call) -> Json:
    chat = board.writable(call.text("chat_id"))
    caption = _caption(call)
    document = board.files.document(call.upload("document"))
    return _send(board, call, chat, {"document": document.document()} | caption)


def send_media_group(board: Switchboard, call: Call) -> list[Json]:
    chat = board.writable(call.text("chat_id"))
    given = call.json("media", list, "media") or []
    if len(given) not in _GROUP_SIZES:
        raise bad_request("too much messages to send as an album" if given else "media is empty")
    contents = [media_content(board, call, one) for one in given]
    group = {"media_group_id": f"9{len(board.events):015d}"}
    return [_send(board, call, chat, content | group) for content in contents]


def media_content(board: Switchboard, call: Call, given: Any) -> Json:
    """Return the content one InputMedia stands for."""
    if not isinstance(given, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    caption = caption_content(
        given.get("caption") or "",
        given.get("parse_mode") or "",
        given.get("caption_entities"),
    )
    reference = call.attached(str(given.get("media", "")))
    if given.get("type") == "photo":
        return {"photo": board.files.photo(reference).photo()} | caption
    if given.get("type") == "document":
        return {"document": board.files.document(reference).document()} | caption
    raise bad_request(f'type "{given.get("type")}" of the media is not supported here')


def _caption(call: Call) -> Json:
    entities = call.json("caption_entities", list, "caption entities")
    return caption_content(call.text("caption"), call.text("parse_mode"), entities)


def _send(board: Switchboard, call: Call, chat: Chat, content: Json) -> Json:
    markup = reply_markup(call)
    content = _topic(call, chat) | _reply(board, call, chat) | content
    if markup and "inline_keyboard" in markup:
        content["reply_markup"] = markup
    message = board.compose(chat, board.bot, content)
    silent = call.flag("disable_notification")
    board.deliver("send", call.method, chat, message, silent=silent)
    return message


def _topic(call: Call, chat: Chat) -> Json:
    thread = call.integer("message_thread_id")
    if not thread:
        return {}
    if thread not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}


def _reply(board: Switchboard, call: Call, chat: Chat) -> Json:
    given = call.json("reply_parameters", dict, "reply parameters") or {}
    target = given.get("message_id") or call.integer("reply_to_message_id")
    if not target:
        return {}
    replied = board.messages.get((chat.id, int(target)))
    if replied:
        shallow = {key: value for key, value in replied.items() if key != "reply_to_message"}
        return {"reply_to_message": shallow}
    if given.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")
