"""What a reader wants to be told of: presets that let picks in, mutes that keep them out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from engine.domain.care import NOTHING_SAID, Care
from engine.domain.filter_clauses import WORDS_OF
from engine.domain.preferences import DEFAULT, Preferences, Volume

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from engine.domain.closing import Grade
    from engine.domain.fixture import Fixture
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey
    from engine.domain.pick import Pick, Provenance
    from engine.domain.pick_filter import PickFilter
    from engine.domain.signal import AgentName, Tier

LONGEST_NAME: Final = 32
"""Characters of a preset's name."""


class MuteKind(StrEnum):
    """What can be muted."""

    FIXTURE = "fixture"
    TEAM = "team"
    LEAGUE = "league"
    MARKET = "market"
    BOOK = "book"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What routing and filters ask of a pick that is open: the same as of a settled one."""

    pick: Pick
    fixture: Fixture

    @property
    def provenance(self) -> Provenance:
        return self.pick.provenance

    @property
    def selection(self) -> Selection:
        return self.pick.selection

    @property
    def competition(self) -> str:
        return self.fixture.competition

    @property
    def bookmaker(self) -> BookmakerKey:
        return self.pick.bookmaker

    @property
    def odds(self) -> float:
        return float(self.pick.odds)

    @property
    def expected_at_alert(self) -> float:
        return self.pick.edge

    @property
    def signal_score(self) -> float:
        return self.pick.score.signal_score

    @property
    def sweet_spot_score(self) -> float:
        return self.pick.score.sweet_spot_score

    @property
    def tier(self) -> Tier:
        return self.pick.score.tier

    @property
    def agents(self) -> frozenset[AgentName]:
        """Those who spoke for it."""
        return frozenset(one.agent for one in self.pick.signals if one.direction > 0)

    @property
    def grade(self) -> Grade | None:
        """None: its close is not known."""
        return None

    @property
    def lead_hours(self) -> float:
        return (self.kick_off - self.pick.taken_at).total_seconds() / 3600

    @property
    def kick_off(self) -> datetime:
        return self.fixture.kick_off

    @property
    def policy_version(self) -> str:
        return self.pick.policy_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Silence about one thing, until an instant or for good (None).

    `key` is the canonical name of what is muted: a fixture's id, a team's key, a market's code.
    """

    kind: MuteKind
    key: str
    until: datetime | None = None

    def holds(self, card: CardFacts, now: datetime) -> bool:
        """Say whether it keeps this pick quiet at `now`."""
        if self.until is not None and now >= self.until:
            return False
        return self.key in _keys(self.kind, card)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A named filter with a volume of its own."""

    name: str
    picks: PickFilter
    volume: Volume = Volume.ON


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """All that one reader wants. Without a preset every pick is let in; `care` comes before all.

    `house` is the zone of those who chose none.
    """

    house: ZoneInfo
    preferences: Preferences = DEFAULT
    presets: tuple[Preset, ...] = ()
    mutes: tuple[Mute, ...] = field(default=())
    care: Care = NOTHING_SAID


def _keys(kind: MuteKind, card: CardFacts) -> frozenset[str]:
    """Return every name by which a pick may be muted in one way."""
    match kind:
        case MuteKind.FIXTURE:
            return frozenset({str(card.fixture.id)})
        case MuteKind.TEAM:
            return frozenset({card.fixture.home.key, card.fixture.away.key})
        case MuteKind.LEAGUE:
            return frozenset({card.competition})
        case MuteKind.MARKET:
            return WORDS_OF["market"](card)
        case MuteKind.BOOK:
            return frozenset({str(card.bookmaker)})
        case MuteKind.AGENT:
            return frozenset(agent.value for agent in card.agents)
