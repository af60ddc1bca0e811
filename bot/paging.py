"""Pages of a list that may change between two taps: a page begins at an entry, not at a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T_co]):
    """Some entries of a list; `before` and `after` begin the neighbouring pages.

    `first` is the place of the first entry shown, from 1; 0 on an empty page.
    """

    shown: tuple[T_co, ...]
    first: int
    total: int
    before: T_co | None
    after: T_co | None

    @property
    def last(self) -> int:
        """The place of the last entry shown."""
        return self.first + len(self.shown) - 1 if self.shown else 0


def page_from(entries: Sequence[T], size: int, begins: Callable[[T], bool]) -> Page[T]:
    """Return the page that begins at the first entry for which `begins` holds, else the first.

    What came meanwhile before that entry repeats nothing and hides nothing of what follows.

    >>> page = page_from("abcdefg", 3, lambda letter: letter >= "d")
    >>> page.shown, page.first, page.before, page.after
    (('d', 'e', 'f'), 4, 'a', 'g')
    """
    start = next((place for place, entry in enumerate(entries) if begins(entry)), 0)
    end = start + size
    return Page(
        shown=tuple(entries[start:end]),
        first=start + 1 if entries else 0,
        total=len(entries),
        before=entries[max(0, start - size)] if start else None,
        after=entries[end] if end < len(entries) else None,
    )
