"""A message as a person sees it: the flat form of the event API and of the chat page."""

from typing import Final

from sandbox.telegram.refusal import Json

_COPIED: Final = (
    "message_id",
    "date",
    "edit_date",
    "message_thread_id",
    "media_group_id",
    "reply_markup",
    "new_chat_members",
    "via_bot",
    "migrate_to_chat_id",
)


def visible(message: Json) -> Json:
    sender = message.get("from") or message.get("sender_chat") or {}
    found: Json = {name: message[name] for name in _COPIED if name in message}
    markup = message.get("reply_markup") or {}
    return found | {
        "from": sender,
        "text": message.get("text"),
        "entities": message.get("entities", []),
        "caption": message.get("caption"),
        "caption_entities": message.get("caption_entities", []),
        "buttons": markup.get("inline_keyboard", []),
        "files": _files(message),
        "reply_to": (message.get("reply_to_message") or {}).get("message_id"),
    }


def _files(message: Json) -> list[Json]:
    """Return what there is to fetch; addresses are relative to the emulator's own."""
    found = []
    if "photo" in message:
        found.append({"kind": "photo", **message["photo"][-1]})
    if "document" in message:
        found.append({"kind": "document", **message["document"]})
    return [{**one, "url": f"/files/{one['file_id']}"} for one in found]
