"""A script's hands: plays people against a running emulator over its HTTP API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from sandbox.telegram.refusal import Json

_TIMEOUT: Final = aiohttp.ClientTimeout(total=70)


class Control:
    """Asks the emulator itself, and spoils what it will answer to the bot."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def spoil(self, **fault: Any) -> None:
        await self._post("/faults", fault)

    async def forgive(self) -> None:
        async with self._session.delete("/faults") as answer:
            await _json(answer)

    async def get(self, path: str) -> Json:
        async with self._session.get(path) as answer:
            return await _json(answer)

    async def _post(self, path: str, body: Json) -> Json:
        async with self._session.post(path, json=body) as answer:
            return await _json(answer)


class People(Control):
    """Acts as any person; every method is one request of sandbox/telegram/README.md."""

    async def write(self, person: int, text: str, **fields: Any) -> Json:
        return await self._post(f"/user/{person}/message", {"text": text, **fields})

    async def tap(
        self,
        person: int,
        message: Json,
        data: str,
        *,
        wait: float = 5.0,
    ) -> Json:
        """Press a button of a message event; the answer is None when the bot gives none."""
        place = {"chat_id": message["chat_id"], "message_id": message["message_id"]}
        return await self._post(f"/user/{person}/tap", {**place, "data": data, "wait": wait})

    async def ask_inline(self, person: int, query: str, *, wait: float = 5.0) -> Json:
        return await self._post(f"/user/{person}/inline", {"query": query, "wait": wait})

    async def share(
        self, person: int, query_id: str, result_id: str, chat_id: int | None = None
    ) -> Json:
        """Send an inline result into a chat; without `chat_id` the chat with the bot."""
        body = {"inline_query_id": query_id, "result_id": result_id, "chat_id": chat_id}
        return await self._post(f"/user/{person}/share", body)

    async def block(self, person: int) -> None:
        await self._post(f"/user/{person}/block", {})

    async def unblock(self, person: int) -> None:
        await self._post(f"/user/{person}/unblock", {})

    async def join(self, person: int, chat_id: int) -> None:
        await self._post(f"/user/{person}/join", {"chat_id": chat_id})

    async def open_chat(self, kind: str, members: list[int], **fields: Any) -> Json:
        return await self._post("/chat", {"type": kind, "members": members, **fields})

    async def migrate(self, chat_id: int) -> Json:
        return await self._post(f"/chat/{chat_id}/migrate", {})

    async def set_bot(self, chat_id: int, status: str) -> None:
        await self._post(f"/chat/{chat_id}/bot", {"status": status})

    async def events(self, person: int, *, after: int = 0, wait: float = 0.0) -> list[Json]:
        """Return what this person saw since event N, waiting for at least one thing."""
        path = f"/user/{person}/messages?after={after}&wait={wait}"
        found: list[Json] = (await self.get(path))["events"]
        return found

    async def commands(self, person: int, chat_id: int | None = None) -> list[str]:
        chat = person if chat_id is None else chat_id
        found = await self.get(f"/commands?user={person}&chat_id={chat}")
        return [one["command"] for one in found["commands"]]


@asynccontextmanager
async def open_people(url: str) -> AsyncIterator[People]:
    async with aiohttp.ClientSession(url, timeout=_TIMEOUT) as session:
        yield People(session)


async def _json(answer: aiohttp.ClientResponse) -> Json:
    found: Json = await answer.json()
    if not answer.ok:
        raise ValueError(found["error"])
    return found
