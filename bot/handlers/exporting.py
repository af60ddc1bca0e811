"""Files of picks, own bets and the ledger, as people want them: format and content by tap."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.asking import keep, names_of
from bot.handlers.stats import teach
from bot.links import EXPORT_SCREEN
from bot.render.exported import table_of_bets, table_of_ledger, table_of_picks
from bot.render.html import bold, lines, paragraphs
from bot.render.numbers import day_and_clock, place
from engine.domain.filter_reading import FilterRefused
from engine.domain.ledger import Entry
from engine.domain.pick_filter import EVERYTHING, parse
from exports.csv_file import csv_file
from exports.json_file import json_file
from exports.xlsx_file import xlsx_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.context import Visit
    from engine.domain.pick_filter import PickFilter
    from exports.table import Table

MOST: Final = 50_000
"""Lines of a file: some twenty megabytes, which the platform takes and spreadsheets open."""
_PAGE: Final = 1_000


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class What(StrEnum):
    """What a file holds; all but picks are a person's own."""

    PICKS = "picks"
    BETS = "bets"
    LEDGER = "ledger"


_MADE: Final[Mapping[Format, Callable[[Table], bytes]]] = {
    Format.CSV: csv_file,
    Format.XLSX: xlsx_file,
    Format.JSON: json_file,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file that is asked for; without a format it is still to be chosen."""

    what: What
    format: Format | None
    picks: PickFilter
    number: int = 0

    @property
    def args(self) -> str:
        return f"{self.what}x{self.format or ''}"


async def export(visit: Visit) -> None:
    """Send the file that was asked for, or offer what there is with the filter in force."""
    try:
        wanted = await _wanted(visit)
    except FilterRefused as refused:
        await teach(visit, refused)
        return
    if wanted.format is None:
        await _offer(visit, wanted)
        return
    if visit.user_id in visit.door.exporting:
        await visit.say(visit.voice.html("export.busy"), visit.buttons.back())
        return
    visit.door.exporting.add(visit.user_id)
    try:
        await _send(visit, wanted, wanted.format)
    finally:
        visit.door.exporting.discard(visit.user_id)


async def _wanted(visit: Visit) -> Wanted:
    """Return what was typed or tapped.

    Raises:
        FilterRefused: the filter says something nobody understands, or is known no more.
    """
    names, now = names_of(visit.door), visit.now.astimezone(visit.money.time_zone)
    if not visit.words:
        what, _, form = visit.tap.args.partition("x")
        picks = EVERYTHING
        if visit.tap.number:
            async with visit.door.store.reading() as tx:
                written = await tx.filters.written(visit.tap.number)
            picks = parse(written or "", now, names)
        return Wanted(
            what=What(what) if what in set(What) else What.PICKS,
            format=Format(form) if form in set(Format) else None,
            picks=picks,
            number=visit.tap.number,
        )
    rest = [word for word in visit.words if word.lower() not in {*What, *Format}]
    said = {word.lower() for word in visit.words}
    picks = parse(" ".join(rest), now, names) if rest else EVERYTHING
    return Wanted(
        what=next((one for one in What if one in said), What.PICKS),
        format=next((one for one in Format if one in said), None),
        picks=picks,
        number=await keep(visit, picks),
    )


async def _offer(visit: Visit, wanted: Wanted) -> None:
    """Show what may be had in which format, with the filter in force."""
    make = visit.buttons.make
    rows = [
        [
            make(
                f"export_{what}_{form}", EXPORT_SCREEN, number=wanted.number, args=f"{what}x{form}"
            )
            for form in Format
        ]
        for what in What
    ]
    text = paragraphs(
        bold(visit.voice.html("export.title")),
        visit.voice.html("filter.in_force", picks=str(wanted.picks)) if wanted.picks else "",
        visit.voice.html("export.offer"),
    )
    await visit.show(text, InlineKeyboardMarkup([*rows, [visit.buttons.home()]]))


async def _send(visit: Visit, wanted: Wanted, form: Format) -> None:
    voice = visit.voice
    await visit.bot.send_chat_action(visit.chat_id, "upload_document")
    table, more = await _TABLES[wanted.what](visit, wanted)
    if not table.rows:
        await visit.say(voice.html("export.empty"), visit.buttons.back())
        return
    body = await asyncio.to_thread(_MADE[form], table)
    told = lines(
        voice.count("export.lines", len(table.rows)),
        voice.html("filter.in_force", picks=str(wanted.picks)) if wanted.picks else "",
        voice.html("export.cut", most=MOST) if more else "",
        voice.html("export.apart") if wanted.what is What.PICKS else "",
    )
    await visit.bot.send_document(
        visit.chat_id,
        body,
        filename=f"mon_ps-{wanted.what}-{visit.now:%Y-%m-%d}.{form}",
        caption=told,
        parse_mode="HTML",
    )


def _about(visit: Visit, wanted: Wanted, rows: int) -> tuple[tuple[str, str], ...]:
    voice, zone = visit.voice, visit.money.time_zone
    told = {
        "made": day_and_clock(visit.now, zone, voice.language),
        "zone": place(zone, voice.language),
        "filter": str(wanted.picks) or voice.plain("export.no_filter"),
        "n": str(rows),
        "units": voice.plain("export.units"),
        "provenance": voice.plain("export.apart"),
    }
    return tuple((voice.plain(f"export.about_{name}"), value) for name, value in told.items())


async def _picks(visit: Visit, wanted: Wanted) -> tuple[Table, bool]:
    async with visit.door.store.reading() as tx:
        found, more = await tx.extracts.picks(wanted.picks, MOST)
    about = _about(visit, wanted, len(found))
    return (
        await asyncio.to_thread(
            table_of_picks, found, about, voice=visit.voice, money=visit.money
        ),
        more,
    )


async def _bets(visit: Visit, wanted: Wanted) -> tuple[Table, bool]:
    """Return this person's own bets on picks that the filter keeps, the newest first."""
    async with visit.door.store.reading() as tx:
        taken = await tx.bets.of(visit.user_id)
        views = await tx.picks.all_views(ids=[one.bet.pick_id for one in taken]) if taken else ()
        kept = (await tx.extracts.picks(wanted.picks, MOST))[0] if wanted.picks else ()
    known = {view.pick.id: view for view in views}
    numbers = {line.number for line in kept}
    found = [
        (one, known[one.bet.pick_id])
        for one in sorted(taken, key=lambda one: one.bet.taken_at, reverse=True)
        if one.bet.pick_id in known
        and (not wanted.picks or known[one.bet.pick_id].number in numbers)
    ]
    about = _about(visit, wanted, len(found))
    return table_of_bets(found, about, voice=visit.voice, money=visit.money), False


async def _ledger(visit: Visit, wanted: Wanted) -> tuple[Table, bool]:
    """Return all entries of this person's own bankrolls; filters are of picks and say nothing."""
    found = list[tuple[int, Entry]]()
    async with visit.door.store.reading() as tx:
        for statement in await tx.ledger.statements(visit.user_id):
            mine, after = statement.bankroll, 0
            while page := await tx.ledger.entries(mine, after=after, limit=_PAGE):
                found += page
                after = page[-1][0]
    about = _about(visit, wanted, len(found))
    return table_of_ledger(found, about, voice=visit.voice, money=visit.money), False


_TABLES: Final = {What.PICKS: _picks, What.BETS: _bets, What.LEDGER: _ledger}
