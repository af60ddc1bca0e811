"""The best odds that a person can have for a stake: at their own bookmakers, within limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from decimal import Decimal

    from engine.domain.own_books import BookLimit, Offered, OwnBooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`best` odds at one's own bookmakers, and the best of those who take the whole stake.

    `limit` is what the best bookmaker takes, None where nothing is known; None of an offer: there
    is none. `whole` is `best` itself where its limit lets it.
    """

    best: Offered | None
    limit: BookLimit | None
    whole: Offered | None


def reach(
    offers: Iterable[Offered], stake: Decimal, books: OwnBooks, called: Callable[[str], str]
) -> Reach:
    """Return what can be had for a stake in money.

    Bookmakers that are `called` alike are one to a person, as the several of one brand are. Of
    equal odds those at a bookmaker that takes more come first.
    """
    mine = {called(book) for book in books.mine}
    limits = {called(book): limit for book, limit in books.limits.items()}

    def takes(one: Offered) -> bool:
        limit = limits.get(called(one.bookmaker))
        return limit is None or stake <= limit.most

    own = [one for one in offers if not mine or called(one.bookmaker) in mine]
    own.sort(key=lambda one: (-one.odds, not takes(one), one.bookmaker))
    best = own[0] if own else None
    return Reach(
        best=best,
        limit=limits.get(called(best.bookmaker)) if best is not None else None,
        whole=next((one for one in own if takes(one)), None),
    )
