"""The results provider's HTTP contract (API-Football v3): errors come inside answers of 200."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from aiohttp import web

from sandbox.accounts import Account, Accounts
from sandbox.results import entry
from sandbox.world.schedule import Match
from sandbox.world.world import World

_MAX_IDS: Final = 20
_PAGE: Final = 8
_SEASON_TURNS: Final = 7
_LIVE: Final = frozenset({"1H", "HT", "2H", "ET"})
_NO_KEY: Final = (
    "Error/Missing application key. Go to https://www.api-football.com/documentation-v3"
    " to learn how to get your API application key."
)
_DAY_SPENT: Final = (
    "You have reached the request limit for the day,"
    " Go to https://dashboard.api-football.com to upgrade your plan."
)
_TOO_FAST: Final = (
    "Too many requests. You have exceeded the limit of requests per minute of your subscription."
)


class Refusal(Exception):
    """An answer whose `errors` is an object."""

    def __init__(self, name: str, message: str, *, status: int = 200) -> None:
        super().__init__(name)
        self.errors = {name: message}
        self.status = status


class ApiFootball:
    """The provider over a world; without one (recorded odds alone) it knows no fixtures."""

    def __init__(
        self, world: World | None, accounts: Accounts, clock: Callable[[], datetime]
    ) -> None:
        self._world = world
        self._accounts = accounts
        self._clock = clock

    def application(self) -> web.Application:
        """Return the provider's routes, to be mounted under its address."""
        app = web.Application()
        app.router.add_get("/fixtures", self._fixtures)
        app.router.add_get("/status", self._status)
        return app

    async def _fixtures(self, request: web.Request) -> web.Response:
        parameters = dict(request.query)
        account: Account | None = None
        try:
            account = self._admitted(request)
            response = self._found(parameters)
        except Refusal as refusal:
            return _answer("fixtures", parameters, [], account, refusal)
        account.spend(1)
        if "league" not in parameters:
            return _answer("fixtures", parameters, response, account)
        page, pages = int(parameters.get("page", "1")), max(1, -(-len(response) // _PAGE))
        shown = response[(page - 1) * _PAGE : page * _PAGE]
        return _answer("fixtures", parameters, shown, account, paging=(page, pages))

    async def _status(self, request: web.Request) -> web.Response:
        account: Account | None = None
        try:
            account = self._admitted(request, counted=False)
        except Refusal as refusal:
            return _answer("status", {}, [], account, refusal)
        response = {
            "account": {"firstname": "Sand", "lastname": "Box", "email": "sandbox@example.org"},
            "subscription": {"plan": "Pro", "end": "2099-12-31T23:59:59+00:00", "active": True},
            "requests": {"current": account.used, "limit_day": account.quota},
        }
        return _answer("status", {}, response, account)

    def _admitted(self, request: web.Request, *, counted: bool = True) -> Account:
        key = request.headers.get("x-apisports-key", request.headers.get("x-rapidapi-key", ""))
        account = self._accounts.find("api_football", key)
        if account is None:
            raise Refusal("token", _NO_KEY)
        if not account.active:
            raise Refusal("token", "Account Inactive", status=403)
        account.knock()
        if account.calls_this_minute > account.per_minute:
            raise Refusal("rateLimit", _TOO_FAST, status=429)
        if counted and account.remaining == 0:
            raise Refusal("requests", _DAY_SPENT)
        return account

    def _found(self, parameters: dict[str, str]) -> list[dict[str, Any]]:
        zone = _zone(parameters.get("timezone", "UTC"))
        now = self._clock()
        matches = self._selected(parameters, zone, now)
        if self._world is None:
            return []
        ordered = sorted(matches, key=lambda match: (match.kick_off, match.fixture_id))
        return [entry(self._world, match, zone, now) for match in ordered]

    def _selected(self, parameters: dict[str, str], zone: tzinfo, now: datetime) -> list[Match]:
        known = self._world.known(now) if self._world else ()
        if "ids" in parameters or "id" in parameters:
            wanted = _ids(parameters)
            return [match for match in known if match.fixture_id in wanted]
        if "date" in parameters:
            day = _day(parameters["date"])
            return [match for match in known if match.kick_off.astimezone(zone).date() == day]
        if "league" in parameters:
            return _of_season(known, parameters)
        if parameters.get("live") == "all":
            return [match for match in known if self._is_live(match, now)]
        raise Refusal("required", "At least one parameter is required.")

    def _is_live(self, match: Match, now: datetime) -> bool:
        assert self._world is not None  # noqa: S101  # there are matches, so there is a world
        near = timedelta(0) <= now - match.kick_off <= self._world.plan.real(timedelta(hours=4))
        return near and self._world.standing(match, now).status in _LIVE


def _of_season(known: tuple[Match, ...], parameters: dict[str, str]) -> list[Match]:
    """Return the fixtures of a league in the season that began in that year."""
    if not parameters.get("season", "").isdigit():
        raise Refusal("season", "The Season field need 4 digits.")
    if not (parameters["league"].isdigit() and parameters.get("page", "1").isdigit()):
        raise Refusal("league", "The League field must contain an integer.")
    league, season = int(parameters["league"]), int(parameters["season"])
    return [
        match
        for match in known
        if match.league.results_id == league and _season(match.kick_off) == season
    ]


def _season(kick_off: datetime) -> int:
    return kick_off.year if kick_off.month >= _SEASON_TURNS else kick_off.year - 1


def _ids(parameters: dict[str, str]) -> frozenset[int]:
    texts = parameters.get("ids", parameters.get("id", "")).split("-")
    if len(texts) > _MAX_IDS:
        raise Refusal("ids", f"The Ids field must contain a maximum of {_MAX_IDS} ids.")
    if not all(text.isdecimal() for text in texts):
        raise Refusal("ids", "The Ids field must contain integers separated by dashes.")
    return frozenset(int(text) for text in texts)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("date", "The Date field must contain a valid date.") from error


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refusal("timezone", "The Timezone field must be a valid timezone.") from error


def _answer(
    get: str,
    parameters: dict[str, str],
    response: list[dict[str, Any]] | dict[str, Any],
    account: Account | None,
    refusal: Refusal | None = None,
    *,
    paging: tuple[int, int] = (1, 1),
) -> web.Response:
    body = {
        "get": get,
        "parameters": parameters or [],
        "errors": refusal.errors if refusal else [],
        "results": len(response) if isinstance(response, list) else 1,
        "paging": {"current": paging[0], "total": paging[1]},
        "response": response,
    }
    headers = {}
    if account is not None:
        headers = {
            "x-ratelimit-requests-limit": str(account.quota),
            "x-ratelimit-requests-remaining": str(account.remaining),
            "X-RateLimit-Limit": str(account.per_minute),
            "X-RateLimit-Remaining": str(max(0, account.per_minute - account.calls_this_minute)),
        }
    return web.Response(
        status=refusal.status if refusal else 200,
        body=orjson.dumps(body),
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )
