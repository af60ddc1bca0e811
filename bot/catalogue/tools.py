"""Calculators and the glossary: they need nothing from outside."""

from __future__ import annotations

from typing import Final

from bot.catalogue.chapter import Chapter
from bot.context import Command, Screen
from bot.handlers import calculators, futures, glossary
from engine.domain.alert import Role

TOOLS: Final = Chapter(
    name="tools",
    shows_picks=False,
    commands=(
        Command(
            name="outils",
            alias="tools",
            role=Role.VIEWER,
            private=False,
            handler=calculators.tools,
            listed=True,
        ),
        Command(name="kelly", role=Role.VIEWER, private=False, handler=calculators.kelly),
        Command(name="devig", role=Role.VIEWER, private=False, handler=calculators.devig),
        Command(name="convert", role=Role.VIEWER, private=False, handler=calculators.convert),
        Command(name="montecarlo", role=Role.VIEWER, private=False, handler=futures.montecarlo),
        Command(
            name="glossaire",
            alias="glossary",
            role=Role.VIEWER,
            private=False,
            handler=glossary.glossary,
        ),
    ),
    screens={
        "tools": Screen(role=Role.VIEWER, private=False, handler=calculators.tools),
        "kelly": Screen(role=Role.VIEWER, private=False, handler=calculators.kelly),
        "devig": Screen(role=Role.VIEWER, private=False, handler=calculators.devig),
        "convert": Screen(role=Role.VIEWER, private=False, handler=calculators.convert),
        "future": Screen(role=Role.VIEWER, private=False, handler=futures.montecarlo),
        "term": Screen(role=Role.VIEWER, private=False, handler=glossary.glossary),
        "info": Screen(role=Role.VIEWER, private=False, handler=glossary.info),
    },
)
