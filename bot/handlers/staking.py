"""How much a person stakes, by rules of their own: a tap each, or typed."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from telegram import InlineKeyboardMarkup

from bot.accounts import own_money, ways_back
from bot.doors import doors
from bot.keyboards import in_rows
from bot.render.html import name
from bot.render.numbers import money as amount_of
from bot.render.numbers import percent
from bot.render.sample import sample_view
from bot.render.staking import FRACTION_WORDS, render_staking
from bot.typed import expect_words, expected
from engine.domain.filter_words import fold
from engine.domain.staking import FRACTIONS, StakeBasis, StakePlan, Staking
from engine.scoring.own_stake import own_stake

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from telegram import InlineKeyboardButton

    from bot.context import Visit
    from bot.render.html import Html
    from storage.views import PickView

_CAPS: Final = (5, 10, 20, 30, 50)
"""Thousandths of the basis."""
_STEPS: Final = (0, 50, 100, 500)
_FLATS: Final = (500, 1000, 2000, 5000)
_FIXED: Final = (20000, 50000, 100000)
"""Hundredths of money."""
_ASKED: Final = ("frac", "cap", "step", "basis", "flat", "told")
_OFF: Final = "off"
_TYPED: Final = ("flat", "cap", "fixed", "step")
_WORD: Final = 24
_FRACTIONS: Final[Mapping[str, float]] = {"18": 0.125, "14": 0.25, "12": 0.5}
_NAMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("plafond", "cap", "max"), "cap"),
    **dict.fromkeys(("fixe", "flat", "mise"), "flat"),
    **dict.fromkeys(("arrondi", "pas", "round", "rounding", "step"), "step"),
    **dict.fromkeys(("base", "basis", "bankroll"), "fixed"),
}
_HOUSE: Final = frozenset({"maison", "house", "defaut", "default"})
_BALANCE: Final = frozenset({"solde", "balance"})
_NUMBER: Final = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,2})?)(%|€|\$|£|eur|euros)?", re.IGNORECASE)


async def staking(visit: Visit) -> None:
    """Show the rules of this person's stakes with what they make of a pick, or take typed ones."""
    if not visit.words:
        await _show(visit)
        return
    await _read(visit, visit.words)


async def ask(visit: Visit) -> None:
    """Offer what may be chosen of one rule."""
    asked = visit.tap.args
    if asked not in _ASKED:
        await _show(visit)
        return
    buttons = [
        visit.buttons.labelled(label, "stakeset", number=number, args=args)
        for label, args, number in _choices(visit, asked)
    ]
    typed = "fixed" if asked == "basis" else asked
    rows = in_rows(buttons)
    if typed in _TYPED:
        rows.append([visit.buttons.make("type_it", "stakeset", args=f"{typed}x")])
    text = visit.voice.html(f"stake.ask_{asked}")
    await visit.show(text, InlineKeyboardMarkup([*rows, _ways(visit)]))


async def choose(visit: Visit) -> None:
    """Take the rule that was tapped, or ask for it in words."""
    what, typing, _ = visit.tap.args.partition("x")
    if typing and what in _TYPED:
        prompt = visit.voice.html(f"stake.type_{what}")
        keyboard = InlineKeyboardMarkup([_ways(visit)])
        await expect_words(
            visit, prompt, screen="staketyp", body={"what": what}, keyboard=keyboard
        )
        return
    if what == _OFF:
        await _keep(visit, None)
        return
    changes = _tapped(what, visit.tap.number)
    if changes is None:
        await _show(visit)
        return
    await _change(visit, changes)


async def typed(visit: Visit) -> None:
    """Take the rule that was asked for in words."""
    kept = expected(visit, "staketyp")
    if kept is None:
        await _show(visit)
        return
    await _read(visit, (kept["what"], *visit.words))


async def _read(visit: Visit, words: Sequence[str]) -> None:
    """Take rules as they were typed: `1/4`, `plafond 2%`, `fixe 10`, `arrondi 1`, `base 500`."""
    changes = _typed(words)
    if changes is None:
        text = visit.voice.html("stake.unread", word=name(" ".join(words), _WORD))
        await visit.show(text, InlineKeyboardMarkup([_ways(visit)]))
        return
    await _change(visit, changes)


async def _change(visit: Visit, changes: Mapping[str, Any]) -> None:
    try:
        rules = replace(visit.preferences.staking or Staking(), **changes)
    except ValueError:
        text = visit.voice.html("stake.too_much")
        await visit.show(text, InlineKeyboardMarkup([_ways(visit)]))
        return
    await _keep(visit, rules)


async def _keep(visit: Visit, rules: Staking | None) -> None:
    chosen = replace(visit.preferences, staking=rules)
    async with visit.door.store.transaction() as tx:
        await tx.preferences.save(visit.user_id, chosen, visit.now)
    await _show(replace(visit, preferences=chosen), visit.voice.html("stake.set"))


async def _show(visit: Visit, told: Html | str = "") -> None:
    money = await own_money(visit)
    view = await _example(visit)
    sample = None
    if money.staking is not None:
        sample = own_stake(view.pick, float(view.pick.odds), money.staking, money.basis)
    text = render_staking(view, sample, voice=visit.voice, money=money, told=told)
    asks = [visit.buttons.make(f"stake_{each}", "stakeask", args=each) for each in _ASKED]
    rows = in_rows(asks)
    if money.staking is not None:
        rows.append([visit.buttons.make("stake_off", "stakeset", args=_OFF)])
    rows.append(doors(visit, ("exposition", "limites")))
    rows.append([visit.buttons.info("kelly"), *ways_back(visit)])
    await visit.show(text, InlineKeyboardMarkup([row for row in rows if row]))


async def _example(visit: Visit) -> PickView:
    """Return the next open pick, else the sample."""
    async with visit.door.store.reading() as tx:
        page = await tx.picks.page(visit.now, offset=0, limit=1, provenance=visit.door.provenance)
    return page.picks[0] if page.picks else sample_view(visit.now)


def _choices(visit: Visit, asked: str) -> list[tuple[str, str, int]]:
    """Return the label, the argument and the number of each button."""
    voice, currency = visit.voice, visit.money.currency

    def money(cents: int) -> str:
        return amount_of(Decimal(cents) / 100, currency, voice.language)

    if asked == "frac":
        return [(f"{FRACTION_WORDS[each]} Kelly", asked, at) for at, each in enumerate(FRACTIONS)]
    if asked == "cap":
        return [(percent(each / 1000, voice.language, digits=1), asked, each) for each in _CAPS]
    if asked == "flat":
        return [(money(each), asked, each) for each in _FLATS]
    if asked == "step":
        none = voice.plain("button.stake_no_step")
        return [(money(each) if each else none, asked, each) for each in _STEPS]
    if asked == "told":
        return [(voice.plain(f"button.stake_told_{at}"), asked, at) for at in range(2)]
    return [
        *((voice.plain(f"button.stake_{each}"), each, 0) for each in ("house", "balance")),
        *((money(each), "fixed", each) for each in _FIXED),
    ]


def _tapped(what: str, number: int) -> Mapping[str, Any] | None:
    """Return what a button changes; None where it says nothing known."""
    amount = Decimal(number) / 100
    if what == "frac" and number < len(FRACTIONS):
        return {"plan": StakePlan.KELLY, "fraction": FRACTIONS[number]}
    if what == "cap":
        return {"cap": number / 1000}
    if what == "told":
        return {"in_units": bool(number)}
    if what in {"house", "balance"}:
        return {"basis": StakeBasis(what)}
    return _amount(what, amount)


def _amount(what: str, amount: Decimal) -> Mapping[str, Any] | None:
    if what == "flat":
        return {"plan": StakePlan.FLAT, "flat": amount}
    if what == "step":
        return {"step": amount}
    if what == "fixed":
        return {"basis": StakeBasis.FIXED, "fixed": amount}
    return None


def _typed(words: Sequence[str]) -> Mapping[str, Any] | None:
    """Return what was typed changes; None where nobody can read it."""
    first, rest = fold(words[0]) if words else "", words[1:]
    if not rest and first in _FRACTIONS and "/" in words[0]:
        return {"plan": StakePlan.KELLY, "fraction": _FRACTIONS[first]}
    if not rest and first in _HOUSE:
        return {"basis": StakeBasis.HOUSE}
    last = fold(words[-1]) if words else ""
    if last in _BALANCE:
        return {"basis": StakeBasis.BALANCE}
    what = _NAMES.get(first, first if first in _TYPED else "")
    found = _NUMBER.fullmatch("".join(rest))
    if found is None:
        return None
    amount = Decimal(found[1].replace(",", "."))
    if what == "cap":
        return {"cap": float(amount) / 100}
    return None if found[2] == "%" else _amount(what, amount)


def _ways(visit: Visit) -> list[InlineKeyboardButton]:
    return [visit.buttons.make("back_stake", "stake"), visit.buttons.home()]
