"""What every bet on a score is worth at every score: the table that prices and settles."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import SIDES, Market, MarketKind, Selection, Side
from engine.pricing.grid.score_grid import SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.int8]
    """(SIZE, SIZE), home goals down: 2 won, 1 half won, 0 void, -1 half lost, -2 lost."""

WON: Final = 2
LOST: Final = -2
_HOME, _AWAY = np.indices((SIZE, SIZE))
_MARGIN: Final = _HOME - _AWAY
_TOTAL: Final = _HOME + _AWAY
_COVERED: Final = {
    Side.HOME: (1,),
    Side.DRAW: (0,),
    Side.AWAY: (-1,),
    Side.HOME_OR_DRAW: (1, 0),
    Side.HOME_OR_AWAY: (1, -1),
    Side.DRAW_OR_AWAY: (0, -1),
}
_LOWER_SIDES: Final = (Side.AWAY, Side.UNDER)
_MOST_TEAM_GOALS: Final = 4
_WIDEST_MARGIN: Final = 5


def returns(selection: Selection) -> Table:
    """Return what each score makes of a bet: 2 won, 1 half won, 0 void, -1, -2 lost.

    >>> returns(Selection.parse("ah_home@-0.25"))[:2, :2].tolist()
    [[-1, -2], [2, -1]]
    """
    side, quarters = selection.side, _quarters(selection.market.line)
    match selection.market.kind:
        case MarketKind.ASIAN_HANDICAP:
            return _ahead(side, 4 * _MARGIN + quarters)
        case MarketKind.DRAW_NO_BET:
            return _ahead(side, 4 * _MARGIN)
        case MarketKind.TOTAL_GOALS:
            return _ahead(side, 4 * _TOTAL - quarters)
        case MarketKind.BTTS:
            return _won(((_HOME > 0) & (_AWAY > 0)) == (side is Side.YES))
        case MarketKind.MATCH_ODDS | MarketKind.DOUBLE_CHANCE:
            return _won(np.isin(np.sign(_MARGIN), _COVERED[side]))


def correct_score(home: int, away: int) -> Table:
    """Return the table of a bet on one score.

    >>> int((correct_score(2, 1) == WON).sum())
    1
    """
    return _won(np.equal(_HOME, home) & np.equal(_AWAY, away))


def winning_margin(goals: int) -> Table:
    """Return the table of a bet on home winning by exactly `goals` (negative: away by as many).

    >>> winning_margin(-1)[0, :3].tolist()
    [-2, 2, -2]
    """
    return _won(np.equal(_MARGIN, goals))


def exact_total(goals: int) -> Table:
    """Return the table of a bet on exactly `goals` in the match.

    >>> exact_total(1)[:2, :2].tolist()
    [[-2, 2], [2, -2]]
    """
    return _won(np.equal(_TOTAL, goals))


def odd_total(*, odd: bool) -> Table:
    """Return the table of a bet on an odd (or even) number of goals; none is even.

    >>> odd_total(odd=True)[:2, :2].tolist()
    [[-2, 2], [2, -2]]
    """
    return _won(np.equal(_TOTAL % 2 == 1, odd))


def win_to_nil(side: Side) -> Table:
    """Return the table of a bet on `side` (home or away) winning without conceding.

    >>> win_to_nil(Side.AWAY)[0, :3].tolist()
    [-2, 2, 2]
    """
    _one_team(side)
    mine, theirs = (_HOME, _AWAY) if side is Side.HOME else (_AWAY, _HOME)
    return _won((mine > 0) & (theirs == 0))


def team_total(team: Side, side: Side, line: Decimal) -> Table:
    """Return the table of a bet over or under `line` goals of one team; quarters are halved.

    >>> team_total(Side.HOME, Side.OVER, Decimal("1.25"))[:3, 0].tolist()
    [-2, -1, 2]
    """
    _one_team(team)
    goals = _HOME if team is Side.HOME else _AWAY
    return _ahead(side, 4 * goals - _quarters(line))


def combined(tables: Sequence[Table]) -> Table:
    """Return the table of one bet on several things at once, none of which can be refunded.

    Its price is their joint probability, from which the product of the prices is far.

    Raises:
        ValueError: a table gives (part of) a stake back; see `joint_return`.

    >>> both = combined([returns(Selection.parse("btts_yes")), exact_total(2)])
    >>> np.argwhere(both == WON).tolist()
    [[1, 1]]
    """
    if any((np.abs(table) != WON).any() for table in tables):
        raise ValueError("a leg can be refunded: what is paid then depends on the legs' odds")
    return _won(np.all([table == WON for table in tables], axis=0))


def joint_return(tables: Sequence[Table], odds: Sequence[float]) -> NDArray[np.float64]:
    """Return what one unit on all legs together gives back (SIZE, SIZE), each leg at its odds.

    The product of the legs' returns: odds where a leg is won, 1 where it is void, (odds + 1)/2
    half won, 1/2 half lost, 0 lost. Its sum over a grid is the fair value of the stake.

    >>> legs = [returns(Selection.parse("dnb_home")), returns(Selection.parse("over_1.5"))]
    >>> joint_return(legs, [1.5, 1.4])[:3, :3].round(9).tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.4, 0.0], [2.1, 2.1, 1.4]]
    """
    product = np.ones((SIZE, SIZE))
    for table, price in zip(tables, odds, strict=True):
        product *= win_share(table) * price + refund_share(table)
    return product


def win_share(table: Table) -> NDArray[np.float64]:
    """Return the part of the stake that is won at each score: 1, 1/2 or 0.

    >>> win_share(np.array([2, 1, 0, -1, -2], dtype=np.int8)).tolist()
    [1.0, 0.5, 0.0, 0.0, 0.0]
    """
    return np.maximum(table, 0) / 2


def loss_share(table: Table) -> NDArray[np.float64]:
    """Return the part of the stake that is lost at each score: 1, 1/2 or 0.

    >>> loss_share(np.array([2, 1, 0, -1, -2], dtype=np.int8)).tolist()
    [0.0, 0.0, 0.0, 0.5, 1.0]
    """
    return np.maximum(-table, 0) / 2


def refund_share(table: Table) -> NDArray[np.float64]:
    """Return the part of the stake that comes back untouched at each score.

    >>> refund_share(np.array([2, 1, 0, -1, -2], dtype=np.int8)).tolist()
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    return 1 - np.abs(table) / 2


@cache
def every_bet(most_goals: int = 6, most_handicap: int = 5) -> Mapping[str, Table]:
    """Return the table of every bet a grid prices, by code.

    The selections that can be bet on keep their own code: all markets without a line, totals
    in quarters from 0.25 to `most_goals` + 1, handicaps in quarters up to `most_handicap`. The
    rest have no selection: scores and totals up to `most_goals`, margins, team totals, odd and
    even, win to nil.

    >>> bets = every_bet()
    >>> len(bets), bets["score_2-1"] is every_bet()["score_2-1"]
    (270, True)
    """
    bets = {one.code: returns(one) for one in _selections(most_goals, most_handicap)}
    few = range(most_goals)
    bets |= {f"score_{i}-{j}": correct_score(i, j) for i in few for j in few}
    bets |= {
        f"margin_{goals:+d}": winning_margin(goals)
        for goals in range(-_WIDEST_MARGIN, _WIDEST_MARGIN + 1)
    }
    bets |= {f"total_{goals}": exact_total(goals) for goals in range(most_goals + 1)}
    bets |= {"odd": odd_total(odd=True), "even": odd_total(odd=False)}
    bets |= {"home_to_nil": win_to_nil(Side.HOME), "away_to_nil": win_to_nil(Side.AWAY)}
    for team in (Side.HOME, Side.AWAY):
        for side in SIDES[MarketKind.TOTAL_GOALS]:
            for line in _lines(1, 4 * _MOST_TEAM_GOALS):
                code = f"{team.name.lower()}_{side.name.lower()}_{line.normalize():f}"
                bets[code] = team_total(team, side, line)
    return bets


def _selections(most_goals: int, most_handicap: int) -> list[Selection]:
    lined = (MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP)
    markets = [Market(kind=kind) for kind in MarketKind if kind not in lined]
    markets += [
        Market(kind=MarketKind.TOTAL_GOALS, line=line) for line in _lines(1, 4 * most_goals + 4)
    ]
    markets += [
        Market(kind=MarketKind.ASIAN_HANDICAP, line=line)
        for line in _lines(-4 * most_handicap, 4 * most_handicap)
    ]
    return [selection for market in markets for selection in market.selections]


def _lines(first: int, last: int) -> list[Decimal]:
    return [Decimal(quarters) / 4 for quarters in range(first, last + 1)]


def _quarters(line: Decimal | None) -> int:
    return 0 if line is None else int(line * 4)


def _won(won: NDArray[np.bool_]) -> Table:
    return np.where(won, WON, LOST).astype(np.int8)


def _ahead(side: Side, quarters: NDArray[np.int64]) -> Table:
    """Return the table of a bet that many quarters of a goal ahead of its line."""
    ahead = -quarters if side in _LOWER_SIDES else quarters
    return np.clip(ahead, LOST, WON).astype(np.int8)


def _one_team(side: Side) -> None:
    if side not in (Side.HOME, Side.AWAY):
        raise ValueError(f"side was {side.name}: one of the teams is meant")
