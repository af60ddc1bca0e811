"""Results only a person can settle: one a page, asked twice; and picks graded by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.desk import after_results, confirm_grade, confirm_ruling, under_contested
from bot.render.rulings import (
    render_contested,
    render_grade,
    render_graded,
    render_ruled,
    render_ruling,
    scores_said,
)
from engine.domain.dispute import Decision
from engine.domain.settlement import Outcome, Score
from jobs.rulings import HandGrade, decide_dispute, grade_pick

if TYPE_CHECKING:
    from bot.context import Visit
    from storage.views import PickView

_SCORE: Final = re.compile(r"([0-9]{1,2})[-x:]([0-9]{1,2})")
_NUMBER: Final = re.compile(r"#?[pP]?([0-9]{1,15})")
_VOID: Final = frozenset({"void", "annule", "annulé", "rembourse", "remboursé"})
_OUTCOMES: Final = {
    **dict.fromkeys(("won", "gagne", "gagné"), Outcome.WON),
    **dict.fromkeys(("halfwon", "half_won", "demi_gagne", "demi_gagné"), Outcome.HALF_WON),
    **dict.fromkeys(_VOID, Outcome.VOID),
    **dict.fromkeys(("halflost", "half_lost", "demi_perdu"), Outcome.HALF_LOST),
    **dict.fromkeys(("lost", "perdu"), Outcome.LOST),
}
_GRADED: Final = re.compile(r"([0-9]{1,2}x[0-9]{1,2}|[a-z]{3,8})s([0-9]{1,3})")
_MOST_GOALS: Final = 30


async def results(visit: Visit) -> None:
    """Show one result that waits for a person; a number and a score typed are asked back."""
    if len(visit.words) == 2:  # noqa: PLR2004  # which dispute, and what of it
        number = _NUMBER.fullmatch(visit.words[0])
        decision = _decision(visit.words[1])
        if number is not None and decision is not None:
            await _ask(visit, int(number[1]), decision)
            return
    if visit.words:
        await visit.show(visit.voice.html("ruling.usage"), after_results(visit.buttons))
        return
    asked = int(visit.tap.args) if visit.tap.args.isdecimal() else 0
    async with visit.door.store.reading() as tx:
        waiting = await tx.disputes.waiting()
    index = min(asked, max(0, len(waiting) - 1))
    one = waiting[index] if waiting else None
    text = render_contested(one, index, len(waiting), voice=visit.voice, money=visit.money)
    if one is None:
        await visit.show(text, after_results(visit.buttons))
        return
    scores = scores_said(one.dispute)
    keyboard = under_contested(visit.buttons, one.dispute.id, scores, index, len(waiting))
    await visit.show(text, keyboard)


async def rule(visit: Visit) -> None:
    """Ask once more before a dispute is decided as the button says."""
    decision = _decision(visit.tap.args)
    if decision is None:
        await _gone(visit)
        return
    await _ask(visit, visit.tap.number, decision)


async def ruled(visit: Visit) -> None:
    """Decide a dispute, and show what its picks came to."""
    door, decision = visit.door, _decision(visit.tap.args)
    done = None
    if decision is not None:
        done = await decide_dispute(
            door.store, door.rules, visit.tap.number, decision, by=visit.user_id, now=visit.now
        )
    if decision is None or done is None:
        await _gone(visit)
        return
    text = render_ruled(decision, done.settled, voice=visit.voice)
    await visit.show(text, after_results(visit.buttons))


async def grade(visit: Visit) -> None:
    """Ask once more before a pick is graded as typed: /noter 12 2-1, or 12 and an outcome."""
    number = _NUMBER.fullmatch(visit.words[0]) if visit.words else None
    said = visit.words[1].lower() if len(visit.words) == 2 else ""  # noqa: PLR2004
    view = await _view(visit, int(number[1])) if number else None
    found = _grade(said, 0)
    if found is None or number is None:
        await visit.show(visit.voice.html("ruling.grade_usage"), visit.buttons.back())
        return
    if view is None:
        await visit.show(visit.voice.html("ruling.no_pick"), visit.buttons.back())
        return
    if view.fixture.kick_off > visit.now and found.outcome is not Outcome.VOID:
        await visit.show(visit.voice.html("ruling.not_begun"), visit.buttons.back())
        return
    seen = view.settlement.sequence if view.settlement else 0
    text = render_grade(view, found, voice=visit.voice, money=visit.money)
    await visit.show(text, confirm_grade(visit.buttons, view.number, f"{_spelt(found)}s{seen}"))


async def graded(visit: Visit) -> None:
    """Grade a pick by hand, unless it was settled since the question was asked."""
    parts = _GRADED.fullmatch(visit.tap.args)
    found = _grade(parts[1], int(parts[2])) if parts else None
    door, done = visit.door, None
    if found is not None:
        done = await grade_pick(
            door.store, door.rules, visit.tap.number, found, by=visit.user_id, now=visit.now
        )
    view = await _view(visit, visit.tap.number)
    if done is None or view is None:
        await visit.show(visit.voice.html("ruling.changed"), visit.buttons.back())
        return
    text = render_graded(view, done, voice=visit.voice, money=visit.money)
    await visit.show(text, visit.buttons.back())


async def _ask(visit: Visit, number: int, decision: Decision) -> None:
    async with visit.door.store.reading() as tx:
        waiting = await tx.disputes.waiting(number)
    if not waiting:
        await _gone(visit)
        return
    text = render_ruling(waiting[0], decision, voice=visit.voice)
    await visit.show(text, confirm_ruling(visit.buttons, number, _args(decision)))


async def _gone(visit: Visit) -> None:
    await visit.show(visit.voice.html("ruling.gone"), after_results(visit.buttons))


async def _view(visit: Visit, number: int) -> PickView | None:
    async with visit.door.store.reading() as tx:
        return await tx.picks.view(number=number)


def _decision(said: str) -> Decision | None:
    if said.lower() in _VOID:
        return Decision(score=None)
    score = _score(said)
    return None if score is None else Decision(score=score)


def _score(said: str) -> Score | None:
    found = _SCORE.fullmatch(said)
    if found is None or max(int(found[1]), int(found[2])) > _MOST_GOALS:
        return None
    return Score(home=int(found[1]), away=int(found[2]))


def _grade(said: str, seen: int) -> HandGrade | None:
    score = _score(said)
    if score is not None:
        return HandGrade(score=score, seen=seen)
    outcome = _OUTCOMES.get(said)
    return None if outcome is None else HandGrade(outcome=outcome, seen=seen)


def _spelt(grade: HandGrade) -> str:
    if grade.score is not None:
        return f"{grade.score.home}x{grade.score.away}"
    return str(grade.outcome).replace("_", "")


def _args(decision: Decision) -> str:
    score = decision.score
    return "void" if score is None else f"{score.home}x{score.away}"
