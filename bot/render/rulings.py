"""Results that contradict themselves, what each source said, and what people said of them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, code, lines, name, paragraphs
from bot.render.numbers import day_and_clock, place
from bot.render.numbers import money as written
from bot.render.pick import short_id
from engine.domain.settlement import Score
from engine.settlement.grading import profit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.dispute import Decision, Dispute
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import Units
    from engine.domain.settlement import Settlement
    from jobs.rulings import HandGrade
    from storage.disputes import WaitingDispute
    from storage.views import PickView

_SCORES: Final = ("full_time", "goals", "half_time", "extra_time", "penalties")
_CHOICES: Final = ("full_time", "goals")
_PRINTED: Final = re.compile(r"([0-9]{1,2})-([0-9]{1,2})")


def render_contested(
    one: WaitingDispute | None, index: int, total: int, *, voice: Voice, money: Money
) -> Html:
    """Return one result that waits for a person, or that none does."""
    if one is None:
        return voice.html("ruling.none")
    dispute, fixture = one.dispute, one.fixture
    when = day_and_clock(fixture.kick_off, money.time_zone, voice.language)
    where = place(money.time_zone, voice.language)
    return paragraphs(
        bold(voice.html("ruling.title", index=index + 1, total=total)),
        lines(
            _match(fixture),
            voice.html(
                "ruling.where",
                competition=voice.competition(fixture.competition),
                kick_off=when,
                place=where,
            ),
            voice.html("ruling.why", why=voice.plain(f"ruling.kind_{dispute.kind}")),
            voice.count("ruling.picks", one.picks),
        ),
        lines(voice.html("ruling.said"), *_said(dispute, voice=voice, money=money)),
        voice.html(
            "ruling.typed",
            example=code(voice.plain("ruling.example", number=dispute.id)),
        ),
    )


def scores_said(dispute: Dispute) -> tuple[Score, ...]:
    """Return the scores that sources told for 90 minutes or for the match, as choices."""
    found = [
        Score(home=int(goals[1]), away=int(goals[2]))
        for one in dispute.said
        for key in _CHOICES
        if (goals := _PRINTED.fullmatch(one.get(key, "")))
    ]
    return tuple(dict.fromkeys(found))


def render_ruling(one: WaitingDispute, decision: Decision, *, voice: Voice) -> Html:
    """Return the question before a dispute is decided."""
    key = "ruling.ask_void" if decision.score is None else "ruling.ask_score"
    return paragraphs(
        _match(one.fixture),
        lines(
            voice.html(key, score=_goals(decision.score)),
            voice.count("ruling.settles", one.picks),
            voice.html("ruling.holds"),
        ),
    )


def render_ruled(decision: Decision, settled: Sequence[Settlement], *, voice: Voice) -> Html:
    """Return what was decided, and what the picks came to: counts, for records are not summed."""
    key = "ruling.done_void" if decision.score is None else "ruling.done_score"
    counts = Counter(one.outcome for one in settled)
    return lines(
        voice.html(key, score=_goals(decision.score)),
        voice.count("ruling.settled", len(settled)),
        *(
            voice.html("ruling.outcome", n=n, outcome=voice.plain(f"ruling.as_{outcome}"))
            for outcome, n in counts.items()
        ),
    )


def render_grade(view: PickView, grade: HandGrade, *, voice: Voice, money: Money) -> Html:
    """Return the question before a pick is graded by hand."""
    outcome = grade.outcome_of(view.pick)
    earned = profit(outcome, view.pick.odds, view.pick.stake)
    before = view.settlement
    return paragraphs(
        lines(
            bold(short_id(view)),
            _match(view.fixture),
            voice.market(view.pick.selection, view.fixture),
        ),
        lines(
            voice.html(
                "ruling.ask_grade",
                outcome=bold(voice.plain(f"ruling.as_{outcome}")),
                score=_goals(grade.score) or voice.plain("ruling.no_scores"),
                profit=_worth(earned, voice, money),
            ),
            ""
            if before is None
            else voice.html(
                "ruling.instead",
                outcome=voice.plain(f"ruling.as_{before.outcome}"),
                profit=_worth(before.profit, voice, money),
            ),
            voice.html("ruling.holds"),
        ),
    )


def render_graded(view: PickView, done: Settlement, *, voice: Voice, money: Money) -> Html:
    """Return how a pick was graded by hand."""
    return voice.html(
        "ruling.graded",
        pick=bold(short_id(view)),
        outcome=voice.plain(f"ruling.as_{done.outcome}"),
        profit=_worth(done.profit, voice, money),
    )


def _said(dispute: Dispute, *, voice: Voice, money: Money) -> Iterable[Html]:
    for one in dispute.said:
        scores = " · ".join(
            voice.plain(f"ruling.score_{key}", score=one[key]) for key in _SCORES if key in one
        )
        yield voice.html(
            "ruling.row",
            provider=voice.provider(one["source"]),
            status=name(one["status"]),
            scores=scores or voice.plain("ruling.no_scores"),
            at=_when(one, voice, money),
        )


def _when(one: Mapping[str, str], voice: Voice, money: Money) -> str:
    read_at = datetime.fromisoformat(one["read_at"])
    return day_and_clock(read_at, money.time_zone, voice.language)


def _match(fixture: Fixture) -> Html:
    return Html(f"{bold(name(fixture.home.name))} - {bold(name(fixture.away.name))}")


def _goals(score: Score | None) -> str:
    return "" if score is None else f"{score.home}-{score.away}"


def _worth(earned: Units, voice: Voice, money: Money) -> str:
    return written(money.worth(earned), money.currency, voice.language, signed=True)
