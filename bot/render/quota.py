"""What collection asks and what it costs, as Telegram HTML."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, code, join, lines, name, paragraphs
from bot.render.numbers import day_and_clock, decimal, place
from bot.render.stats import estimate
from engine.collect.budget import renewed
from engine.collect.payload import ODDS_API
from engine.collect.plan import Purpose, Why
from engine.domain.closing import Grade
from engine.learning.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.collect.budget import KeyState
    from engine.collect.plan import CollectPlan, Dropped, Planned
    from jobs.closes import Closes

SOON: Final = timedelta(hours=24)
_NEXT: Final = 5
_LEAGUES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """The plan with the keys it was made for, and what closes it has caught so far."""

    plan: CollectPlan
    keys: tuple[KeyState, ...]
    closes: Closes

    @property
    def now(self) -> datetime:
        return self.plan.made_at

    @property
    def can_ask(self) -> bool:
        """Whether any key declared for odds is not refused for good."""
        return any(key.source == ODDS_API and key.disabled is None for key in self.keys)


def render_quota(quota: Quota, *, voice: Voice, money: Money) -> Html:
    """Return credits, the next calls, what was given up and the closes caught, in this order."""
    screen = _Screen(quota=quota, voice=voice, money=money)
    title = bold(voice.html("quota.title", at=screen.when(quota.now)))
    told: tuple[Html, ...]
    if quota.can_ask:
        told = (screen.credits(), screen.keys(), screen.next_day(), screen.given_up())
    else:
        declared = any(key.source == ODDS_API for key in quota.keys)
        why = voice.html("quota.all_refused" if declared else "quota.no_key")
        told = (lines(why, voice.html("quota.file_only")), screen.keys())
    return paragraphs(title, *told, screen.closes(), voice.html("quota.note"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Screen:
    quota: Quota
    voice: Voice
    money: Money

    def when(self, at: datetime) -> str:
        return day_and_clock(at, self.money.time_zone, self.voice.language)

    def number(self, n: int) -> str:
        return decimal(n, self.voice.language, digits=0)

    def credits(self) -> Html:
        plan, voice = self.quota.plan, self.voice
        reserved = [
            voice.html("quota.part", what=self.purpose(purpose), n=self.number(spent))
            for purpose, spent in plan.reserved.items()
        ]
        return lines(
            voice.html(
                "quota.credits",
                left=bold(self.number(plan.ration.remaining)),
                monthly=self.number(plan.ration.monthly),
            ),
            voice.html(
                "quota.forecast",
                n=bold(self.number(plan.left)),
                at=self.when(plan.ration.resets_at),
            ),
            voice.html("quota.reserved", parts=join(" · ", reserved)) if reserved else "",
        )

    def keys(self) -> Html:
        if not self.quota.keys:
            return Html()
        rows = (self._key(renewed(key, self.quota.now)) for key in self.quota.keys)
        return lines(bold(self.voice.html("quota.keys")), *rows)

    def _key(self, key: KeyState) -> Html:
        return self.voice.html(
            "quota.key",
            provider=self.voice.provider(key.source),
            key=code(key.fingerprint),
            state=self._standing(key),
        )

    def _standing(self, key: KeyState) -> Html:
        voice, now = self.voice, self.quota.now
        if key.disabled is not None:
            return voice.html("quota.key_refused", why=code(name(key.disabled)))
        if not key.usable(now) and key.parked_until is not None:
            return voice.html("quota.key_parked", at=self.when(key.parked_until))
        if key.remaining is None:
            return voice.html("quota.key_untold")
        left = voice.count("quota.key_left", key.remaining, left=self.number(key.remaining))
        slow = key.slow_until is not None and key.slow_until > now
        return join(" · ", (left, voice.html("quota.key_slow") if slow else ""))

    def next_day(self) -> Html:
        soon = [call for call in self.quota.plan.planned if call.at < self.quota.now + SOON]
        title = bold(self.voice.html("quota.soon"))
        if not soon:
            return lines(title, self.voice.html("quota.soon_none"))
        where = place(self.money.time_zone, self.voice.language)
        return paragraphs(
            lines(title, *self._by_purpose(soon)),
            lines(
                bold(self.voice.html("quota.next", place=where)),
                *(self._call(call) for call in soon[:_NEXT]),
                self._more(len(soon) - _NEXT),
            ),
        )

    def _by_purpose(self, soon: Sequence[Planned]) -> Iterable[Html]:
        calls: Counter[Purpose] = Counter(call.purpose for call in soon)
        for purpose in Purpose:
            if calls[purpose]:
                spent = sum(call.cost for call in soon if call.purpose is purpose)
                yield self._line(self.purpose(purpose), calls[purpose], spent)
        if len(calls) > 1:
            yield self._line(
                self.voice.plain("quota.together"), len(soon), sum(call.cost for call in soon)
            )

    def _line(self, what: str, calls: int, spent: int) -> Html:
        return self.voice.html(
            "quota.line",
            what=what,
            calls=self.voice.count("quota.calls", calls),
            credits=self.voice.count("quota.price", spent, price=self.number(spent)),
        )

    def _call(self, call: Planned) -> Html:
        return self.voice.html(
            "quota.call_expected" if call.expected else "quota.call",
            at=self.when(call.at),
            what=self.voice.plain(f"quota.ask_{call.purpose}"),
            league=self.voice.competition(call.competition),
            credits=self.voice.count("quota.price", call.cost, price=self.number(call.cost)),
        )

    def _more(self, n: int) -> Html:
        return self.voice.count("quota.more", n) if n > 0 else Html()

    def given_up(self) -> Html:
        dropped = self.quota.plan.dropped
        title = bold(self.voice.html("quota.dropped"))
        if not dropped:
            return lines(title, self.voice.html("quota.dropped_none"))
        groups = [
            [one for one in dropped if one.why is why and one.capped is capped]
            for why in Why
            for capped in (False, True)
        ]
        return lines(title, *(self._lost(group) for group in groups if group))

    def _lost(self, group: Sequence[Dropped]) -> Html:
        calls, cost = sum(one.calls for one in group), sum(one.cost for one in group)
        ranked = sorted(group, key=lambda one: -one.cost)
        leagues = [self.voice.competition(one.competition) for one in ranked[:_LEAGUES]]
        if len(ranked) > _LEAGUES:
            leagues.append(f"+{len(ranked) - _LEAGUES}")
        return self.voice.html(
            "quota.lost_capped" if group[0].capped else "quota.lost",
            what=self.voice.plain(f"quota.why_{group[0].why}"),
            calls=self.voice.count("quota.calls", calls),
            credits=self.voice.count("quota.price", cost, price=self.number(cost)),
            leagues=", ".join(leagues),
        )

    def closes(self) -> Html:
        closes, voice = self.quota.closes, self.voice
        title = bold(voice.html("quota.closes"))
        if not closes.fixtures:
            return lines(title, voice.html("quota.closes_none"))
        share = wilson(closes.grades.get(Grade.A, 0), closes.fixtures)
        missed = sorted(closes.missed.items(), key=lambda item: -item[1])
        reasons = [
            voice.html("quota.part", what=self._reason(why), n=self.number(n)) for why, n in missed
        ]
        return lines(
            title,
            voice.html("quota.grade_a", value=estimate(share, voice, signed=False)),
            voice.html("quota.missed", reasons=join(" · ", reasons)) if reasons else "",
        )

    def purpose(self, purpose: Purpose) -> str:
        return self.voice.plain(f"quota.purpose_{purpose}")

    def _reason(self, why: str) -> str:
        return self.voice.texts.maybe(self.voice.language, f"quota.missed_{why}") or name(why)
