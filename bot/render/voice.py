"""One language speaking: templates filled with values that are escaped on the way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render.html import Html, escape, name
from bot.render.numbers import decimal, odds
from engine.domain.preferences import OddsFormat

if TYPE_CHECKING:
    from bot.texts.loader import Texts
    from engine.domain.fixture import Fixture
    from engine.domain.market import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Texts in one language, and odds as one person reads them."""

    texts: Texts
    language: str
    odds_format: OddsFormat = OddsFormat.DECIMAL

    def odds(self, value: float, *, at_least: bool = False) -> str:
        return odds(value, self.language, self.odds_format, at_least=at_least)

    def html(self, key: str, /, **values: object) -> Html:
        """Return the text of `key` as HTML; values that are not HTML are escaped."""
        template = self.texts.find(self.language, key)
        return Html(template.format(**{k: escape(v) for k, v in values.items()}))

    def count(self, key: str, n: int, /, **values: object) -> Html:
        """Return the singular or plural text of `key` for `n`."""
        template = self.texts.find_for(self.language, key, n)
        return Html(
            template.format(
                n=decimal(n, self.language, digits=0), **{k: escape(v) for k, v in values.items()}
            )
        )

    def plain(self, key: str, /, **values: object) -> str:
        """Return the text of `key` for places without formatting: buttons, notices."""
        return self.texts.find(self.language, key).format(**values)

    def market(self, selection: Selection, fixture: Fixture) -> str:
        """Return the label of what is being bet on, with the teams' names in it."""
        stem, _, _ = selection.code.partition("@")
        stem = stem if self.texts.maybe(self.language, f"market.{stem}") else stem.split("_")[0]
        line = selection.handicap
        signed = line is not None and line != 0
        line = selection.market.line if line is None else line
        written = "" if line is None else self._line(float(line), signed=signed)
        return self.plain(
            f"market.{stem}",
            home=name(fixture.home.name),
            away=name(fixture.away.name),
            line=written,
        )

    def competition(self, key: str) -> str:
        """Return a competition's name, or its key made readable."""
        known = self.texts.maybe(self.language, f"competition.{key}")
        return known or name(key.removeprefix("soccer_").replace("_", " ").title())

    def bookmaker(self, key: str) -> str:
        """Return a bookmaker's name, or its key made readable."""
        known = self.texts.maybe(self.language, f"bookmaker.{key}")
        return known or name(key.replace("_", " ").title())

    def provider(self, key: str) -> str:
        """Return a provider's name, or its key made readable."""
        known = self.texts.maybe(self.language, f"provider.{key}")
        return known or name(key.replace("_", " ").title())

    def _line(self, line: float, *, signed: bool) -> str:
        digits = 0 if line == int(line) else (1 if line * 2 == int(line * 2) else 2)
        return decimal(line, self.language, digits=digits, signed=signed)
