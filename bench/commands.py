"""What people wait for an answer: every reading command, 200,000 picks and five million changes.

The bot answers in process, through its real library, the emulator beside it. Every command is
asked once while nothing has been asked yet (cold), then several times (warm); the time is that
from writing to the first words of the answer, pictures left out, which come after them.
"""

from __future__ import annotations

import asyncio
import os
from statistics import median, quantiles
from time import monotonic
from typing import TYPE_CHECKING, Final

from bench._commands_house import MEMBER, OWNER, open_house

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench._commands_house import House

PICKS: Final = int(os.environ.get("MON_PS_BENCH_PICKS", "200000"))
CHANGES: Final = int(os.environ.get("MON_PS_BENCH_CHANGES", "5000000"))
COMMANDS: Final = (
    *(
        "/menu",
        "/picks",
        "/pick 20100",
        "/whynot Domicile 3",
        "/funnel",
        "/steam",
        "/verify 20100",
    ),
    *("/stats", "/stats market=btts", "/stats since=30d", "/markets", "/agents"),
    *("/alerts", "/preset", "/mybets", "/mutes", "/settings", "/help", "/glossary clv"),
    *("/kelly 2.1 50%", "/devig 2.05 3.60 3.90", "/convert 11/10"),
)
ADMINS: Final = ("/health", "/quota", "/disputes", "/versions", "/backup")
_ROUNDS: Final = 6
_PATIENCE: Final = 120.0


def measure() -> Mapping[str, object]:
    """Return the 95th percentile of all answers, warm, and each command's cold and warm time."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    return asyncio.run(_measure())


async def _measure() -> Mapping[str, object]:
    async with open_house(PICKS, CHANGES) as house:
        for person in (MEMBER, OWNER):
            await _asked(house, person, "/start")
        found: dict[str, list[float]] = {}
        for _ in range(1 + _ROUNDS):
            for person, commands in ((MEMBER, COMMANDS), (OWNER, ADMINS)):
                for words in commands:
                    found.setdefault(words, []).append(await _asked(house, person, words))
                    house.wait_a_minute()
    warm = [taken for times in found.values() for taken in times[1:]]
    told: dict[str, object] = {
        "picks": PICKS,
        "changes of odds": CHANGES,
        "answers": len(warm),
        "warm p50, ms": median(warm),
        "warm p95, ms (aim 100)": quantiles(warm, n=20)[-1],
    }
    for words, times in found.items():
        told[f"{words}: cold, ms"] = times[0]
        told[f"{words}: warm, ms"] = median(times[1:])
    return told


async def _asked(house: House, person: int, words: str) -> float:
    """Return the milliseconds from writing to the first words of the answer."""
    before, begun = house.answers(), monotonic()
    await house.people.write(person, words)
    while house.answers() == before:
        if monotonic() - begun > _PATIENCE:
            raise AssertionError(f"{words} was not answered")
        await asyncio.sleep(0.001)
    taken = house.answered(before) - begun
    await house.rest()
    return 1_000 * taken
