"""Silence about one thing, with an end: from a card's button, or as it was typed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process
from telegram import InlineKeyboardMarkup

from bot.asking import names_of
from bot.bells import back_to_alerts, under_mute, under_mutes
from bot.callbacks import MAX_NUMBER
from bot.render.html import bold, join, lines, name, paragraphs
from bot.render.markets import market_name
from bot.render.mutes import render_mutes, until_words
from engine.domain.filter_words import AGENTS, MARKETS, fold
from engine.domain.market import CATALOGUE
from engine.domain.wish import Mute, MuteKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from telegram import InlineKeyboardButton

    from bot.context import Visit
    from storage.views import PickView

_WHAT: Final = "mute"
_PATIENCE: Final = timedelta(hours=1)
_AHEAD: Final = timedelta(days=21)
_DURATION: Final = re.compile(r"([0-9]{1,3})\s*(h|j|d|w|s|sem|m)")
_UNITS: Final = {
    "h": timedelta(hours=1),
    **dict.fromkeys("jd", timedelta(days=1)),
    **dict.fromkeys(("w", "s", "sem"), timedelta(days=7)),
    "m": timedelta(days=30),
}
_FOR_GOOD: Final = frozenset({"toujours", "forever", "always", "∞"})
_SPANS: Final = {"d": timedelta(days=1), "w": timedelta(days=7), "e": None}
_SURE, _WORTH, _OFFERED = 92.0, 60.0, 6
_LABEL: Final = 28


async def of_card(visit: Visit) -> None:
    """Ask what of a pick's card to silence; the card itself stays where it is."""
    view = await _view(visit)
    if view is None:
        await visit.say(visit.voice.html("mute.usage"), back_to_alerts(visit.buttons))
        return
    rows = [[_choice(visit, view, which)] for which in _OF_CARD]
    text = lines(bold(visit.voice.html("mute.title")), visit.voice.html("mute.of_card"))
    await visit.say(text, InlineKeyboardMarkup([*rows, [visit.buttons.home()]]))


async def chosen(visit: Visit) -> None:
    """Ask how long what was chosen on a card shall be silent."""
    view = await _view(visit)
    if view is None or visit.tap.args not in _OF_CARD:
        await muted(visit)
        return
    kind, key, called = _target(visit, view, visit.tap.args)
    until = view.fixture.kick_off if kind is MuteKind.FIXTURE else None
    await _how_long(visit, kind, key, _label(visit, kind, called), until)


async def mute(visit: Visit) -> None:
    """Mute what was typed for as long as was typed; ask where either is not clear."""
    if not visit.words:
        await visit.show(visit.voice.html("mute.usage"), back_to_alerts(visit.buttons))
        return
    words, span = _duration(visit.words)
    typed = " ".join(words)
    found = await _meant(visit, typed)
    if not found or found[0][0] < _SURE:
        await _offer(visit, typed, found)
        return
    _, kind, key, called = found[0]
    label = _label(visit, kind, called)
    if span is None:
        await _how_long(visit, kind, key, label, None)
        return
    until = None if span == timedelta.max else visit.now + span
    await _do(visit, Mute(kind=kind, key=key, until=until), label)


async def target(visit: Visit) -> None:
    """Take what was offered as meant, and ask for how long."""
    body = await _body(visit)
    if body is not None:
        await _how_long(visit, MuteKind(body["kind"]), body["key"], body["label"], None)


async def muted(visit: Visit) -> None:
    """Mute what was chosen for as long as was chosen."""
    body = await _body(visit)
    if body is None:
        return
    until: datetime | None = None
    if visit.tap.args == "s" and body["until"]:
        until = datetime.fromisoformat(body["until"])
    else:
        span = _SPANS.get(visit.tap.args)
        until = visit.now + span if span else None
    wanted = Mute(kind=MuteKind(body["kind"]), key=body["key"], until=until)
    await _do(visit, wanted, body["label"])


async def mutes(visit: Visit) -> None:
    """List what is muted, each to be reopened by a tap."""
    async with visit.door.store.reading() as tx:
        held = await tx.readers.mutes(visit.user_id, visit.now)
    zone = visit.money.time_zone
    await visit.show(render_mutes(held, zone, voice=visit.voice), under_mutes(visit.buttons, held))


async def unmute(visit: Visit) -> None:
    """Reopen what was muted."""
    async with visit.door.store.transaction() as tx:
        label = await tx.readers.unmute(visit.user_id, visit.tap.number)
        held = await tx.readers.mutes(visit.user_id, visit.now)
    key = "mute.gone" if label is None else "mute.undone"
    told = visit.voice.html(key, label=name(label or "", _LABEL))
    zone = visit.money.time_zone
    text = paragraphs(told, render_mutes(held, zone, voice=visit.voice))
    await visit.show(text, under_mutes(visit.buttons, held))


_OF_CARD: Final = ("fixture", "home", "away", "league", "market", "book")


def _choice(visit: Visit, view: PickView, which: str) -> InlineKeyboardButton:
    kind, _, called = _target(visit, view, which)
    label = visit.voice.plain(f"button.mute_{kind}", name=name(called, _LABEL))
    return visit.buttons.labelled(label, "mutewhat", number=view.number, args=which)


def _target(visit: Visit, view: PickView, which: str) -> tuple[MuteKind, str, str]:
    """Return what a card's choice mutes: kind, canonical key, what it is called."""
    fixture, pick = view.fixture, view.pick
    match which:
        case "fixture":
            both = f"{fixture.home.name} – {fixture.away.name}"
            return MuteKind.FIXTURE, str(fixture.id), both
        case "home":
            return MuteKind.TEAM, fixture.home.key, fixture.home.name
        case "away":
            return MuteKind.TEAM, fixture.away.key, fixture.away.name
        case "league":
            called = visit.voice.competition(fixture.competition)
            return MuteKind.LEAGUE, fixture.competition, called
        case "market":
            code = pick.selection.market_code
            called = market_name(code, visit.voice) if code in CATALOGUE else code
            return MuteKind.MARKET, code, called
        case _:
            return MuteKind.BOOK, str(pick.bookmaker), visit.voice.bookmaker(pick.bookmaker)


def _label(visit: Visit, kind: MuteKind, called: str) -> str:
    return visit.voice.plain(f"mute.kind_{kind}", name=name(called, _LABEL))


async def _how_long(
    visit: Visit, kind: MuteKind, key: str, label: str, until: datetime | None
) -> None:
    body = {
        "kind": kind.value,
        "key": key,
        "label": label,
        "until": until.isoformat() if until else "",
    }
    async with visit.door.store.transaction() as tx:
        number = await tx.parked.keep(visit.user_id, _WHAT, body, visit.now, _PATIENCE)
    text = visit.voice.html("mute.how_long", label=bold(label))
    await visit.show(text, under_mute(visit.buttons, number, match=kind is MuteKind.FIXTURE))


async def _do(visit: Visit, wanted: Mute, label: str) -> None:
    async with visit.door.store.transaction() as tx:
        await tx.readers.mute(visit.user_id, wanted, label, visit.now)
        held = await tx.readers.mutes(visit.user_id, visit.now)
    zone = visit.money.time_zone
    until = until_words(wanted.until, zone, visit.voice)
    told = visit.voice.html("mute.done", label=bold(label), until=until)
    await visit.show(told, under_mutes(visit.buttons, held))


async def _offer(visit: Visit, typed: str, found: list[tuple[float, MuteKind, str, str]]) -> None:
    """Say that what was typed is not known, with what may have been meant under buttons."""
    rows = []
    async with visit.door.store.transaction() as tx:
        for _, kind, key, called in found:
            label = _label(visit, kind, called)
            body = {"kind": kind.value, "key": key, "label": label, "until": ""}
            number = await tx.parked.keep(visit.user_id, _WHAT, body, visit.now, _PATIENCE)
            rows.append([visit.buttons.labelled(f"🔕 {label}", "mutethat", number=number)])
    unknown = visit.voice.html("mute.unknown", word=name(typed, _LABEL))
    rest = visit.voice.html("mute.meant" if found else "mute.usage")
    await visit.show(
        join("", (unknown, rest)), InlineKeyboardMarkup([*rows, [visit.buttons.home()]])
    )


async def _meant(visit: Visit, typed: str) -> list[tuple[float, MuteKind, str, str]]:
    """Return what may be meant by what was typed, the likeliest first, with how like it is."""
    async with visit.door.store.reading() as tx:
        fixtures = await tx.fixtures.between(visit.now, visit.now + _AHEAD)
    names = names_of(visit.door)
    known: dict[str, tuple[MuteKind, str, str]] = {}
    teams = {team.key: team.name for one in fixtures for team in (one.home, one.away)}
    for spelling, kind, key, called in _spellings(visit, names.leagues, names.books, teams):
        known.setdefault(spelling, (kind, key, called))
    ranked = process.extract(
        fold(typed), list(known), scorer=fuzz.WRatio, limit=3 * _OFFERED, score_cutoff=_WORTH
    )
    best: dict[tuple[MuteKind, str], tuple[float, MuteKind, str, str]] = {}
    for spelling, score, _ in ranked:
        kind, key, called = known[spelling]
        exact = 100.0 if spelling == fold(typed) else min(score, _SURE - 1)
        best.setdefault((kind, key), (exact, kind, key, called))
    return sorted(best.values(), key=lambda one: -one[0])[:_OFFERED]


def _spellings(
    visit: Visit, leagues: Mapping[str, str], books: Mapping[str, str], teams: Mapping[str, str]
) -> Iterator[tuple[str, MuteKind, str, str]]:
    """Give every spelling of what can be muted, teams of coming matches first."""
    for key, called in teams.items():
        yield fold(called), MuteKind.TEAM, key, called
        yield fold(key), MuteKind.TEAM, key, called
    for spelling, key in leagues.items():
        yield spelling, MuteKind.LEAGUE, key, visit.voice.competition(key)
    for spelling, code in MARKETS.items():
        called = market_name(code, visit.voice) if code in CATALOGUE else code
        yield spelling, MuteKind.MARKET, code, called
    for spelling, key in books.items():
        yield spelling, MuteKind.BOOK, key, visit.voice.bookmaker(key)
    for spelling, key in AGENTS.items():
        yield spelling, MuteKind.AGENT, key, visit.voice.plain(f"agent.{key}")


def _duration(words: tuple[str, ...]) -> tuple[tuple[str, ...], timedelta | None]:
    """Return the words without the duration they end with; `timedelta.max` is for good."""
    *rest, last = words
    if rest and last.casefold() in _FOR_GOOD:
        return tuple(rest), timedelta.max
    match = _DURATION.fullmatch(last.casefold())
    if rest and match is not None and int(match[1]):
        return tuple(rest), int(match[1]) * _UNITS[match[2]]
    return words, None


async def _view(visit: Visit) -> PickView | None:
    number = visit.tap.number
    if not 0 < number <= MAX_NUMBER:
        return None
    async with visit.door.store.reading() as tx:
        return await tx.picks.view(number=number)


async def _body(visit: Visit) -> Mapping[str, str] | None:
    async with visit.door.store.reading() as tx:
        body = await tx.parked.read(visit.tap.number, visit.user_id, _WHAT, visit.now)
    if body is None:
        await visit.show(visit.voice.html("notice.too_late"), back_to_alerts(visit.buttons))
    return body
