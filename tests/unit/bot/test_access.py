import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import (
    AllowList,
    Pace,
    Pacing,
    Verdict,
    code_hash,
    covers,
    judge,
    may_give,
    may_touch,
    new_code,
    read_code,
    receives_picks,
    strongest,
)
from bot.commands import COMMANDS, SCREENS
from bot.context import Command, Screen
from engine.domain.alert import Role
from tests import permissions

ROLES = st.sampled_from(Role)
WISHES: dict[str, Command | Screen] = {
    **{command.name: command for command in COMMANDS},
    **{f"button {name}": screen for name, screen in SCREENS.items()},
}
WRITTEN = {**permissions.COMMANDS, **{f"button {n}": p for n, p in permissions.BUTTONS.items()}}


def test_every_command_and_button_has_its_permission_written_down() -> None:
    assert WRITTEN.keys() == WISHES.keys()


@pytest.mark.parametrize("private", [True, False], ids=["private", "group"])
@pytest.mark.parametrize("role", Role)
def test_the_permission_matrix(role: Role, *, private: bool) -> None:
    told = {name: judge(role, wish, private=private) for name, wish in WISHES.items()}
    assert told == {name: _expected(one, role, private=private) for name, one in WRITTEN.items()}


def _expected(permission: permissions.Permission, role: Role, *, private: bool) -> Verdict:
    roles = list(Role)
    if roles.index(role) < roles.index(permission.role):
        return Verdict.FORBIDDEN
    return Verdict.PRIVATE_ONLY if permission.private and not private else Verdict.WELCOME


def test_an_empty_list_lets_nobody_in() -> None:
    assert AllowList().role(1001) is None


def test_a_user_on_several_lists_has_the_strongest_role() -> None:
    lists = AllowList(owners=frozenset({1}), members=frozenset({1, 2}), viewers=frozenset({2, 3}))
    assert [lists.role(user) for user in (1, 2, 3, 4)] == [
        Role.OWNER,
        Role.MEMBER,
        Role.VIEWER,
        None,
    ]


@given(st.lists(st.none() | ROLES))
def test_the_strongest_role_covers_every_other(roles: list[Role | None]) -> None:
    best = strongest(*roles)
    if best is None:
        assert not any(roles)
    else:
        assert all(covers(best, role) for role in roles if role)


def test_viewers_read_and_the_others_are_pushed_picks() -> None:
    assert [receives_picks(role) for role in Role] == [False, True, True, True, True]


def test_codes_are_unlike_each_other_and_fit_a_deep_link() -> None:
    codes = {new_code() for _ in range(50)}
    assert len(codes) == 50
    assert all(read_code(f"i_{code}") == code and len(code) <= 62 for code in codes)
    assert all(code not in code_hash(code) for code in codes)
    assert read_code("hello") is None
    assert read_code("0123456789abcdef") == "0123456789abcdef"


@pytest.mark.parametrize("actor", Role)
@pytest.mark.parametrize("other", [None, *Role])
def test_nobody_touches_their_equals_or_those_above(actor: Role, other: Role | None) -> None:
    runs = actor in {Role.ADMIN, Role.OWNER}
    below = other is None or list(Role).index(other) < list(Role).index(actor)
    assert may_touch(actor, other) == (runs and below)


def test_nobody_gives_a_role_as_high_as_their_own() -> None:
    assert may_give(Role.MEMBER) == ()
    assert may_give(Role.ADMIN) == (Role.VIEWER, Role.MEMBER, Role.ANALYST)
    assert may_give(Role.OWNER) == (Role.VIEWER, Role.MEMBER, Role.ANALYST, Role.ADMIN)


@given(st.lists(st.floats(0, 300), max_size=120).map(sorted))
def test_no_minute_has_more_than_its_share(times: list[float]) -> None:
    pace = Pace(allowed=5)
    taken = [now for now in times if pace.take(7, now) is Pacing.ON]
    for start in taken:
        assert sum(start <= now < start + 60 for now in taken) <= 5


def test_one_notice_then_silence_until_there_is_room() -> None:
    pace = Pace(allowed=2)
    assert [pace.take(7, now) for now in (0, 1, 2, 3)] == [
        Pacing.ON,
        Pacing.ON,
        Pacing.TELL,
        Pacing.DROP,
    ]
    assert pace.take(8, 3) is Pacing.ON
    assert [pace.take(7, now) for now in (60.5, 60.6)] == [Pacing.ON, Pacing.TELL]


def test_a_crowd_of_strangers_is_forgotten() -> None:
    pace = Pace()
    for user in range(10_000):
        pace.take(user, 0.0)
    pace.take(10_001, 61.0)
    assert len(pace._people) == 1
