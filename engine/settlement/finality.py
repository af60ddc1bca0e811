"""When a result may be believed: the same answer twice, or two sources that agree.

Every source's every match is a chain of readings of its own: a replay may come under a new id,
and a source that repeats itself confirms itself alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from engine.domain.settlement import Phase
from engine.settlement.doubts import among_chains, in_row, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.dispute import Doubt
    from engine.domain.settlement import Result
    from engine.settlement.rules import SettlementRules

_TERMINAL: Final = frozenset(
    {
        Phase.FINISHED,
        Phase.POSTPONED,
        Phase.INTERRUPTED,
        Phase.ABANDONED,
        Phase.CANCELLED,
        Phase.AWARDED,
        Phase.REVERSED,
    }
)
_ON_THE_PITCH: Final = frozenset({Phase.FINISHED, Phase.ABANDONED})
Chain = tuple["Result", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What all readings of a fixture come to: a result to settle on, or doubts, or neither yet."""

    result: Result | None = None
    doubts: tuple[Doubt, ...] = ()


def final(reads: Sequence[Result], rules: SettlementRules) -> Result | None:
    """Return the result that the readings of a fixture confirm, else None."""
    return weigh(reads, rules).result


def weigh(reads: Sequence[Result], rules: SettlementRules) -> Weighed:
    """Return the confirmed result of a fixture, or what is doubtful about it.

    Confirmed: two readings of a source at least `confirmation_gap` apart say the same and nothing
    else was said in between or after, or two sources tell the same score. A game still going on,
    or a row under review, is never final. Where anything is doubtful nothing is.
    """
    chains = _chains(reads)
    odd = tuple(doubt for chain in chains if (doubt := in_row(chain, rules)) is not None)
    if odd:
        return Weighed(doubts=odd)
    words = [chain[-1] for chain in chains]
    sure = [chain[-1] for chain in chains if _is_confirmed(chain, rules)]
    believed = [word for word in words if word in sure or _is_agreed(word, words)]
    apart = in_words(words) if believed else None
    if apart is not None:
        return Weighed(doubts=(apart,))
    result = _speaking(words, believed)
    fell = None if result is None else among_chains(result, chains)
    return Weighed(doubts=(fell,)) if fell is not None else Weighed(result=result)


def _chains(reads: Sequence[Result]) -> list[Chain]:
    """Return the readings of each source's each match; what names no match is of the only one."""
    ids: dict[str, set[str]] = defaultdict(set)
    for read in reads:
        ids[read.source] |= {read.event_id} - {""}
    found: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for read in sorted(reads, key=lambda one: one.read_at):
        known = ids[read.source]
        only = next(iter(known)) if len(known) == 1 else ""
        found[read.source, read.event_id or only].append(read)
    return [_on_the_pitch(chain) for chain in found.values()]


def _on_the_pitch(ordered: Sequence[Result]) -> Chain:
    """Return the readings, an award after play repeating what was said on the pitch.

    A ruling after a final whistle changes no bet, and one after a match was broken off leaves it
    broken off.
    """
    played: Result | None = None
    found = []
    for read in ordered:
        if read.phase in _ON_THE_PITCH:
            played = read
        ruled = read.phase is Phase.AWARDED and played is not None
        found.append(replace(played, read_at=read.read_at) if played and ruled else read)
    return tuple(found)


def _is_confirmed(chain: Chain, rules: SettlementRules) -> bool:
    last = first = chain[-1]
    set_anew = last.phase is Phase.SCHEDULED and last.kick_off > last.read_at
    if last.phase not in _TERMINAL and not set_anew:
        return False
    for read in reversed(chain):
        if read.says != last.says:
            break
        first = read
    return last.read_at - first.read_at >= rules.confirmation_gap


def _is_agreed(word: Result, words: Sequence[Result]) -> bool:
    """Say whether another source tells the same final score."""
    return word.phase is Phase.FINISHED and any(
        other.source != word.source
        and (other.phase, other.full_time) == (word.phase, word.full_time)
        for other in words
    )


def _speaking(words: Sequence[Result], believed: Sequence[Result]) -> Result | None:
    """Return the believed word that counts: of a match played, else of the latest kick-off."""
    if any(word.phase is Phase.FINISHED for word in words):
        played = [word for word in believed if word.phase is Phase.FINISHED]
        return max(played, key=lambda word: word.read_at, default=None)
    last = max(words, key=lambda word: (word.kick_off, word.read_at), default=None)
    return last if last in believed else None
