"""The morning's learning: what is stored becomes values in force, version by version."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.alerting.learning import report_of
from engine.domain.alert import Role
from engine.pricing.learned import NOTHING, Learned
from jobs.health import run as health
from jobs.import_command import import_seasons
from jobs.learn import learn
from jobs.learned import load_learned
from jobs.learned_cache import LearnedCache
from jobs.season_sources import Wanted
from tests.integration.storage.shelf import a_person
from tests.integration.walks.site import utc

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.context import Context
    from storage.pool import Pool

CLUBS = (
    *("Arsenal", "Aston Villa", "Bournemouth", "Brentford", "Brighton", "Burnley", "Chelsea"),
    *("Crystal Palace", "Everton", "Fulham", "Liverpool", "Luton", "Man City", "Man United"),
    *("Newcastle", "Nott'm Forest", "Tottenham", "West Ham", "Wolves", "Leeds"),
)
HEAD = "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,AvgH,AvgD,AvgA"


def a_season(count: int) -> str:
    """A season in which the clubs first named are the best."""
    rng = np.random.default_rng(8)
    lines = [HEAD]
    for number, (home, away) in enumerate(list(permutations(CLUBS, 2))[:count]):
        lead = (CLUBS.index(away) - CLUBS.index(home)) / 20
        goals = rng.poisson([1.5 * np.exp(lead), 1.2 * np.exp(-lead)])
        told = "H" if goals[0] > goals[1] else "D" if goals[0] == goals[1] else "A"
        day = (utc(2025, 8, 16) + timedelta(days=number // 2)).strftime("%d/%m/%Y")
        lines.append(f"E0,{day},15:00,{home},{away},{goals[0]},{goals[1]},{told},2.4,3.3,3.1")
    return "\n".join(lines)


async def imported(ctx: Context, folder: Path, count: int) -> dict[str, Any]:
    (folder / "E0.csv").write_text(a_season(count), encoding="utf-8")
    await import_seasons(ctx, folder, Wanted())
    clock: Any = ctx.clock
    clock.at = utc(2026, 8, 1)
    return dict((await learn(ctx)).told())


async def test_an_empty_database_teaches_nothing_and_says_what_is_missing(ctx: Context) -> None:
    told = dict((await learn(ctx)).told())
    assert told["goals"] == {"state": "needs 300 results, has 0"}
    assert told["blend"] == {"state": "needs 2,000 priced results, has 0"}
    assert {name for name, part in told.items() if "needs" not in str(part)} == set()
    assert (await load_learned(ctx)).learned == NOTHING


async def test_what_has_enough_data_is_learned_once_and_is_in_force(
    ctx: Context, pool: Pool, tmp_path: Path
) -> None:
    told = await imported(ctx, tmp_path, 340)
    assert (told["goals"]["state"], told["goals"]["version"]) == ("learned", 1)
    assert told["goals"]["results"] == told["goals"]["log_loss"]["n"] == 340
    assert told["blend"] == {"state": "needs 2,000 priced results, has 340"}
    force = await load_learned(ctx)
    learned = force.learned
    assert learned.goals is not None
    assert learned == Learned(goals=learned.goals)  # no totals and no closes were printed
    [model] = learned.goals
    strong = model.rates(["soccer_epl"], ["arsenal"], ["leeds"])
    weak = model.rates(["soccer_epl"], ["leeds"], ["arsenal"])
    assert strong.home[0] > weak.home[0] + 0.3
    row = await pool.fetchrow("select seen_until, fitted_at from artifacts")
    assert row is not None
    assert row["seen_until"] < row["fitted_at"] == utc(2026, 8, 1)
    again: dict[str, Any] = dict((await learn(ctx, few=0)).told())  # in a process of its own
    assert again["goals"]["state"] == "unchanged"
    assert await load_learned(ctx) is force
    more = await imported(ctx, tmp_path, 360)
    assert (more["goals"]["state"], more["goals"]["version"]) == ("learned", 2)
    newer = (await load_learned(ctx)).learned
    assert newer.goals is not None
    assert newer.goals[0].seen_until > model.seen_until


async def test_a_restart_finds_the_last_good_version(
    ctx: Context, pool: Pool, tmp_path: Path
) -> None:
    await imported(ctx, tmp_path, 340)
    first = (await load_learned(ctx)).learned
    await imported(ctx, tmp_path, 360)
    await pool.execute("update artifacts set body = '' where version = 2")
    restarted = replace(ctx, learned=LearnedCache())
    told: dict[str, Any] = dict(await health(restarted))
    assert [one for one in told["troubles"] if "goals 2" in one]
    old = (await load_learned(restarted)).learned
    assert first.goals is not None
    assert old.goals is not None
    assert old.goals[0].seen_until == first.goals[0].seen_until


async def test_a_fit_that_does_harm_is_refused_and_the_last_good_one_serves(
    ctx: Context, pool: Pool, tmp_path: Path
) -> None:
    await imported(ctx, tmp_path, 340)
    good = await load_learned(ctx)
    await pool.execute(
        "update artifacts set metrics = jsonb_set(metrics, '{log_loss,high}', '0.1')"
    )
    more = await imported(ctx, tmp_path, 360)
    assert more["goals"] == {"state": "refused", "why": "log_loss"}
    assert (await load_learned(ctx)).learned == good.learned
    assert await pool.fetchval("select count(*) from artifacts") == 1


async def test_the_morning_is_kept_and_told_to_those_who_keep_the_house(
    ctx: Context, pool: Pool, tmp_path: Path
) -> None:
    async with ctx.store.transaction() as tx:
        await tx.people.save(a_person(role=Role.ADMIN), utc(2025, 8, 1))
    first = await imported(ctx, tmp_path, 340)
    assert first["goals"]["version"] == 1
    rows = await pool.fetch("select chat_id, body from outbox where kind = 'learning'")
    (report,) = (report_of(row["body"]) for row in rows)
    assert [part.name for part in report.news] == ["goals"]
    assert report.effect is not None
    assert (report.effect.picks, report.effect.mean) == (0, None)
    await imported(ctx, tmp_path, 360)
    assert await pool.fetchval("select count(*) from outbox where kind = 'learning'") == 1
