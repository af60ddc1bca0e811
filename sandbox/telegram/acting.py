"""What people do: write, tap, ask inline, block, join, open chats."""

from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any, Final

from sandbox import clock
from sandbox.telegram.answering import shared_content
from sandbox.telegram.formatted import TEXT_LIMIT, detect_all
from sandbox.telegram.html import utf16
from sandbox.telegram.people import Chat, Person
from sandbox.telegram.refusal import Json, RefusalError
from sandbox.telegram.switchboard import Switchboard, standing

_TYPES: Final = {"private", "group", "supergroup", "channel"}
_query_numbers = count(41_000_000_001)


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    text: str
    chat_id: int | None = None
    reply_to: int | None = None
    message_thread_id: int | None = None


def write(board: Switchboard, person: Person, writing: Writing) -> Json:
    """Post what a person typed; the first words in a private chat start the bot."""
    chat = _seat(board, person, writing.chat_id)
    if not writing.text.strip() or utf16(writing.text) > TEXT_LIMIT:
        raise _refuse(f"text must have 1 to {TEXT_LIMIT} characters")
    if chat.type == "private" and chat.bot == "kicked":
        raise RefusalError(409, "this person has blocked the bot: unblock it first")
    if chat.type == "channel" and person.id not in chat.administrators:
        raise RefusalError(403, "only administrators write in a channel")
    if chat.bot == "absent":
        chat.bot = "member"
        board.announce("bot_status", chat, {"status": "member"})
    text = writing.text.strip()
    content: Json = {"text": text}
    entities = detect_all(text)
    if entities:
        content["entities"] = entities
    message = board.compose(chat, person.user(), _placed(board, chat, writing) | content)
    board.show("send", chat, message)
    if _reaches_bot(board, chat, message):
        board.updates.push("channel_post" if chat.type == "channel" else "message", message)
    return message


def tap(board: Switchboard, person: Person, chat_id: int, message_id: int, data: str) -> Json:
    """Press an inline button; any bytes are possible, since clients can be modified."""
    chat = _seat(board, person, chat_id)
    message = board.messages.get((chat.id, message_id))
    if message is None or (chat.id, message_id) not in board.own:
        raise RefusalError(404, "no such message of the bot in this chat")
    query = _ask(board, person, "callback")
    query |= {"chat_id": chat.id, "message_id": message_id}
    if chat.bot in {"member", "administrator"}:
        board.updates.push(
            "callback_query",
            {
                "id": query["id"],
                "from": person.user(),
                "message": dict(message),
                "chat_instance": str(-7_000_000_000 - chat.id),
                "data": data,
            },
        )
    return query


def ask_inline(board: Switchboard, person: Person, text: str, offset: str = "") -> Json:
    query = _ask(board, person, "inline")
    update = {"id": query["id"], "from": person.user(), "query": text, "offset": offset}
    board.updates.push("inline_query", update | {"chat_type": "sender"})
    return query


def share(board: Switchboard, person: Person, query_id: str, result_id: str, chat: str) -> Json:
    """Send an inline result into a chat as this person, the bot named as where it is from."""
    query = board.queries.get(query_id)
    if query is None or query["kind"] != "inline" or query["person"] != person.id:
        raise RefusalError(404, "no such inline query of this person")
    results = (query["answer"] or {}).get("results", [])
    result = next((one for one in results if str(one["id"]) == result_id), None)
    if result is None:
        raise RefusalError(404, "no such result")
    seat = _seat(board, person, int(chat) if chat else None)
    content = shared_content(result) | {"via_bot": board.bot}
    message = board.compose(seat, person.user(), content)
    board.show("send", seat, message)
    return message


def block(board: Switchboard, person: Person) -> None:
    chat = board.chats[person.id]
    if chat.bot == "absent":
        raise RefusalError(409, "this person never started the bot")
    board.stand(chat, "kicked", person)


def unblock(board: Switchboard, person: Person) -> None:
    chat = board.chats[person.id]
    if chat.bot == "kicked":
        board.stand(chat, "member", person)


def join(board: Switchboard, person: Person, chat_id: int) -> None:
    chat = board.chats.get(chat_id)
    if chat is None or chat.type == "private":
        raise RefusalError(404, "no such group or channel")
    if person.id in chat.members:
        return
    chat.members.append(person.id)
    user, date = person.user(), int(clock.now().timestamp())
    board.announce("chat", chat, {"joined": person.id})
    board.updates.push(
        "chat_member",
        {
            "chat": chat.wire(),
            "from": user,
            "date": date,
            "old_chat_member": standing(user, "left"),
            "new_chat_member": standing(user, "member"),
        },
    )
    if chat.type != "channel":
        message = board.compose(chat, user, {"new_chat_members": [user]})
        board.show("send", chat, message)
        board.updates.push("message", message)


def found_chat(board: Switchboard, body: Json) -> Chat:
    """Open a chat; its first member owns it, and adds the bot unless ``bot`` is false."""
    kind, members = body.get("type"), list(body.get("members") or ())
    if kind not in _TYPES or not members:
        raise _refuse(
            f"type must be one of {', '.join(sorted(_TYPES))}, members must not be empty"
        )
    people = [board.person(int(one)) for one in members]
    if kind == "private":
        return board.chats[people[0].id]
    chat = board.open_chat(
        Chat(
            id=board.free_chat_id(kind),
            type=kind,
            title=str(body.get("title") or f"Test {kind}"),
            username=str(body.get("username") or ""),
            members=[person.id for person in people],
            administrators=[people[0].id],
        ),
    )
    if kind == "supergroup":
        for name in body.get("topics") or ():
            chat.topics[chat.next_message_id()] = str(name)
    board.announce("chat", chat, {"title": chat.title})
    if body.get("bot", True):
        board.stand(chat, str(body.get("bot_status") or _usual(kind)), people[0])
    return chat


def migrate(board: Switchboard, chat_id: int) -> Chat:
    """Turn a group into a supergroup with a new number; the old one only redirects."""
    old = board.chats.get(chat_id)
    if old is None or old.type != "group" or old.migrated_to is not None:
        raise RefusalError(404, "no such group")
    new = board.open_chat(
        Chat(
            id=board.free_chat_id("supergroup"),
            type="supergroup",
            title=old.title,
            members=list(old.members),
            administrators=list(old.administrators),
            bot=old.bot,
        ),
    )
    old.migrated_to = new.id
    owner = board.person(old.administrators[0]).user()
    board.announce("chat", new, {"title": new.title})
    for chat, field, other in ((old, "to", new), (new, "from", old)):
        notice = board.compose(chat, owner, {f"migrate_{field}_chat_id": other.id})
        board.show("send", chat, notice)
        board.updates.push("message", notice)
    return new


def set_bot(board: Switchboard, chat_id: int, status: str) -> None:
    chat = board.chats.get(chat_id)
    if chat is None or chat.type == "private":
        raise RefusalError(404, "no such group or channel")
    if status not in {"member", "administrator", "kicked", "left"}:
        raise _refuse("status must be member, administrator, kicked or left")
    board.stand(chat, status, board.person(chat.administrators[0]))


def _seat(board: Switchboard, person: Person, chat_id: int | None) -> Chat:
    """Return the chat, where this person must be."""
    chat = board.chats.get(person.id if chat_id is None else chat_id)
    if chat is None or person.id not in chat.members:
        raise RefusalError(404, "this person is not in such a chat")
    return chat


def _placed(board: Switchboard, chat: Chat, writing: Writing) -> Json:
    found: Json = {}
    if writing.message_thread_id is not None:
        if writing.message_thread_id not in chat.topics:
            raise _refuse("no such topic")
        found |= {"message_thread_id": writing.message_thread_id, "is_topic_message": True}
    if writing.reply_to is not None:
        replied = board.messages.get((chat.id, writing.reply_to))
        if replied is None:
            raise _refuse("no such message to reply to")
        kept = {key: value for key, value in replied.items() if key != "reply_to_message"}
        found["reply_to_message"] = kept
    return found


def _reaches_bot(board: Switchboard, chat: Chat, message: Json) -> bool:
    """Apply the privacy mode of groups: commands, mentions and replies only."""
    if chat.bot not in {"member", "administrator"}:
        return False
    if chat.type in {"private", "channel"} or chat.bot == "administrator":
        return True
    replied: Any = message.get("reply_to_message") or {}
    return (
        message["text"].startswith("/")
        or f"@{board.bot['username']}" in message["text"]
        or replied.get("from") == board.bot
    )


def _ask(board: Switchboard, person: Person, kind: str) -> Json:
    identifier = str(next(_query_numbers))
    board.queries[identifier] = {
        "id": identifier,
        "kind": kind,
        "person": person.id,
        "asked": monotonic(),
        "answer": None,
    }
    return board.queries[identifier]


def _usual(kind: str) -> str:
    return "administrator" if kind == "channel" else "member"


def _refuse(reason: str) -> RefusalError:
    return RefusalError(400, reason)
