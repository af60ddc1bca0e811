"""What a provider said it does not offer: not asked again for a while.

It is kept for the life of a process only: a refusal costs no credit, so it is learned anew.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.domain.errors import Skip

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from engine.collect.payload import Ask
    from engine.collect.verdict import Refusal

UNKNOWN_LEAGUE: Final = "UNKNOWN_SPORT"
UNKNOWN_MARKETS: Final = frozenset({"INVALID_MARKET", "INVALID_MARKET_COMBO"})
_WORD: Final = re.compile(r"[a-z0-9_]+")
_Place: TypeAlias = "tuple[str, str, str]"


class Quarantine:
    """Leagues and markets that are left out of questions until their time is over.

    A market is offered by competition and by kind of question: per-event markets are refused
    where a whole league is asked.
    """

    def __init__(self, lasts: timedelta) -> None:
        self._lasts = lasts
        self._until: dict[_Place, datetime] = {}

    def narrowed(self, ask: Ask, now: datetime) -> Ask:
        """Return the question without what is not offered.

        Raises:
            Skip: nothing is left to ask.
        """
        if self._is_out((ask.source, ask.competition or "", ""), now):
            raise Skip("QUARANTINED", f"{ask.competition} is not offered")
        wanted = _markets(ask)
        kept = [market for market in wanted if not self._is_out(_place(ask, market), now)]
        if len(kept) == len(wanted):
            return ask
        if not kept:
            raise Skip("QUARANTINED", f"none of {', '.join(wanted)} is offered")
        return _with_markets(ask, kept)

    def learn(self, first: Ask, refused: Ask, refusal: Refusal, now: datetime) -> Ask | None:
        """Take a refusal in; return what to ask instead, None where there is nothing.

        `refused` is what is left of `first`. Where the provider does not name the markets it
        refuses, the last one is left out, and those left out before it are cleared: it was not
        their absence that helped.
        """
        if refusal.code == UNKNOWN_LEAGUE and refused.competition:
            self._until[refused.source, refused.competition, ""] = now + self._lasts
        if refusal.code not in UNKNOWN_MARKETS:
            return None
        wanted, words = _markets(refused), _WORD.findall(refusal.said.lower())
        out = [market for market in wanted if market in words]
        if not out:
            out = wanted[-1:]
            for market in set(_markets(first)) - set(wanted):
                self._until.pop(_place(first, market), None)
        for market in out:
            self._until[_place(refused, market)] = now + self._lasts
        kept = [market for market in wanted if market not in out]
        return _with_markets(refused, kept) if kept else None

    def _is_out(self, place: _Place, now: datetime) -> bool:
        until = self._until.get(place)
        return until is not None and now < until


def _place(ask: Ask, market: str) -> _Place:
    kind = "event" if "/events/" in ask.path else "league"
    return (ask.source, ask.competition or "", f"{kind} {market}")


def _markets(ask: Ask) -> list[str]:
    return [market for market in dict(ask.params).get("markets", "").split(",") if market]


def _with_markets(ask: Ask, markets: list[str]) -> Ask:
    listed = ",".join(markets)
    return replace(
        ask,
        params=tuple((name, listed if name == "markets" else value) for name, value in ask.params),
    )
