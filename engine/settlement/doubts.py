"""What is wrong with the readings of a fixture: rows that cannot be, and words that disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.domain.dispute import DisputeKind, Doubt
from engine.domain.settlement import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from engine.domain.pick import Pick
    from engine.domain.settlement import Result, Score, Settlement
    from engine.settlement.rules import BookRules, SettlementRules

_BEYOND_90: Final = frozenset({"AET", "PEN"})
_WITHIN_90: Final = frozenset({"1H", "HT", "2H"})
_BEGUN: Final = frozenset({Phase.LIVE, Phase.INTERRUPTED})
_OFF: Final = frozenset({Phase.CANCELLED, Phase.AWARDED, Phase.REVERSED})
_UNPLAYED: Final = frozenset({Phase.CANCELLED, Phase.POSTPONED, Phase.ABANDONED, Phase.REVERSED})
STOPPED: Final = frozenset({Phase.ABANDONED, Phase.INTERRUPTED})


def in_row(chain: Sequence[Result], rules: SettlementRules) -> Doubt | None:
    """Return what is odd in the last row of a source's match, or None."""
    last = chain[-1]
    kind = None
    match last.phase:
        case Phase.REVIEW:
            kind = _reviewed(last)
        case Phase.FINISHED if last.full_time is None:
            kind = DisputeKind.FULL_TIME
        case Phase.FINISHED if last.read_at - last.kick_off < rules.shortest_match:
            kind = DisputeKind.TOO_EARLY
        case Phase.FINISHED if _shot_out_undrawn(last):
            kind = DisputeKind.EXTRA_TIME
        case Phase.ABANDONED if last.told is not None and last.told.extra_time is not None:
            kind = DisputeKind.EXTRA_TIME
        case Phase.AWARDED if _had_begun(chain):
            kind = DisputeKind.AWARDED
        case phase if phase in _UNPLAYED:
            kind = _unplayed(chain)
    return None if kind is None else _doubt(kind, [last])


def _unplayed(chain: Sequence[Result]) -> DisputeKind | None:
    """Return what is odd about a match told as not played: it was, or its sides are turned."""
    if any(read.phase is Phase.FINISHED for read in chain):
        return DisputeKind.ANNULLED
    return DisputeKind.REVERSED if chain[-1].phase is Phase.REVERSED else None


def _reviewed(row: Result) -> DisputeKind:
    """Return why a row went to review: its extra time, its full time, or an unknown status."""
    if row.status not in _BEYOND_90:
        return DisputeKind.FULL_TIME if row.status == "FT" else DisputeKind.STATUS
    known = row.told is not None and row.told.full_time is not None
    return DisputeKind.EXTRA_TIME if known else DisputeKind.FULL_TIME


def _shot_out_undrawn(row: Result) -> bool:
    """Say whether penalties followed 90 minutes that one team had won, and no extra time.

    It may be the second leg of a tie. Or what stands as the score of 90 minutes is not that.
    """
    full, told = row.full_time, row.told
    if row.status != "PEN" or full is None or full.home == full.away:
        return False
    extra = None if told is None else told.extra_time
    return extra is None or (extra.home, extra.away) == (0, 0)


def _had_begun(chain: Sequence[Result]) -> bool:
    """Say whether a match was seen in play, or its row has a half-time score."""
    told = chain[-1].told
    return any(read.phase in _BEGUN for read in chain) or (
        told is not None and told.half_time is not None
    )


def in_words(words: Sequence[Result]) -> Doubt | None:
    """Return how the last words of several chains contradict one another, or None.

    Two scores; a match of two ids of which one was broken off and one played out; a score of one
    source where another says that bets are off.
    """
    played = [word for word in words if word.phase is Phase.FINISHED]
    if len({word.full_time for word in played}) > 1:
        one_source = len({word.source for word in played}) == 1
        return _doubt(DisputeKind.TWO_MATCHES if one_source else DisputeKind.SOURCES, played)
    if not played:
        return None
    stopped = [word for word in words if word.phase in STOPPED]
    if any(word.source == other.source for word in stopped for other in played):
        return _doubt(DisputeKind.REPLAYED, [*stopped, *played])
    off = [word for word in words if word.phase in _OFF]
    apart = [one for one in off if all(one.source != word.source for word in played)]
    return _doubt(DisputeKind.SOURCES, [*apart, *played]) if apart else None


def among_chains(result: Result, chains: Sequence[Sequence[Result]]) -> Doubt | None:
    """Return that a score fell: play had reached more goals than the match is said to have had."""
    full = result.full_time
    if result.phase is not Phase.FINISHED or full is None:
        return None
    for chain in chains:
        for read in chain:
            if _fell(_reached(read), full):
                return _doubt(DisputeKind.SCORE_FELL, [read, result])
    return None


def _fell(reached: Score | None, full: Score) -> bool:
    return reached is not None and (reached.home > full.home or reached.away > full.away)


def _reached(read: Result) -> Score | None:
    """Return the score a row had while 90 minutes were being played."""
    if read.phase is Phase.ABANDONED:
        return read.full_time
    in_play = read.phase is Phase.INTERRUPTED or read.status in _WITHIN_90
    if not in_play or read.told is None or read.told.extra_time is not None:
        return None
    return read.told.goals


def other_match(pick: Pick, result: Result, rules: SettlementRules) -> Doubt | None:
    """Return the doubt over a match that was over when the bet on it was made, or None.

    The two teams may have met before; or one of the kick-offs is wrong. Printed prices are taken
    for what they were before kick-off, whenever they were read: they are left out.
    """
    if result.phase is not Phase.FINISHED or pick.from_file:
        return None
    over = result.kick_off + rules.shortest_match
    return _doubt(DisputeKind.BEFORE_THE_BET, [result]) if over <= pick.taken_at else None


def late_news(
    reads: Sequence[Result],
    result: Result,
    before: Sequence[Settlement],
    *,
    rules: SettlementRules,
    book: BookRules,
    kick_off: datetime,
) -> Doubt | None:
    """Return the doubt over what nobody saw in time: a score corrected, a match resumed.

    A correction counts from when it was first read, and only so long after the first settlement
    `before` it; what the recheck due by then finds is in time though that came late. A match
    that had stopped stands where it was seen to go on before the book's time for that was over.
    """
    since = _said_since(reads, result)
    if before:
        due = before[0].settled_at + book.resettle
        late = since.read_at > due and not _is_recheck(since, reads, due, rules)
        return _doubt(DisputeKind.LATE_CORRECTION, [since]) if late else None
    stops = [read for read in reads if read.phase in STOPPED]
    if result.phase is not Phase.FINISHED or not stops:
        return None
    after = [read for read in reads if read.read_at > stops[-1].read_at]
    if any(read.read_at <= book.deadline(kick_off) for read in after):
        return None
    return _doubt(DisputeKind.RESUMED, [stops[-1], since])


def _is_recheck(
    read: Result, reads: Sequence[Result], due: datetime, rules: SettlementRules
) -> bool:
    """Say whether a reading is its source's first since a recheck was due, and not far too late.

    Of what an earlier one since then did not say yet, it is known that it was said too late.
    """
    first = not any(
        due <= other.read_at < read.read_at for other in reads if other.source == read.source
    )
    return first and read.read_at <= due + rules.recheck_delay


def _said_since(reads: Sequence[Result], result: Result) -> Result:
    """Return the first of the latest readings in a row that say what a result says."""
    first = result
    for read in reversed(reads):
        if (read.source, read.event_id) != (result.source, result.event_id):
            continue
        if (read.phase, read.full_time) != (result.phase, result.full_time):
            break
        first = read
    return first


def _doubt(kind: DisputeKind, reads: Sequence[Result]) -> Doubt:
    return Doubt(fixture_id=reads[0].fixture_id, kind=kind, reads=tuple(reads))
