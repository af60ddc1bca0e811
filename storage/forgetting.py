"""What is kept about one person: told to them whole, and taken away when they ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.bets import Bets
from storage.care import Cares
from storage.payments import Payments
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.pool import Connection


class Forgetting:
    """One person's data, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def kept(self, user_id: int) -> Mapping[str, list[dict[str, object]]]:
        """Return all that is kept about a person, by what it is."""
        sql = queries("forgetting")
        asked = {
            "person": sql.person,
            "presets": sql.presets_of,
            "mutes": sql.mutes_of,
            "watches": sql.watches_of,
            "bets": sql.bets_of,
            "passes": sql.passes_of,
            "payments": sql.payments_of,
            "roles": sql.roles_of,
            "invitations": sql.uses_of,
            "bans": sql.bans_of,
            "protection": sql.care_of,
            "acts": sql.audit_of,
            "messages": sql.told,
        }
        return {
            name: [dict(row) for row in await self._connection.fetch(query, user_id)]
            for name, query in asked.items()
        }

    async def forget(self, user_id: int, now: datetime) -> None:
        """Take away a person and all that is theirs; write down that it was asked for.

        Cards that were sent stay as proof of the record, and acts in the audit: of nobody. So does
        a pause that stands, until it is over: to be forgotten is no way around it.
        """
        await self._connection.execute(queries("forgetting").remember, user_id, now)
        await self._erase(user_id, now)

    async def replay(self, now: datetime) -> int:
        """Forget again those that a restored backup brought back; return how many.

        Who came back by themselves since they asked is not forgotten again.
        """
        found = await self._connection.fetch(queries("forgetting").again)
        asked = [row["user_id"] for row in found if row["forgotten_at"] <= now]
        here = [one for one in asked if await self._present(one)]
        for user_id in here:
            await self._erase(user_id, now)
        return len(here)

    async def _present(self, user_id: int) -> bool:
        return bool(await self._connection.fetchval(queries("forgetting").present, user_id))

    async def _erase(self, user_id: int, now: datetime) -> None:
        sql = queries("forgetting")
        await Bets(self._connection).forget(user_id)
        await Payments(self._connection).forget(user_id)
        await Cares(self._connection).forget(user_id, now)
        for step in (
            sql.unname_cards,
            sql.drop_outbox,
            sql.drop_holds,
            sql.drop_preferences,
            sql.drop_presets,
            sql.drop_mutes,
            sql.drop_watches,
            sql.drop_parked,
            sql.drop_role,
            sql.drop_uses,
            sql.unname_roles,
            sql.unname_bans,
            sql.unname_broadcasts,
            sql.unname_invites,
            sql.unname_audit,
            sql.unname_switches,
            sql.unname_jobs,
            sql.unname_aliases,
            sql.unname_names,
            sql.unname_places,
            sql.drop_person,
        ):
            await self._connection.execute(step, user_id)
