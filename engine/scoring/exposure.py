"""Caps: how many bets, and how much stake, a match, a league's day, a day and all may carry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.exposure import Staked

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.exposure import Exposure
    from engine.domain.fixture import Fixture
    from engine.domain.pick import OpenPick, Provenance
    from engine.domain.policy import Policy, ScoringRules

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """The fixtures of a board by what they share, and what rides on each share already.

    `code` (f,) of each fixture; `picks` and `staked` (codes,) of the bets held.
    """

    code: Ints
    picks: Ints
    staked: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """Bets held before the look, by the groups that have caps; `staked` is all that is open.

    `pairs` (k, 2) are fixture and selection of those on the board, `fractions` (k,) their stakes.
    """

    pairs: Ints
    fractions: Floats
    fixture: Group
    league: Group
    day: Group
    staked: float


def held_bets(
    board: Board,
    open_picks: Sequence[OpenPick],
    exposure: Exposure,
    provenance: Provenance,
    policy: Policy,
) -> Held:
    """Return what is held of `provenance`: what `exposure` says and open picks it leaves out."""
    bets = _bets(board, open_picks, exposure, provenance)
    zone = policy.time_zone

    def day(one: Fixture | Staked) -> Hashable:
        return one.kick_off.astimezone(zone).date()

    def group(keys: Sequence[Hashable], of_bets: Iterable[Hashable]) -> Group:
        return _group(keys, zip(of_bets, (one.fraction for one in bets), strict=True))

    fixtures = board.fixtures
    pairs, fractions = _on_board(board, bets)
    return Held(
        pairs=pairs,
        fractions=fractions,
        fixture=group([one.id for one in fixtures], [one.fixture_id for one in bets]),
        league=group(
            [(one.competition, day(one)) for one in fixtures],
            [(one.competition, day(one)) for one in bets],
        ),
        day=group([day(one) for one in fixtures], [day(one) for one in bets]),
        staked=sum(one.fraction for one in bets if not one.settled),
    )


def _bets(
    board: Board, open_picks: Sequence[OpenPick], exposure: Exposure, provenance: Provenance
) -> list[Staked]:
    leagues = {fixture.id: fixture.competition for fixture in board.fixtures}
    bets = [one for one in exposure.stakes if one.provenance is provenance]
    known = {(one.fixture_id, one.selection) for one in bets}
    return bets + [
        Staked(
            provenance=provenance,
            fixture_id=one.pick.fixture_id,
            selection=one.pick.selection,
            competition=leagues.get(one.pick.fixture_id, ""),
            kick_off=one.kick_off,
            fraction=float(one.pick.stake) / 100,
        )
        for one in open_picks
        if (one.pick.fixture_id, one.pick.selection) not in known
        and one.pick.provenance is provenance
    ]


def _on_board(board: Board, bets: Sequence[Staked]) -> tuple[Ints, Floats]:
    index = {fixture.id: number for number, fixture in enumerate(board.fixtures)}
    found = sorted(
        (index[one.fixture_id], one.selection.number, one.fraction)
        for one in bets
        if one.fixture_id in index
    )
    pairs = np.array([one[:2] for one in found], dtype=np.int64).reshape(-1, 2)
    return pairs, np.array([one[2] for one in found], dtype=np.float64)


def without(held: Held, which: NDArray[np.bool_]) -> Held:
    """Return what is held but for the stakes of some of its bets on the board."""
    fixture, fraction = held.pairs[which, 0], held.fractions[which]

    def less(group: Group) -> Group:
        staked = group.staked.copy()
        np.subtract.at(staked, group.code[fixture], fraction)
        return replace(group, staked=staked)

    return replace(
        held,
        fixture=less(held.fixture),
        league=less(held.league),
        day=less(held.day),
        staked=held.staked - float(fraction.sum()),
    )


def _group(keys: Sequence[Hashable], held: Iterable[tuple[Hashable, float]]) -> Group:
    codes: dict[Hashable, int] = {}
    code = np.array([codes.setdefault(key, len(codes)) for key in keys], dtype=np.int64)
    picks, staked = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes))
    for key, fraction in held:
        if key in codes:
            picks[codes[key]] += 1
            staked[codes[key]] += fraction
    return Group(code=code, picks=picks, staked=staked)


def has_room(fixture: Ints, group: Group, most: int) -> NDArray[np.bool_]:
    """Say which bets, the best first, their group has room for beside the picks it carries."""
    code = group.code[fixture]
    room: NDArray[np.bool_] = nth(code) + group.picks[code] < most
    return room


def nth(code: Ints) -> Ints:
    """Return how many earlier entries have the same code.

    >>> nth(np.array([7, 3, 7, 7, 3])).tolist()
    [0, 0, 1, 2, 1]
    """
    order = np.argsort(code, kind="stable")
    place = np.empty(len(code), dtype=np.int64)
    place[order] = np.arange(len(code)) - np.searchsorted(code[order], code[order])
    return place


def capped(stakes: Floats, fixture: Ints, held: Held, rules: ScoringRules) -> Floats:
    """Return the stakes, scaled down in proportion where a group would carry more than its cap.

    The match first, then its league's day, the day, and all that is open; every cap holds
    afterwards, for what was held and what is new together.
    """
    for group, cap in (
        (held.fixture, rules.fixture_cap),
        (held.league, rules.league_cap),
        (held.day, rules.day_cap),
    ):
        code = group.code[fixture]
        wanted = np.zeros(len(group.staked))
        np.add.at(wanted, code, stakes)
        stakes = stakes * _scale(cap - group.staked, wanted)[code]
    left = np.array([rules.open_cap - held.staked])
    fitting: Floats = stakes * _scale(left, np.array([stakes.sum()]))
    return fitting


def _scale(room: Floats, wanted: Floats) -> Floats:
    """Return how much of what is wanted there is room for, from 0 to 1."""
    share: Floats = np.clip(room, 0.0, wanted) / np.where(wanted > 0, wanted, 1.0)
    return share


def restraint(exposure: Exposure, rules: ScoringRules) -> float:
    """Return the share of its stakes that a bankroll below its peak still risks: 1, less, or 0.

    Quarter Kelly falls a fifth below its peak by chance about once in five times (x^7: METHOD
    A7), 35 % once in twenty: there a wrong model is likelier than bad luck, and nothing is staked
    until a person has looked.
    """
    if exposure.drawdown >= rules.drawdown_stop:
        return 0.0
    return rules.drawdown_share if exposure.drawdown >= rules.drawdown_reduce else 1.0
