"""Who can talk to the bot, and where."""

from dataclasses import dataclass, field
from typing import Final

from sandbox.telegram.refusal import Json


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    note: str = ""  # shown by the chat page's person switcher, unknown to the bot

    def user(self) -> Json:
        """Return Telegram's User object."""
        found: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            found["last_name"] = self.last_name
        if self.username:
            found["username"] = self.username
        return found | {"language_code": self.language_code}


DEMO_PEOPLE: Final = (
    Person(
        id=1001,
        first_name="Olivia",
        last_name="Moreau",
        username="olivia_moreau",
        language_code="fr",
        note="owner",
    ),
    Person(
        id=1002,
        first_name="Mathis",
        last_name="Bernard",
        username="mathis_b",
        language_code="fr",
        note="member",
    ),
    Person(
        id=1003,
        first_name="Victor",
        last_name="Hughes",
        username="victor_hughes",
        note="viewer",
    ),
    Person(id=1004, first_name="Sam", last_name="Stone", note="stranger"),
)


@dataclass(kw_only=True, slots=True)
class Chat:
    """A conversation the bot may or may not take part in.

    ``bot`` is the bot's standing: ``absent`` (a private chat never started), ``member``,
    ``administrator``, ``kicked`` (blocked, in a private chat) or ``left``.
    """

    id: int
    type: str
    title: str = ""
    username: str = ""
    person: Person | None = None
    members: list[int] = field(default_factory=list)
    administrators: list[int] = field(default_factory=list)
    topics: dict[int, str] = field(default_factory=dict)
    bot: str = "absent"
    migrated_to: int | None = None
    pinned: int | None = None
    last_message_id: int = 0
    menu_button: Json = field(default_factory=lambda: {"type": "commands"})

    def wire(self) -> Json:
        """Return Telegram's Chat object."""
        found: Json = {"id": self.id, "type": self.type}
        if self.person:
            names = self.person.user()
            names.pop("is_bot")
            names.pop("language_code")
            return found | names | {"id": self.id}
        found["title"] = self.title
        if self.username:
            found["username"] = self.username
        if self.topics:
            found["is_forum"] = True
        return found

    def next_message_id(self) -> int:
        """Return a number unique in this chat only, as in Telegram's groups and channels.

        Chats number alike on purpose: code that takes a message id for unique must fail here.
        """
        self.last_message_id += 1
        return self.last_message_id
