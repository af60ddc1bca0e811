"""The sheet of one match: fair prices, best prices and books, its picks and what is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, join, lines, name, paragraphs
from bot.render.numbers import day_and_clock, place, span
from bot.render.pick import SEPARATOR, odds_interval, short_id
from engine.domain.market import in_catalogue
from engine.domain.pick import PriceState
from engine.domain.price import Basis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import BookmakerKey
    from engine.domain.pick import Provenance
    from storage.prices import Fair, FairSheet
    from storage.views import PickView

BETS_A_PAGE: Final = 16
_PICKS: Final = 6
_TEAM: Final = 32
_READ_FROM_SCORES: Final = frozenset({Basis.GRID, Basis.POOLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best odds offered for a selection at the last look, and where."""

    odds: float
    bookmaker: BookmakerKey


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSheet:
    """All there is to say of one match. `best` is by `Selection.number`.

    `picks` and `refused` are of one provenance; `refused` counts bets that are no picks.
    """

    fixture: Fixture
    fair: FairSheet | None
    best: Mapping[int, Best]
    picks: tuple[PickView, ...]
    refused: int
    provenance: Provenance

    @property
    def rows(self) -> Sequence[Fair]:
        """The fair prices, those that picks are made on first."""
        rows = self.fair.rows if self.fair else ()
        return sorted(rows, key=lambda row: (not in_catalogue(row.selection), _place(row)))

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.rows) // BETS_A_PAGE))


def _place(row: Fair) -> int:
    return row.selection.number


def render_sheet(
    sheet: MatchSheet, page: int, *, voice: Voice, money: Money, now: datetime
) -> Html:
    """Return one page of the sheet of a match."""
    start = page * BETS_A_PAGE
    shown = sheet.rows[start : start + BETS_A_PAGE]
    return paragraphs(
        lines(
            match_head(sheet.fixture, voice=voice, money=money, now=now),
            _source(sheet, page, voice, now),
        ),
        lines(*(_row(row, sheet, voice) for row in shown)),
        lines(voice.html("match.bold"), voice.html("match.brackets")) if shown else "",
        lines(*_judged(sheet, voice)),
    )


def match_head(fixture: Fixture, *, voice: Voice, money: Money, now: datetime) -> Html:
    """Return which match it is, and when, on the reader's clock."""
    when = day_and_clock(fixture.kick_off, money.time_zone, voice.language)
    where = place(money.time_zone, voice.language)
    if fixture.kick_off > now:
        left = span(fixture.kick_off - now, voice.language)
        where = f"{where}, {voice.plain('card.in_time', span=left)}"
    return voice.html(
        "card.match",
        home=bold(name(fixture.home.name, _TEAM)),
        away=bold(name(fixture.away.name, _TEAM)),
        competition=voice.competition(fixture.competition),
        kick_off=f"{when} ({where})",
    )


def _source(sheet: MatchSheet, page: int, voice: Voice, now: datetime) -> Html:
    """Say what the fair prices rest on, how old they are, and which page this is."""
    if sheet.fair is None:
        return voice.html("match.unpriced")
    main = min(sheet.fair.rows, key=_place)
    told = voice.count(
        "match.source",
        main.books,
        source=voice.plain(f"source.{main.rung.name.lower()}"),
        age=span(now - sheet.fair.as_of, voice.language),
    )
    turn = voice.html("whynot.page", page=page + 1, pages=sheet.pages) if sheet.pages > 1 else ""
    return join(SEPARATOR, (told, turn))


def _row(row: Fair, sheet: MatchSheet, voice: Voice) -> Html:
    low, high = odds_interval(row.probability, row.std_error)
    read = voice.plain("match.from_scores") if row.basis in _READ_FROM_SCORES else ""
    fair = voice.html(
        "match.fair",
        odds=voice.odds(1 / row.probability),
        low=voice.odds(low),
        high=voice.odds(high),
        read=read,
    )
    best = sheet.best.get(row.selection.number)
    offered = Html()
    if best is not None:
        above = best.odds * row.probability > 1
        odds = voice.odds(best.odds)
        offered = voice.html(
            "match.best",
            odds=bold(odds) if above else odds,
            book=voice.bookmaker(best.bookmaker),
        )
    what = voice.market(row.selection, sheet.fixture)
    return Html(f"• {join(SEPARATOR, (what, fair, offered))}")


def _judged(sheet: MatchSheet, voice: Voice) -> list[Html]:
    """Say which picks there are, how they stand, and how many bets are none."""
    origin = voice.plain(f"stats.{sheet.provenance}")
    told = [_pick(view, voice) for view in sheet.picks[:_PICKS]]
    if len(sheet.picks) > _PICKS:
        told.append(voice.count("match.more", len(sheet.picks) - _PICKS))
    if not told:
        told.append(voice.html("match.no_pick", provenance=origin))
    else:
        told.insert(0, bold(voice.html("match.picks", provenance=origin)))
    if sheet.refused:
        told.append(voice.count("match.refused", sheet.refused))
    return told


def _pick(view: PickView, voice: Voice) -> Html:
    pick = view.pick
    return voice.html(
        "match.pick",
        id=bold(short_id(view)),
        market=voice.market(pick.selection, view.fixture),
        odds=voice.odds(pick.odds),
        book=voice.bookmaker(pick.bookmaker),
        state=state_of(view, voice),
    )


def state_of(view: PickView, voice: Voice) -> str:
    """Return in a word how a pick stands: settled, gone, moved or open."""
    if view.settlement is not None:
        return voice.plain(f"match.{view.settlement.outcome}")
    if view.update is None:
        return voice.plain("match.open")
    return voice.plain(
        {
            PriceState.OPEN: "match.open",
            PriceState.MOVED: "match.moved",
            PriceState.GONE: "match.gone",
        }[view.update.state]
    )
