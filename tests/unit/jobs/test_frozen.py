"""What is said of a feed that answers with old prices, and of which leagues."""

from __future__ import annotations

from datetime import timedelta

from jobs.frozen import frozen
from storage.views import StaleFact
from tests.builders import NOW

EPL, LIGUE_1 = "soccer_epl", "soccer_france_ligue_one"
OLD, FRESH = 100, 5


def a_look(number: int, **stale: int) -> list[StaleFact]:
    """The look before the last `number` ones: so many of a hundred quotes of each league stale."""
    leagues = {"epl": EPL, "ligue_1": LIGUE_1}
    at = NOW - number * timedelta(minutes=10)
    return [
        StaleFact(looked_at=at, competition=leagues[key], stale=count, offered=100)
        for key, count in stale.items()
    ]


def said(*looks: list[StaleFact]) -> list[str]:
    return [trouble.text for trouble in frozen([fact for look in looks for fact in look])]


def test_one_frozen_league_among_several_is_named() -> None:
    looks = [a_look(n, epl=OLD, ligue_1=FRESH) for n in range(3)]
    (text,) = said(*looks)
    assert "for soccer_epl since 2026-08-01 11:40 UTC: 300 of 300" in text


def test_looks_at_other_leagues_do_not_thaw_it() -> None:
    looks = [a_look(0, ligue_1=FRESH), a_look(1, epl=OLD), a_look(2, ligue_1=FRESH)]
    assert said(*looks) == []
    (text,) = said(*looks, a_look(3, epl=OLD))
    assert EPL in text


def test_captures_of_one_league_do_not_blame_the_whole_feed() -> None:
    (text,) = said(a_look(0, epl=OLD), a_look(1, epl=OLD), a_look(2, epl=FRESH, ligue_1=FRESH))
    assert EPL in text


def test_a_feed_frozen_in_all_its_leagues_is_one_trouble() -> None:
    (text,) = said(*(a_look(n, epl=OLD, ligue_1=OLD) for n in range(2)))
    assert "old prices since" in text
    (text,) = said(a_look(0, epl=OLD), a_look(1, ligue_1=OLD))
    assert "old prices since" in text


def test_once_is_chance_and_a_fresh_look_ends_it() -> None:
    assert said() == []
    assert said(a_look(0, epl=OLD, ligue_1=FRESH)) == []
    assert said(a_look(0, epl=FRESH), a_look(1, epl=OLD), a_look(2, epl=OLD)) == []


def test_the_same_freeze_is_the_same_episode_however_long_it_lasts() -> None:
    before = [a_look(n, epl=OLD, ligue_1=FRESH) for n in range(2)]
    later = [a_look(-1, epl=OLD), *before]
    episodes = [
        [trouble.episode for trouble in frozen([fact for look in looks for fact in look])]
        for looks in (before, later)
    ]
    assert episodes[0] == episodes[1]
