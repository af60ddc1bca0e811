"""Pages that begin at an entry: nothing that comes or goes between two taps repeats or hides."""

from __future__ import annotations

from functools import partial
from operator import le

from hypothesis import given
from hypothesis import strategies as st

from bot.paging import page_from

ENTRIES = st.lists(st.integers(0, 200), unique=True).map(sorted)


@given(entries=ENTRIES, size=st.integers(1, 7))
def test_walking_on_shows_every_entry_once(entries: list[int], size: int) -> None:
    seen: list[int] = []
    begin: int | None = 0
    while begin is not None:
        page = page_from(entries, size, partial(le, begin))
        seen += page.shown
        begin = page.after
    assert seen == entries


@given(entries=ENTRIES, come=ENTRIES, size=st.integers(1, 7))
def test_what_comes_between_two_taps_repeats_nothing_and_hides_nothing(
    entries: list[int], come: list[int], size: int
) -> None:
    first = page_from(entries, size, lambda _: True)
    begin = first.after
    if begin is None:
        return
    later = sorted({*entries, *come})
    second = page_from(later, size, lambda entry: entry >= begin)
    assert not set(first.shown) & set(second.shown)
    assert second.shown[0] == begin
    assert second.first == later.index(begin) + 1
    assert second.total == len(later)


@given(entries=ENTRIES, size=st.integers(1, 7), at=st.integers(0, 200))
def test_back_and_on_again_is_where_one_was(entries: list[int], size: int, at: int) -> None:
    page = page_from(entries, size, lambda entry: entry >= at)
    if page.before is None:
        return
    begin = page.before
    back = page_from(entries, size, lambda entry: entry >= begin)
    assert back.first < page.first
    assert page.first - back.first <= size


def test_nothing_is_an_empty_page() -> None:
    nothing: list[int] = []
    page = page_from(nothing, 5, lambda _: True)
    assert (page.shown, page.first, page.last, page.before, page.after) == ((), 0, 0, None, None)
