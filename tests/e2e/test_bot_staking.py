"""A person's own rules for stakes: chosen, shown on cards, and taken by ✅."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from bot.words import AlertWords
from engine.alerting.compose import compose
from engine.domain.alert import Role
from engine.domain.staking import StakeBasis, StakePlan, Staking
from storage.people import Person
from tests.e2e.bot_house import MEMBER, House, a_pick, open_house

if TYPE_CHECKING:
    from storage.pool import Pool


async def press(house: House, shown: Any, label: str) -> Any:
    house.clock.now += timedelta(seconds=1)
    await house.tap(MEMBER, shown, label)
    return (await house.see(MEMBER))[-1]


async def write(house: House, text: str) -> Any:
    house.clock.now += timedelta(seconds=1)
    house.clock.ticks += 10
    return (await house.write(MEMBER, text))[-1]


async def rules(house: House) -> Staking | None:
    async with house.store.reading() as tx:
        return (await tx.preferences.of(MEMBER)).staking


async def test_without_own_rules_cards_show_the_houses_stake(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        assert "celle" not in (await write(house, "/pick 1"))["text"]
        assert "Mise : ¼ Kelly 0,99 %" in (await write(house, "/pick 1"))["text"]
        assert "Vous n’en avez pas choisi" in (await write(house, "/mise"))["text"]


@pytest.mark.parametrize(
    ("language", "command", "line", "flat"),
    [
        ("fr", "/mise", "Votre mise : ½ Kelly → 20,00 € (plafond 2 %)", "Mise fixe : 10,00 €"),
        ("en", "/staking", "Your stake: ½ Kelly → €20.00 (cap 2%)", "Flat stake: €10.00"),
    ],
)
async def test_rules_are_tapped_previewed_and_on_the_card(
    pool: Pool, language: str, command: str, line: str, flat: str
) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3), edge=0.15, edge_low=0.12)
        await write(house, "/start")
        async with house.store.transaction() as tx:
            await tx.people.set_language(MEMBER, language, house.clock.now)
        shown = await write(house, command)
        shown = await press(house, await press(house, shown, "Fraction"), "½")
        mark = "🧢"
        shown = await press(house, await press(house, shown, mark), "2")
        assert line in shown["text"]
        assert "#P1" in shown["text"]
        card = await write(house, "/pick 1")
        assert line in card["text"]
        shown = await write(house, command)
        asked = await press(house, shown, "📏")
        shown = await press(house, asked, "10")
        assert flat in shown["text"]
        found = await rules(house)
        assert found == Staking(plan=StakePlan.FLAT, fraction=0.5, cap=0.02, flat=Decimal(10))


async def test_a_tap_takes_the_pick_at_the_own_stake(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        await write(house, "/mise fixe 7")
        await write(house, "/mise plafond 5%")
        card = await write(house, "/pick 1")
        assert "Votre mise : fixe → 7,00 €" in card["text"]
        slip = await press(house, card, "Pris")
        assert "0,70 u (7,00 €)" in slip["text"]


async def test_stakes_may_be_a_share_of_the_own_balance(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3), edge=0.3, edge_low=0.25)
        unknown = await write(house, "/mise base solde")
        assert "rien n’y est noté" in unknown["text"]
        await write(house, "/bankroll +200 betclic")
        assert "votre solde, 200,00 €" in (await write(house, "/mise"))["text"]
        assert "→ 2,00 € (plafond 1 %)" in (await write(house, "/pick 1"))["text"]
        shown = await write(house, "/mise")
        asked = await press(house, shown, "Unité")
        shown = await press(house, asked, "En unités")
        assert "→ 1,00 u (plafond 1 %)" in shown["text"]
        off = await press(house, shown, "Comme la maison")
        assert "Vous n’en avez pas choisi" in off["text"]
        assert "Mise : ¼ Kelly" in (await write(house, "/pick 1"))["text"]


async def test_a_card_that_is_pushed_carries_the_own_stake_of_its_reader(pool: Pool) -> None:
    async with open_house(pool) as house:
        await write(house, "/bankroll +200 betclic")
        await write(house, "/mise base solde")
        pick = await a_pick(house.store, after=timedelta(hours=3), edge=0.3, edge_low=0.25)
        async with house.store.transaction() as tx:
            await tx.people.save(
                Person(
                    user_id=MEMBER,
                    chat_id=MEMBER,
                    role=Role.MEMBER,
                    language="fr",
                    wants_picks=True,
                ),
                house.clock.now,
            )
            [reader] = await tx.readers.listening(house.clock.now, house.door.money.time_zone)
            [fixture] = await tx.fixtures.get([pick.fixture_id])
            cards = compose(
                [pick],
                (),
                [reader],
                house.door.rules.alerts,
                fixtures={fixture.id: fixture},
                kick_offs={pick.id: fixture.kick_off},
                now=house.clock.now,
            )
            await tx.outbox.add(cards)
            [row] = await tx.claims.claim(
                house.clock.now + timedelta(minutes=5),
                lease=timedelta(minutes=1),
                owner="test",
                fencing=1,
                busy=(),
                limit=5,
            )
            view = await tx.picks.view(pick_id=pick.id)
        assert row.balance == 20
        assert row.preferences.staking == Staking(basis=StakeBasis.BALANCE)
        assert view is not None
        words = AlertWords(
            texts=house.door.texts, money=house.door.money, signer=house.door.signer
        )
        text, _ = words.card(view, row=row, now=house.clock.now, username="bot")
        assert "Votre mise : ¼ Kelly → <b>2,00 €</b> (plafond 1 %)" in text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/mise 1/8", Staking(fraction=0.125)),
        ("/staking cap 1,5%", Staking(cap=0.015)),
        ("/mise arrondi 0,5", Staking(step=Decimal("0.5"))),
        ("/mise base 500€", Staking(basis=StakeBasis.FIXED, fixed=Decimal(500))),
        ("/mise base maison", None),
        ("/mise plafond 50%", None),
        ("/mise fixe 0", None),
        ("/mise 1/3", None),
        ("/mise <b>&", None),
    ],
)
async def test_rules_are_typed_as_people_type_them(
    pool: Pool, typed: str, kept: Staking | None
) -> None:
    async with open_house(pool) as house:
        await write(house, typed)
        assert await rules(house) == kept


async def test_words_that_were_asked_for_are_a_rule(pool: Pool) -> None:
    async with open_house(pool) as house:
        asked = await press(house, await write(house, "/mise"), "Arrondi")
        await press(house, asked, "Écrire")
        shown = await write(house, "2")
        assert "au plus proche de 2,00 €" in shown["text"]
        assert await rules(house) == replace(Staking(), step=Decimal(2))
