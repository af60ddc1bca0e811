import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import LIMIT, MAX_NUMBER, MenuOutdated, Signer, Tap, TapRefused

SIGNER = Signer(b"a secret of the tests")
USERS = st.integers(1, 2**52)
TAPS = st.builds(
    Tap,
    screen=st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    number=st.integers(0, MAX_NUMBER),
    args=st.from_regex(r"[a-z0-9]{0,16}", fullmatch=True),
)


@given(USERS, TAPS)
def test_what_a_button_says_is_what_its_press_says(user: int, tap: Tap) -> None:
    data = SIGNER.encode(user, tap)
    assert SIGNER.decode(user, data) == tap
    assert len(data.encode()) <= LIMIT


@given(USERS, USERS, TAPS)
def test_a_button_works_for_its_owner_alone(owner: int, other: int, tap: Tap) -> None:
    data = SIGNER.encode(owner, tap)
    if owner == other:
        return
    with pytest.raises(TapRefused):
        SIGNER.decode(other, data)


@given(USERS, TAPS, st.data())
def test_no_altered_byte_passes(user: int, tap: Tap, data: st.DataObject) -> None:
    written = SIGNER.encode(user, tap)
    place = data.draw(st.integers(0, len(written) - 1))
    char = data.draw(st.characters().filter(lambda char: char != written[place]))
    altered = written[:place] + char + written[place + 1 :]
    with pytest.raises((TapRefused, MenuOutdated)):
        SIGNER.decode(user, altered)


@given(USERS, st.text(max_size=80))
def test_hostile_bytes_are_refused_and_nothing_else(user: int, text: str) -> None:
    with pytest.raises((TapRefused, MenuOutdated)):
        SIGNER.decode(user, text)


@given(USERS, TAPS)
def test_another_secret_signs_nothing(user: int, tap: Tap) -> None:
    with pytest.raises(TapRefused):
        Signer(b"another secret").decode(user, SIGNER.encode(user, tap))


@pytest.mark.parametrize("data", ["v0|menu|0||x", "v2|menu|0||AAAAAAAAAAA", "v12|anything"])
def test_a_button_of_another_version_asks_for_a_fresh_menu(data: str) -> None:
    with pytest.raises(MenuOutdated):
        SIGNER.decode(1001, data)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "v1",
        "v1|menu|0||",
        "v1|MENU|0||AAAAAAAAAAA",
        "v1|menu|zzzzzzzzzzzzzz||AAAAAAAAAAA",
        "v٢|x",
    ],
)
def test_what_no_version_of_ours_wrote_is_refused(data: str) -> None:
    with pytest.raises(TapRefused):
        SIGNER.decode(1001, data)


@pytest.mark.parametrize(
    "tap",
    [
        Tap(screen="a screen"),
        Tap(screen="toolongname"),
        Tap(screen="card", number=-1),
        Tap(screen="card", number=MAX_NUMBER + 1),
        Tap(screen="card", args="é"),
        Tap(screen="card", args="x" * 17),
    ],
)
def test_a_button_that_does_not_fit_is_not_made(tap: Tap) -> None:
    with pytest.raises(ValueError, match=re.compile("button was|number was")):
        SIGNER.encode(1001, tap)


def test_a_signer_never_shows_its_secret() -> None:
    assert "secret of the tests" not in repr(SIGNER)
