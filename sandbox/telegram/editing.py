"""editMessage*, deleteMessage(s), pinChatMessage."""

from sandbox import clock
from sandbox.telegram.call import Call
from sandbox.telegram.keyboard import reply_markup
from sandbox.telegram.people import Chat
from sandbox.telegram.refusal import NOT_MODIFIED, Json, bad_request
from sandbox.telegram.sending import caption_content, media_content, text_content
from sandbox.telegram.switchboard import Switchboard

_CONTENT = ("text", "entities", "caption", "caption_entities", "photo", "document")


def edit_message_text(board: Switchboard, call: Call) -> Json:
    chat, message = _own(board, call, "edit")
    content = text_content(call)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _replace(board, call, chat, message, content)


def edit_message_caption(board: Switchboard, call: Call) -> Json:
    chat, message = _own(board, call, "edit")
    entities = call.json("caption_entities", list, "caption entities")
    caption = caption_content(call.text("caption"), call.text("parse_mode"), entities)
    kept = {name: message[name] for name in ("photo", "document") if name in message}
    if not kept:
        raise bad_request("there is no caption in the message to edit")
    return _replace(board, call, chat, message, kept | caption)


def edit_message_media(board: Switchboard, call: Call) -> Json:
    chat, message = _own(board, call, "edit")
    media = call.json("media", dict, "media")
    if media is None:
        raise bad_request("media is not specified")
    return _replace(board, call, chat, message, media_content(board, call, media))


def edit_message_reply_markup(board: Switchboard, call: Call) -> Json:
    chat, message = _own(board, call, "edit")
    kept = {name: message[name] for name in _CONTENT if name in message}
    return _replace(board, call, chat, message, kept)


def delete_message(board: Switchboard, call: Call) -> bool:
    chat = board.writable(call.text("chat_id"))
    identifier = call.integer("message_id")
    key = (chat.id, identifier)
    if key not in board.messages:
        raise bad_request("message to delete not found")
    if key not in board.own and chat.type != "private" and chat.bot != "administrator":
        raise bad_request("message can't be deleted")
    del board.messages[key]
    board.announce("delete", chat, {"message_id": identifier})
    return True


def delete_messages(board: Switchboard, call: Call) -> bool:
    """Delete those that exist; the others are skipped, as Telegram does."""
    identifiers = call.json("message_ids", list, "message identifiers") or []
    for identifier in identifiers:
        one = {"chat_id": call.text("chat_id"), "message_id": str(identifier)}
        if (board.chat(one["chat_id"]).id, int(identifier)) in board.messages:
            delete_message(board, Call(method=call.method, values=one))
    return True


def pin_chat_message(board: Switchboard, call: Call) -> bool:
    chat = board.writable(call.text("chat_id"))
    identifier = call.integer("message_id")
    if (chat.id, identifier) not in board.messages:
        raise bad_request("message to pin not found")
    if chat.type != "private" and chat.bot != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = identifier
    board.announce("pin", chat, {"message_id": identifier})
    return True


def unpin_chat_message(board: Switchboard, call: Call) -> bool:
    chat = board.writable(call.text("chat_id"))
    chat.pinned = None
    board.announce("pin", chat, {"message_id": None})
    return True


def _own(board: Switchboard, call: Call, verb: str) -> tuple[Chat, Json]:
    if call.text("inline_message_id"):
        raise bad_request(f"message to {verb} not found")
    chat = board.writable(call.text("chat_id"))
    identifier = call.integer("message_id")
    if not identifier:
        raise bad_request("message identifier is not specified")
    message = board.messages.get((chat.id, identifier))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if (chat.id, identifier) not in board.own:
        raise bad_request(f"message can't be {verb}ed")
    return chat, message


def _replace(board: Switchboard, call: Call, chat: Chat, message: Json, content: Json) -> Json:
    """Set content and inline keyboard together: an edit without a keyboard removes it."""
    markup = reply_markup(call)
    before = {name: message[name] for name in (*_CONTENT, "reply_markup") if name in message}
    after = content | ({"reply_markup": markup} if markup else {})
    if before == after:
        raise bad_request(NOT_MODIFIED)
    for name in before:
        del message[name]
    message |= after
    message["edit_date"] = int(clock.now().timestamp())
    board.deliver("edit", call.method, chat, message)
    return message
