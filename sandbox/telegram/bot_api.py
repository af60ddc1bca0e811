"""The bot's side: /bot<token>/<method> and /file/bot<token>/<path>."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final

from aiohttp import web

from sandbox.telegram import answering, asking, editing, sending
from sandbox.telegram.call import Call, read_call
from sandbox.telegram.faults import Fault, FaultScript
from sandbox.telegram.flood import FloodControl
from sandbox.telegram.refusal import Json, RefusalError
from sandbox.telegram.switchboard import Switchboard

Handler = Callable[[Switchboard, Call], Any]


async def _get_updates(board: Switchboard, call: Call) -> list[Json]:
    board.updates.allow(call.json("allowed_updates", list, "allowed updates"))
    limit = min(max(call.integer("limit", 100), 1), 100)
    return await board.updates.poll(call.integer("offset"), limit, call.integer("timeout"))


def _set_webhook(board: Switchboard, call: Call) -> bool:
    if not call.text("url"):
        return _delete_webhook(board, call)
    board.updates.allow(call.json("allowed_updates", list, "allowed updates"))
    _drop_pending(board, call)
    board.updates.set_webhook(call.text("url"), call.text("secret_token"))
    return True


def _delete_webhook(board: Switchboard, call: Call) -> bool:
    _drop_pending(board, call)
    board.updates.webhook = None
    return True


def _drop_pending(board: Switchboard, call: Call) -> None:
    if call.flag("drop_pending_updates"):
        board.updates.drop_pending()


def _get_webhook_info(board: Switchboard, _: Call) -> Json:
    hook = board.updates.webhook
    found: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(board.updates),
    }
    return found | ({"last_error_message": hook.last_error} if hook and hook.last_error else {})


def _nothing(_board: Switchboard, _call: Call) -> bool:
    return True


_SENDS: Final[dict[str, Handler]] = {
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
}
_EDITS: Final[dict[str, Handler]] = {
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
}
_OTHERS: Final[dict[str, Handler]] = {
    "getMe": asking.get_me,
    "getUpdates": _get_updates,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _get_webhook_info,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "answerCallbackQuery": answering.answer_callback_query,
    "answerInlineQuery": answering.answer_inline_query,
    "sendChatAction": answering.send_chat_action,
    "setMyCommands": asking.set_my_commands,
    "getMyCommands": asking.get_my_commands,
    "deleteMyCommands": asking.delete_my_commands,
    "getChat": asking.get_chat,
    "getChatMember": asking.get_chat_member,
    "getChatAdministrators": asking.get_chat_administrators,
    "getChatMemberCount": asking.get_chat_member_count,
    "leaveChat": asking.leave_chat,
    "getFile": asking.get_file,
    "setChatMenuButton": asking.set_chat_menu_button,
    "getChatMenuButton": asking.get_chat_menu_button,
    "setMyName": asking.set_profile,
    "getMyName": asking.get_profile,
    "setMyDescription": asking.set_profile,
    "getMyDescription": asking.get_profile,
    "setMyShortDescription": asking.set_profile,
    "getMyShortDescription": asking.get_profile,
    "logOut": _nothing,
    "close": _nothing,
}
_METHODS: Final = {  # Telegram takes method names in any case
    name.lower(): (name, handler, kind)
    for kind, table in (("send", _SENDS), ("edit", _EDITS), ("", _OTHERS))
    for name, handler in table.items()
}
_NOT_FOUND: Final = (404, "Not Found")
_UNAUTHORIZED: Final = (401, "Unauthorized")


class BotApi:
    """Answers the bot as api.telegram.org would, faults and floods included."""

    def __init__(self, board: Switchboard, flood: FloodControl, faults: FaultScript) -> None:
        self._board = board
        self._flood = flood
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self._answer),
            web.get("/file/bot{token}/{path:.+}", self._file),
        ]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        begin = len(self._board.log)
        try:
            call, handler, kind = await self._recognise(request)
            fault = self._faults.take(call.method, call.text("chat_id"))
            await _before(fault)
            self._admit(call, kind)
            begin = len(self._board.log)
            found = handler(self._board, call)
            end = len(self._board.log)
            result = await found if isinstance(found, Awaitable) else found
        except RefusalError as refusal:
            self._board.refusals[str(refusal)] += 1
            return web.json_response(refusal.body(), status=refusal.status)
        answer: web.StreamResponse = web.json_response({"ok": True, "result": result})
        if fault and fault.drop_after_accept:
            self._board.log.mark_dropped(begin, end)
            answer = await _lose(request, fault)
        if request.transport is None or request.transport.is_closing():
            self._board.log.mark_dropped(begin, end)
        return answer

    async def _recognise(self, request: web.Request) -> tuple[Call, Handler, str]:
        if not self._authentic(request):
            raise RefusalError(*_UNAUTHORIZED)
        known = _METHODS.get(request.match_info["method"].lower())
        if known is None:
            raise RefusalError(*_NOT_FOUND)
        name, handler, kind = known
        return await read_call(request, name), handler, kind

    def _admit(self, call: Call, kind: str) -> None:
        """Count a send or an edit against the flood limits; other methods are free."""
        if not kind:
            return
        chat = self._board.chat(call.text("chat_id"))
        self._flood.admit(chat.id, kind, monotonic())

    async def _file(self, request: web.Request) -> web.Response:
        if not self._authentic(request):
            return web.json_response(RefusalError(*_UNAUTHORIZED).body(), status=401)
        stored = self._board.files.at(request.match_info["path"])
        if stored is None:
            return web.json_response(RefusalError(*_NOT_FOUND).body(), status=404)
        return web.Response(body=stored.data, content_type="application/octet-stream")

    def _authentic(self, request: web.Request) -> bool:
        given = request.match_info["token"].encode()
        return hmac.compare_digest(given, self._board.token.encode())


async def _before(fault: Fault | None) -> None:
    """Play the part of a fault that comes before the request is obeyed."""
    if fault is None or fault.drop_after_accept:
        return
    if fault.delay_seconds:
        await asyncio.sleep(fault.delay_seconds)
    refusal = fault.refusal()
    if refusal:
        raise refusal


async def _lose(request: web.Request, fault: Fault) -> web.StreamResponse:
    """Hang up on an obeyed request, or answer it with an error it does not deserve."""
    if fault.delay_seconds:
        await asyncio.sleep(fault.delay_seconds)
    refusal = fault.refusal()
    if refusal:
        return web.json_response(refusal.body(), status=refusal.status)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
