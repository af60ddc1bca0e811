"""How well a close was caught, and which close a pick is measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.domain.closing import Grade, PickClose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from engine.domain.closing import BookOffer, ClosingLine, FixedClose
    from engine.domain.numbers import BookmakerKey, Odds
    from engine.domain.pick import Pick
    from engine.settlement.rules import ClosingRules

CONSENSUS: Final = "consensus"
_TRUST: Final = ("sharp", "exchange", "PSC", "BFEC", "consensus", "AvgC", "B365C")
"""Sources of a close, most trusted first: live rungs and a file's declared closes (METHOD B1)."""
_SAME: Final = {"PSC": "sharp", "BFEC": "exchange", "AvgC": "consensus"}
"""What a file's column is called live: a pick chosen by one is not judged apart by the other."""
_MADE_OF: Final = {"implied": "sharp"}
"""Whose handicap and total a reference is that nobody quotes."""
_LONE_BOOK: Final = {"B365C": "bet365"}
"""A file's ordinary books: one voice of the consensus live."""
_BOOK_OF: Final = {"PSC": "pinnacle", "BFEC": "betfair_ex_uk", **_LONE_BOOK}
"""The book that a file's column is the close of."""


def grade(source: str, captured_at: datetime, kick_off: datetime, rules: ClosingRules) -> Grade:
    """Return the grade of a close from one rung of the ladder.

    Raises:
        ValueError: play had begun: that is no closing line.

    >>> from datetime import UTC, datetime, timedelta
    >>> from engine.settlement.rules import ClosingRules
    >>> start = datetime(2026, 8, 1, 19, tzinfo=UTC)
    >>> caught = start - timedelta(minutes=2)
    >>> grade("sharp", caught, start, ClosingRules()).value
    'A'
    >>> grade("consensus", caught, start, ClosingRules()).value
    'B'
    """
    early: timedelta = kick_off - captured_at
    if early.total_seconds() < 0:
        raise ValueError(f"captured_at was {captured_at}, after the kick-off at {kick_off}")
    if early <= rules.grade_a and source != CONSENSUS:
        return Grade.A
    return Grade.B if early <= rules.grade_b else Grade.C


def close_pick(
    pick: Pick,
    lines: Sequence[ClosingLine],
    *,
    kick_off: datetime,
    now: datetime,
    offers: Sequence[BookOffer] = (),
) -> PickClose:
    """Return the close of a pick from every graded close of its fixture.

    Headline: the best grade, then the most trusted source, then the latest; the own close of the
    book that was bet only where nobody else has one that counts. Alternative: the same among
    sources that took no part in choosing the pick, another than the headline's where there is
    one, and never that book's own. Of what a source told, the pick's is what it says without the
    book that was bet. Lines graded for another kick-off do not count: the game was moved. Nor do
    those of the look that made the pick: they would only repeat the edge it was chosen for. Of
    `offers` the last of the book that was bet counts: its movement stands apart from both.
    """
    mine = [
        line
        for line in lines
        if line.fixture_id == pick.fixture_id
        and line.selection == pick.selection
        and line.kick_off == kick_off
        and line.captured_at > pick.taken_at
    ]
    headline = best_close(judging(mine, pick.bookmaker))
    apart = [
        line
        for line in heard_by(mine, pick.bookmaker)
        if not _is_own(line, pick.bookmaker) and not _took_part(line.source, pick)
    ]
    other = [line for line in apart if headline is None or line.source != headline.source]
    return PickClose(
        pick_id=pick.id,
        closed_at=now,
        kick_off=kick_off,
        odds=pick.odds,
        headline=headline,
        alternative=best_close(other or apart),
        book_odds=_last_offer(pick, offers, kick_off),
    )


def judging(lines: Sequence[ClosingLine], bookmaker: BookmakerKey) -> list[ClosingLine]:
    """Return the closes that may be the headline of a bet at a book, of one selection.

    The book's own close is among them only where nobody else has one that counts.
    """
    heard = heard_by(lines, bookmaker)
    others = [line for line in heard if not _is_own(line, bookmaker)]
    return others if any(line.grade is not Grade.C for line in others) else heard


def heard_by(lines: Sequence[ClosingLine], bookmaker: BookmakerKey) -> list[ClosingLine]:
    """Leave out what was told to everybody where it was told without this book too."""
    apart = {(line.source, line.captured_at) for line in lines if line.excluded == bookmaker}
    return [
        line
        for line in lines
        if line.excluded == bookmaker
        or (line.excluded is None and (line.source, line.captured_at) not in apart)
    ]


def is_better(close: PickClose, fixed: FixedClose) -> bool:
    """Say whether a close deserves the place of the one that counts: by grades, and by no value.

    One of the two references is of a better grade and neither of a worse one. At equal grades the
    first stands: a later, kinder close must not replace it.
    """
    if close.kick_off != fixed.kick_off:
        return False
    new = _place(close.headline), _place(close.alternative)
    old = _index(fixed.grade), _index(fixed.alternative)
    return new != old and new[0] <= old[0] and new[1] <= old[1]


def _place(line: ClosingLine | None) -> int:
    return _index(None if line is None else line.grade)


def _index(grade: Grade | None) -> int:
    """Return 0 for the best grade; missing comes last."""
    return len(Grade) if grade is None else list(Grade).index(grade)


def _last_offer(pick: Pick, offers: Sequence[BookOffer], kick_off: datetime) -> Odds | None:
    mine = (
        offer
        for offer in offers
        if offer.fixture_id == pick.fixture_id
        and offer.selection == pick.selection
        and offer.bookmaker == pick.bookmaker
        and offer.kick_off == kick_off
        and pick.taken_at < offer.captured_at <= kick_off
    )
    last = max(mine, key=lambda offer: offer.captured_at, default=None)
    return None if last is None else last.odds


def best_close(lines: Sequence[ClosingLine]) -> ClosingLine | None:
    """Return the close of one selection to rely on: by grade, then source, then how late it is."""
    return min(lines, key=_rank, default=None)


def _rank(line: ClosingLine) -> tuple[str, int, float]:
    trust = _TRUST.index(line.source) if line.source in _TRUST else len(_TRUST)
    return line.grade.value, trust, -line.captured_at.timestamp()


def _is_own(line: ClosingLine, bookmaker: BookmakerKey) -> bool:
    """Say whether a close is the price of the very book that was bet at."""
    return bookmaker == (line.book or _BOOK_OF.get(line.source))


def _took_part(source: str, pick: Pick) -> bool:
    """Say whether a source helped to choose the pick."""
    live = CONSENSUS if source in _LONE_BOOK else _SAME.get(source, source)
    chooser = _MADE_OF.get(pick.fair.source, pick.fair.source)
    if pick.from_file and live == _SAME["BFEC"]:  # a printed exchange stands in for the sharp book
        return chooser in {live, _SAME["PSC"]}
    return live == chooser
