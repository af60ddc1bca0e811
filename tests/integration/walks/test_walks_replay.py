"""A replay of recordings made in the sandbox's world: no recorded season is needed."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.alert import Role
from engine.domain.errors import SettingsInvalid
from engine.domain.pick import Provenance
from jobs.file_results import declared, read_rows
from jobs.recordings import find_recordings
from jobs.replay import Replay, replay
from jobs.replay_stage import Files, Staged, run_staged
from sandbox.feeds import Wanted
from tests.integration.walks.world import PLAN, START, subscribe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime
    from pathlib import Path

    from jobs.context import Context
    from jobs.replay_stage import Drains
    from storage.dsn import Dsn
    from storage.pool import Pool
    from tests.integration.walks.world import House, Outside

KICK_OFF = START + timedelta(hours=2)
INSTANTS = (START, KICK_OFF - timedelta(minutes=30), KICK_OFF + timedelta(minutes=10))
_WANTED = Wanted(regions=frozenset({"eu"}), markets=frozenset({"h2h", "totals", "spreads"}))
_HEADER = "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,PSCH,PSCD,PSCA,AvgCH,AvgCD,AvgCA"


def _record(outside: Outside, folder: Path, instants: Sequence[datetime]) -> None:
    for instant in instants:
        for league in PLAN.leagues:
            events = outside.odds.events(league.sport_key, _WANTED, instant)
            path = folder / f"{instant:%Y-%m-%dT%H%MZ}" / f"{league.sport_key}.json.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(json.dumps(events).encode()))


def _season(outside: Outside, file: Path) -> None:
    """Write the English rows of a season file; odds 2.10 3.40 3.60 at Pinnacle for every game."""
    rows = [_HEADER]
    for match in outside.world.matchday(0):
        if match.league.sport_key == "soccer_epl":
            standing = outside.world.standing(match, KICK_OFF + timedelta(days=1))
            assert standing.fulltime is not None
            goals = f"{standing.fulltime[0]},{standing.fulltime[1]}"
            rows.append(
                f"E0,{match.kick_off:%d/%m/%Y},15:00,{match.home.results_name},"
                f"{match.away.results_name},{goals},2.10,3.40,3.60,2.05,3.35,3.55"
            )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")


class _Backtest:
    """The replay as the command sets it up, with the instants at which alerts were due."""

    def __init__(self, ctx: Context, folder: Path) -> None:
        self._ctx = replace(ctx, rules=replace(ctx.rules, provenance=Provenance.BACKTEST))
        self._folder = folder
        self.delivered_at: list[datetime] = []

    async def run(self) -> dict[str, Any]:
        wanted = Replay(
            library=find_recordings(self._folder / "odds"),
            rows=read_rows(self._folder / "season"),
            deliver=self._deliver,
            progress=lambda _done, _all: None,
        )
        return dict(await replay(self._ctx, wanted))

    async def _deliver(self, at: datetime) -> None:
        self.delivered_at.append(at)


@pytest.fixture
async def backtest(house: House, outside: Outside, tmp_path: Path) -> _Backtest:
    _record(outside, tmp_path / "odds", INSTANTS)
    _season(outside, tmp_path / "season" / "E0.csv")
    await subscribe(house.store, 1002, Role.MEMBER)
    return _Backtest(house.ctx, tmp_path)


async def test_recorded_answers_become_picks_with_closes_and_results(
    backtest: _Backtest, house: House, outside: Outside
) -> None:
    out = await backtest.run()
    rows = [m for m in outside.world.matchday(0) if m.league.sport_key == "soccer_epl"]
    english = [
        view
        for view in await house.picks()
        if (view.fixture.competition, view.fixture.kick_off) == ("soccer_epl", KICK_OFF)
    ]
    assert out["picks"] == len(await house.picks()) > 0
    assert out["closes"] == out["settled"] == len(english) > 0
    assert out["matched_football_data"] == len(rows) > 0
    assert out["unmatched"] == []
    assert {v.pick.provenance for v in english} == {Provenance.BACKTEST}
    assert {v.close.grade for v in english if v.close} == {"D"}


async def test_what_has_begun_is_counted_and_left_alone(
    backtest: _Backtest, outside: Outside
) -> None:
    out = await backtest.run()
    begun = [
        event
        for league in PLAN.leagues
        for event in outside.odds.events(league.sport_key, _WANTED, INSTANTS[-1]) or ()
        if event["commence_time"] <= f"{INSTANTS[-1]:%Y-%m-%dT%H:%M:%SZ}"
    ]
    assert out["events_in_play_ignored"] == len(begun) > 0
    assert out["quotes_rejected"]["in_play"] > 0


async def test_alerts_are_due_at_the_replayed_instants_in_order(backtest: _Backtest) -> None:
    await backtest.run()
    looks, ends = backtest.delivered_at[: len(INSTANTS)], backtest.delivered_at[len(INSTANTS) :]
    assert looks == list(INSTANTS)
    assert ends == sorted(ends)
    assert all(at == KICK_OFF + timedelta(minutes=128) for at in ends)
    assert ends


async def test_a_replay_that_was_interrupted_is_completed_without_doubles(
    backtest: _Backtest, pool: Pool
) -> None:
    """Killed after the last look had committed but before its run was marked as done."""
    first = await backtest.run()
    tables = ("odds_changes", "prices", "picks", "pick_updates", "outbox", "looks", "settlements")
    before = [await pool.fetchval(f"select count(*) from {table}") for table in tables]  # noqa: S608  # ours
    await pool.execute(
        "update runs set state = 'running', report = '{}'"
        " where scheduled_for = (select max(scheduled_for) from runs)"
    )
    second = await backtest.run()
    after = [await pool.fetchval(f"select count(*) from {table}") for table in tables]  # noqa: S608  # ours
    assert after == before
    assert second["picks"] == first["picks"]
    assert second["clv"] == first["clv"]


async def test_a_row_s_closes_are_read_under_the_names_of_its_columns(
    outside: Outside, tmp_path: Path
) -> None:
    _season(outside, tmp_path / "E0.csv")
    books = declared(read_rows(tmp_path)[0].closes)
    assert set(books) == {"PSC", "AvgC"}
    assert list(books["PSC"].values()) == [(2.10, 3.40, 3.60)]


async def test_a_replay_never_enters_a_database_with_people_or_picks_of_its_own(
    house: House, database: Dsn, tmp_path: Path
) -> None:
    """Its cards would be sent to real subscribers, and its prices mixed with today's."""
    file = tmp_path / "odds" / f"{START:%Y-%m-%dT%H%MZ}" / "soccer_epl.json.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(gzip.compress(b"[]"))

    def nobody(*_: object, **__: object) -> AbstractAsyncContextManager[Drains]:
        raise AssertionError

    wanted = Staged(
        files=Files(odds_api=tmp_path / "odds", football_data=None, include=()),
        rules=house.ctx.rules,
        names=house.ctx.names,
        database=database.get_secret_value(),
        telegram=None,
    )
    await house.run("snapshot")
    with pytest.raises(SettingsInvalid, match="--database: holds a live record"):
        await run_staged(wanted, nobody)
