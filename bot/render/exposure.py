"""What a person has at risk beside their own caps, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, name, paragraphs
from bot.render.numbers import day, decimal, percent
from bot.render.numbers import money as amount
from engine.domain.own_caps import CapKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.own_caps import OwnCaps
    from engine.scoring.own_exposure import Risk

_TEAM: Final = 20
_ROWS: Final = 5


def render_exposure(
    risks: Mapping[CapKind, Sequence[Risk]], *, own: bool, voice: Voice, money: Money
) -> Html:
    """Return what is open in all, then by match, league, day and bookmaker; over a cap says so."""
    title = bold(voice.html("risk.title"))
    basis = voice.html("risk.basis", amount=amount(money.basis, money.currency, voice.language))
    caps = voice.html("risk.own_caps" if own else "risk.house_caps")
    if not risks[CapKind.OPEN]:
        return paragraphs(title, voice.html("risk.none"), lines(basis, caps))
    (whole,) = risks[CapKind.OPEN]
    broken = [risk for kind in CapKind for risk in risks[kind] if risk.over]
    parts = [
        _part(kind, risks[kind], voice, money) for kind in CapKind if kind is not CapKind.OPEN
    ]
    return paragraphs(
        lines(title, risk_line(whole, voice, money)),
        lines(*(warning(risk, voice, money) for risk in broken)),
        *parts,
        lines(basis, caps, voice.html("risk.apart")),
    )


def _part(kind: CapKind, risks: Sequence[Risk], voice: Voice, money: Money) -> Html:
    shown = [risk_line(risk, voice, money) for risk in risks[:_ROWS]]
    more = len(risks) - len(shown)
    return lines(
        bold(voice.html(f"risk.by_{kind}")),
        *shown,
        voice.count("risk.more", more) if more else "",
    )


def risk_line(risk: Risk, voice: Voice, money: Money) -> Html:
    """Return what is open of one thing, its share and its cap."""
    key = "risk.line" if risk.cap is None else "risk.line_capped"
    mark = "⚠️ " if risk.over else ""
    return voice.html(
        key,
        mark=mark,
        what=risk_name(risk, voice, money),
        money=_money(risk.staked, voice, money),
        share=_share(risk.staked, voice, money),
        cap=_share(risk.cap, voice, money) if risk.cap is not None else "",
        n=risk.bets,
    )


def warning(risk: Risk, voice: Voice, money: Money) -> Html:
    """Return that a cap is passed: by how much, and of what."""
    return voice.html(
        f"risk.over_{risk.kind}",
        what=risk_name(risk, voice, money),
        cap=_share(risk.cap, voice, money) if risk.cap is not None else "",
        share=_share(risk.staked, voice, money),
        money=_money(risk.staked, voice, money),
    )


def risk_name(risk: Risk, voice: Voice, money: Money) -> str:
    """Return what a risk is of, as people call it."""
    fixture = risk.one.fixture
    if risk.kind is CapKind.MATCH:
        return f"{name(fixture.home.name, _TEAM)} – {name(fixture.away.name, _TEAM)}"
    if risk.kind is CapKind.LEAGUE:
        return voice.competition(fixture.competition)
    if risk.kind is CapKind.DAY:
        return day(fixture.kick_off, money.time_zone, voice.language)
    if risk.kind is CapKind.BOOK:
        return voice.bookmaker(risk.key)
    return voice.plain("risk.in_all")


def render_caps(caps: OwnCaps, *, own: bool, voice: Voice, told: Html | str = "") -> Html:
    """Return the caps in force."""
    shown = [
        voice.html(
            "risk.cap_line" if caps.of(kind) is not None else "risk.cap_none",
            what=voice.plain(f"risk.kind_{kind}"),
            cap=share_words(caps.of(kind) or 0.0, voice),
        )
        for kind in CapKind
    ]
    return paragraphs(
        told,
        lines(bold(voice.html("risk.caps_title")), *shown),
        voice.html("risk.own_caps" if own else "risk.house_caps"),
        voice.html("risk.caps_how"),
    )


def share_words(share: float, voice: Voice) -> str:
    digits = 0 if (round(1000 * share) % 10) == 0 else 1
    return percent(share, voice.language, digits=digits)


def _share(staked: Decimal, voice: Voice, money: Money) -> str:
    """Write units as a share of what stakes are a share of."""
    if money.basis <= 0:
        return voice.plain("stake.units", units=decimal(staked, voice.language))
    return percent(float(money.worth(staked) / money.basis), voice.language, digits=1)


def _money(staked: Decimal, voice: Voice, money: Money) -> str:
    return amount(money.worth(staked), money.currency, voice.language)
