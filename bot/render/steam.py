"""Recent movements of odds, by match and one line a bet, as Telegram HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, name, paragraphs
from bot.render.numbers import day_and_clock, decimal, span
from engine.domain.movement import Direction, MoveKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.fixture import Fixture
    from engine.domain.movement import Movement
    from engine.domain.numbers import BookmakerKey

MATCHES_A_PAGE: Final = 4
_BETS_A_MATCH: Final = 4
_NAME: Final = 32
_LOUDEST_FIRST: Final = tuple(sorted(MoveKind, key=lambda kind: kind is not MoveKind.STEAM))


@dataclass(frozen=True, slots=True, kw_only=True)
class BetMoves:
    """What is told of one bet in one line: all that moved it, or all that closed it one way.

    `largest` is the movement shown, the newest of equals. `kinds` and `books` are of all that
    went the same way; `both_ways` says that it went the other way too.
    """

    largest: Movement
    kinds: tuple[MoveKind, ...]
    books: frozenset[BookmakerKey]
    both_ways: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchMoves:
    """The bets of one match that moved, the latest moved first."""

    fixture: Fixture
    bets: tuple[BetMoves, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesPage:
    """One page of matches that moved within the last `hours`, the latest moved first."""

    matches: tuple[MatchMoves, ...]
    hours: int
    page: int
    pages: int


def group(
    moves: Sequence[Movement], fixtures: Sequence[Fixture], *, hours: int, page: int
) -> MovesPage:
    """Return the page asked for, else the last there is; moves come newest first."""
    known = {fixture.id: fixture for fixture in fixtures}
    of_match: dict[Fixture, list[Movement]] = {}
    for move in moves:
        if move.fixture_id in known:
            of_match.setdefault(known[move.fixture_id], []).append(move)
    matches = [MatchMoves(fixture=match, bets=_bets(told)) for match, told in of_match.items()]
    pages = max(1, -(-len(matches) // MATCHES_A_PAGE))
    shown = min(page, pages - 1)
    start = shown * MATCHES_A_PAGE
    return MovesPage(
        matches=tuple(matches[start : start + MATCHES_A_PAGE]),
        hours=hours,
        page=shown,
        pages=pages,
    )


def _bets(moves: Sequence[Movement]) -> tuple[BetMoves, ...]:
    """Tell each bet once: looks find its books in groups, each when it has moved enough."""
    of_bet: dict[tuple[object, ...], list[Movement]] = {}
    for move in moves:
        what = "moved" if move.points is not None else move.kind
        of_bet.setdefault((what, move.market, move.selection), []).append(move)
    return tuple(_bet(told) for told in of_bet.values())


def _bet(moves: Sequence[Movement]) -> BetMoves:
    largest = max(moves, key=lambda move: abs(move.points or 0.0))
    alike = [move for move in moves if move.direction is largest.direction]
    kinds = {move.kind for move in alike}
    return BetMoves(
        largest=largest,
        kinds=tuple(kind for kind in _LOUDEST_FIRST if kind in kinds),
        books=frozenset(book for move in alike for book in move.books),
        both_ways=len(alike) < len(moves),
    )


def render_moves(page: MovesPage, *, voice: Voice, money: Money) -> Html:
    """Return what moved, by match, under what the looks it was seen by cannot show."""
    window = voice.count("steam.hours", page.hours)
    if not page.matches:
        return voice.html("steam.none", window=window)
    screen = _Screen(voice=voice, money=money)
    place = voice.html("steam.page", page=page.page + 1, pages=page.pages)
    title = voice.html("steam.title", window=window)
    return paragraphs(
        lines(
            bold(title if page.pages == 1 else Html(f"{title} · {place}")),
            screen.limit(page.matches),
        ),
        *(screen.match(match) for match in page.matches),
        voice.html("steam.legend"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Screen:
    voice: Voice
    money: Money

    def when(self, at: datetime) -> str:
        return day_and_clock(at, self.money.time_zone, self.voice.language)

    def limit(self, matches: Sequence[MatchMoves]) -> Html:
        """Say how far apart the looks were that these movements rest on."""
        apart = [bet.largest.resolution for match in matches for bet in match.bets]
        least, most = (span(length, self.voice.language) for length in (min(apart), max(apart)))
        if least == most:
            return self.voice.html("steam.limit_one", most=most)
        return self.voice.html("steam.limit", least=least, most=most)

    def match(self, match: MatchMoves) -> Html:
        fixture = match.fixture
        head = self.voice.html(
            "steam.match",
            match=bold(f"{name(fixture.home.name, _NAME)} – {name(fixture.away.name, _NAME)}"),
            competition=self.voice.competition(fixture.competition),
            kick_off=self.when(fixture.kick_off),
        )
        return lines(head, *self._bets(match))

    def _bets(self, match: MatchMoves) -> Iterator[Html]:
        for bet in match.bets[:_BETS_A_MATCH]:
            yield self._bet(bet, match.fixture)
        left = len(match.bets) - _BETS_A_MATCH
        if left > 0:
            yield self.voice.count("steam.more", left)

    def _bet(self, bet: BetMoves, fixture: Fixture) -> Html:
        voice, move = self.voice, bet.largest
        kinds = " + ".join(voice.plain(f"steam.kind_{kind}") for kind in bet.kinds)
        words: dict[str, object] = {
            "kind": bold(kinds),
            "what": self._what(move, fixture),
            "books": voice.count("steam.books", len(bet.books)),
            "when": voice.html(
                "steam.when",
                at=self.when(move.seen_at),
                span=span(move.resolution, voice.language),
            ),
        }
        if move.points is not None and move.from_odds is not None and move.to_odds is not None:
            return voice.html(
                "steam.moved",
                **words,
                from_odds=voice.odds(move.from_odds),
                to_odds=bold(voice.odds(move.to_odds)),
                direction=voice.plain(f"steam.{move.direction}"),
                back=voice.plain("steam.back") if bet.both_ways else "",
                points=decimal(self._signed(move), voice.language, digits=1, signed=True),
            )
        if move.from_odds is not None:
            odds = voice.odds(move.from_odds)
            return voice.html("steam.gone", **words, from_odds=odds)
        return voice.html("steam.closed", **words)

    def _signed(self, move: Movement) -> float:
        """Return the size as the probability moved: shorter odds are a higher one."""
        size = abs(move.points or 0.0)
        return size if move.direction is Direction.SHORTENING else -size

    def _what(self, move: Movement, fixture: Fixture) -> str:
        if move.selection is None:
            return self.voice.plain(f"steam.market_{int(move.market)}")
        return self.voice.market(move.selection, fixture)
