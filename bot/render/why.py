"""What stands behind a card: its reference, its score by parts, every agent's reasons."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, join, lines, name, paragraphs
from bot.render.numbers import day_and_clock, decimal
from bot.render.pick import SEPARATOR, Card, odds_interval, render_card, source_name
from bot.render.reasons import EFFECTIVE, KELLY, part, points, reason, view_of
from bot.render.voice import Voice
from engine.domain.signal import AgentName, Standing, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.render.numbers import Money
    from bot.texts.loader import Texts
    from engine.domain.signal import Part, Reason, Signal
    from storage.views import PickView

MARKS: Final[Mapping[Standing, str]] = {
    Standing.COUNTS: "●",
    Standing.SHADOW: "○",
    Standing.BENCHED: "⏸",
}
"""What stands before an agent's name wherever it is shown."""
_PARTS: Final = 8
_REASONS: Final = 4
_EVENS: Final = 50.0
_LEAST_POINTS: Final = 0.05
_ORDER: Final = (AgentName.PATRON, *(each for each in AgentName if each is not AgentName.PATRON))


def render_detail(
    view: PickView, *, texts: Texts, language: str, now: datetime, money: Money
) -> Html:
    """Return the card followed by what stands behind its numbers."""
    voice = Voice(texts=texts, language=language, odds_format=money.odds_format)
    card = Card(view=view, voice=voice, now=now, money=money, reminder=False)
    shown = render_card(view, texts=texts, language=language, now=now, money=money)
    return paragraphs(
        shown, lines(*_behind(card)), lines(*_parts(card)), lines(*_agents(card)), _legend(card)
    )


def _behind(card: Card) -> tuple[Html, ...]:
    pick, voice = card.view.pick, card.voice
    fair, update = pick.fair, card.view.update
    source = source_name(card, fair.source)
    taken = day_and_clock(pick.taken_at, card.money.time_zone, voice.language)
    signal, sweet = (
        decimal(score, voice.language, digits=0)
        for score in (pick.score.signal_score, pick.score.sweet_spot_score)
    )
    last = Html()
    if update is not None:
        odds = card.odds(update.odds) if update.odds is not None else "—"
        last = voice.html("detail.last", at=card.clock(update.seen_at), odds=odds)
    return (
        bold(voice.html("detail.title")),
        voice.count("detail.reference", fair.books, source=source),
        voice.html(
            "detail.probability",
            probability=card.percent(fair.probability, signed=False),
            error=card.percent(fair.std_error, signed=False),
        ),
        _value(card),
        voice.html("detail.dispersion", dispersion=card.percent(fair.dispersion, signed=False)),
        _refund(card),
        voice.html("detail.signal", signal=signal, sweet=sweet),
        Html() if pick.score.in_zone else voice.html("detail.not_in_zone"),
        voice.html("detail.taken", at=taken, policy=name(pick.policy_version)),
        last,
    )


def _value(card: Card) -> Html:
    """Say why the edge is what it is: where the close is expected, or what experience leaves."""
    pick, voice = card.view.pick, card.voice
    above, edge = _above_fair(card), card.percent(pick.edge)
    close, error = pick.fair.close, pick.fair.close_error
    if close is None or error is None:
        return voice.html("detail.value", raw=card.percent(above, signed=False), edge=edge)
    low, high = odds_interval(close, error)
    return voice.html(
        "detail.value_expected",
        raw=card.percent(above),
        edge=edge,
        close=card.odds(1 / close),
        low=card.odds(low),
        high=card.odds(high),
    )


def _refund(card: Card) -> Html:
    refund = card.view.pick.fair.refund
    if not refund:
        return Html()
    return card.voice.html("detail.refund", refund=card.percent(refund, signed=False))


def _above_fair(card: Card) -> float:
    """Return how far the odds stand above the fair ones, per unit not refunded."""
    return card.view.pick.odds * card.view.pick.fair.probability - 1


def _parts(card: Card) -> Iterator[Html]:
    """Say what the score is made of: the parts and 50 are the score."""
    parts, voice = card.view.pick.parts, card.voice
    if not parts:
        return
    score = card.view.pick.score.sweet_spot_score
    yield bold(
        voice.html(
            "why.score",
            score=_points(score, voice),
            parts=_points(score - _EVENS, voice, signed=True),
        )
    )
    ranked = sorted(parts, key=lambda one: -abs(one.points))
    told = [one for one in ranked if abs(one.points) >= _LEAST_POINTS][:_PARTS]
    for one in told:
        yield _part(one, voice)
    left = len(parts) - len(told)
    if left:
        rest = sum(one.points for one in parts) - sum(one.points for one in told)
        yield voice.count("why.rest", left, points=_points(rest, voice, signed=True))


def _part(one: Part, voice: Voice) -> Html:
    return voice.html(
        "why.part",
        points=_points(one.points, voice, signed=True),
        what=part(one.name, one.value, voice),
    )


def _points(value: float, voice: Voice, *, signed: bool = False) -> str:
    return decimal(value, voice.language, digits=1, signed=signed)


def _agents(card: Card) -> Iterator[Html]:
    """Say what each agent that gives reasons said, PATRON first."""
    signals, tier = _spoken(card), card.view.pick.score.tier
    if not signals and tier is Tier.STANDARD:
        return
    voice = card.voice
    yield bold(voice.html("why.agents"))
    yield join(SEPARATOR, (voice.html(f"tier.{tier}"), _effective(signals, voice)))
    for signal in signals:
        yield _agent(card, signal)
        for each in _told(signal.reasons):
            yield _reason(signal.agent, each, voice)


def _spoken(card: Card) -> list[Signal]:
    """Return what may be shown: nothing without reasons."""
    told = [signal for signal in card.view.pick.signals if signal.reasons]
    return sorted(told, key=lambda signal: _ORDER.index(signal.agent))


def _effective(signals: Sequence[Signal], voice: Voice) -> Html:
    """Say how many independent agents PATRON heard, where it says so itself."""
    for signal in signals:
        for each in signal.reasons:
            if signal.agent is AgentName.PATRON and each.name == EFFECTIVE:
                number = decimal(each.value, voice.language, digits=1)
                return voice.html("why.effective", number=number)
    return Html()


def _agent(card: Card, signal: Signal) -> Html:
    voice = card.voice
    return join(
        SEPARATOR,
        (
            voice.html(
                f"why.agent_{signal.standing}",
                mark=MARKS[signal.standing],
                agent=bold(voice.plain(f"agent.{signal.agent}")),
            ),
            _expected(card, signal),
            voice.html(f"why.{_way(signal.direction)}"),
        ),
    )


def _expected(card: Card, signal: Signal) -> Html:
    """Return the closing odds an agent expects, within 80 % where it says how surely."""
    probability, error = signal.probability, signal.std_error
    if not 0 < probability < 1:
        return Html()
    odds = card.odds(1 / probability)
    if not isfinite(error):
        return card.voice.html("why.odds_bare", odds=odds)
    low, high = odds_interval(probability, error)
    return card.voice.html("why.odds", odds=odds, low=card.odds(low), high=card.odds(high))


def _way(direction: int) -> str:
    return "for" if direction > 0 else "against" if direction < 0 else "neutral"


def _told(reasons: Sequence[Reason]) -> list[Reason]:
    """Return the strongest reasons, what would be staked last: it moves nothing."""
    ranked = sorted(reasons, key=lambda each: -abs(each.effect))
    moving = [each for each in ranked if each.name not in {KELLY, EFFECTIVE}]
    return [*moving[:_REASONS], *(each for each in ranked if each.name == KELLY)]


def _reason(agent: AgentName, each: Reason, voice: Voice) -> Html:
    """Put a reason into words; PATRON's are the agents it heard."""
    if agent is AgentName.PATRON and each.name in _ORDER:
        what = view_of(each.name, each.value, voice)
    else:
        what = reason(each.name, each.value, voice)
    if not each.effect:
        return voice.html("why.reason_bare", what=what)
    return voice.html("why.reason", what=what, effect=points(each.effect, voice))


def _legend(card: Card) -> Html:
    voice = card.voice
    agents = voice.html("why.legend") if _spoken(card) else Html()
    return lines(voice.html("detail.interval"), agents)
