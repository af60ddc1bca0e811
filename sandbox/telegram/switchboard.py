"""The emulator's memory: people, chats, messages, and the numbered events people see."""

from collections import Counter
from collections.abc import Iterable
from time import monotonic
from typing import Final

from sandbox import clock
from sandbox.telegram.deliveries import Delivery, DeliveryLog
from sandbox.telegram.media import FileStore
from sandbox.telegram.menus import MenuStore
from sandbox.telegram.people import Chat, Person
from sandbox.telegram.pulse import Pulse
from sandbox.telegram.refusal import Json, bad_request, forbidden, migrated
from sandbox.telegram.updates import UpdateQueue
from sandbox.telegram.view import visible

BOT_USERNAME: Final = "mon_ps_sandbox_bot"
_FIRST_SUPERGROUP: Final = 1_000_000_000_001


class Switchboard:
    def __init__(self, token: str, people: Iterable[Person], callback_seconds: float) -> None:
        self.token = token
        self.callback_seconds = callback_seconds
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Mon_PS",
            "username": BOT_USERNAME,
        }
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], Json] = {}
        self.own: set[tuple[int, int]] = set()  # what the bot wrote, channel posts included
        self.events: list[Json] = []
        self.queries: dict[str, Json] = {}
        self.profile: dict[tuple[str, str], str] = {}  # by field and language
        self.pulse = Pulse()
        self.updates = UpdateQueue()
        self.files = FileStore()
        self.menus = MenuStore()
        self.log = DeliveryLog()
        self.refusals: Counter[str] = Counter()
        for person in people:
            self.enrol(person)

    def enrol(self, person: Person) -> Person:
        """Make a person known to Telegram; an existing one is described anew."""
        self.people[person.id] = person
        chat = self.chats.setdefault(person.id, Chat(id=person.id, type="private"))
        chat.person, chat.members = person, [person.id]
        return person

    def person(self, person_id: int) -> Person:
        """Return a person, born on first mention: scripts need as many as they like."""
        found = self.people.get(person_id)
        return found or self.enrol(Person(id=person_id, first_name=f"Person {person_id}"))

    def open_chat(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        return chat

    def free_chat_id(self, kind: str) -> int:
        taken = sum(chat.id < 0 for chat in self.chats.values())
        return -(_FIRST_SUPERGROUP + taken) if kind != "group" else -(5_000_001 + taken)

    def chat(self, given: str) -> Chat:
        """Return the chat a request names, by number or by @username."""
        if not given:
            raise bad_request("chat_id is empty")
        for chat in self.chats.values():
            if given == str(chat.id) or (chat.username and given == f"@{chat.username}"):
                return chat
        raise bad_request("chat not found")

    def writable(self, given: str) -> Chat:
        """Return a chat the bot may write to now, or refuse as Telegram does."""
        chat = self.chat(given)
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        private = chat.type == "private"
        if chat.bot == "absent" and private:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.bot == "kicked" and private:
            raise forbidden("bot was blocked by the user")
        kind = {"channel": "channel", "supergroup": "supergroup"}.get(chat.type, "group")
        if chat.bot == "kicked":
            raise forbidden(f"bot was kicked from the {kind} chat")
        if chat.bot not in {"member", "administrator"}:
            raise forbidden(f"bot is not a member of the {kind} chat")
        if chat.type == "channel" and chat.bot != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        return chat

    def known(self, given: str) -> Chat:
        """Return a chat the bot has met: a person who never started it is not one."""
        chat = self.chat(given)
        if chat.bot == "absent":
            raise bad_request("chat not found")
        return chat

    def compose(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Return a new message of this chat, kept and complete as in Telegram's answers."""
        message: Json = {
            "message_id": chat.next_message_id(),
            "date": int(clock.now().timestamp()),
            "chat": chat.wire(),
        }
        if chat.type == "channel":
            message["sender_chat"] = chat.wire()
        else:
            message["from"] = sender
        message |= content
        key = chat.id, message["message_id"]
        self.messages[key] = message
        if sender == self.bot:
            self.own.add(key)
        return message

    def announce(self, kind: str, chat: Chat, details: Json, audience: Iterable[int] = ()) -> int:
        """Number an event, show it to the people of the chat, and return its number."""
        event: Json = {
            "event": len(self.events) + 1,
            "kind": kind,
            "at": clock.now().isoformat(),
            "chat_id": chat.id,
            "audience": sorted(set(audience) or set(chat.members)),
        }
        self.events.append(event | details)
        self.pulse.fire()
        return int(event["event"])

    def show(self, kind: str, chat: Chat, message: Json) -> int:
        by_bot = (chat.id, message["message_id"]) in self.own
        return self.announce(kind, chat, visible(message) | {"by_bot": by_bot})

    def deliver(
        self, kind: str, method: str, chat: Chat, message: Json, *, silent: bool = False
    ) -> None:
        """Show what the bot sent or edited, and enter it in the delivery log."""
        event = self.show(kind, chat, message)
        self.log.append(
            Delivery(
                event=event,
                method=method,
                chat_id=chat.id,
                message_id=message["message_id"],
                text=str(message.get("text", message.get("caption", ""))),
                at=clock.now(),
                monotonic=monotonic(),
                silent=silent,
                reply_to=(message.get("reply_to_message") or {}).get("message_id"),
            ),
        )

    def stand(self, chat: Chat, status: str, cause: Person) -> None:
        """Change the bot's standing in a chat and tell the bot, as my_chat_member."""
        before, chat.bot = chat.bot, status
        if before == status:
            return
        self.updates.push(
            "my_chat_member",
            {
                "chat": chat.wire(),
                "from": cause.user(),
                "date": int(clock.now().timestamp()),
                "old_chat_member": standing(self.bot, before),
                "new_chat_member": standing(self.bot, status),
            },
        )
        self.announce("bot_status", chat, {"status": status})


_ADMIN_RIGHTS: Final = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def standing(user: Json, status: str) -> Json:
    """Return Telegram's ChatMember object of this status."""
    found: Json = {"user": user, "status": "left" if status == "absent" else status}
    if status == "kicked":
        found["until_date"] = 0
    elif status == "administrator":
        found |= dict.fromkeys(_ADMIN_RIGHTS, False)
    elif status == "creator":
        found["is_anonymous"] = False
    return found
