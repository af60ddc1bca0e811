"""A person's own rules for stakes, and what they make of a pick, as Telegram HTML."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, name, paragraphs
from bot.render.numbers import decimal, percent
from bot.render.numbers import money as amount
from engine.domain.staking import StakeBasis, StakePlan, Staking
from engine.scoring.own_stake import Held, own_stake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick import Pick
    from engine.scoring.own_stake import OwnStake
    from storage.views import PickView

FRACTION_WORDS: Final[Mapping[float, str]] = {0.125: "⅛", 0.25: "¼", 0.5: "½"}
_TEAM: Final = 24


def stake_line(pick: Pick, odds: float, voice: Voice, money: Money) -> Html:
    """Return the stake on a pick at `odds` by the reader's own rules, and what held it."""
    rules = money.staking or Staking()
    found = own_stake(pick, odds, rules, money.basis)
    if found.held is Held.NO_EDGE:
        return voice.html("stake.no_edge", odds=voice.odds(odds))
    if found.held is Held.STEP:
        step = amount(rules.step or Decimal("0.01"), money.currency, voice.language)
        return voice.html("stake.under_step", step=step)
    key = "stake.line_flat" if rules.plan is StakePlan.FLAT else "stake.line_kelly"
    return voice.html(
        f"{key}_capped" if found.held is Held.CAP else key,
        fraction=FRACTION_WORDS[rules.fraction],
        share=percent(found.share, voice.language, digits=2),
        amount=bold(written(found.money, rules, voice, money)),
        cap=cap_words(rules, voice),
    )


def written(value: Decimal, rules: Staking, voice: Voice, money: Money) -> str:
    """Write a stake as its person wishes: in money, or in units of their basis."""
    if not rules.in_units or money.basis <= 0:
        return amount(value, money.currency, voice.language)
    return voice.plain("stake.units", units=decimal(100 * value / money.basis, voice.language))


def cap_words(rules: Staking, voice: Voice) -> str:
    digits = 0 if (100 * rules.cap) % 1 == 0 else 1
    return percent(rules.cap, voice.language, digits=digits)


def render_staking(
    view: PickView, sample: OwnStake | None, *, voice: Voice, money: Money, told: Html | str = ""
) -> Html:
    """Return the rules in force and what they make of a pick; without own rules, the house's."""
    title = bold(voice.html("stake.title"))
    rules = money.staking
    if rules is None or sample is None:
        return paragraphs(told, title, voice.html("stake.house"), voice.html("stake.how"))
    return paragraphs(
        told,
        title,
        lines(
            _plan(rules, voice, money),
            voice.html(
                "stake.cap",
                cap=cap_words(rules, voice),
                amount=amount(
                    Decimal(str(rules.cap)) * max(money.basis, Decimal(0)),
                    money.currency,
                    voice.language,
                ),
            ),
            _step(rules, voice, money),
            _basis(rules, voice, money),
            voice.html("stake.told_units" if rules.in_units else "stake.told_money"),
        ),
        _sample(view, voice, money),
        voice.html("stake.how"),
    )


def _plan(rules: Staking, voice: Voice, money: Money) -> Html:
    if rules.plan is StakePlan.FLAT:
        flat = amount(rules.flat, money.currency, voice.language)
        return voice.html("stake.plan_flat", amount=flat)
    return voice.html("stake.plan_kelly", fraction=FRACTION_WORDS[rules.fraction])


def _step(rules: Staking, voice: Voice, money: Money) -> Html:
    if not rules.step:
        return voice.html("stake.no_step")
    return voice.html("stake.step", step=amount(rules.step, money.currency, voice.language))


def _basis(rules: Staking, voice: Voice, money: Money) -> Html:
    key = f"stake.basis_{rules.basis}"
    if rules.basis is StakeBasis.BALANCE and money.balance is None:
        key = "stake.basis_unknown"
    return voice.html(key, amount=amount(money.basis, money.currency, voice.language))


def _sample(view: PickView, voice: Voice, money: Money) -> Html:
    """Return what the rules make of one pick: of an open one, else of the sample."""
    fixture, pick = view.fixture, view.pick
    match = f"{name(fixture.home.name, _TEAM)} – {name(fixture.away.name, _TEAM)}"
    shown = f"#P{view.number}" if view.number else voice.plain("card.sample")
    return lines(
        bold(voice.html("stake.preview", id=shown)),
        voice.html(
            "stake.preview_pick",
            match=match,
            market=voice.market(pick.selection, fixture),
            odds=voice.odds(float(pick.odds)),
            low=percent(pick.edge_low, voice.language, signed=True),
        ),
        stake_line(pick, float(pick.odds), voice, money),
    )
