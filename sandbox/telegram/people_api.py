"""The people's side over HTTP: scripts play people, the chat page shows them.

The routes and their fields are documented in sandbox/telegram/README.md.
"""

from collections.abc import Callable
from time import monotonic
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.telegram import acting
from sandbox.telegram.faults import FaultScript, parse_fault
from sandbox.telegram.people import Chat, Person
from sandbox.telegram.refusal import Json, RefusalError
from sandbox.telegram.switchboard import Switchboard

_LONGEST_WAIT: Final = 60.0


class PeopleApi:
    def __init__(self, board: Switchboard, faults: FaultScript) -> None:
        self._board = board
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        return [
            web.put("/user/{id:\\d+}", self._describe),
            web.post("/user/{id:\\d+}/message", self._write),
            web.post("/user/{id:\\d+}/tap", self._tap),
            web.post("/user/{id:\\d+}/inline", self._inline),
            web.post("/user/{id:\\d+}/share", self._share),
            web.post("/user/{id:\\d+}/block", self._block),
            web.post("/user/{id:\\d+}/unblock", self._unblock),
            web.post("/user/{id:\\d+}/join", self._join),
            web.get("/user/{id:\\d+}/messages", self._messages),
            web.get("/user/{id:\\d+}/chats", self._chats),
            web.get("/query/{id}", self._query),
            web.post("/chat", self._open),
            web.post("/chat/{id:-?\\d+}/migrate", self._migrate),
            web.post("/chat/{id:-?\\d+}/bot", self._set_bot),
            web.get("/faults", self._list_faults),
            web.post("/faults", self._add_faults),
            web.delete("/faults", self._clear_faults),
        ]

    async def _describe(self, request: web.Request) -> web.Response:
        body = await _body(request)
        known = self._person(request)
        fields = ("first_name", "last_name", "username", "language_code", "note")
        values = {name: str(body.get(name, getattr(known, name))) for name in fields}
        return web.json_response(self._board.enrol(Person(id=known.id, **values)).user())

    async def _write(self, request: web.Request) -> web.Response:
        body = await _body(request)
        writing = acting.Writing(
            text=str(body.get("text") or ""),
            chat_id=_optional(body, "chat_id"),
            reply_to=_optional(body, "reply_to"),
            message_thread_id=_optional(body, "message_thread_id"),
        )
        message = acting.write(self._board, self._person(request), writing)
        found = {"message_id": message["message_id"], "chat_id": message["chat"]["id"]}
        return web.json_response(found | {"event": len(self._board.events)})

    async def _tap(self, request: web.Request) -> web.Response:
        body = await _body(request)
        query = acting.tap(
            self._board,
            self._person(request),
            _required(body, "chat_id"),
            _required(body, "message_id"),
            str(body.get("data") or ""),
        )
        return await self._answered(query, float(body.get("wait") or 0))

    async def _inline(self, request: web.Request) -> web.Response:
        body = await _body(request)
        text, offset = str(body.get("query") or ""), str(body.get("offset") or "")
        query = acting.ask_inline(self._board, self._person(request), text, offset)
        return await self._answered(query, float(body.get("wait") or 0))

    async def _share(self, request: web.Request) -> web.Response:
        body = await _body(request)
        query, result = str(body.get("inline_query_id") or ""), str(body.get("result_id") or "")
        chat = str(body.get("chat_id") or "")
        message = acting.share(self._board, self._person(request), query, result, chat)
        found = {"message_id": message["message_id"], "chat_id": message["chat"]["id"]}
        return web.json_response(found | {"event": len(self._board.events)})

    async def _query(self, request: web.Request) -> web.Response:
        query = self._board.queries.get(request.match_info["id"])
        if query is None:
            raise RefusalError(404, "no such query")
        return await self._answered(query, float(request.query.get("wait") or 0))

    async def _answered(self, query: Json, wait: float) -> web.Response:
        """Return the query with the bot's answer, null while there is none."""
        await self._until(lambda: query["answer"] is not None, wait)
        name = f"{query['kind']}_query_id"
        return web.json_response({name: query["id"], "answer": query["answer"]})

    async def _block(self, request: web.Request) -> web.Response:
        acting.block(self._board, self._person(request))
        return web.json_response({})

    async def _unblock(self, request: web.Request) -> web.Response:
        acting.unblock(self._board, self._person(request))
        return web.json_response({})

    async def _join(self, request: web.Request) -> web.Response:
        chat_id = _required(await _body(request), "chat_id")
        acting.join(self._board, self._person(request), chat_id)
        return web.json_response({})

    async def _messages(self, request: web.Request) -> web.Response:
        """Return events after N, waiting for one up to ``wait`` seconds."""
        person, after = self._person(request).id, int(request.query.get("after") or 0)

        def news() -> list[Json]:
            later = self._board.events[after:]
            return [event for event in later if person in event["audience"]]

        await self._until(lambda: bool(news()), float(request.query.get("wait") or 0))
        last = len(self._board.events)
        return web.json_response({"events": news(), "last": last})

    async def _chats(self, request: web.Request) -> web.Response:
        person = self._person(request)
        chats = [chat for chat in self._board.chats.values() if person.id in chat.members]
        return web.json_response({"chats": [_described(chat) for chat in chats]})

    async def _open(self, request: web.Request) -> web.Response:
        chat = acting.found_chat(self._board, await _body(request))
        return web.json_response(_described(chat))

    async def _migrate(self, request: web.Request) -> web.Response:
        chat = acting.migrate(self._board, int(request.match_info["id"]))
        return web.json_response(_described(chat))

    async def _set_bot(self, request: web.Request) -> web.Response:
        body = await _body(request)
        chat_id = int(request.match_info["id"])
        acting.set_bot(self._board, chat_id, str(body.get("status") or ""))
        return web.json_response({})

    async def _list_faults(self, _: web.Request) -> web.Response:
        return web.json_response({"faults": [fault.wire() for fault in self._faults.pending()]})

    async def _add_faults(self, request: web.Request) -> web.Response:
        self._faults.add(parse_fault(await _body(request)))
        return await self._list_faults(request)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._faults.clear()
        return await self._list_faults(request)

    async def _until(self, ready: Callable[[], bool], seconds: float) -> None:
        deadline = monotonic() + min(seconds, _LONGEST_WAIT)
        while not ready() and monotonic() < deadline and not self._board.pulse.closed:
            await self._board.pulse.wait(deadline - monotonic())

    def _person(self, request: web.Request) -> Person:
        return self._board.person(int(request.match_info["id"]))


@web.middleware
async def explain_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a script's mistake with its reason."""
    try:
        return await handler(request)
    except RefusalError as refusal:
        answer = {"error": refusal.description}
        return web.json_response(answer, status=refusal.status)


def _described(chat: Chat) -> Json:
    topics = [{"message_thread_id": thread, "name": name} for thread, name in chat.topics.items()]
    found = {"chat_id": chat.id, "members": chat.members, "bot": chat.bot, "topics": topics}
    return chat.wire() | found | {"pinned": chat.pinned}


async def _body(request: web.Request) -> Json:
    if not request.can_read_body:
        return {}
    try:
        found = await request.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RefusalError(400, "the body must be a JSON object")
    return found


def _optional(body: Json, name: str) -> int | None:
    return None if body.get(name) is None else _required(body, name)


def _required(body: Json, name: str) -> int:
    try:
        return int(body[name])
    except (KeyError, TypeError, ValueError):
        raise RefusalError(400, f"{name} must be a number") from None
