"""The scoreboard of the agents: figures with their n and interval, or that it is too early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import decimal, percent
from bot.render.stats import ENOUGH
from bot.render.why import MARKS
from engine.domain.signal import AgentName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.render.voice import Voice
    from engine.domain.pick import Provenance
    from engine.domain.record import Estimate
    from engine.learning.agents.live_record import LiveRecord

_LOSS_DIGITS: Final = 4


def render_agents(
    records: Sequence[LiveRecord], provenance: Provenance, *, days: int, voice: Voice
) -> Html:
    """Return one paragraph an agent, those with the best proven closes first."""
    title = voice.html("agents.title", provenance=voice.plain(f"stats.{provenance}"))
    head = lines(bold(title), voice.html("agents.window", days=days))
    if not records:
        return paragraphs(head, voice.html("agents.empty"), voice.html("agents.how"))
    ranked = sorted(records, key=lambda one: (not _known(one.clv), -(one.clv.mean or 0.0)))
    silent = [each for each in AgentName if each not in {one.agent for one in records}]
    return paragraphs(
        head,
        *(_record(one, voice) for one in ranked),
        _silent(silent, voice),
        lines(voice.html("agents.how"), voice.html("agents.legend", n=ENOUGH)),
    )


def _record(one: LiveRecord, voice: Voice) -> Html:
    head = voice.count(
        f"agents.head_{one.standing}",
        one.said,
        mark=MARKS[one.standing],
        agent=bold(voice.plain(f"agent.{one.agent}")),
    )
    return lines(head, _clv(one.clv, voice), _loss(one, voice))


def _clv(clv: Estimate, voice: Voice) -> Html:
    if clv.mean is None or not _known(clv):
        return voice.html("agents.clv_early", n=clv.n)
    mean = percent(clv.mean, voice.language, signed=True)
    return voice.html(
        "agents.clv", mean=mean, interval=_interval(clv, voice, times=100, digits=1), n=clv.n
    )


def _loss(one: LiveRecord, voice: Voice) -> Html:
    gain = one.gain.mean
    if one.log_loss is None or one.reference is None or gain is None or not _known(one.gain):
        return voice.html("agents.loss_early", n=one.decided)
    return voice.html(
        "agents.loss",
        own=decimal(one.log_loss, voice.language, digits=_LOSS_DIGITS),
        reference=decimal(one.reference, voice.language, digits=_LOSS_DIGITS),
        gain=decimal(gain, voice.language, digits=_LOSS_DIGITS, signed=True),
        interval=_interval(one.gain, voice, times=1, digits=_LOSS_DIGITS),
        n=one.decided,
    )


def _known(value: Estimate) -> bool:
    """Say whether there is enough to tell: below it, nothing is concluded."""
    return not value.few


def _interval(value: Estimate, voice: Voice, *, times: float, digits: int) -> str:
    if value.low is None or value.high is None:
        return voice.plain("agents.one_week")
    low, high = (
        decimal(end * times, voice.language, digits=digits, signed=True)
        for end in (value.low, value.high)
    )
    return voice.plain("agents.interval", low=low, high=high)


def _silent(agents: Sequence[AgentName], voice: Voice) -> Html:
    if not agents:
        return Html()
    told = ", ".join(voice.plain(f"agent.{agent}") for agent in agents)
    return voice.html("agents.silent", agents=told)
