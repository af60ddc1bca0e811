"""Scripted misfortune: each rule spoils the next matching requests, in the order given."""

from dataclasses import asdict, dataclass

from sandbox.telegram.refusal import Json, RefusalError, bad_request

_DESCRIPTIONS = {
    400: "Bad Request: scripted",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot "
    "instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


@dataclass(kw_only=True, slots=True)
class Fault:
    """``status`` refuses; ``drop_after_accept`` obeys the request, then loses the answer.

    ``delay_seconds`` passes before the request is obeyed or refused, except with
    ``drop_after_accept``: there it passes between obeying and hanging up, or between obeying
    and answering ``status``.
    """

    method: str = "*"
    chat_id: int | None = None
    status: int | None = None
    retry_after: int | None = None
    description: str | None = None
    migrate_to_chat_id: int | None = None
    delay_seconds: float = 0.0
    drop_after_accept: bool = False
    times: int = 1

    def matches(self, method: str, chat_id: str) -> bool:
        named = self.method in ("*", "") or self.method.lower() == method.lower()
        return self.times > 0 and named and self.chat_id in (None, _number(chat_id))

    def refusal(self) -> RefusalError | None:
        status = 429 if self.status is None and self.retry_after is not None else self.status
        if status is None:
            return None
        wait = 1 if status == 429 and self.retry_after is None else self.retry_after  # noqa: PLR2004
        parameters: Json = {}
        if wait is not None:
            parameters["retry_after"] = wait
        if self.migrate_to_chat_id is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to_chat_id
        usual = f"Too Many Requests: retry after {wait}" if wait is not None else "Error"
        text = self.description or _DESCRIPTIONS.get(status, usual)
        return RefusalError(status, text, parameters)

    def wire(self) -> Json:
        return asdict(self)


class FaultScript:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def pending(self) -> list[Fault]:
        return list(self._faults)

    def take(self, method: str, chat_id: str) -> Fault | None:
        """Return the first rule that matches, used up once."""
        for fault in self._faults:
            if fault.matches(method, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None


def parse_fault(body: Json) -> Fault:
    """Return the fault a script describes, refusing fields it does not know."""
    unknown = set(body) - set(Fault.__dataclass_fields__)
    if unknown:
        raise bad_request(f"unknown fields of a fault: {', '.join(sorted(unknown))}")
    return Fault(**body)


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
