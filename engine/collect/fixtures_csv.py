"""fixtures.csv of football-data.co.uk: odds of the coming games, for whoever has no key.

The file prints prices of one moment, twice a week. It is read into the shape of The Odds API's
answers, so that identity, quality and everything after are the very same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import msgspec

from engine.collect.normalise import Intake, normalise
from engine.collect.odds_api import Bookmaker, Event, Market, Outcome
from engine.collect.payload import FOOTBALL_DATA, ODDS_API, Ask, Payload
from engine.collect.season_files.books import AGGREGATES, bookmaker_keys
from engine.collect.season_files.columns import Stage
from engine.collect.season_files.instants import read_kick_off
from engine.collect.season_files.prices import read_prices
from engine.collect.season_files.table import read_table
from engine.domain.errors import Skip
from engine.domain.market import MarketKind, Selection, Side

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from engine.collect.known import Known
    from engine.collect.rules import CollectRules
    from engine.collect.season_files.prices import Prices
    from engine.collect.season_files.table import Table

PATH: Final = "/fixtures.csv"
_MARKETS: Final[Mapping[MarketKind, str]] = {
    MarketKind.MATCH_ODDS: "h2h",
    MarketKind.TOTAL_GOALS: "totals",
    MarketKind.ASIAN_HANDICAP: "spreads",
}
_WORDS: Final = {Side.DRAW: "Draw", Side.OVER: "Over", Side.UNDER: "Under"}
_COLUMNS: Final = ("Div", "Date", "Time", "HomeTeam", "AwayTeam")
_Row = tuple[str, str, str, str, str]
_Offer = dict[str, dict[str, list[Outcome]]]


def printed_at(payload: Payload) -> datetime:
    """Return the moment whose prices the file prints: that of its publication, by its server.

    Raises:
        Skip: the answer does not say; prices of an unknown age are none.
    """
    text = payload.headers.get("last-modified", "")
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        raise Skip("NO_DATE", "fixtures.csv came without the moment of its publication") from None
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), payload.fetched_at)


def normalise_files(
    payloads: Iterable[Payload],
    known: Known,
    rules: CollectRules,
    now: datetime,
    *,
    competitions: Collection[str] | None = None,
) -> Intake:
    """Return the board of the file's games in these competitions, or in all, as it was printed.

    Prices older than `rules.file_age` are counted as stale; the games are known all the same.

    Raises:
        Skip: the answer is no table, or does not say how old it is.
    """
    leagues = {
        code: next((key for key in keys if competitions is None or key in competitions), None)
        for (source, code), keys in known.names.leagues.items()
        if source == FOOTBALL_DATA
    }
    shaped = [_shaped(payload, leagues) for payload in payloads]
    ages = replace(rules, stale=rules.file_age, stale_late=rules.file_age)
    intake = normalise(shaped, known, ages, now)
    return replace(
        intake,
        event_ids=tuple(replace(one, provider=FOOTBALL_DATA) for one in intake.event_ids),
        unmatched=tuple(replace(one, provider=FOOTBALL_DATA) for one in intake.unmatched),
    )


def _shaped(payload: Payload, leagues: Mapping[str, str | None]) -> Payload:
    """Return the file as an answer of The Odds API; what is kept for good is the file itself."""
    events = list(_events(read_table(payload.body), leagues, printed_at(payload)))
    ask = Ask(
        source=ODDS_API,
        path=f"{PATH}/odds",
        params=(("markets", ",".join(_MARKETS.values())),),
        purpose=payload.ask.purpose,
    )
    return Payload(
        source=ODDS_API,
        ask=ask,
        fetched_at=payload.fetched_at,
        status=payload.status,
        body=msgspec.json.encode(events),
    )


def _events(table: Table, leagues: Mapping[str, str | None], printed: datetime) -> Iterator[Event]:
    """Yield the games of followed competitions, each with its books."""
    rows = [_cells(table, row) for row in table.rows]
    wanted = [index for index, row in enumerate(rows) if leagues.get(row[0])]
    offers = _offers(read_prices(table, wanted), [rows[index] for index in wanted])
    stamp = printed.isoformat()
    for place, index in enumerate(wanted):
        division, date, time, home, away = rows[index]
        kick_off, competition = read_kick_off(date, time), leagues[division]
        if kick_off is None or competition is None or not home or not away:
            continue
        books = [
            Bookmaker(
                key=book,
                last_update=stamp,
                markets=[
                    Market(key=market, outcomes=outcomes, last_update=stamp)
                    for market, outcomes in markets.items()
                ],
            )
            for book, markets in offers[place].items()
        ]
        yield Event(
            id=f"{division}|{date}|{home}|{away}",
            sport_key=competition,
            commence_time=kick_off,
            home_team=home,
            away_team=away,
            bookmakers=books,
        )


def _cells(table: Table, row: Sequence[str]) -> _Row:
    at = [table.columns.get(name, len(row)) for name in _COLUMNS]
    division, date, time, home, away = (row[one].strip() if one < len(row) else "" for one in at)
    return division, date, time, home, away


def _offers(prices: Prices, rows: Sequence[_Row]) -> Mapping[int, _Offer]:
    """Return each game's outcomes by book and market; aggregates are nobody's offer."""
    keys = bookmaker_keys(prices.codes)
    offers: dict[int, _Offer] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for match, code, number, stage, odds in zip(
        prices.match.tolist(),
        prices.code.tolist(),
        prices.selection.tolist(),
        prices.stage.tolist(),
        prices.odds.tolist(),
        strict=True,
    ):
        name = prices.codes[code]
        if stage != Stage.PRE_MATCH or name in AGGREGATES:
            continue
        selection = Selection.from_number(number)
        market = _MARKETS[selection.market.kind]
        offers[match][keys[name]][market].append(_outcome(selection, rows[match], odds))
    return offers


def _outcome(selection: Selection, row: _Row, odds: float) -> Outcome:
    home, away = row[3], row[4]
    teams = {Side.HOME: home, Side.AWAY: away}
    line = selection.handicap if selection.handicap is not None else selection.market.line
    return Outcome(
        name=teams.get(selection.side) or _WORDS[selection.side],
        price=odds,
        point=None if line is None else float(line),
    )
