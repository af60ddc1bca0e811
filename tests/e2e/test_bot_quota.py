"""The collection plan as an owner reads it."""

from datetime import timedelta

from engine.collect.budget import KeyState
from engine.collect.known import EventId
from engine.collect.payload import API_FOOTBALL, ODDS_API
from storage.pool import Pool
from tests.e2e.bot_house import OWNER, a_pick, open_house
from tests.unit.bot.views import NOW

KEYS = (
    KeyState(source=ODDS_API, fingerprint="aaaa0001", remaining=88, used=412),
    KeyState(
        source=ODDS_API,
        fingerprint="aaaa0002",
        remaining=0,
        used=500,
        parked_until=NOW + timedelta(days=8),
    ),
    KeyState(source=ODDS_API, fingerprint="aaaa0003", disabled="DEACTIVATED_KEY"),
    KeyState(source=API_FOOTBALL, fingerprint="bbbb0001"),
)


async def test_the_owner_sees_what_will_be_asked_and_what_it_costs(pool: Pool) -> None:
    async with open_house(pool, key_states=lambda: KEYS) as house:
        await a_pick(house.store, after=timedelta(hours=5))
        [shown] = await house.write(OWNER, "/quota")
        for words in (
            "Crédits à dépenser : 87",
            "The Odds API aaaa0001 : 88 crédits restants",
            "The Odds API aaaa0002 : épuisée jusqu’au",
            "aaaa0003 : refusée pour de bon par le fournisseur (DEACTIVATED_KEY)",
            "API-Football bbbb0001 : pas encore utilisée",
            "Prochains appels (heure de Paris)",
            "relevé régulier · Premier League · 3 crédits",
            "Aucun match suivi et annoncé par The Odds API n’a encore commencé.",
        ):
            assert words in shown["text"]
        await house.tap(OWNER, shown, "Actualiser")
        await house.tap(OWNER, shown, "Santé")
        [health] = await house.see(OWNER)
        assert health["message_id"] == shown["message_id"]
        await house.tap(OWNER, health, "Collecte")
        [back] = await house.see(OWNER)
        assert back["text"] == shown["text"]


async def test_without_a_key_it_says_what_happens_then(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(OWNER, "/quota")
        assert "Aucune clé The Odds API n’est déclarée" in shown["text"]
        assert "deux fois par semaine" in shown["text"]
        assert "Crédits à dépenser" not in shown["text"]


async def test_keys_that_are_all_refused_are_not_called_missing(pool: Pool) -> None:
    async with open_house(pool, key_states=lambda: KEYS[2:3]) as house:
        [shown] = await house.write(OWNER, "/quota")
        assert "Toutes les clés The Odds API sont refusées" in shown["text"]
        assert "DEACTIVATED_KEY" in shown["text"]


async def test_closes_are_told_with_their_n(pool: Pool) -> None:
    async with open_house(pool, key_states=lambda: KEYS) as house:
        async with house.store.transaction() as tx:
            await tx.runs.begin("snapshot", NOW - timedelta(days=2), NOW - timedelta(days=2), 1)
        for number in range(3):
            pick = await a_pick(house.store, after=-timedelta(hours=3), home=f"Home{number}")
            event = EventId(
                provider=ODDS_API,
                event_id=f"e{number}",
                fixture_id=pick.fixture_id,
                kick_off=NOW - timedelta(hours=3),
                seen_at=NOW - timedelta(days=1),
            )
            async with house.store.transaction() as tx:
                await tx.fixtures.link([event])
        [shown] = await house.write(OWNER, "/quota")
        assert "Note A : 0,0 % [0,0 ; 56,1] (n = 3)" in shown["text"]
        assert "Sans aucune clôture : abandonné par le plan 3" in shown["text"]
