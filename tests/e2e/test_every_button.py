"""Somebody presses everything: each screen's buttons are answered, and each screen leads back."""

from __future__ import annotations

import re
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.commands import COMMANDS
from bot.texts.loader import LANGUAGES
from sandbox.telegram.refusal import NOT_MODIFIED
from tests.e2e.bot_house import MEMBER, OWNER, VIEWER, House, a_pick, open_house, settle
from tests.unit.bot.views import HOSTILE, TEXTS

if TYPE_CHECKING:
    from storage.pool import Pool

PEOPLE: Final = {"owner": OWNER, "member": MEMBER, "viewer": VIEWER}
NOT_PRESSED: Final = frozenset({"forgetme", "carego"})
"""What would end the walk: the person would be a stranger, or in a pause."""
HOME: Final = re.compile(r"v1\|(menu|hello|alerts|stats)\|")
DOOR: Final = re.compile(r"v1\|(chapter|run)\|")
_DOORS: Final = 4
"""A screen with so many ways is the panel itself."""
_ARGS: Final = re.compile(r"[0-9]+")
_FAILED: Final = tuple(
    TEXTS.words[language]["notice.failed"].partition("{")[0][:20] for language in LANGUAGES
)
_KEYS: Final = frozenset(TEXTS.words["fr"])
_WORD: Final = re.compile(r"\b[a-z_]+(?:\.[a-z_0-9]+)+\b")
_MOST: Final = 400
_EXPECTED: Final = (
    NOT_MODIFIED,
    "message to delete not found",
    "there is no text in the message to edit",
)
"""What the platform may refuse: the same screen again, a message that is gone or now a picture."""


def kind_of(data: str) -> str:
    """Return what a button does, whichever pick or page it is of."""
    _, screen, _, args, _ = data.split("|")
    return f"{screen}|{_ARGS.sub('#', args)}"


def faults_of(shown: Any) -> list[str]:
    """Return what is wrong with a message, by itself."""
    found = []
    text = shown.get("text") or shown.get("caption") or ""
    buttons = [button for row in shown["buttons"] for button in row]
    if not text and not shown["files"]:
        found.append("says nothing")
    if text.startswith(_FAILED):
        found.append(f"failed: {text}")
    if any(len(row) > 3 for row in shown["buttons"]):
        found.append("more than three buttons a row")
    if any(len(one.get("callback_data", "").encode()) > 64 for one in buttons):
        found.append("a button too long")
    words = " ".join((text, *(one["text"] for one in buttons)))
    found += [f"a raw key: {word}" for word in _WORD.findall(words) if word in _KEYS]
    doors = [one for one in buttons if DOOR.match(one.get("callback_data", ""))]
    panel = len(doors) >= _DOORS
    if (
        buttons
        and not panel
        and not any(HOME.match(one.get("callback_data", "")) for one in buttons)
    ):
        back = any("⬅" in one["text"] for one in buttons)
        if not back and not any("Annuler" in b["text"] or "Cancel" in b["text"] for b in buttons):
            found.append(f"no way back from {[one['text'] for one in buttons]}")
    return found


async def lived(house: House) -> None:
    """Fill the house: picks open, settled, of hostile names; a bet, a preset, a mute."""
    home = HOSTILE.replace("\0", "")
    won = await a_pick(house.store, after=timedelta(hours=-2))
    await settle(house.store, won, won=True)
    for n in range(7):
        await a_pick(house.store, after=timedelta(hours=3 + n), home=f"{n}{home}"[:200])


class Walk:
    """One person's way through everything, a button of each kind once."""

    def __init__(self, house: House, person: int) -> None:
        self.wrong: list[str] = []
        self.pressed: set[str] = set()
        self._house, self._person = house, person
        self._waiting: deque[tuple[str, Any]] = deque()
        self._read = 0

    async def go(self, language: str) -> None:
        """Write every command in one language, then press what comes."""
        for command in COMMANDS:
            self._house.clock.ticks += 61
            typed = f"/{command.name_in(language)}"
            await self._house.people.write(self._person, typed)
            if not await self._look(typed, wait=20.0):
                self.wrong.append(f"{typed}: unanswered")
        while self._waiting and len(self.pressed) < _MOST:
            await self._press_all(*self._waiting.popleft())

    async def _press_all(self, after: str, shown: Any) -> None:
        for button in (one for row in shown["buttons"] for one in row):
            data = button.get("callback_data", "")
            if not data or kind_of(data) in self.pressed or data.split("|")[1] in NOT_PRESSED:
                continue
            self.pressed.add(kind_of(data))
            self._house.clock.ticks += 61
            try:
                answer = (await self._house.people.tap(self._person, shown, data, wait=20.0))[
                    "answer"
                ]
            except ValueError as gone:  # nobody can press what gave place to a picture or to words
                if "no such message" not in str(gone):
                    raise
                self.pressed.discard(kind_of(data))
                return
            if answer is None:
                self.wrong.append(f"{after}: {button['text']} is not answered ({data})")
            await self._look(f"{after} > {button['text']}")

    async def _look(self, after: str, wait: float = 0.0) -> bool:
        """Take what the bot showed since, waiting for it; say whether there was anything."""
        people, found = self._house.people, False
        for shown in await people.events(self._person, after=self._read, wait=wait):
            self._read = shown["event"]
            if shown["kind"] in {"send", "edit"} and shown.get("by_bot"):
                self.wrong += [f"{after}: {fault}" for fault in faults_of(shown)]
                self._waiting.append((after, shown))
                found = True
        return found or (wait > 0 and await self._look(after, wait=wait / 2 if wait > 1 else 0))


@pytest.mark.parametrize(
    ("who", "language"), [("owner", "fr"), ("owner", "en"), ("member", "en"), ("viewer", "fr")]
)
async def test_every_button_is_answered_and_every_screen_leads_back(
    pool: Pool, who: str, language: str
) -> None:
    person = PEOPLE[who]
    async with open_house(pool) as house:
        await lived(house)
        await house.write(person, "/start")
        async with house.store.transaction() as tx:
            await tx.people.set_language(person, language, house.clock.now)
        before = set(house.telegram.refusals)
        walk = Walk(house, person)
        await walk.go(language)
        assert walk.wrong == []
        assert len(walk.pressed) > 30
        refused = set(house.telegram.refusals) - before
        assert [why for why in refused if not why.endswith(_EXPECTED)] == []
