"""A large answer to columns: ours, validated models of the usual library, and bare decoding."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  # pydantic reads it at run time
from functools import partial
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from pydantic import AwareDatetime, BaseModel, TypeAdapter

from bench._odds_body import AT, odds_body
from config.catalogue import load_catalogue
from engine.collect import odds_api
from engine.collect.columns import Columns, read_columns
from engine.collect.known import Known
from engine.collect.markets import MARKETS
from engine.collect.normalise import normalise
from engine.collect.payload import ODDS_API, Ask, Payload
from engine.collect.rules import CollectRules
from engine.domain.market import MarketKind, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

_ROUNDS: Final = 15
_NAN: Final = float("nan")
_SIDES: Final = {
    (MarketKind.MATCH_ODDS, "Draw"): Side.DRAW,
    (MarketKind.TOTAL_GOALS, "Over"): Side.OVER,
    (MarketKind.TOTAL_GOALS, "Under"): Side.UNDER,
}


class _Outcome(BaseModel):
    name: str
    price: float
    point: float | None = None


class _Market(BaseModel):
    key: str
    last_update: AwareDatetime | None = None
    outcomes: list[_Outcome]


class _Book(BaseModel):
    key: str
    last_update: AwareDatetime | None = None
    markets: list[_Market]


class _Event(BaseModel):
    id: str
    sport_key: str
    commence_time: AwareDatetime
    home_team: str
    away_team: str
    bookmakers: list[_Book]


_MODELS: Final = TypeAdapter(list[_Event])
_KNOWN: Final = Known(names=load_catalogue().names)
_BARE: Final = msgspec.json.Decoder(list[odds_api.Event])


def measure() -> Mapping[str, object]:
    """Return medians of interleaved rounds and their ratios, once all answers agree."""
    body = odds_body()
    _check(_ours(body), _models(body))
    times = _interleaved(
        {
            "columns": partial(_ours, body),
            "models": partial(_models, body),
            "models_alone": partial(_MODELS.validate_json, body),
            "bare": partial(_BARE.decode, body),
            "board": partial(_board, body),
        }
    )
    return {
        "body_bytes": len(body),
        "quotes": len(_ours(body).odds),
        **{f"{name}_ms": 1000 * spent for name, spent in times.items()},
        "models_over_columns": times["models"] / times["columns"],
        "models_over_board": times["models"] / times["board"],
        "columns_over_bare": times["columns"] / times["bare"],
        "board_over_bare": times["board"] / times["bare"],
    }


def _interleaved(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median seconds of each: taken in turns, so that a busy minute hits all."""
    spent: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(_ROUNDS):
        for name, work in works.items():
            start = perf_counter()
            work()
            spent[name].append(perf_counter() - start)
    return {name: median(each) for name, each in spent.items()}


def _ours(body: bytes) -> Columns:
    return read_columns(odds_api.decode(body).events)


def _board(body: bytes) -> int:
    """Go the whole way: identity, quality and sorting too."""
    ask = Ask(source=ODDS_API, path="/v4/sports/soccer_epl/odds", competition="soccer_epl")
    payload = Payload(source=ODDS_API, ask=ask, fetched_at=AT, status=200, body=body)
    return len(normalise([payload], _KNOWN, CollectRules(), AT).board)


def _models(body: bytes) -> dict[str, NDArray[np.float64]]:
    """Return the same columns by way of validated models, one loop over what they hold."""
    rows = [
        row
        for number, event in enumerate(_MODELS.validate_json(body))
        for book in event.bookmakers
        for market in book.markets
        for row in _rows(number, event, book, market)
    ]
    names = ("event", "kind", "side", "odds", "point", "updated")
    columns = np.array(rows, dtype=np.float64).T
    return dict(zip(names, columns, strict=True))


def _rows(
    number: int, event: _Event, book: _Book, market: _Market
) -> list[tuple[int, int, int, float, float, float]]:
    kind = MARKETS[market.key][0]
    updated: datetime | None = market.last_update or book.last_update
    stamp = _NAN if updated is None else updated.timestamp()
    sides = {event.home_team: Side.HOME, event.away_team: Side.AWAY}
    return [
        (
            number,
            kind,
            sides.get(each.name) or _SIDES[kind, each.name],
            each.price,
            0.0 if each.point is None else each.point,
            stamp,
        )
        for each in market.outcomes
    ]


def _check(ours: Columns, theirs: Mapping[str, NDArray[np.float64]]) -> None:
    """Refuse to time two ways that do not say the same."""
    for name, column in theirs.items():
        if not np.array_equal(getattr(ours, name), column):
            msg = f"the column {name} differs"
            raise ValueError(msg)
