"""The odds provider's HTTP contract (The Odds API v4): answers, credits and refusals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.accounts import Account, Accounts
from sandbox.event_markets import EVENT_MARKETS, with_event_markets
from sandbox.feeds import Json, OddsSource, Wanted, stamp
from sandbox.scores import scores
from sandbox.world.world import World

_GUIDE: Final = "https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html"
_PLANS: Final = "See usage plans at https://the-odds-api.com"
_MESSAGES: Final = {
    "MISSING_KEY": (401, "API key is missing"),
    "INVALID_KEY": (401, "API key is not valid. Get an API key at https://the-odds-api.com"),
    "DEACTIVATED_KEY": (401, f"API key is deactivated. {_PLANS}"),
    "OUT_OF_USAGE_CREDITS": (401, f"Usage quota has been reached. {_PLANS}"),
    "EXCEEDED_FREQ_LIMIT": (429, "Requests are being made too frequently"),
    "UNKNOWN_SPORT": (404, "Unknown sport"),
    "EVENT_NOT_FOUND": (404, "Event not found"),
    "INVALID_SCORES_DAYS_FROM": (422, "Invalid daysFrom parameter"),
    "INVALID_HISTORICAL_TIMESTAMP": (422, "Invalid date parameter"),
    "MISSING_REGION": (422, "Missing regions or bookmakers key"),
    "INVALID_REGION": (422, "Invalid region"),
    "INVALID_MARKET": (422, "Invalid markets"),
    "INVALID_ODDS_FORMAT": (422, "Invalid oddsFormat"),
    "INVALID_DATE_FORMAT": (422, "Invalid dateFormat"),
    "INVALID_COMMENCE_TIME_FROM": (422, "Invalid commenceTimeFrom"),
    "INVALID_COMMENCE_TIME_TO": (422, "Invalid commenceTimeTo"),
    "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN": (
        401,
        f"Historical odds are only available on paid usage plans. {_PLANS}",
    ),
}
_REGIONS: Final = frozenset({"us", "us2", "uk", "eu", "au", "fr", "de", "se", "nl"})
_MARKETS: Final = frozenset({"h2h", "h2h_lay", "spreads", "totals"})
_BOOKS_A_REGION: Final = 10
_HISTORICAL: Final = 10
_SNAPSHOT_EVERY: Final = timedelta(minutes=5)
_EVENT_FIELDS: Final = (
    "id",
    "sport_key",
    "sport_title",
    "commence_time",
    "home_team",
    "away_team",
)
_EVEN_MONEY: Final = 2.0


class Refusal(Exception):
    """An answer with an error code instead of data; `about` names what is wrong in it."""

    def __init__(self, code: str, account: Account | None = None, about: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.account = account
        self.about = about


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    event_ids: frozenset[str]
    start: datetime | None
    end: datetime | None

    def covers(self, event: Json) -> bool:
        kick_off = datetime.fromisoformat(event["commence_time"])
        if self.event_ids and event["id"] not in self.event_ids:
            return False
        if self.start is not None and kick_off < self.start:
            return False
        return self.end is None or kick_off <= self.end


class OddsApi:
    """The provider over a source of odds; a world besides tells scores and per-event markets."""

    def __init__(
        self,
        source: OddsSource,
        accounts: Accounts,
        clock: Callable[[], datetime],
        world: World | None = None,
    ) -> None:
        self._source = source
        self._world = world
        self._accounts = accounts
        self._clock = clock

    def application(self) -> web.Application:
        """Return the provider's routes, to be mounted under its address."""
        app = web.Application(middlewares=[_refusals])
        app.router.add_get("/v4/sports", self._sports)
        app.router.add_get("/v4/sports/", self._sports)
        routes = {
            "{sport_key}/odds": self._odds,
            "{sport_key}/events": self._events,
            "{sport_key}/events/{event_id}/odds": self._event_odds,
            "{sport_key}/scores": self._scores,
        }
        for tail, handler in routes.items():
            app.router.add_get(f"/v4/sports/{tail}", handler)
            app.router.add_get(f"/v4/sports/{tail}/", handler)
        app.router.add_get("/v4/historical/sports/{sport_key}/odds", self._historical)
        app.router.add_get("/v4/historical/{tail:.*}", self._historical)
        return app

    async def _sports(self, request: web.Request) -> web.Response:
        account = self._admitted(request)
        account.last = 0
        return _answer(self._source.sports(), account)

    async def _events(self, request: web.Request) -> web.Response:
        account = self._admitted(request)
        events = self._source.events(request.match_info["sport_key"], Wanted(), self._clock())
        if events is None:
            raise Refusal("UNKNOWN_SPORT", account)
        window = _window(request)
        account.last = 0
        kept: list[Json] = [
            {name: event[name] for name in _EVENT_FIELDS}
            for event in events
            if window.covers(event)
        ]
        return _answer(_dated(kept, request), account)

    async def _odds(self, request: web.Request) -> web.Response:
        account = self._admitted(request)
        wanted = _wanted(request)
        window = _window(request)
        cost = _cost(wanted)
        if account.remaining < cost:
            raise Refusal("OUT_OF_USAGE_CREDITS", account)
        events = self._source.events(request.match_info["sport_key"], wanted, self._clock())
        if events is None:
            raise Refusal("UNKNOWN_SPORT", account)
        kept = [event for event in events if window.covers(event)]
        account.spend(cost if kept else 0)
        return _answer(_dated(_formatted(kept, request), request), account)

    async def _event_odds(self, request: web.Request) -> web.Response:
        """Charge for the markets that are there, in every region asked."""
        account = self._admitted(request)
        wanted = _wanted(request, _MARKETS | EVENT_MARKETS)
        if account.remaining < _cost(wanted):
            raise Refusal("OUT_OF_USAGE_CREDITS", account)
        now, sport_key = self._clock(), request.match_info["sport_key"]
        event = self._one(sport_key, request.match_info["event_id"], wanted, account, now)
        event = with_event_markets(self._world, event, wanted, now)
        found = {market["key"] for book in event["bookmakers"] for market in book["markets"]}
        account.spend(_cost(replace(wanted, markets=frozenset(found & wanted.markets))))
        (shown,) = _dated(_formatted([event], request), request)
        return _answer(shown, account)

    def _one(
        self, sport_key: str, event_id: str, wanted: Wanted, account: Account, now: datetime
    ) -> Json:
        events = self._source.events(sport_key, wanted, now)
        if events is None:
            raise Refusal("UNKNOWN_SPORT", account)
        found = next((event for event in events if event["id"] == event_id), None)
        if found is None:
            raise Refusal("EVENT_NOT_FOUND", account)
        return found

    async def _scores(self, request: web.Request) -> web.Response:
        account = self._admitted(request)
        text, cost = request.query.get("daysFrom"), 1
        if text is not None:
            cost = 2
            if text not in {"1", "2", "3"}:
                raise Refusal("INVALID_SCORES_DAYS_FROM", account)
        if account.remaining < cost:
            raise Refusal("OUT_OF_USAGE_CREDITS", account)
        if self._world is None or self._world.league(request.match_info["sport_key"]) is None:
            raise Refusal("UNKNOWN_SPORT", account)
        days = timedelta(days=int(text or 0))
        rows = scores(self._world, request.match_info["sport_key"], days, self._clock())
        account.spend(cost if rows else 0)
        return _answer(_dated(rows, request), account)

    async def _historical(self, request: web.Request) -> web.Response:
        """Return the odds as they were, at the last snapshot taken before the date asked."""
        account = self._admitted(request)
        if not account.paid:
            raise Refusal("HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN", account)
        wanted, every = _wanted(request), _SNAPSHOT_EVERY
        try:
            asked = min(_instant(request.query["date"]), self._clock())
        except (KeyError, ValueError) as error:
            raise Refusal("INVALID_HISTORICAL_TIMESTAMP", account) from error
        cost = _HISTORICAL * _cost(wanted)
        if account.remaining < cost:
            raise Refusal("OUT_OF_USAGE_CREDITS", account)
        if self._world is not None:
            every = self._world.plan.real(every)
        taken = asked - timedelta(seconds=asked.timestamp() % every.total_seconds())
        taken = taken.replace(microsecond=0)
        events = self._source.events(request.match_info.get("sport_key", ""), wanted, taken)
        if events is None:
            raise Refusal("UNKNOWN_SPORT", account)
        account.spend(cost if events else 0)
        body = {
            "timestamp": stamp(taken),
            "previous_timestamp": stamp(taken - every),
            "next_timestamp": stamp(taken + every),
            "data": _dated(_formatted(events, request), request),
        }
        return _answer(body, account)

    def _admitted(self, request: web.Request) -> Account:
        key = request.query.get("apiKey", "")
        if not key:
            raise Refusal("MISSING_KEY")
        account = self._accounts.find("odds_api", key)
        if account is None:
            raise Refusal("INVALID_KEY")
        if not account.active:
            raise Refusal("DEACTIVATED_KEY", account)
        account.knock()
        if account.calls_within(1.0) > account.per_second:
            raise Refusal("EXCEEDED_FREQ_LIMIT", account)
        return account


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        status, message = _MESSAGES[refusal.code]
        if refusal.code == "OUT_OF_USAGE_CREDITS" and refusal.account is not None:
            status = refusal.account.out_of_credits_status
        anchor = refusal.code.lower().replace("_", "-")
        body = {
            "message": f"{message}: {refusal.about}" if refusal.about else message,
            "error_code": refusal.code,
            "details_url": f"{_GUIDE}#{anchor}",
        }
        return _answer(body, refusal.account, status=status)


def _answer(body: object, account: Account | None, *, status: int = 200) -> web.Response:
    headers = {}
    if account is not None:
        headers = {
            "x-requests-remaining": str(account.remaining),
            "x-requests-used": str(account.used),
            "x-requests-last": str(account.last if status == 200 else 0),  # noqa: PLR2004  # OK
        }
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def _listed(request: web.Request, name: str) -> frozenset[str]:
    return frozenset(part for part in request.query.get(name, "").split(",") if part)


def _wanted(request: web.Request, offered: frozenset[str] = _MARKETS) -> Wanted:
    regions, books = _listed(request, "regions"), _listed(request, "bookmakers")
    markets = _listed(request, "markets") or frozenset({"h2h"})
    if not regions and not books:
        raise Refusal("MISSING_REGION")
    if not regions <= _REGIONS:
        raise Refusal("INVALID_REGION")
    if not markets <= offered:
        raise Refusal("INVALID_MARKET", about=", ".join(sorted(markets - offered)))
    if request.query.get("oddsFormat", "decimal") not in {"decimal", "american"}:
        raise Refusal("INVALID_ODDS_FORMAT")
    if request.query.get("dateFormat", "iso") not in {"iso", "unix"}:
        raise Refusal("INVALID_DATE_FORMAT")
    return Wanted(regions=regions, bookmakers=books, markets=markets)


def _cost(wanted: Wanted) -> int:
    """Markets times regions; every ten named bookmakers count as a region."""
    regions = -(-len(wanted.bookmakers) // _BOOKS_A_REGION) or len(wanted.regions)
    return len(wanted.markets) * regions


def _window(request: web.Request) -> _Window:
    limits: list[datetime | None] = []
    for name, code in (("commenceTimeFrom", "FROM"), ("commenceTimeTo", "TO")):
        text = request.query.get(name)
        try:
            limits.append(None if text is None else _instant(text))
        except ValueError as error:
            raise Refusal(f"INVALID_COMMENCE_TIME_{code}") from error
    return _Window(event_ids=_listed(request, "eventIds"), start=limits[0], end=limits[1])


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment


def _formatted(events: list[Json], request: web.Request) -> list[Json]:
    if request.query.get("oddsFormat", "decimal") == "decimal":
        return events
    return [_mapped(event, "price", _american) for event in events]


def _dated(events: list[Json], request: web.Request) -> list[Json]:
    if request.query.get("dateFormat", "iso") == "iso":
        return events
    for name in ("commence_time", "last_update"):
        events = [_mapped(event, name, _unix) for event in events]
    return events


def _mapped(value: Any, name: str, change: Callable[[Any], Any]) -> Any:
    """Return a copy of some JSON with every field of this name changed."""
    if isinstance(value, list):
        return [_mapped(one, name, change) for one in value]
    if isinstance(value, Mapping):
        return {
            key: change(one) if key == name else _mapped(one, name, change)
            for key, one in value.items()
        }
    return value


def _american(odds: float) -> int:
    if odds >= _EVEN_MONEY:
        return round((odds - 1) * 100)
    return -round(100 / max(odds - 1, 0.001))


def _unix(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
