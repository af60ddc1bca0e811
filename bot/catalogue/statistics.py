"""Records, cut and compared."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import agents, markets, stats
from engine.domain.alert import Role

STATISTICS: Final = Chapter(
    name="statistics",
    commands=(
        Command(name="stats", role=Role.VIEWER, private=False, handler=stats.stats, listed=True),
        Command(
            name="marches",
            alias="markets",
            role=Role.VIEWER,
            private=False,
            handler=markets.markets,
            listed=True,
        ),
        Command(
            name="agents", role=Role.VIEWER, private=False, handler=agents.agents, listed=True
        ),
    ),
    screens={
        "stats": Screen(role=Role.VIEWER, private=False, handler=stats.stats),
        "markets": Screen(role=Role.VIEWER, private=False, handler=markets.markets),
        "market": Screen(role=Role.VIEWER, private=False, handler=markets.market),
        "mkchart": Screen(role=Role.VIEWER, private=False, handler=markets.picture),
        "agents": Screen(role=Role.VIEWER, private=False, handler=agents.agents),
    },
)
