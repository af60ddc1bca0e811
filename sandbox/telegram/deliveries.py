"""What the emulator accepted from the bot: the judge of delivered, duplicated and lost."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sandbox.telegram.refusal import Json


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One accepted send or edit; ``dropped`` when the bot never got the answer.

    ``silent`` ones ring nobody's phone; ``reply_to`` is the message one stands under.
    """

    event: int
    method: str
    chat_id: int
    message_id: int
    text: str
    at: datetime
    monotonic: float
    dropped: bool = False
    silent: bool = False
    reply_to: int | None = None

    def wire(self) -> Json:
        return asdict(self) | {"at": self.at.isoformat()}


class DeliveryLog:
    def __init__(self) -> None:
        self._entries: list[Delivery] = []

    def __iter__(self) -> Iterator[Delivery]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, position: int) -> Delivery:
        return self._entries[position]

    def append(self, delivery: Delivery) -> None:
        self._entries.append(delivery)

    def mark_dropped(self, begin: int, end: int) -> None:
        """Record that the answer to the entries of [begin, end) never arrived."""
        for position in range(begin, end):
            self._entries[position] = replace(self._entries[position], dropped=True)

    def sends(self, chat_id: int | None = None) -> list[Delivery]:
        """Return new messages only, oldest first, of one chat or of all."""
        return [
            entry
            for entry in self._entries
            if entry.method.startswith("send") and chat_id in (None, entry.chat_id)
        ]
