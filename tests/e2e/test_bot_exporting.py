"""Files people ask for: by tap or by word, through their filter, as their language writes."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import openpyxl

from bot.handlers import exporting
from tests.e2e.bot_house import MEMBER, VIEWER, House, a_pick, open_house, settle

if TYPE_CHECKING:
    import pytest

    from storage.pool import Pool


async def lived(house: House) -> None:
    won = await a_pick(house.store, after=-timedelta(hours=3), home='=1+<&"_*[ é🦄')
    await settle(house.store, won, won=True)
    await a_pick(house.store, after=timedelta(hours=3), home="Open")
    await house.write(MEMBER, "/start")
    await house.write(VIEWER, "/start")


async def body_of(house: House, shown: Any) -> bytes:
    async with house.people._session.get(shown["files"][0]["url"]) as answer:
        return bytes(await answer.read())


async def test_every_format_of_every_file_is_a_tap_away(pool: Pool) -> None:
    async with open_house(pool) as house:
        await lived(house)
        [offer] = await house.write(MEMBER, "/export")
        labels = [button["text"] for row in offer["buttons"] for button in row]
        assert {"Picks CSV", "Picks XLSX", "Picks JSON", "Mes paris XLSX"} <= set(labels)
        await house.tap(MEMBER, offer, "Picks XLSX")
        [shown] = await house.see(MEMBER)
        assert "mon_ps-picks-" in str(shown["files"][0])
        assert "2 lignes" in shown["caption"]
        sheet = openpyxl.load_workbook(BytesIO(await body_of(house, shown))).worksheets[0]
        assert sheet["A1"].value == "Pick"
        homes = [sheet.cell(row, 4) for row in (2, 3)]
        assert {cell.data_type for cell in homes} == {"s"}
        assert any(str(cell.value).startswith("=") for cell in homes)


async def test_a_file_holds_what_the_filter_keeps_and_its_caption_says_so(pool: Pool) -> None:
    async with open_house(pool) as house:
        await lived(house)
        [shown] = await house.write(MEMBER, "/export csv odds>=50")
        assert "aucune ligne" in shown["text"]
        [shown] = await house.write(MEMBER, "/export csv picks odds>=1.2")
        assert "odds" in shown["caption"]
        text = (await body_of(house, shown)).decode("utf-8-sig")
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=";"))
        assert len(rows) == 3
        assert all(not cell.startswith(("=", "@", "+")) for row in rows for cell in row)
        [taught] = await house.write(MEMBER, "/export csv leegue=L1")
        assert "league" in taught["text"]


async def test_own_bets_and_the_ledger_are_in_files_of_their_own(pool: Pool) -> None:
    async with open_house(pool) as house:
        await lived(house)
        await a_pick(house.store, after=timedelta(hours=5), home="Taken")
        [card] = await house.write(MEMBER, "/pris 3 2.10 20€")
        assert "2,10" in card["text"]
        [shown] = await house.write(MEMBER, "/export json bets")
        [row] = json.loads(await body_of(house, shown))["rows"]
        assert (row["pick"], row["odds"], row["home"]) == ("#P3", 2.1, "Taken")
        [shown] = await house.write(MEMBER, "/export json ledger")
        entries = json.loads(await body_of(house, shown))["rows"]
        assert entries
        for entry in entries:
            moved = [entry[name] or 0 for name in ("cash", "at_stake", "result", "capital")]
            assert abs(sum(moved)) < 1e-9


async def test_a_long_file_is_cut_and_says_so(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST", 1)
    async with open_house(pool) as house:
        await lived(house)
        [shown] = await house.write(MEMBER, "/export json")
        assert "1 ligne" in shown["caption"]
        assert "resserrez le filtre" in shown["caption"]
        assert len(json.loads(await body_of(house, shown))["rows"]) == 1


async def test_a_viewer_is_refused_and_a_link_opens_nothing_for_them(pool: Pool) -> None:
    async with open_house(pool) as house:
        await lived(house)
        [refused] = await house.write(VIEWER, "/export csv")
        assert not refused["files"]
        [shown] = await house.write(VIEWER, "/start e_0")
        assert "CSV" not in str(shown["buttons"])
        [shown] = await house.write(MEMBER, "/start e_0")
        assert "CSV" in str(shown["buttons"])


async def test_one_file_at_a_time_is_made_for_a_person(pool: Pool) -> None:
    async with open_house(pool) as house:
        await lived(house)
        house.door.exporting.add(MEMBER)
        [busy] = await house.write(MEMBER, "/export csv")
        assert "un à la fois" in busy["text"]
        house.door.exporting.clear()
        [shown] = await house.write(MEMBER, "/export csv")
        assert shown["files"]
