"""Records, cut and compared."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.graphs import SCREEN, Graph
from bot.handlers import agents, exporting, graphs, markets, stats
from bot.links import EXPORT_SCREEN
from engine.domain.alert import Role

_GRAPHS: Final = (
    ("clv", None, Graph.SPREAD),
    ("profit", None, Graph.CURVE),
    ("drawdown", None, Graph.UNDER),
    ("calibration", None, Graph.CALIBRATION),
    ("ligues", "leagues", Graph.LEAGUE),
    ("books", None, Graph.BOOK),
    ("jours", "daily", Graph.DAY),
    ("semaines", "weekly", Graph.WEEK),
    ("mois", "monthly", Graph.MONTH),
    ("correlations", None, Graph.CORRELATION),
)
STATISTICS: Final = Chapter(
    name="statistics",
    shows_picks=False,
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
        *(
            Command(
                name=name,
                alias=alias,
                role=Role.VIEWER,
                private=False,
                handler=graphs.graph_of(graph),
            )
            for name, alias, graph in _GRAPHS
        ),
        Command(
            name="export",
            role=Role.MEMBER,
            private=True,
            handler=exporting.export,
            shows_picks=True,
        ),
    ),
    screens={
        "stats": Screen(role=Role.VIEWER, private=False, handler=stats.stats),
        "markets": Screen(role=Role.VIEWER, private=False, handler=markets.markets),
        "market": Screen(role=Role.VIEWER, private=False, handler=markets.market),
        "mkchart": Screen(role=Role.VIEWER, private=False, handler=markets.picture),
        "agents": Screen(role=Role.VIEWER, private=False, handler=agents.agents),
        EXPORT_SCREEN: Screen(
            role=Role.MEMBER, private=True, handler=exporting.export, shows_picks=True
        ),
        SCREEN: Screen(role=Role.VIEWER, private=False, handler=graphs.graph_of(Graph.SPREAD)),
    },
)
