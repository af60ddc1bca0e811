"""Presets: named filters of alerts, each shown with what it would have sent before it is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.asked_back import ask_back, confirmed
from bot.asking import keep, names_of
from bot.bells import back_to_alerts, under_preset, under_presets, under_preview
from bot.handlers.alerts import caps_of
from bot.links import PRESET, deep_link
from bot.render.filters import render_refusal
from bot.render.html import bold, lines, name, paragraphs
from bot.render.presets import preset_lines, render_presets, render_preview
from bot.typed import expect_words, expected
from engine.domain.filter_reading import FilterRefused
from engine.domain.pick_filter import parse, reread
from engine.domain.preferences import Volume
from engine.domain.wish import LONGEST_NAME, Preset
from engine.learning.recorded.preview import preview

if TYPE_CHECKING:
    from bot.context import Visit
    from engine.domain.pick_filter import PickFilter
    from engine.learning.recorded.preview import Preview
    from storage.readers import PresetView

WINDOWS: Final = (30, 90)
MOST: Final = 10
_SAVE, _SHARE = "save", "share"


async def presets(visit: Visit) -> None:
    """Show this person's presets, or save or share one as it was typed."""
    if visit.words:
        await _typed(visit)
        return
    async with visit.door.store.reading() as tx:
        mine = await tx.readers.presets(visit.user_id, visit.now)
    text = render_presets([one.preset for one in mine], voice=visit.voice)
    await visit.show(text, under_presets(visit.buttons, mine))


async def preset(visit: Visit) -> None:
    """Show one preset with what it would have sent."""
    one = await _mine(visit)
    if one is not None:
        await _show(visit, one)


async def set_volume(visit: Visit) -> None:
    """Change how loud one preset is."""
    one = await _mine(visit)
    if one is None or visit.tap.args not in set(Volume):
        return
    changed = replace(one.preset, volume=Volume(visit.tap.args))
    async with visit.door.store.transaction() as tx:
        await tx.readers.save_preset(visit.user_id, changed, visit.now)
    await _show(visit, replace(one, preset=changed))


async def share(visit: Visit) -> None:
    """Show the link by which another member sees this preset and may keep it."""
    one = await _mine(visit)
    if one is not None:
        await _share(visit, one)


async def ask_drop(visit: Visit) -> None:
    """Ask back before a preset is deleted."""
    one = await _mine(visit)
    if one is not None:
        text = visit.voice.html("preset.drop_ask", name=bold(name(one.preset.name, LONGEST_NAME)))
        body = {"number": str(one.number)}
        await ask_back(visit, text, what="predone", body=body, back="presets")


async def drop(visit: Visit) -> None:
    """Delete a preset that was asked back."""
    body = await confirmed(visit, "predone")
    if body is None:
        return
    async with visit.door.store.transaction() as tx:
        gone = await tx.readers.drop_preset(visit.user_id, int(body["number"]))
    key = "preset.gone" if gone is None else "preset.dropped"
    told = visit.voice.html(key, name=name(gone or "", LONGEST_NAME))
    await visit.show(told, back_to_alerts(visit.buttons))


async def ask_filter(visit: Visit) -> None:
    """Ask for the filter of a new preset to be typed."""
    prompt = visit.voice.html("preset.ask")
    await expect_words(visit, prompt, screen="preseen", keyboard=back_to_alerts(visit.buttons))


async def seen(visit: Visit) -> None:
    """Show what a filter would have sent: one that was typed, or one that a link leads to."""
    if expected(visit, "preseen") is not None:
        try:
            picks = _parsed(visit, visit.text)
        except FilterRefused as refused:
            await visit.show(render_refusal(refused, voice=visit.voice))
            await ask_filter(visit)
            return
        number = await keep(visit, picks)
    else:
        number = visit.tap.number
        written = await _written(visit, number)
        if written is None:
            await visit.show(visit.voice.html("preset.gone"), back_to_alerts(visit.buttons))
            return
        picks = reread(written, visit.now)
    text = render_preview(str(picks), await _previews(visit, picks), voice=visit.voice)
    await visit.show(text, under_preview(visit.buttons, number))


async def ask_name(visit: Visit) -> None:
    """Ask what a filter shall be called, then keep it."""
    body = {"filter": str(visit.tap.number)}
    await expect_words(
        visit,
        visit.voice.html("preset.ask_name"),
        screen="prename",
        body=body,
        keyboard=back_to_alerts(visit.buttons),
    )


async def named(visit: Visit) -> None:
    """Keep a filter under the name that was typed."""
    kept = expected(visit, "prename")
    if kept is None:
        await presets(visit)
        return
    called = visit.text.strip()
    if not 1 <= len(called) <= LONGEST_NAME or "\n" in called:
        await visit.show(visit.voice.html("preset.name_wrong", most=LONGEST_NAME))
        await ask_name(replace(visit, tap=replace(visit.tap, number=int(kept["filter"]))))
        return
    written = await _written(visit, int(kept["filter"]))
    await _keep(visit, called, reread(written or "", visit.now))


async def _typed(visit: Visit) -> None:
    """Do what `/preset save Name filter` and `/preset share Name` say."""
    act, *rest = visit.words
    if act == _SAVE and len(rest) > 1:
        try:
            picks = _parsed(visit, " ".join(rest[1:]))
        except FilterRefused as refused:
            await visit.show(render_refusal(refused, voice=visit.voice), visit.buttons.back())
            return
        await _keep(visit, rest[0][:LONGEST_NAME], picks)
        return
    async with visit.door.store.reading() as tx:
        mine = await tx.readers.presets(visit.user_id, visit.now)
    wanted = " ".join(rest).casefold()
    one = next((one for one in mine if one.preset.name.casefold() == wanted), None)
    if act == _SHARE and one is not None:
        await _share(visit, one)
        return
    await visit.show(visit.voice.html("preset.usage"), under_presets(visit.buttons, mine))


async def _keep(visit: Visit, called: str, picks: PickFilter) -> None:
    async with visit.door.store.transaction() as tx:
        mine = await tx.readers.presets(visit.user_id, visit.now)
        known = next((one for one in mine if one.preset.name == called), None)
        if known is None and len(mine) >= MOST:
            told = visit.voice.html("preset.too_many")
            await visit.show(told, under_presets(visit.buttons, mine))
            return
        volume = known.preset.volume if known else Volume.ON
        made = Preset(name=called, picks=picks, volume=volume)
        number = await tx.readers.save_preset(visit.user_id, made, visit.now)
    told = visit.voice.html("preset.kept", name=bold(name(called, LONGEST_NAME)))
    text = lines(told, preset_lines(made, visit.voice))
    await visit.show(text, under_preset(visit.buttons, number))


async def _show(visit: Visit, one: PresetView) -> None:
    previews = await _previews(visit, one.preset.picks)
    text = paragraphs(
        preset_lines(one.preset, visit.voice),
        render_preview(one.written, previews, voice=visit.voice),
    )
    await visit.show(text, under_preset(visit.buttons, one.number))


async def _share(visit: Visit, one: PresetView) -> None:
    number = await keep(visit, one.preset.picks)
    link = deep_link(visit.bot.username, PRESET, number)
    called = bold(name(one.preset.name, LONGEST_NAME))
    text = visit.voice.html("preset.shared", name=called, link=link)
    await visit.show(text, under_preset(visit.buttons, one.number))


async def _previews(visit: Visit, picks: PickFilter) -> list[Preview]:
    provenance = visit.door.provenance
    bets = (await visit.door.records.of(provenance)).bets
    caps, zone = caps_of(visit), visit.money.time_zone

    def seen_over(days: int) -> Preview:
        return preview(bets, picks, caps, provenance, now=visit.now, days=days, zone=zone)

    return await asyncio.to_thread(lambda: [seen_over(days) for days in WINDOWS])


async def _mine(visit: Visit) -> PresetView | None:
    """Return the pressed preset; say so where it is no more."""
    async with visit.door.store.reading() as tx:
        mine = await tx.readers.presets(visit.user_id, visit.now)
    found = next((one for one in mine if one.number == visit.tap.number), None)
    if found is None:
        await visit.show(visit.voice.html("preset.gone"), under_presets(visit.buttons, mine))
    return found


async def _written(visit: Visit, number: int) -> str | None:
    if not number:
        return ""
    async with visit.door.store.reading() as tx:
        return await tx.filters.written(number)


def _parsed(visit: Visit, text: str) -> PickFilter:
    now = visit.now.astimezone(visit.money.time_zone)
    return parse(text, now, names_of(visit.door))
