"""The store judged on a recording of how odds really moved."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from engine.domain.closing import Grade
from engine.domain.market import Market, MarketKind
from engine.domain.movement import MoveKind, Movement
from engine.pricing.movement import find_movements
from engine.pricing.rules import MovementRules
from engine.settlement.closing import grade
from engine.settlement.rules import ClosingRules
from tests.builders import NOW, a_fixture
from tests.integration.storage.line_movement import (
    MINUTE,
    Line,
    Recording,
    Screen,
    by_look,
    in_time,
    one_by_one,
    read_recording,
    reduced,
    steps_of,
    truth,
    without_withdrawals,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from engine.domain.path import OddsPath
    from storage.store import Store

BEGIN, END = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 8, 2, tzinfo=UTC)
ONE_MATCH, INTO_PLAY = "2910658", ("2912203", "2913664")
A_COMMIT = 250  # looks that share a transaction: committing each would measure the disk


@pytest.fixture(scope="module")
def recording(real_data: Path) -> Recording:
    return read_recording(real_data / "line-movement")


async def feed(store: Store, recording: Recording, looks: Iterable[Sequence[Line]]) -> None:
    """Show the rows to the store, each group of one instant as one look."""
    screen, waiting = Screen(recording), list(looks)
    async with store.transaction() as tx:
        await tx.fixtures.save(tuple(recording.fixtures.values()), BEGIN)
    for start in range(0, len(waiting), A_COMMIT):
        async with store.transaction() as tx:
            for lines in waiting[start : start + A_COMMIT]:
                await tx.odds.add(*screen.show(lines))


async def feed_alone(store: Store, recording: Recording) -> None:
    """Show every row in file order, alone: it says nothing of the other books."""
    async with store.transaction() as tx:
        await tx.fixtures.save(tuple(recording.fixtures.values()), BEGIN)
    for start in range(0, len(recording.lines), A_COMMIT):
        async with store.transaction() as tx:
            for line in recording.lines[start : start + A_COMMIT]:
                board, _ = Screen(recording).show([line])
                await tx.odds.add(board, {})


async def read(store: Store, recording: Recording) -> OddsPath:
    ids = [fixture.id for fixture in recording.fixtures.values()]
    async with store.reading() as tx:
        return await tx.odds.path(ids, BEGIN, END)


def looks(lines: Iterable[Line]) -> list[list[Line]]:
    return [list(group) for _, group in groupby(lines, key=lambda line: line.at)]


def a_line(minute: int, book: str = "alpha", goals: str = "2.5", *odds: float) -> Line:
    market = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal(goals))
    numbers = [selection.number for selection in market.selections]
    return Line(
        match="one",
        book=book,
        kind=market.kind,
        at=NOW + minute * MINUTE,
        in_play=False,
        offer=tuple(zip(numbers, odds, strict=False)),
    )


BY_HAND = Recording(
    lines=(
        a_line(0, "alpha", "2.5", 1.9, 1.9),
        a_line(1, "alpha", "2.5", 1.9, 1.9),  # a repeat
        a_line(2, "alpha", "2.5"),  # suspended
        a_line(4, "alpha", "2.5", 1.9, 1.9),  # back as it was
        a_line(4, "alpha", "2.5", 1.8, 2.0),  # in the same minute: there
        a_line(4, "alpha", "2.5", 1.9, 1.9),  # and back again
        a_line(5, "alpha", "2.75", 2.1, 1.7),  # another line
        a_line(6, "alpha", "2.5", 1.9, 1.8),  # and the first one
        a_line(0, "beta", "2.5", 2.0, 1.8),  # another book, from the beginning
        a_line(4, "beta", "2.5", 2.1, 1.7),
        a_line(4, "beta", "2.5", 2.0, 1.8),
    ),
    fixtures={"one": a_fixture()},
)
OVER, UNDER = (
    one.number for one in Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5")).selections
)


async def test_what_repeats_is_not_stored_what_is_suspended_is_and_one_minute_keeps_its_order(
    store: Store,
) -> None:
    await feed(store, BY_HAND, one_by_one(BY_HAND.lines))
    path = steps_of(await read(store, BY_HAND), BY_HAND)
    at = [NOW + minute * MINUTE for minute in range(7)]
    assert path["one", "alpha", OVER] == [
        (1.9, at[0]),
        (None, at[2]),
        *((odds, at[4]) for odds in (1.9, 1.8, 1.9)),
        (None, at[5]),
        (1.9, at[6]),
    ]
    assert path["one", "beta", UNDER] == [(1.8, at[0]), (1.7, at[4]), (1.8, at[4])]
    assert path == truth(in_time(BY_HAND.lines))
    assert without_withdrawals(path) == reduced(BY_HAND.lines)


async def test_looks_every_minute_see_the_last_of_each(store: Store) -> None:
    seen = by_look(BY_HAND.lines)
    await feed(store, BY_HAND, looks(seen))
    path = steps_of(await read(store, BY_HAND), BY_HAND)
    assert path == truth(seen)
    assert [odds for odds, _ in path["one", "alpha", OVER]] == [1.9, None, 1.9, None, 1.9]


async def test_rows_told_after_later_ones_take_their_place(store: Store) -> None:
    await feed_alone(store, BY_HAND)
    path = steps_of(await read(store, BY_HAND), BY_HAND)
    assert without_withdrawals(path) == reduced(BY_HAND.lines)


@pytest.mark.realdata
async def test_fed_row_by_row_the_path_is_the_input_change_for_change(
    store: Store, recording: Recording
) -> None:
    assert len(recording.lines) == 32_644
    await feed(store, recording, one_by_one(recording.lines))
    path = steps_of(await read(store, recording), recording)
    assert path == truth(in_time(recording.lines))
    assert without_withdrawals(path) == reduced(recording.lines)


@pytest.mark.realdata
async def test_fed_in_file_order_one_row_a_look_the_path_is_the_same(
    store: Store, recording: Recording
) -> None:
    """Book after book: each begins when the one before it has long ended."""
    one = recording.of(ONE_MATCH, books=("10BET", "Pinnacle", "bet365"))
    await feed_alone(store, one)
    path = steps_of(await read(store, one), one)
    assert without_withdrawals(path) == reduced(one.lines)


@pytest.mark.realdata
async def test_fed_as_looks_every_minute_the_path_is_the_last_change_of_each_minute(
    store: Store, recording: Recording
) -> None:
    seen = by_look(recording.lines)
    await feed(store, recording, looks(seen))
    path = steps_of(await read(store, recording), recording)
    assert path == truth(seen)
    assert without_withdrawals(path) == reduced(seen)
    assert len(seen) < len(recording.lines)


@pytest.mark.realdata
async def test_the_close_is_the_last_row_before_play_graded_by_its_age(
    store: Store, recording: Recording
) -> None:
    """What was said in play is stored here, and is no close: kick-off ends the reading."""
    chosen = recording.of(*INTO_PLAY, ONE_MATCH)
    await feed(store, chosen, looks(by_look(chosen.lines)))
    closes: dict[object, tuple[float, datetime]] = {}
    for match, fixture in chosen.fixtures.items():
        async with store.reading() as tx:
            until = fixture.kick_off - timedelta(microseconds=1)
            board = await tx.odds.latest([fixture.id], BEGIN, until)
        columns = (board.bookmaker, board.selection, board.odds, board.quoted_at)
        for book, number, odds, quoted_at in zip(*(c.tolist() for c in columns), strict=True):
            captured = datetime.fromtimestamp(quoted_at, UTC)
            closes[match, board.bookmakers[book], number] = (odds, captured)
    assert closes == last_before_play(chosen)
    grades: dict[str, Counter[Grade]] = defaultdict(Counter)
    for (match, _, _), (_, captured) in last_before_play(chosen).items():
        kick_off = chosen.fixtures[match].kick_off
        grades[match][grade("sharp", captured, kick_off, ClosingRules())] += 1
    assert set(grades[ONE_MATCH]) == {Grade.C}  # the recording stops six hours before
    for match in INTO_PLAY:
        assert grades[match][Grade.A] > 50


def last_before_play(recording: Recording) -> dict[tuple[str, str, int], tuple[float, datetime]]:
    """The last row of each book's market before kick-off, by selection."""
    last = {
        line.place: line
        for line in in_time(recording.lines)
        if line.at < recording.fixtures[line.match].kick_off
    }
    return {
        (line.match, line.book, number): (odds, line.at)
        for line in last.values()
        for number, odds in line.offer
    }


@pytest.mark.realdata
@pytest.mark.parametrize(("every", "steam"), [(MINUTE, 23), (240 * MINUTE, 0)])
async def test_looks_four_hours_apart_tell_drift_and_no_steam(
    store: Store, recording: Recording, every: timedelta, steam: int
) -> None:
    chosen = recording.of(ONE_MATCH)
    seen = by_look(chosen.lines, every)
    await feed(store, chosen, looks(seen))
    path, rules = await read(store, chosen), MovementRules()
    said: list[Movement] = []
    for at in sorted({line.at for line in seen}):
        said += find_movements(path, at, rules, tuple(said))
    kinds = Counter(one.kind for one in said)
    assert kinds[MoveKind.STEAM] == steam
    assert kinds[MoveKind.DRIFT] > 0
    assert all(one.resolution >= every for one in said)
    assert all(one.resolution <= rules.steam_window for one in said if one.kind is MoveKind.STEAM)
