import asyncio
from time import monotonic

from engine.collect.pace import Pace


async def _passed(pace: Pace, calls: int) -> list[float]:
    times: list[float] = []

    async def one() -> None:
        await pace.turn()
        times.append(monotonic())

    async with asyncio.TaskGroup() as group:
        for _ in range(calls):
            group.create_task(one())
    return times


async def test_no_window_lets_more_through_than_its_limit() -> None:
    times = await _passed(Pace(3, 0.1), 10)
    assert all(later - first >= 0.095 for first, later in zip(times, times[3:], strict=False))
    assert times[-1] - times[0] < 1


async def test_without_a_limit_nobody_waits() -> None:
    times = await _passed(Pace(None, 60.0), 50)
    assert times[-1] - times[0] < 0.5


async def test_what_others_used_of_the_limit_is_left_alone() -> None:
    pace = Pace(None, 0.15)
    await pace.turn()
    pace.learn(5, 1)
    begun = monotonic()
    times = await _passed(pace, 2)
    assert times[0] - begun < 0.1
    assert times[1] - begun >= 0.14


async def test_a_limit_of_nothing_and_no_word_change_nothing() -> None:
    pace = Pace(2, 0.05)
    pace.learn(0, 0)
    pace.learn(None, 7)
    times = await _passed(pace, 3)
    assert 0.045 <= times[2] - times[0] < 0.5
