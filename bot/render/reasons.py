"""What agents and scores are made of: each name in plain words, its value as people read it."""

from __future__ import annotations

from datetime import timedelta
from math import exp, expm1, isfinite, nan
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.render.numbers import decimal, percent, span
from bot.render.slices import readable, slice_words
from engine.domain.signal import AgentName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.render.voice import Voice

    Unit: TypeAlias = "Callable[[float, Voice], str]"

PATTERN: Final = "pattern:"
KELLY: Final = "kelly"
EFFECTIVE: Final = "effective"
"""PATRON's number of independent agents: said once, not among its reasons."""
_POINTS: Final = 25.0
"""Points of probability that a logit is worth at one chance in two."""
_FURTHEST: Final = 12.0
_DAY_HOURS: Final = 24.0
_AGENTS: Final = frozenset(AgentName)


def reason(name_: str, value: float, voice: Voice) -> str:
    """Return a reason with its value; one that nobody named is made readable."""
    return _valued(label_of(name_, voice), unit_of(name_)(value, voice), voice)


def view_of(agent: str, lean: float, voice: Voice) -> str:
    """Return what PATRON heard of an agent: how far it leans from the expected close."""
    return _valued(_view(agent, voice), points(lean, voice), voice)


def part(name_: str, value: float, voice: Voice) -> str:
    """Return a part of a score with what was seen.

    That is a share of the stake but for the columns that correct an edge. An agent's is what
    PATRON moved by for its sake.
    """
    if name_ in _AGENTS:
        return _valued(_view(name_, voice), _signed_share(value, voice), voice)
    own = voice.texts.maybe(voice.language, f"part.{name_}")
    if own is not None:
        return _valued(own, _signed_share(value, voice), voice)
    return reason(name_, value, voice)


def _valued(label: str, value: str, voice: Voice) -> str:
    return voice.plain("unit.valued", label=label, value=value)


def _view(agent: str, voice: Voice) -> str:
    return voice.plain("reason.view", agent=voice.plain(f"agent.{agent}"))


def points(effect: float, voice: Voice) -> str:
    """Return a move in logits as points of probability at one chance in two.

    Unlike the move of the probability itself, it is the same whatever else moved before it.
    """
    written = decimal(effect * _POINTS, voice.language, digits=1, signed=True)
    return voice.plain("unit.points", value=written)


def label_of(name_: str, voice: Voice) -> str:
    """Return what a reason is called."""
    if name_.startswith(PATTERN):
        return slice_words(name_.removeprefix(PATTERN), voice)
    return voice.texts.maybe(voice.language, f"reason.{name_}") or readable(name_)


def unit_of(name_: str) -> Unit:
    """Return how the values of a name are written; a pattern's are the bets it rests on."""
    return _bets if name_.startswith(PATTERN) else _UNITS.get(name_, _number)


def _bound(value: float) -> float:
    """Return a logarithm no further out than what people can read; an infinite one is none."""
    return max(-_FURTHEST, min(_FURTHEST, value)) if isfinite(value) else nan


def _logarithm(value: float, voice: Voice) -> str:
    return percent(expm1(_bound(value)), voice.language, signed=True)


def _signed_share(value: float, voice: Voice) -> str:
    return percent(value, voice.language, signed=True)


def _share(value: float, voice: Voice) -> str:
    return percent(value, voice.language)


def _count(value: float, voice: Voice) -> str:
    return decimal(expm1(_bound(value)), voice.language, digits=0)


def _log_odds(value: float, voice: Voice) -> str:
    return decimal(exp(_bound(value)), voice.language)


def _odds_of(value: float, voice: Voice) -> str:
    return decimal(1 / value if value > 0 else float("nan"), voice.language)


def _lead(value: float, voice: Voice) -> str:
    if not isfinite(value):
        return "—"
    return span(timedelta(hours=_DAY_HOURS * exp(_bound(value))), voice.language)


def _days(value: float, voice: Voice) -> str:
    written = decimal(value, voice.language, digits=1, signed=True)
    return voice.plain("unit.days", value=written)


def _goals(value: float, voice: Voice) -> str:
    return voice.plain("unit.goals", value=decimal(value, voice.language, signed=True))


def _errors(value: float, voice: Voice) -> str:
    written = decimal(value, voice.language, digits=1, signed=True)
    return voice.plain("unit.errors", value=written)


def _bets(value: float, voice: Voice) -> str:
    return voice.plain("unit.bets", n=decimal(value, voice.language, digits=0))


def _times(value: float, voice: Voice) -> str:
    return voice.plain("unit.times", value=decimal(value, voice.language, digits=1))


def _number(value: float, voice: Voice) -> str:
    return decimal(value, voice.language)


_UNITS: Final[Mapping[str, Unit]] = {
    "edge": _logarithm,
    "edge_expected": _logarithm,
    "gap_second": _logarithm,
    "gap_mean": _logarithm,
    "books": _count,
    "dispersion": _share,
    "booksum": _signed_share,
    "booksum_best": _signed_share,
    "log_odds": _log_odds,
    "reference_error": _share,
    "close_error": _share,
    "lead": _lead,
    "moved": points,
    "drift_fast": points,
    "drift": points,
    "drift_slow": points,
    "drift_league": points,
    "rating": points,
    "surprise": _goals,
    "rest": _days,
    "usual": points,
    KELLY: _share,
    "expected_close": _odds_of,
    EFFECTIVE: _number,
    "alike": _bets,
    "alike_distance": _times,
    "alike_won": _share,
    "alike_clv": _signed_share,
    "ev": _signed_share,
    "gap": _errors,
    "agreement": _errors,
}
"""How values are written, by name."""
