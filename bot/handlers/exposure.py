"""What a person has at risk, and the caps they set themselves: warnings, never a barrier."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.accounts import own_money, ways_back
from bot.keyboards import in_rows
from bot.render.exposure import render_caps, render_exposure, share_words
from bot.render.html import name
from bot.risks import caps_of, open_risks
from bot.typed import expect_words, expected
from engine.domain.filter_words import fold
from engine.domain.own_caps import CapKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from telegram import InlineKeyboardButton

    from bot.context import Visit
    from bot.render.html import Html
    from engine.domain.own_caps import OwnCaps

_KINDS: Final = tuple(CapKind)
_OFFERED: Final[Mapping[CapKind, Sequence[int]]] = {
    CapKind.MATCH: (10, 20, 30, 50, 100),
    CapKind.LEAGUE: (30, 50, 100, 150),
    CapKind.DAY: (50, 80, 100, 200),
    CapKind.BOOK: (100, 200, 300, 500),
    CapKind.OPEN: (100, 160, 250, 500),
}
"""Thousandths."""
_NONE: Final = "none"
_HOUSE: Final = "house"
_TYPE: Final = "type"
_WORD: Final = 24
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:[.,][0-9])?)%?")
_NAMES: Final[Mapping[str, CapKind]] = {
    "match": CapKind.MATCH,
    **dict.fromkeys(("ligue", "league", "championnat"), CapKind.LEAGUE),
    **dict.fromkeys(("jour", "day"), CapKind.DAY),
    **dict.fromkeys(("book", "bookmaker", "site"), CapKind.BOOK),
    **dict.fromkeys(("tout", "total", "all", "open", "ouvert"), CapKind.OPEN),
}
_NO_CAP: Final = frozenset({"aucun", "sans", "none", "no"})


async def exposure(visit: Visit) -> None:
    """Show what is at risk beside the caps in force, or take a cap that was typed."""
    if visit.words:
        await _read(visit, visit.words)
        return
    money = await own_money(visit)
    risks = await open_risks(visit, money)
    own = visit.preferences.own_caps is not None
    text = render_exposure(risks, own=own, voice=visit.voice, money=money)
    make = visit.buttons.make
    rows = [
        [make("risk_caps", "riskask"), make("refresh", "risk")],
        [make("my_bets", "mybets"), visit.buttons.info("exposure")],
        ways_back(visit),
    ]
    await visit.show(text, InlineKeyboardMarkup(rows))


async def ask(visit: Visit) -> None:
    """Show the caps in force; of one that was pressed, what it may be."""
    if visit.tap.args not in set(CapKind):
        await _caps(visit)
        return
    kind = CapKind(visit.tap.args)
    number = _KINDS.index(kind)
    buttons = [
        visit.buttons.labelled(
            share_words(each / 1000, visit.voice), "riskset", number=number, args=str(each)
        )
        for each in _OFFERED[kind]
    ]
    none = visit.buttons.make("risk_none", "riskset", number=number, args=_NONE)
    type_it = visit.buttons.make("type_it", "riskset", number=number, args=_TYPE)
    text = visit.voice.html("risk.ask", what=visit.voice.plain(f"risk.kind_{kind}"))
    rows = [*in_rows(buttons), [none, type_it], _ways(visit)]
    await visit.show(text, InlineKeyboardMarkup(rows))


async def choose(visit: Visit) -> None:
    """Take the cap that was pressed, none, or the house's again."""
    said, number = visit.tap.args, visit.tap.number
    if said == _HOUSE:
        await _keep(visit, None)
        return
    if not 0 <= number < len(_KINDS):
        await _caps(visit)
        return
    kind = _KINDS[number]
    if said == _TYPE:
        prompt = visit.voice.html("risk.type", what=visit.voice.plain(f"risk.kind_{kind}"))
        keyboard = InlineKeyboardMarkup([_ways(visit)])
        body = {"kind": kind.value}
        await expect_words(visit, prompt, screen="risktyp", body=body, keyboard=keyboard)
    elif said == _NONE:
        await _change(visit, kind, None)
    elif said.isdecimal():
        await _change(visit, kind, int(said) / 1000)
    else:
        await _caps(visit)


async def typed(visit: Visit) -> None:
    """Take the cap that was asked for in words."""
    kept = expected(visit, "risktyp")
    if kept is None:
        await _caps(visit)
        return
    await _read(visit, (kept["kind"], *visit.words))


async def _read(visit: Visit, words: Sequence[str]) -> None:
    """Take a cap as it was typed: `match 5%`, `jour aucun`."""
    first = fold(words[0])
    kind = CapKind(first) if first in set(CapKind) else _NAMES.get(first)
    rest = "".join(words[1:])
    found = _PERCENT.fullmatch(rest)
    if kind is None or (found is None and fold(rest) not in _NO_CAP):
        await _unread(visit, words)
        return
    share = None if found is None else float(found[1].replace(",", ".")) / 100
    await _change(visit, kind, share)


async def _unread(visit: Visit, words: Sequence[str]) -> None:
    text = visit.voice.html("risk.unread", word=name(" ".join(words), _WORD))
    await visit.show(text, InlineKeyboardMarkup([_ways(visit)]))


async def _change(visit: Visit, kind: CapKind, share: float | None) -> None:
    try:
        caps = caps_of(visit).changed(kind, share)
    except ValueError:
        await _unread(visit, (kind.value,))
        return
    await _keep(visit, caps)


async def _keep(visit: Visit, caps: OwnCaps | None) -> None:
    chosen = replace(visit.preferences, own_caps=caps)
    async with visit.door.store.transaction() as tx:
        await tx.preferences.save(visit.user_id, chosen, visit.now)
    await _caps(replace(visit, preferences=chosen), visit.voice.html("risk.set"))


async def _caps(visit: Visit, told: Html | str = "") -> None:
    own = visit.preferences.own_caps is not None
    text = render_caps(caps_of(visit), own=own, voice=visit.voice, told=told)
    buttons = [visit.buttons.make(f"risk_{kind}", "riskask", args=kind.value) for kind in _KINDS]
    rows = in_rows(buttons)
    if own:
        rows.append([visit.buttons.make("stake_off", "riskset", args=_HOUSE)])
    await visit.show(text, InlineKeyboardMarkup([*rows, _ways(visit)]))


def _ways(visit: Visit) -> list[InlineKeyboardButton]:
    return [visit.buttons.make("back_risk", "risk"), visit.buttons.home()]
