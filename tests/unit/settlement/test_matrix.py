"""Every row of the settlement matrix of the design, one line a cell.

A cell is a bet, what became of its match, how many hours after the kick-off it was made for we
look, and what it comes to. Half-time markets are not in the catalogue and have no column.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from engine.domain.market import CATALOGUE, Selection
from engine.domain.numbers import units
from engine.domain.settlement import Outcome, Phase, Score
from engine.settlement.accumulator import Leg, combined_odds
from engine.settlement.grading import settle
from engine.settlement.matrix import Ruling, rule_on
from engine.settlement.rules import BookRules
from engine.settlement.settling import settle_pick
from tests.builders import KICK_OFF, a_pick, a_result

WON, HALF_WON, VOID = Outcome.WON, Outcome.HALF_WON, Outcome.VOID
HALF_LOST, LOST, WAITS = Outcome.HALF_LOST, Outcome.LOST, None
HOUR: Final = timedelta(hours=1)
BOOK = BookRules()
SAME_DAY = BookRules(version="same", replay=None)
WHOLE = BookRules(version="whole", part_decided=False)
NOTHING_STANDS = BookRules(version="nothing", decided_stands=False)


def ft(home: int, away: int, status: str = "FT", late: float = 0) -> dict[str, Any]:
    """A match played, `late` hours after the kick-off that was bet on."""
    score = Score(home=home, away=away)
    return {"status": status, "full_time": score, "kick_off": KICK_OFF + late * HOUR}


def off(status: str, phase: Phase, late: float = 0) -> dict[str, Any]:
    """A match that was not played out."""
    moved = KICK_OFF + late * HOUR
    return {"status": status, "phase": phase, "full_time": None, "kick_off": moved}


def abd(home: int, away: int) -> dict[str, Any]:
    return {"status": "ABD", "phase": Phase.ABANDONED, "full_time": Score(home=home, away=away)}


PST, TBD = off("PST", Phase.POSTPONED), off("TBD", Phase.POSTPONED)
SUSP, INT = off("SUSP", Phase.INTERRUPTED), off("INT", Phase.INTERRUPTED)
CANC, MIXED = off("CANC", Phase.CANCELLED), off("CANC", Phase.CANCELLED)
AWD, WO = off("AWD", Phase.AWARDED), off("WO", Phase.AWARDED)
REVERSED = off("NS", Phase.REVERSED)
AWD_AFTER_PLAY = ft(2, 1, "FT")  # what finality makes of it: the score on the pitch is repeated

CELLS: Final = [
    # FT: by 90 minutes
    ("home", ft(2, 1), 2, WON),
    ("draw", ft(2, 1), 2, LOST),
    ("dc_1x", ft(2, 1), 2, WON),
    ("dc_x2", ft(2, 1), 2, LOST),
    ("dnb_home", ft(1, 1), 2, VOID),
    ("dnb_away", ft(0, 1), 2, WON),
    ("ah_home@-1", ft(2, 1), 2, VOID),
    ("ah_home@-0.75", ft(2, 1), 2, HALF_WON),
    ("ah_away@+0.75", ft(2, 1), 2, HALF_LOST),
    ("over_2.5", ft(2, 1), 2, WON),
    ("under_3", ft(2, 1), 2, VOID),
    ("over_2.75", ft(2, 1), 2, HALF_WON),
    ("btts_yes", ft(2, 1), 2, WON),
    ("btts_no", ft(2, 1), 2, LOST),
    # AET and PEN: the 90-minute score only
    ("draw", ft(1, 1, "AET"), 3, WON),
    ("home", ft(1, 1, "AET"), 3, LOST),
    ("dc_12", ft(1, 1, "AET"), 3, LOST),
    ("dnb_home", ft(1, 1, "AET"), 3, VOID),
    ("ah_home@-0.25", ft(1, 1, "AET"), 3, HALF_LOST),
    ("over_2.5", ft(1, 1, "AET"), 3, LOST),
    ("draw", ft(0, 0, "PEN"), 3, WON),
    ("dnb_away", ft(0, 0, "PEN"), 3, VOID),
    ("ah_away@0", ft(0, 0, "PEN"), 3, VOID),
    ("under_0.5", ft(0, 0, "PEN"), 3, WON),
    ("btts_no", ft(0, 0, "PEN"), 3, WON),
    # PST, TBD, replayed within 48 h: pending, then by the replay
    ("home", PST, 47, WAITS),
    ("dc_1x", TBD, 47, WAITS),
    ("dnb_home", PST, 47, WAITS),
    ("ah_home@-0.5", TBD, 47, WAITS),
    ("over_2.5", PST, 47, WAITS),
    ("btts_yes", TBD, 47, WAITS),
    ("home", off("NS", Phase.SCHEDULED, late=47), 49, WAITS),
    ("home", ft(2, 1, late=24), 27, WON),
    ("ah_home@-1.5", ft(2, 1, late=48), 51, LOST),
    ("over_2.5", ft(2, 1, late=47), 50, WON),
    # PST past 48 h, played or not
    ("home", PST, 48, VOID),
    ("dc_1x", TBD, 48, VOID),
    ("dnb_home", PST, 48, VOID),
    ("ah_home@-0.5", PST, 49, VOID),
    ("over_2.5", TBD, 48, VOID),
    ("btts_yes", PST, 48, VOID),
    ("home", off("NS", Phase.SCHEDULED, late=200), 47, WAITS),
    ("home", off("NS", Phase.SCHEDULED, late=200), 48, VOID),
    ("home", ft(2, 1, late=49), 52, VOID),
    ("over_0.5", ft(2, 1, late=49), 52, VOID),
    # CANC, WO, venue reversed: void at once
    ("home", CANC, 0, VOID),
    ("ah_home@-0.5", MIXED, 1, VOID),
    ("over_2.5", CANC, 1, VOID),
    ("btts_no", CANC, 1, VOID),
    ("home", WO, 1, VOID),
    ("dnb_home", WO, 1, VOID),
    ("under_2.5", WO, 1, VOID),
    ("home", REVERSED, 1, VOID),
    ("dc_12", REVERSED, 1, VOID),
    ("btts_yes", REVERSED, 1, VOID),
    # SUSP, INT: pending, the 48 h rule
    ("home", SUSP, 47, WAITS),
    ("ah_home@-0.5", INT, 47, WAITS),
    ("over_2.5", SUSP, 47, WAITS),
    ("btts_yes", INT, 47, WAITS),
    ("home", SUSP, 48, VOID),
    ("dnb_away", INT, 48, VOID),
    ("over_2.5", INT, 48, VOID),
    # ABD, resumed: by 90 minutes
    ("home", ft(2, 1), 47, WON),
    ("over_2.5", ft(2, 1), 47, WON),
    # ABD, not resumed: void, what was decided stands
    ("home", abd(2, 1), 47, WAITS),
    ("over_1.5", abd(2, 1), 47, WAITS),
    ("home", abd(2, 1), 48, VOID),
    ("dc_1x", abd(2, 1), 48, VOID),
    ("dnb_home", abd(2, 1), 48, VOID),
    ("ah_home@-0.5", abd(2, 1), 48, VOID),
    ("over_2.5", abd(2, 1), 48, WON),
    ("under_2.5", abd(2, 1), 48, LOST),
    ("over_3.5", abd(2, 1), 48, VOID),
    ("under_3.5", abd(2, 1), 48, VOID),
    ("over_2.75", abd(2, 1), 48, HALF_WON),
    ("under_2.75", abd(2, 1), 48, HALF_LOST),
    ("over_3", abd(2, 1), 48, VOID),
    ("btts_yes", abd(2, 1), 48, WON),
    ("btts_no", abd(2, 1), 48, LOST),
    ("btts_yes", abd(2, 0), 48, VOID),
    ("btts_no", abd(2, 0), 48, VOID),
    ("over_0.5", off("ABD", Phase.ABANDONED), 48, VOID),  # the score it reached is not known
    # AWD after play: the score on the pitch
    ("home", AWD_AFTER_PLAY, 99, WON),
    ("ah_away@+0.5", AWD_AFTER_PLAY, 99, LOST),
    ("over_2.5", AWD_AFTER_PLAY, 99, WON),
    # AWD instead of play: void
    ("home", AWD, 1, VOID),
    ("ah_home@-0.5", AWD, 1, VOID),
    ("over_2.5", AWD, 1, VOID),
    ("btts_no", AWD, 1, VOID),
    # in play, under review, not begun: nothing, however long
    ("home", off("2H", Phase.LIVE), 500, WAITS),
    ("over_0.5", off("AET", Phase.REVIEW), 500, WAITS),
    ("home", off("NS", Phase.SCHEDULED), 500, WAITS),
    ("home", off("FT", Phase.FINISHED), 500, WAITS),
]


def ruled(
    code: str, result: dict[str, Any], hours: float, book: BookRules = BOOK
) -> Ruling | None:
    now = KICK_OFF + hours * HOUR
    found = a_result(**result)
    return rule_on(Selection.parse(code), found, book=book, kick_off=KICK_OFF, now=now)


def outcome_of(*cell: Any) -> Outcome | None:
    found = ruled(*cell)
    return None if found is None else found.outcome


def name(cell: tuple[str, dict[str, Any], float, Outcome | None]) -> str:
    code, result, hours, _ = cell
    score = result["full_time"]
    reached = f"_{score.home}-{score.away}" if score else ""
    return f"{result['status']}{reached}_{hours}h_{code}"


@pytest.mark.parametrize("cell", CELLS, ids=name)
def test_every_cell_of_the_matrix(cell: tuple[str, dict[str, Any], float, Outcome | None]) -> None:
    code, result, hours, expected = cell
    assert outcome_of(code, result, hours) is expected


@pytest.mark.parametrize("cell", CELLS, ids=name)
def test_every_cell_as_a_leg_of_a_combination(
    cell: tuple[str, dict[str, Any], float, Outcome | None],
) -> None:
    """Odds become 1.00 where the bet is void; the combination waits while it does."""
    code, result, hours, expected = cell
    leg = Leg(odds=Decimal("1.80"), outcome=outcome_of(code, result, hours))
    other = Leg(odds=Decimal("2.00"), outcome=WON)
    worth = {WON: "3.60", HALF_WON: "2.80", VOID: "2.00", HALF_LOST: "1.00", LOST: "0"}
    found = combined_odds([leg, other])
    assert found == (None if expected is None else Decimal(worth[expected]))


@pytest.mark.parametrize("code", [*CATALOGUE[:-2], "ah_home@-0.5", "ah_away@+0.25"])
def test_no_market_of_the_catalogue_is_left_out(code: str) -> None:
    assert outcome_of(code, ft(2, 1), 2) is settle(Selection.parse(code), Score(home=2, away=1))
    for void in (CANC, WO, REVERSED, AWD):
        assert outcome_of(code, void, 1) is VOID
    for late in (PST, SUSP):
        assert (outcome_of(code, late, 47), outcome_of(code, late, 48)) == (None, VOID)


def test_a_bookmaker_may_settle_a_quarter_line_whole_or_nothing_at_all() -> None:
    assert outcome_of("over_2.75", abd(2, 1), 48, WHOLE) is VOID
    assert outcome_of("over_2.5", abd(2, 1), 48, WHOLE) is WON
    assert outcome_of("over_2.5", abd(2, 1), 48, NOTHING_STANDS) is VOID


@pytest.mark.parametrize(("hours", "stands"), [(24, True), (25, False), (48, False), (72, False)])
def test_every_bookmaker_counts_its_own_time(hours: int, *, stands: bool) -> None:
    book = BookRules(replay=24 * HOUR)
    assert outcome_of("home", ft(2, 1, late=hours), hours + 3, book) is (WON if stands else VOID)
    assert outcome_of("home", PST, 23.9, book) is None
    assert outcome_of("home", PST, 24, book) is VOID
    three_days = BookRules(replay=72 * HOUR)
    assert outcome_of("home", ft(2, 1, late=hours), hours + 3, three_days) is WON


@pytest.mark.parametrize(
    ("kick_off", "deadline"),
    [
        (datetime(2026, 8, 22, 19, tzinfo=UTC), datetime(2026, 8, 22, 22, tzinfo=UTC)),
        (datetime(2026, 8, 22, 22, 30, tzinfo=UTC), datetime(2026, 8, 23, 22, tzinfo=UTC)),
        (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (datetime(2026, 10, 24, 19, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_the_same_day_ends_at_midnight_also_when_clocks_change(
    kick_off: datetime, deadline: datetime
) -> None:
    assert SAME_DAY.deadline(kick_off) == deadline
    assert SAME_DAY.in_time(kick_off, deadline - timedelta(seconds=1))
    assert not SAME_DAY.in_time(kick_off, deadline)


def test_two_days_are_forty_eight_hours_also_when_clocks_change() -> None:
    for kick_off in (
        datetime(2026, 3, 28, 20, tzinfo=UTC),
        datetime(2026, 10, 24, 19, tzinfo=UTC),
    ):
        assert BOOK.deadline(kick_off) - kick_off == 48 * HOUR
        assert BOOK.in_time(kick_off, kick_off + 48 * HOUR)
        assert not BOOK.in_time(kick_off, kick_off + 48 * HOUR + timedelta(seconds=1))


def test_each_settlement_says_by_which_row_and_which_rules() -> None:
    assert [
        found.rule if (found := ruled("over_2.5", result, 50)) else None
        for result in (ft(2, 1), ft(2, 1, late=49), PST, CANC, AWD, REVERSED, abd(2, 1), abd(1, 1))
    ] == [
        "full_time",
        "played_late",
        "void",
        "cancelled",
        "awarded",
        "reversed",
        "abandoned_decided",
        "void",
    ]
    settled = settle_pick(
        a_pick(stake=units("0.5"), odds=2.2),
        a_result(2, 1),
        kick_off=KICK_OFF,
        sequence=3,
        rules=SAME_DAY,
        now=KICK_OFF,
    )
    assert settled is not None
    assert (settled.outcome, settled.profit, settled.sequence) == (WON, Decimal("0.6000"), 3)
    assert (settled.full_time, settled.rules_version) == (Score(home=2, away=1), "same")
