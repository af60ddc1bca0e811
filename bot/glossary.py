"""The terms of the product by topic, what a word that was typed may mean, and their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from bot.render.html import Html, bold, code, join, lines, paragraphs
from engine.collect.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.render.voice import Voice

TOPICS: Final[Mapping[str, Sequence[str]]] = {
    "price": (
        "odds", "implied", "margin", "vig", "payout", "devig", "fair", "reference", "sharp",
        "consensus", "snapshot", "freshness",
    ),
    "value": (
        "edge", "winnercurse", "signalscore", "sweetscore", "sweetspot", "tier", "agent",
        "patron", "gate", "quarantine",
    ),
    "close": ("close", "clv", "clvalt", "grade", "coverage", "beatclose", "decay", "steam"),
    "stake": (
        "kelly", "unit", "bankroll", "exposure", "drawdown", "montecarlo", "correlation",
    ),
    "record": (
        "provenance", "yieldrate", "roi", "winrate", "profitfactor", "sharpe", "sortino",
        "calmar", "samplesize", "interval",
    ),
    "proof": (
        "luck", "evalue", "posterior", "badge", "calibration", "logloss", "backtest", "overfit",
        "proofchain",
    ),
    "market": (
        "h1x2", "doublechance", "dnb", "handicap", "totals", "btts", "grid", "combo",
    ),
    "life": ("pick", "minodds", "valuegone", "settlement", "policy"),
}  # fmt: skip
"""Terms by topic, in the order of reading; their words stand in `term.<key>`."""
TERMS: Final = tuple(key for keys in TOPICS.values() for key in keys)
NEAR: Final = 5
"""How many terms are offered for a word that names none."""
_SURE: Final = 85.0
_WORTH: Final = 55.0
_WITHIN: Final = 75.0
_SHORT: Final = 3


def topic_of(term: str) -> str:
    """Return the topic a term stands under."""
    return next(topic for topic, keys in TOPICS.items() if term in keys)


def named(term: str, voice: Voice) -> str:
    """Return what a term is called."""
    return voice.plain(f"term.{term}.name")


def by_letter(voice: Voice) -> Mapping[str, Sequence[str]]:
    """Return the terms by the first letter of what they are called, in alphabetical order."""
    found: dict[str, list[str]] = {}
    for term in sorted(TERMS, key=lambda each: fold(named(each, voice))):
        found.setdefault(fold(named(term, voice))[:1], []).append(term)
    return found


def terms_like(asked: str, voice: Voice) -> tuple[str, ...]:
    """Return the terms that may be meant, the likeliest first: one where there is no doubt."""
    wanted = fold(asked[:60])
    if not wanted:
        return ()
    scored = sorted(((_like(wanted, term, voice), term) for term in TERMS), reverse=True)
    best = scored[0][0]
    if best >= _SURE and best > scored[1][0]:
        return (scored[0][1],)
    return tuple(term for score, term in scored if score >= _WORTH)[:NEAR]


def _like(wanted: str, term: str, voice: Voice) -> float:
    """Return how like a word is to a term: its key, its name, or a word within what it means."""
    name = fold(named(term, voice))
    if wanted in {term, name}:
        return 100.0
    if wanted in name.split() or name.startswith(wanted):
        return 95.0 - len(name) / 10
    alike = max(fuzz.ratio(wanted, name), fuzz.ratio(wanted, term))
    words = fold(voice.plain(f"term.{term}.meaning")).split()
    within = _WITHIN if len(wanted) > _SHORT and wanted in words else 0.0
    return float(max(alike, within))


def render_term(term: str, *, voice: Voice) -> Html:
    """Return what a term means, with its formula if it has one."""
    formula = voice.plain(f"term.{term}.formula")
    return paragraphs(
        bold(f"📖 {named(term, voice)}"),
        voice.html(f"term.{term}.meaning"),
        voice.html("glossary.formula", formula=code(formula)) if formula else "",
    )


def render_glossary(topic: str, *, voice: Voice) -> Html:
    """Return the terms of a topic; without one, how the glossary is used."""
    if not topic:
        intro = voice.html("glossary.intro", n=len(TERMS))
        return paragraphs(bold(voice.html("glossary.title")), intro)
    title = voice.html("glossary.topic", topic=voice.plain(f"topic.{topic}"))
    return paragraphs(bold(title), _listed(TOPICS[topic], voice))


def render_letter(letter: str, terms: Sequence[str], *, voice: Voice) -> Html:
    """Return the terms of a letter."""
    if not terms:
        return bold(voice.html("glossary.title"))
    title = voice.html("glossary.letter", letter=letter.upper())
    return paragraphs(bold(title), _listed(terms, voice))


def render_none(asked: str, near: Sequence[str], *, voice: Voice) -> Html:
    """Return that no term is called so, and which ones may be meant."""
    told = voice.html("glossary.none", asked=asked)
    return lines(told, voice.html("glossary.near") if near else "")


def _listed(terms: Sequence[str], voice: Voice) -> Html:
    return join(" · ", (named(each, voice) for each in terms))
