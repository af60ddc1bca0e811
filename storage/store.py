"""The store: the one door to what is kept."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import asyncpg

from engine.domain.errors import StoreUnavailable
from storage.access import Access, Bans, Invitations
from storage.aliases import Aliases
from storage.alternatives import Alternatives
from storage.archive import Past
from storage.artifacts import Artifacts
from storage.bets import Bets
from storage.broadcasts import Broadcasts
from storage.care import Cares
from storage.claims import Claims
from storage.closings import Closings
from storage.disputes import Disputes
from storage.exposure import Exposures
from storage.extracts import Extracts
from storage.facts import Facts
from storage.filters import Filters
from storage.fixtures import Fixtures
from storage.forgetting import Forgetting
from storage.house import House
from storage.ledger import Ledger
from storage.lives import Lives
from storage.migrate import migrate
from storage.movements import Movements
from storage.odds import OddsHistory
from storage.odds_state import OddsCache
from storage.opinions import Opinions
from storage.outbox import Outbox
from storage.payloads import Payloads
from storage.payments import Payments
from storage.people import Audit, People, Updates
from storage.picks import Picks
from storage.places import Places
from storage.policies import Policies
from storage.pool import open_pool
from storage.prices import Prices
from storage.proofs import Proofs
from storage.queries import queries
from storage.readers import Readers
from storage.refusals import Refusals
from storage.regimes import Regimes
from storage.reports import Reports
from storage.restores import Restores
from storage.retention import Retention
from storage.runs import Keys, Runs
from storage.seasons import Seasons
from storage.segments import Segments
from storage.settlements import Results, Settlements
from storage.shadows import Shadows
from storage.slates import Slates
from storage.switches import Switches
from storage.trials import Trials
from storage.visits import Choices, Parked, Pictures
from storage.wagers import Wagers
from storage.watches import Watches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from storage.pool import Connection, Pool


_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TransactionRollbackError,  # the loser of a deadlock: the same again will pass
    asyncpg.InterfaceError,
    OSError,
)


class Tx:
    """One connection's view of the store; everything done through it commits as one."""

    def __init__(  # noqa: PLR0915  # one statement a drawer of the cellar
        self, connection: Connection, odds: OddsCache
    ) -> None:
        self._connection = connection
        self.payloads = Payloads(connection)
        self.fixtures = Fixtures(connection)
        self.filters = Filters(connection)
        self.aliases = Aliases(connection)
        self.odds = OddsHistory(connection, odds)
        self.movements = Movements(connection)
        self.prices = Prices(connection)
        self.picks = Picks(connection)
        self.lives = Lives(connection)
        self.slates = Slates(connection)
        self.opinions = Opinions(connection)
        self.refusals = Refusals(connection)
        self.exposure = Exposures(connection)
        self.closings = Closings(connection)
        self.results = Results(connection)
        self.settlements = Settlements(connection)
        self.alternatives = Alternatives(connection)
        self.ledger = Ledger(connection)
        self.bets = Bets(connection)
        self.payments, self.wagers = Payments(connection), Wagers(connection)
        self.care = Cares(connection)
        self.disputes = Disputes(connection)
        self.proofs = Proofs(connection)
        self.facts = Facts(connection)
        self.seasons = Seasons(connection)
        self.segments = Segments(connection)
        self.outbox = Outbox(connection)
        self.claims = Claims(connection)
        self.people = People(connection)
        self.extracts = Extracts(connection)
        self.access = Access(connection)
        self.invitations = Invitations(connection)
        self.bans = Bans(connection)
        self.broadcasts = Broadcasts(connection)
        self.forgetting = Forgetting(connection)
        self.house = House(connection)
        self.readers = Readers(connection)
        self.places = Places(connection)
        self.watches = Watches(connection)
        self.parked = Parked(connection)
        self.preferences = Choices(connection)
        self.pictures = Pictures(connection)
        self.updates = Updates(connection)
        self.audit = Audit(connection)
        self.switches = Switches(connection)
        self.restores = Restores(connection)
        self.keys = Keys(connection)
        self.runs = Runs(connection)
        self.retention = Retention(connection)
        self.reports = Reports(connection)
        self.artifacts = Artifacts(connection)
        self.archive = Past(connection)
        self.policies = Policies(connection)
        self.shadows = Shadows(connection)
        self.trials = Trials(connection)
        self.regimes = Regimes(connection)

    async def now(self) -> datetime:
        """Return the database's clock: leases and expiry are judged by it."""
        now: datetime = await self._connection.fetchval(queries("runs").now)
        return now


class Store:
    """Transactions and reads over one pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._odds = OddsCache()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """Do everything inside, or nothing."""
        with _unavailable():
            async with self._pool.acquire() as connection:
                async with connection.transaction():
                    tx = Tx(connection, self._odds)
                    yield tx
                tx.odds.committed()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """Read from one snapshot of the data."""
        with _unavailable():
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield Tx(connection, self._odds)


@contextmanager
def _unavailable() -> Iterator[None]:
    """Name a lost connection for what the caller must do: try again later."""
    try:
        yield
    except _LOST as lost:
        raise StoreUnavailable(f"the database cannot do it now: {type(lost).__name__}") from lost


@asynccontextmanager
async def open_store(dsn: str, *, max_size: int = 10) -> AsyncIterator[Store]:
    """Open the database behind `dsn`, bring its schema up to date, close it at the end."""
    async with open_pool(dsn, max_size=max_size) as pool:
        await migrate(pool)
        store = Store(pool)
        async with store.transaction() as tx:
            await tx.retention.make_months()
        yield store
