"""What readers chose, when a card is sent: quiet hours, caps, mutes, words under cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from engine.alerting.reminders import compose_better, compose_last, compose_outcomes
from engine.domain.alert import AlertKind
from engine.domain.market import Selection
from engine.domain.numbers import Odds
from engine.domain.pick import PickUpdate, PriceState, pick_id
from engine.domain.preferences import (
    Caps,
    EventClass,
    Inside,
    Preferences,
    QuietHours,
    Volume,
)
from engine.domain.wish import Mute, MuteKind
from tests.faults.post_office import MEMBER, NOW, a_card
from tests.integration.storage.shelf import a_settlement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from engine.domain.pick import Pick
    from tests.faults.post_office import PostOffice

PARIS = ZoneInfo("Europe/Paris")
"""NOW is 19:00 there."""


async def chose(post: PostOffice, **chosen: Any) -> None:
    async with post.store.transaction() as tx:
        await tx.preferences.save(MEMBER, Preferences(**chosen), NOW)


async def deliver(post: PostOffice) -> None:
    async with post.sender() as delivery:
        await delivery.drain()


async def why(post: PostOffice) -> Sequence[object]:
    return [row["last_error"] for row in await post.outbox()]


def rang(post: PostOffice) -> list[bool]:
    return [not entry.silent for entry in post.telegram.log.sends(MEMBER)]


async def test_a_card_rings_or_not_as_its_reader_chose(post: PostOffice) -> None:
    await post.put("PSG")
    await deliver(post)
    await chose(post, volumes={EventClass.PICK: Volume.SILENT})
    await post.put("Lens")
    await deliver(post)
    assert rang(post) == [True, False]


async def test_quiet_hours_hold_a_card_until_they_end(post: PostOffice) -> None:
    await chose(post, quiet=QuietHours(start=18 * 60, end=20 * 60))
    await post.put(kick_off=NOW + timedelta(hours=5))
    await deliver(post)
    assert post.sent() == []
    post.hands.pass_by(hours=1, seconds=1)
    fixture, _ = a_card(kick_off=NOW + timedelta(hours=5))
    await post.quote(fixture, 2.04)
    await deliver(post)
    assert len(post.sent()) == 1
    assert rang(post) == [True]


@pytest.mark.parametrize(("inside", "sent"), [(Inside.SILENT, 1), (Inside.DROP, 0)])
async def test_a_card_whose_match_begins_in_the_quiet_hours_comes_as_its_reader_chose(
    post: PostOffice, inside: Inside, sent: int
) -> None:
    await chose(post, quiet=QuietHours(start=18 * 60, end=23 * 60, inside=inside))
    await post.put()
    await deliver(post)
    assert rang(post) == [False] * sent
    assert await why(post) == [None if sent else "quiet"]


async def test_a_mute_made_after_the_card_was_made_still_holds_it_back(post: PostOffice) -> None:
    await post.put("PSG", "Lens")
    async with post.store.transaction() as tx:
        mute = Mute(kind=MuteKind.TEAM, key="PSG")
        await tx.readers.mute(MEMBER, mute, "PSG", NOW)
    await deliver(post)
    assert ["Lens" in text for text in post.sent()] == [True]
    assert sorted(map(str, await why(post))) == ["None", "muted"]


async def test_caps_let_the_first_through_and_keep_the_rest_for_the_digest(
    post: PostOffice,
) -> None:
    await chose(post, caps=Caps(match=9, hour=2, day=3))
    await post.put(*(f"Club {n}" for n in range(4)))
    await deliver(post)
    assert len(post.sent()) == 2
    assert sorted(map(str, await why(post))) == ["None", "None", "capped", "capped"]
    async with post.store.reading() as tx:
        assert len(await tx.readers.held(NOW - timedelta(days=1))) == 2
    post.hands.pass_by(hours=1, seconds=1)
    await post.put("Later", "Latest", kick_off=NOW + timedelta(hours=6))
    await deliver(post)
    assert ["Later" in text for text in post.sent()] == [False, False, True]


async def test_another_pick_of_the_match_stands_under_the_first(post: PostOffice) -> None:
    [first] = await post.put()
    await deliver(post)
    other = await another_of(post, first)
    await deliver(post)
    under = [entry.reply_to for entry in post.telegram.log.sends(MEMBER)]
    assert under == [None, await card_of(post)]
    assert other.fixture_id == first.fixture_id


async def test_a_reminder_comes_under_the_card_while_the_value_stands(post: PostOffice) -> None:
    [pick] = await post.put()
    await deliver(post)
    await remind(post, pick, after=timedelta(hours=2, minutes=35))
    assert len(post.sent()) == 2
    assert "La valeur tient toujours" in post.sent()[1]
    assert rang(post) == [True, False]
    assert post.telegram.log.sends(MEMBER)[1].reply_to == await card_of(post)
    await remind(post, pick, after=timedelta(minutes=1))
    assert len(post.sent()) == 2


@pytest.mark.parametrize(("odds", "left"), [(1.90, 0), (2.04, 1)])
async def test_no_reminder_of_a_value_that_went(post: PostOffice, odds: float, left: int) -> None:
    [pick] = await post.put()
    await deliver(post)
    await remind(post, pick, after=timedelta(hours=2, minutes=35), odds=odds)
    assert len(post.sent()) == 1 + left


async def test_who_was_sent_no_card_is_reminded_of_none(post: PostOffice) -> None:
    await chose(post, caps=Caps(match=0, hour=0, day=0))
    [pick] = await post.put()
    await deliver(post)
    await remind(post, pick, after=timedelta(hours=2, minutes=35))
    assert post.sent() == []
    assert await why(post) == ["capped", "no card"]


async def test_a_result_is_said_under_the_card_to_those_who_asked_for_it(
    post: PostOffice,
) -> None:
    await chose(post, volumes={EventClass.RESULT: Volume.ON})
    [pick] = await post.put()
    await deliver(post)
    post.hands.pass_by(hours=5)
    async with post.store.transaction() as tx:
        readers = await tx.readers.listening(post.hands.now, PARIS)
        settled = [a_settlement(pick.id)]
        await tx.settlements.hold([pick.id])
        await tx.settlements.add(settled)
        life = post.rules.result_life
        await tx.outbox.add(compose_outcomes(settled, readers, post.hands.now, life))
    await deliver(post)
    assert len(post.sent()) == 2
    assert "gagné" in post.sent()[1]
    assert rang(post) == [True, True]


async def test_a_pick_that_gets_better_rings_once_a_rung(post: PostOffice) -> None:
    [pick] = await post.put()
    await deliver(post)
    await improve(post, pick, edge=0.09, odds=2.10)
    assert len(post.sent()) == 2
    assert "s’améliore" in post.sent()[1]
    assert "2,10" in post.sent()[1]
    assert "+9,0 %" in post.sent()[1].replace("\N{NO-BREAK SPACE}", " ").replace(
        "\N{NARROW NO-BREAK SPACE}", " "
    )
    assert rang(post) == [True, True]
    assert post.telegram.log.sends(MEMBER)[1].reply_to == await card_of(post)
    await improve(post, pick, edge=0.10, odds=2.12)
    await improve(post, pick, edge=0.075, odds=2.04)
    await improve(post, pick, edge=0.095, odds=2.11)
    assert len(post.sent()) == 2
    await improve(post, pick, edge=0.13, odds=2.20)
    assert len(post.sent()) == 3


async def test_a_rung_that_is_lost_again_before_it_is_said_is_not_said(post: PostOffice) -> None:
    [pick] = await post.put()
    await deliver(post)
    await improve(post, pick, edge=0.09, odds=2.10, quoted=2.05)
    assert len(post.sent()) == 1
    assert (await why(post))[-1] == "odds_fell"


async def test_a_card_that_was_sent_at_the_better_price_is_not_said_to_get_better(
    post: PostOffice,
) -> None:
    [pick] = await post.put()
    seen_at = post.hands.now
    post.hands.pass_by(seconds=30)
    await deliver(post)
    await improve(post, pick, edge=0.09, odds=2.10, seen_at=seen_at)
    assert len(post.sent()) == 1
    assert (await why(post))[-1] == "card shows it"


async def test_who_wants_no_word_of_better_picks_gets_none(post: PostOffice) -> None:
    await chose(post, volumes={EventClass.BETTER: Volume.OFF})
    [pick] = await post.put()
    await deliver(post)
    await improve(post, pick, edge=0.09, odds=2.10)
    assert len(post.sent()) == 1


async def improve(
    post: PostOffice,
    pick: Pick,
    *,
    edge: float,
    odds: float,
    quoted: float | None = None,
    seen_at: datetime | None = None,
) -> None:
    """Let a look find this edge a minute later, and the walk of reminders do its part."""
    post.hands.pass_by(minutes=1)
    fixture, _ = a_card()
    await post.quote(fixture, quoted or odds)
    update = PickUpdate(
        pick_id=pick.id,
        state=PriceState.MOVED,
        bookmaker=pick.bookmaker,
        odds=Odds(odds),
        fair_odds=Odds(1.9),
        edge=edge,
        seen_at=seen_at or post.hands.now,
    )
    async with post.store.transaction() as tx:
        await tx.picks.add_updates([update])
        readers = await tx.readers.listening(post.hands.now, PARIS)
        open_picks = await tx.picks.open(post.hands.now, pick.provenance)
        best = await tx.lives.best_edges(one.pick.id for one in open_picks)
        made = compose_better(open_picks, best, readers, post.rules, post.hands.now)
        await tx.outbox.add([one for one in made if one.chat_id == MEMBER])
    await deliver(post)


async def remind(post: PostOffice, pick: Pick, *, after: timedelta, odds: float = 2.04) -> None:
    """Let time pass, look at the price, and let the walk of reminders do its part."""
    post.hands.now += after
    fixture, _ = a_card()
    await post.quote(fixture, odds)
    async with post.store.transaction() as tx:
        readers = await tx.readers.listening(post.hands.now, PARIS)
        open_picks = await tx.picks.open(post.hands.now, pick.provenance)
        made = compose_last(open_picks, readers, post.rules, post.hands.now)
        await tx.outbox.add([one for one in made if one.chat_id == MEMBER])
    await deliver(post)


async def another_of(post: PostOffice, first: Pick) -> Pick:
    """Commit a second pick on the same match, with its card."""
    selection = Selection.parse("over_1.5")
    made = replace(
        first,
        id=pick_id(first.provenance, first.fixture_id, selection),
        selection=selection,
        fair=replace(first.fair, selection=selection),
    )
    fixture, _ = a_card()
    await post.quote(fixture, 2.04, "over_2.5", "over_1.5")
    async with post.store.transaction() as tx:
        await tx.picks.add((made,))
        kick_off = NOW + timedelta(hours=3)
        await tx.outbox.add((post.alert(made, kick_off, MEMBER, AlertKind.PICK, "new"),))
    assert fixture.id == made.fixture_id
    return made


async def card_of(post: PostOffice) -> object:
    """Return the message of the first card."""
    return next(row["message_id"] for row in await post.outbox() if row["kind"] == "pick")
