"""What owners are told of the house itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.callbacks import Signer
from bot.words import AlertWords
from engine.domain.alert import AlertKind
from storage.views import OutboxRow
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS

WORDS = AlertWords(texts=TEXTS, money=MONEY, signer=Signer(b"secret of the tests"))


def a_row(language: str = "fr", **body: str) -> OutboxRow:
    return OutboxRow(
        id=1,
        dedup_key="ops|1",
        chat_id=1001,
        thread_id=0,
        chat_type="private",
        kind=AlertKind.OPS,
        pick_id=None,
        version="1",
        body=body,
        attempts=0,
        reminder=False,
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
        language=language,
        subscriber_state="active",
        card_message_id=None,
        card_state=None,
        card_hash=None,
    )


@pytest.mark.parametrize(
    ("body", "fr", "en"),
    [
        (
            {"job": "snapshot", "reason": "key <refused>"},
            (
                "🛠 Tâche arrêtée, <b>relevé des cotes</b> : key &lt;refused&gt;\n"
                "Il faut votre intervention."
            ),
            "🛠 Job stopped, <b>odds look</b>: key &lt;refused&gt;\nIt needs you.",
        ),
        (
            {"job": "health", "reason": "3 team names are unknown: /litiges"},
            "🩺 À surveiller : 3 team names are unknown: /litiges",
            "🩺 To watch: 3 team names are unknown: /litiges",
        ),
        (
            {"job": "odds_api", "reason": "out of credits"},
            "🩺 À surveiller : out of credits",
            "🩺 To watch: out of credits",
        ),
        (
            {"job": "odds_api", "reason": "credits again", "state": "resumed"},
            "✅ C’est rétabli : credits again",
            "✅ Back to normal: credits again",
        ),
    ],
)
def test_a_notice_says_what_stopped_what_is_wrong_or_what_is_over(
    body: dict[str, str], fr: str, en: str
) -> None:
    told = [WORDS.notice(a_row(language, **body)) for language in ("fr", "en")]
    assert [text.replace("\u00a0", " ") for text in told] == [fr, en]


def test_the_message_of_a_day_swears_its_whole_hash_in_both_languages() -> None:
    chain, root = "ab" * 32, "cd" * 32
    body = {"provenance": "live", "day": "2026-08-01", "n": "5", "root": root, "chain": chain}
    for language, said in (("fr", "Preuve du 2026-08-01"), ("en", "Proof of 2026-08-01")):
        text = WORDS.notice(replace(a_row(language, **body), kind=AlertKind.PROOF))
        assert said in text
        assert f"<code>{chain}</code>" in text
        assert f"<code>{root}</code>" in text
        assert "n\u00a0=\u00a05" in text
        assert f"{chain[:12]}…" in text


@pytest.mark.parametrize(
    ("language", "told"),
    [("fr", "👁 Cote atteinte : <b>Victoire"), ("en", "👁 Odds reached: <b>")],
)
def test_odds_that_were_waited_for_are_told_with_the_way_to_the_match(
    language: str, told: str
) -> None:
    body = {
        "fixture": "0a7a6a3f-7f0e-5f4b-9a53-0c3f5d1f2b11",
        "home": HOSTILE,
        "away": "Lens",
        "competition": "soccer_epl",
        "kick_off": NOW.isoformat(),
        "selection": "home",
        "wanted": "2.1",
        "odds": "2.2",
        "bookmaker": "unibet_fr",
        "seen_at": NOW.isoformat(),
        "volume": "on",
    }
    row = replace(a_row(language, **body), kind=AlertKind.WATCH)
    text = WORDS.notice(row)
    if language == "fr":
        assert text.replace("\u00a0", " ").startswith(told)
    else:
        assert told in text
    assert "<script>" not in text
    keyboard = WORDS.notice_keyboard(row)
    assert keyboard is not None
    assert [one.text[0] for one in keyboard.inline_keyboard[0]] == ["⚽", "👁"]
