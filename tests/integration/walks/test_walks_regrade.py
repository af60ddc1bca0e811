"""Closes that became known after kick-off: late captures, and what imported files declare."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from engine.domain.alert import AlertKind
from engine.domain.closing import Grade
from engine.settlement.closing import close_pick
from jobs.import_command import import_seasons, summary
from jobs.season_sources import Wanted
from tests.builders import KICK_OFF, NOW, a_closing_line, a_fixture
from tests.integration.storage.shelf import an_alert
from tests.integration.walks.sent import a_live_pick
from tests.integration.walks.world import subscribe

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.context import Context
    from storage.store import Store
    from tests.integration.walks.world import House

LONDON = ZoneInfo("Europe/London")
HEAD = "Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,PSCH,PSCD,PSCA,AvgCH,AvgCD,AvgCA"


def write_season(folder: Path) -> None:
    path = folder / "main" / "2627" / "F1.csv"
    path.parent.mkdir(parents=True)
    when = KICK_OFF.astimezone(LONDON)
    row = f"F1,{when:%d/%m/%Y,%H:%M},Lens,Lille,2,1,H,2.0,3.6,4.2,1.95,3.5,4"
    path.write_text(f"{HEAD}\n{row}\n", encoding="utf-8")


async def edits(store: Store) -> list[str]:
    async with store.reading() as tx:
        rows = await tx.outbox.rows()
    return [str(row["version"]).partition("|")[2][:7] for row in rows if row["kind"] == "close"]


async def test_a_close_kept_after_its_pick_was_closed_counts_if_its_grade_is_better(
    house: House,
) -> None:
    """A capture that commits a moment late is as good; which one is kinder is not asked."""
    await house.run("snapshot")
    house.hands.at = max(view.fixture.kick_off for view in await house.picks())
    await house.run("kick_off")
    view = min(await house.begun(), key=lambda each: each.number)
    line = a_closing_line(
        "consensus" if view.pick.fair.source != "consensus" else "sharp",
        view.pick.selection.code,
        fixture_id=view.fixture.id,
        kick_off=view.fixture.kick_off,
        captured_at=view.fixture.kick_off - timedelta(minutes=2),
        grade=Grade.B,
    )
    async with house.store.transaction() as tx:
        await tx.closings.add([line])
    for regraded in (1, 0):
        house.hands.at += timedelta(seconds=1)
        assert (await house.run("kick_off")).report["regraded"] == regraded
    shown = [
        row
        for row in await house.alerts()
        if row["kind"] == "close" and row["pick_id"] == view.pick.id
    ]
    assert [str(row["version"]).count("|better@") for row in shown] == [0, 0, 1, 1]
    async with house.store.reading() as tx:
        entries = await tx.closings.history(view.pick.id)
        after = await tx.picks.view(pick_id=view.pick.id)
    assert [(one.why, one.grade) for one in entries] == [("kick_off", None), ("better", Grade.B)]
    assert after is not None
    assert after.close is not None
    assert after.close.clv == after.close.clv_alt == pytest.approx(line.clv(view.pick.odds))


@pytest.mark.parametrize("caught", [None, Grade.A])
async def test_an_import_tells_the_closes_that_were_missed_and_shows_them(
    ctx: Context, store: Store, tmp_path: Path, caught: Grade | None
) -> None:
    """What was caught before kick-off stands; what was not is filled, once."""
    await subscribe(store, 1001)
    pick = a_live_pick()
    mine = [a_closing_line("exchange", grade=caught)] if caught else []
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.picks.add([pick])
        await tx.outbox.add([an_alert("new", 1001, kind=AlertKind.PICK, pick_id=pick.id)])
        await tx.closings.close_picks([close_pick(pick, mine, kick_off=KICK_OFF, now=KICK_OFF)])
    write_season(tmp_path)
    told = await import_seasons(ctx, tmp_path, Wanted())
    again = await import_seasons(ctx, tmp_path, Wanted())
    assert (told["closes"], again["closes"]) == (1 - bool(caught), 0)
    async with store.reading() as tx:
        view = await tx.picks.view(pick_id=pick.id)
    assert view is not None
    assert view.close is not None
    found = view.close.source, view.close.grade, view.close.alt_source
    assert found == (("exchange", "A", "exchange") if caught else ("PSC", "D", "AvgC"))
    assert await edits(store) == ([] if caught else ["better@"])
    assert f"a better close by them: {1 - bool(caught)}" in summary(told)
