"""Opens the emulator: Bot API, people's API and chat page on one port."""

from asyncio import TaskGroup
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.telegram.bot_api import BotApi
from sandbox.telegram.deliveries import DeliveryLog
from sandbox.telegram.faults import FaultScript
from sandbox.telegram.flood import FloodControl, FloodLimits
from sandbox.telegram.people import DEMO_PEOPLE, Person
from sandbox.telegram.people_api import PeopleApi, explain_refusals
from sandbox.telegram.switchboard import Switchboard
from sandbox.telegram.watch_api import WatchApi

DEMO_TOKEN: Final = "4200000001:SANDBOX-not-a-secret-0123456789abcde"  # noqa: S105  # opens only this emulator
_PAGE: Final = Path(__file__).parent.parent / "chat"
_ASSETS: Final = (
    "index.html",
    "style.css",
    "app.js",
    "bubble.js",
    "composer.js",
    "dom.js",
    "entities.js",
)
_BODY_LIMIT: Final = 60 * 2**20
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramSandbox:
    """A running emulator.

    ``url`` is its base address and the chat page's; the bot uses ``bot_url`` and
    ``file_url``. ``log`` is what it accepted, kept for as long as it runs.
    """

    url: str
    token: str
    log: DeliveryLog
    board: Switchboard = field(repr=False)

    @property
    def bot_url(self) -> str:
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        return f"{self.url}/file/bot"

    @property
    def refusals(self) -> Mapping[str, int]:
        """How often each refusal was answered: its status, and Telegram's words for it."""
        return dict(self.board.refusals)


@asynccontextmanager
async def open_telegram(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    token: str = DEMO_TOKEN,
    people: Iterable[Person] = DEMO_PEOPLE,
    flood: FloodLimits | None = FloodLimits(),  # noqa: B008  # frozen
    callback_seconds: float = 60.0,
) -> AsyncIterator[TelegramSandbox]:
    """Serve until the block ends; OSError when the port is taken."""
    board = Switchboard(token, people, callback_seconds)
    faults = FaultScript()
    app = web.Application(client_max_size=_BODY_LIMIT, middlewares=[explain_refusals])
    app.add_routes(BotApi(board, FloodControl(flood), faults).routes())
    app.add_routes(PeopleApi(board, faults).routes())
    app.add_routes(WatchApi(board).routes())
    app.add_routes([web.get("/", _asset("index.html"))])
    app.add_routes([web.get(f"/{name}", _asset(name)) for name in _ASSETS])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound = runner.addresses[0][1]
        async with _beside(board.updates.post_to_webhook()):
            yield TelegramSandbox(
                url=f"http://{host}:{bound}",
                token=token,
                log=board.log,
                board=board,
            )
    finally:
        board.pulse.close()
        board.updates.pulse.close()
        await runner.cleanup()


@asynccontextmanager
async def _beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run work for as long as the block; the block's own error leaves it unwrapped."""
    failure: Exception | None = None
    async with TaskGroup() as group:
        task = group.create_task(work)
        try:
            yield
        except Exception as error:  # noqa: BLE001  # raised again below, outside the group
            failure = error
        finally:
            task.cancel()
    if failure is not None:
        raise failure


def _asset(name: str) -> Handler:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(
            _PAGE / name,
            headers={
                "Content-Security-Policy": _POLICY,
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store",
            },
        )

    return serve
