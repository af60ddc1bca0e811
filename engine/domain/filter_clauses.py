"""What one clause of a filter says of a pick: among words, within numbers, since or until."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from engine.domain.filter_words import NO_GRADE
from engine.domain.market import MarketKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from engine.domain.closing import Grade
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey
    from engine.domain.pick import Provenance
    from engine.domain.signal import AgentName, Tier


class Filterable(Protocol):
    """What a filter asks of a pick: settled ones know it all, and others may too."""

    @property
    def provenance(self) -> Provenance: ...
    @property
    def selection(self) -> Selection: ...
    @property
    def competition(self) -> str: ...
    @property
    def bookmaker(self) -> BookmakerKey: ...
    @property
    def odds(self) -> float: ...
    @property
    def expected_at_alert(self) -> float: ...
    @property
    def signal_score(self) -> float: ...
    @property
    def sweet_spot_score(self) -> float: ...
    @property
    def tier(self) -> Tier: ...
    @property
    def agents(self) -> frozenset[AgentName]: ...
    @property
    def grade(self) -> Grade | None: ...
    @property
    def lead_hours(self) -> float: ...
    @property
    def kick_off(self) -> datetime: ...
    @property
    def policy_version(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """One of the words holds of the pick; negated, none does."""

    field: str
    words: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        return f"{self.field}{'!=' if self.negated else '='}{','.join(self.words)}"

    def keeps(self, pick: Filterable) -> bool:
        held = WORDS_OF[self.field](pick)
        return any(word in held for word in self.words) is not self.negated


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Numbers between two ends, both part of it."""

    low: Decimal
    high: Decimal

    def written(self, unit: str) -> str:
        return f"{self.low}{unit}-{self.high}{unit}"

    def holds(self, value: float, scale: Decimal) -> bool:
        """Say whether it holds a value of which one unit here is `scale`."""
        return float(self.low * scale) <= value <= float(self.high * scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The number lies in one of the spans; negated, in none."""

    field: str
    spans: tuple[Span, ...]
    negated: bool = False

    def __str__(self) -> str:
        unit = NUMBERS[self.field].unit
        told = ",".join(span.written(unit) for span in self.spans)
        return f"{self.field}{'!=' if self.negated else '='}{told}"

    def keeps(self, pick: Filterable) -> bool:
        number = NUMBERS[self.field]
        value = number.of(pick)
        return any(span.holds(value, number.scale) for span in self.spans) is not self.negated


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """The number is on one side of a bound; `sign` is how that is written."""

    field: str
    sign: str
    bound: Decimal

    def __str__(self) -> str:
        return f"{self.field}{self.sign}{self.bound}{NUMBERS[self.field].unit}"

    def keeps(self, pick: Filterable) -> bool:
        number = NUMBERS[self.field]
        return SIGNS[self.sign](number.of(pick), float(self.bound * number.scale))


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The match kicks off since or until an instant; `written` is how people said which."""

    field: str
    written: str
    at: datetime

    def __str__(self) -> str:
        return f"{self.field}={self.written}"

    def keeps(self, pick: Filterable) -> bool:
        return (pick.kick_off >= self.at) is (self.field == "since")


Clause: TypeAlias = Among | Within | Beyond | When


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of picks: the unit people write, what one is worth here, how to read it."""

    unit: str
    scale: Decimal
    of: Callable[[Filterable], float]


_ONE: Final = Decimal(1)
NUMBERS: Final[Mapping[str, Number]] = MappingProxyType(
    {
        "odds": Number(unit="", scale=_ONE, of=lambda pick: pick.odds),
        "score": Number(unit="", scale=_ONE, of=lambda pick: pick.sweet_spot_score),
        "signal": Number(unit="", scale=_ONE, of=lambda pick: pick.signal_score),
        "edge": Number(unit="%", scale=Decimal("0.01"), of=lambda pick: pick.expected_at_alert),
        "lead": Number(unit="h", scale=_ONE, of=lambda pick: pick.lead_hours),
    }
)
SIGNS: Final[Mapping[str, Callable[[float, float], bool]]] = MappingProxyType(
    {
        ">=": lambda value, bound: value >= bound,
        "<=": lambda value, bound: value <= bound,
        ">": lambda value, bound: value > bound,
        "<": lambda value, bound: value < bound,
    }
)
_KINDS: Final = {
    MarketKind.MATCH_ODDS: "1x2",
    MarketKind.DOUBLE_CHANCE: "dc",
    MarketKind.DRAW_NO_BET: "dnb",
    MarketKind.BTTS: "btts",
    MarketKind.TOTAL_GOALS: "ou",
    MarketKind.ASIAN_HANDICAP: "ah",
}


def _markets(pick: Filterable) -> frozenset[str]:
    """Return the pick's kind of market, its market, and its side where that is a total."""
    kind, code = pick.selection.market.kind, pick.selection.market_code
    side = {code.partition("_")[0]} if kind is MarketKind.TOTAL_GOALS else set()
    return frozenset({_KINDS[kind], code, *side})


def _policies(pick: Filterable) -> frozenset[str]:
    """Return a policy's name, whole and without what was set elsewhere."""
    return frozenset({pick.policy_version, pick.policy_version.partition("+")[0]})


WORDS_OF: Final[Mapping[str, Callable[[Filterable], frozenset[str]]]] = MappingProxyType(
    {
        "market": _markets,
        "league": lambda pick: frozenset({pick.competition}),
        "book": lambda pick: frozenset({str(pick.bookmaker)}),
        "agent": lambda pick: frozenset(agent.value for agent in pick.agents),
        "tier": lambda pick: frozenset({pick.tier.value}),
        "grade": lambda pick: frozenset({pick.grade.value if pick.grade else NO_GRADE}),
        "provenance": lambda pick: frozenset({pick.provenance.value}),
        "policy": _policies,
    }
)
