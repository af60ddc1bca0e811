"""Whether what the service settled is what truly happened, corrections and bets off included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]
Score = tuple[int, int]

_VOID: Final = "void"
_COVERED: Final = {
    "home": (1,),
    "draw": (0,),
    "away": (-1,),
    "dc_1x": (1, 0),
    "dc_12": (1, -1),
    "dc_x2": (0, -1),
}
_BY_HALVES: Final = {2: "won", 1: "half_won", 0: _VOID, -1: "half_lost", -2: "lost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a match truly ended: the score after 90 minutes, or none where bets are off."""

    status: str
    score: Score | None
    happenings: tuple[str, ...] = ()


def settlements(picks: Sequence[Json], endings: Mapping[str, Ending]) -> Json:
    """Return the settlements that are right, wrong, and the bets that still wait to be off."""
    ended = [(pick, _ending(pick, endings)) for pick in picks]
    known = [(pick, ending) for pick, ending in ended if ending is not None]
    spoken = [(pick, ending) for pick, ending in known if pick["outcome"] is not None]
    wrong = [
        {
            "match": f"{pick.get('home')} - {pick.get('away')}",
            "selection": pick["selection"],
            "said": pick["outcome"],
            "true": true_outcome(pick["selection"], ending),
            "status": ending.status,
            "explained_by": list(ending.happenings),
        }
        for pick, ending in spoken
        if pick["outcome"] != true_outcome(pick["selection"], ending)
    ]
    waiting = [pick for pick, ending in known if pick["outcome"] is None and ending.score is None]
    early = [pick for pick, ending in ended if ending is None and pick["outcome"] is not None]
    return {
        "n": len(spoken),
        "right": len(spoken) - len(wrong),
        "before_the_end": len(early),
        "voids_said": sum(pick["outcome"] == _VOID for pick, _ in spoken),
        "voids_awaited": len(waiting),
        "wrong": wrong,
    }


def _ending(pick: Json, endings: Mapping[str, Ending]) -> Ending | None:
    return endings.get(pick["event_ids"].get("odds_api", ""))


def true_outcome(selection: str, ending: Ending) -> str:
    """Return what a score makes of a selection; without a score the stake comes back.

    >>> true_outcome("ah_home@-0.25", Ending(status="FT", score=(1, 1)))
    'half_lost'
    """
    if ending.score is None:
        return _VOID
    home, away = ending.score
    lead = (home > away) - (home < away)
    if selection in _COVERED:
        return "won" if lead in _COVERED[selection] else "lost"
    name, at, line = selection.partition("@")
    if at:
        sign = 1 if name == "ah_home" else -1
        return _by_quarters(sign * 4 * (home - away) + round(4 * float(line)))
    if name.startswith("dnb_"):
        return _by_quarters(4 * lead * (1 if name == "dnb_home" else -1))
    if name.startswith("btts_"):
        return "won" if (min(home, away) > 0) == (name == "btts_yes") else "lost"
    side, _, goals = name.partition("_")
    sign = 1 if side == "over" else -1
    return _by_quarters(sign * (4 * (home + away) - round(4 * float(goals))))


def _by_quarters(ahead: int) -> str:
    """Return the outcome of a bet so many quarters of a goal ahead of its line."""
    return _BY_HALVES[max(-2, min(2, ahead))]
