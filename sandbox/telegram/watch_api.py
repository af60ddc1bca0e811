"""What may be watched over HTTP: events, files, menus, the delivery log."""

import json
from contextlib import suppress
from typing import Final

from aiohttp import web

from sandbox.telegram.refusal import RefusalError
from sandbox.telegram.switchboard import Switchboard

_KEEP_ALIVE: Final = 15.0


class WatchApi:
    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/people", self._people),
            web.get("/commands", self._commands),
            web.get("/deliveries", self._deliveries),
            web.get("/history", self._history),
            web.get("/events", self._stream),
            web.get("/files/{id}", self._file),
        ]

    async def _people(self, _: web.Request) -> web.Response:
        found = [
            person.user() | {"note": person.note, "bot": self._board.chats[person.id].bot}
            for person in self._board.people.values()
        ]
        profile = self._board.profile
        described = {
            language or "default": text
            for (field, language), text in profile.items()
            if field == "description"
        }
        return web.json_response(
            {"people": found, "bot": self._board.bot, "description": described},
        )

    async def _commands(self, request: web.Request) -> web.Response:
        person = self._board.person(int(request.query.get("user") or 0))
        chat = self._board.chats.get(int(request.query.get("chat_id") or person.id))
        if chat is None:
            raise RefusalError(404, "no such chat")
        return web.json_response({"commands": self._board.menus.seen_by(person, chat)})

    async def _deliveries(self, _: web.Request) -> web.Response:
        return web.json_response({"deliveries": [entry.wire() for entry in self._board.log]})

    async def _file(self, request: web.Request) -> web.Response:
        stored = self._board.files.find(request.match_info["id"])
        safe = stored.size is not None  # only what was recognised as an image is shown inline
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=3600"}
        answer = web.Response(
            body=stored.data,
            content_type=stored.mime if safe else "application/octet-stream",
            headers=headers,
        )
        if not safe:
            name = stored.name.replace('"', "").replace("\\", "")
            answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    async def _history(self, _: web.Request) -> web.Response:
        events = self._board.events
        return web.json_response({"events": events, "last": len(events)})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Send every event after N as it happens, as Server-Sent Events."""
        resumed = request.headers.get("Last-Event-ID") or request.query.get("after") or 0
        seen = int(resumed)
        answer = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"},
        )
        with suppress(ConnectionResetError):  # the page was closed, perhaps before it was read
            await answer.prepare(request)
            await answer.write(b"retry: 1000\n\n")
            await self._follow(answer, seen)
        return answer

    async def _follow(self, answer: web.StreamResponse, seen: int) -> None:
        while not self._board.pulse.closed:
            events = self._board.events[seen:]
            for event in events:
                data = json.dumps(event, separators=(",", ":"))
                await answer.write(f"id: {event['event']}\ndata: {data}\n\n".encode())
            seen += len(events)
            if not self._board.events[seen:]:
                await self._board.pulse.wait(_KEEP_ALIVE)
                await answer.write(b": here\n\n")
