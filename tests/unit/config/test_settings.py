import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.describe import describe, scale_notice, secret_texts
from config.durations import parse_duration, scaled
from config.example import example
from config.redaction import MASK
from config.settings import BIG_FIVE, Settings, entries, load
from engine.alerting.rules import AlertRules
from engine.domain.errors import SettingsInvalid
from engine.domain.policy import ScoringRules
from engine.settlement.rules import ClosingRules

CANARY = "canary-3f1d9a"


def told(environ: dict[str, str], env_file: Path | None = None) -> str:
    """Return the one line with which `environ` is refused."""
    with pytest.raises(SettingsInvalid) as refusal:
        load(environ, env_file)
    line = str(refusal.value)
    assert "\n" not in line
    assert CANARY not in line
    return line


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_nothing_given_means_the_defaults_of_the_stages() -> None:
    settings = load({}, None)
    assert settings.delivery == AlertRules()
    assert settings.competitions == BIG_FIVE
    assert settings.time_zone.key == "Europe/Paris"
    assert {source for _, _, source in describe(settings)} == {"default"}


def test_the_process_environment_is_read_only_when_it_is_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MON_PS_LOG_LEVEL", "ERROR")
    assert load({}, None).log_level == "INFO"
    assert load(os.environ, None).log_level == "ERROR"


def test_a_nested_rule_is_set_by_its_path() -> None:
    settings = load({"MON_PS_SCORING__MIN_EDGE": "0.05", "MON_PS_DELIVERY__LEASE": "2m"}, None)
    assert settings.scoring.min_edge == 0.05
    assert settings.delivery.lease == timedelta(minutes=2)
    assert settings.scoring.max_edge == load({}, None).scoring.max_edge


def test_lists_are_comma_separated() -> None:
    settings = load({"MON_PS_OWNER_IDS": "1, 2,3", "MON_PS_CLOSING__OFFSETS": "1h,PT5M,90"}, None)
    assert settings.owner_ids == (1, 2, 3)
    assert settings.closing.offsets == (
        timedelta(hours=1),
        timedelta(minutes=5),
        timedelta(seconds=90),
    )


def test_settings_and_rules_are_frozen() -> None:
    settings = load({}, None)
    with pytest.raises(ValueError, match="frozen"):
        settings.language = "en"  # type: ignore[misc] # the point of the test
    with pytest.raises(AttributeError):
        settings.scoring.min_edge = 0.0  # type: ignore[misc] # the point of the test


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SCORING__MIN_EDGE", "abc", "valid number"),
        ("SCORING__MIN_EDGE", "nan", "not a finite number"),
        ("SCORING__MIN_EDGE", "", "is empty"),
        ("COLLECT__PALP_BOOKS", "1.5", "valid integer"),
        ("CLOSING__OFFSETS", "1h,soon", "not a duration"),
        ("CLOSING__OFFSETS", "1h,-5", "not a duration"),
        ("OWNER_IDS", "12,x", "valid integer"),
        ("OWNER_IDS", "-100123", "greater than 0"),
        ("OWNER_IDS", "12,12", "one item twice"),
        ("COMPETITIONS", "", "at least one"),
        ("COMPETITIONS", "epl", "expected form"),
        ("TIME_ZONE", "Paris", "not a time zone"),
        ("LANGUAGE", "de", "'fr' or 'en'"),
        ("PROBE_PORT", "99999", "65535"),
        ("TELEGRAM_URL", "api.example", "not an http(s) address"),
        ("BANKROLL", "0", "greater than 0"),
        ("BANKROLL", "NaN", "finite"),
        ("CURRENCY", "euro", "expected form"),
        ("SCALE__FACTOR", "0", "greater than 0"),
        ("SCHEDULE__SNAPSHOT_EVERY", "0", "longer than nothing"),
        ("DATABASE_URL", "", "unset it to use the embedded database"),
        ("DATABASE_URL", f"mysql://u:{CANARY}@h/d", "not a postgresql:// address"),
        ("TELEGRAM_URL", f"https://u:{CANARY}@h", "user or a password"),
        ("ODDS_API_KEYS", f"{CANARY},{CANARY}", "one item twice"),
        ("ODDS_API_KEYS", f"{CANARY},b,c,d,e", "too many"),
        ("LANGUAGE", CANARY, "'fr' or 'en'"),
    ],
)
def test_a_wrong_value_names_the_setting_and_the_reason(
    name: str, value: str, reason: str
) -> None:
    line = told({f"MON_PS_{name}": value})
    assert f"MON_PS_{name}" in line
    assert reason in line


def test_a_misspelt_name_is_refused_with_the_right_one() -> None:
    assert "did you mean MON_PS_SCORING__MIN_EDGE?" in told({"MON_PS_SCORNG__MIN_EGE": "1"})
    assert "did you mean MON_PS_LOG_LEVEL?" in told({"mon_ps_log_level": "INFO"})
    assert "did you mean" not in told({"MON_PS_ZZZZZZZZZZZZZZZZ": CANARY})


def test_other_names_and_test_names_are_not_ours() -> None:
    load({"PATH": "/bin", "TELEGRAM_TOKEN": "x", "MON_PS_TEST_REAL_DATA": "/data"}, None)


def test_a_secret_may_come_from_a_file_without_its_last_newline(tmp_path: Path) -> None:
    token = write(tmp_path / "token", f"{CANARY}\n")
    keys = write(tmp_path / "keys", "first\nsecond\n")
    settings = load(
        {"MON_PS_TELEGRAM_TOKEN_FILE": str(token), "MON_PS_ODDS_API_KEYS_FILE": str(keys)}, None
    )
    assert settings.require_telegram_token().get_secret_value() == CANARY
    assert [key.get_secret_value() for key in settings.odds_api_keys] == ["first", "second"]
    assert ("MON_PS_TELEGRAM_TOKEN", MASK, f"file {token}") in describe(settings)


def test_a_secret_and_its_file_together_are_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "token", CANARY)
    line = told({"MON_PS_TELEGRAM_TOKEN": "x", "MON_PS_TELEGRAM_TOKEN_FILE": str(path)})
    assert "MON_PS_TELEGRAM_TOKEN and MON_PS_TELEGRAM_TOKEN_FILE are both set" in line


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff" + CANARY.encode()])
def test_a_secret_file_that_cannot_be_used_is_named_by_path(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    assert str(path) in told({"MON_PS_TELEGRAM_TOKEN_FILE": str(path)})


def test_only_secrets_have_a_file_form() -> None:
    assert "no such setting" in told({"MON_PS_LANGUAGE_FILE": "/x"})


def test_the_environment_wins_over_the_env_file_and_both_over_a_profile(tmp_path: Path) -> None:
    profile = write(
        tmp_path / "p.toml",
        'language = "en"\ncurrency = "GBP"\nbankroll = 50\nmember_ids = [1002]\n',
    )
    env_file = write(
        tmp_path / ".env",
        f"# a comment\nOTHER=1\nMON_PS_PROFILE={profile}\nMON_PS_CURRENCY=CHF\n"
        "MON_PS_BANKROLL=60\n",
    )
    settings = load({"MON_PS_BANKROLL": "70"}, env_file)
    assert settings.language == "en"
    assert settings.currency == "CHF"
    assert settings.bankroll == 70
    assert settings.member_ids == (1002,)
    sources = {name: source for name, _, source in describe(settings)}
    assert sources["MON_PS_LANGUAGE"] == str(profile)
    assert sources["MON_PS_CURRENCY"] == str(env_file)
    assert sources["MON_PS_BANKROLL"] == "environment"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("MON_PS_LANGUGE=fr\n", "did you mean MON_PS_LANGUAGE?"),
        ("MON_PS_LANGUAGE\n", "line 1: not a NAME=value line"),
        ("A=1\n= oops\n", "line 2: not a NAME=value line"),
        ("MON_PS_LANGUAGE=fr\nMON_PS_LANGUAGE=en\n", "stands 2 times"),
        (f"MON_PS_TELEGRAM_TOKEN='{CANARY}\n", "not a NAME=value line"),
    ],
)
def test_a_faulty_env_file_is_refused_not_skipped(tmp_path: Path, text: str, reason: str) -> None:
    assert reason in told({}, write(tmp_path / ".env", text))


def test_another_env_file_can_be_named_and_must_then_exist(tmp_path: Path) -> None:
    default = write(tmp_path / ".env", "MON_PS_LANGUAGE=en\n")
    assert load({}, default).language == "en"
    assert load({"MON_PS_ENV_FILE": "/dev/null"}, default).language == "fr"
    assert "absent" in told({"MON_PS_ENV_FILE": str(tmp_path / "absent")}, default)
    assert load({}, tmp_path / "absent").language == "fr"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[scorng]\nmin_edge = 1\n", "did you mean scoring.min_edge?"),
        ('telegram_token = "x"\n', "belongs in the environment"),
        ('profile = "x"\n', "belongs in the environment"),
        ("language = \n", "not TOML"),
        ("[scoring]\nmin_edge = [1, 2]\n", "takes one value"),
        ("[scoring]\nmin_edge = true\n", "valid number"),
    ],
)
def test_a_faulty_profile_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = write(tmp_path / "p.toml", text)
    line = told({"MON_PS_PROFILE": str(path)})
    assert str(path) in line
    assert reason in line


def test_one_factor_divides_every_duration_and_nothing_else(tmp_path: Path) -> None:
    profile = write(
        tmp_path / "p.toml",
        '[scale]\nfactor = 60\n[delivery]\nlease = "1h"\n[closing]\noffsets = ["1h", 600]\n',
    )
    settings = load({"MON_PS_PROFILE": str(profile)}, None)
    assert settings.closing.offsets == (timedelta(minutes=1), timedelta(seconds=10))
    assert settings.closing.grade_a == ClosingRules().grade_a / 60
    assert settings.delivery.lease == timedelta(minutes=1)
    assert settings.delivery.overall_per_second == AlertRules().overall_per_second
    notice = scale_notice(settings)
    assert notice == f"every duration is divided by 60 ({profile})"
    assert scale_notice(load({}, None)) is None


def test_a_lease_shorter_than_one_send_is_refused() -> None:
    assert "MON_PS_DELIVERY__LEASE" in told({"MON_PS_DELIVERY__LEASE": "20s"})


def test_secrets_are_masked_wherever_settings_are_shown() -> None:
    secrets = {
        "MON_PS_TELEGRAM_TOKEN": f"{CANARY}-1",
        "MON_PS_ODDS_API_KEYS": f"{CANARY}-2,{CANARY}-3",
        "MON_PS_API_FOOTBALL_KEY": f"{CANARY}-4",
        "MON_PS_DATABASE_URL": f"postgresql://me:{CANARY}%205@h/db",
    }
    settings = load(secrets, None)
    shown = repr(settings) + str(settings) + str(describe(settings))
    assert CANARY not in shown
    assert f"{MASK}, {MASK}" in shown
    assert secret_texts(settings) >= {f"{CANARY}-{n}" for n in range(1, 5)} | {f"{CANARY} 5"}


def test_a_missing_token_says_how_to_get_one_and_that_the_demo_needs_none() -> None:
    with pytest.raises(SettingsInvalid, match=r"@BotFather.*make demo"):
        load({}, None).require_telegram_token()


def test_every_field_of_every_rule_can_be_set() -> None:
    names = set(entries())
    assert len(names) == sum(
        len(getattr(field.annotation, "__dataclass_fields__", (1,)))
        for field in Settings.model_fields.values()
    )
    assert {"MON_PS_TELEGRAM_TOKEN", "MON_PS_CLOSING__OFFSETS", "MON_PS_SCALE__FACTOR"} <= names


@given(st.integers(0, 10**7), st.sampled_from(["", "s", "PT{}S"]))
def test_a_duration_reads_the_same_in_every_form(seconds: int, form: str) -> None:
    text = form.format(seconds) if "{}" in form else f"{seconds}{form}"
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "-1", "1x", "h", "1e3", "PT", "nan", "9" * 40, "10 minutes"])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@given(st.floats(0.5, 1000))
def test_scaling_back_returns_the_rules_to_the_microsecond(factor: float) -> None:
    there = scaled(ClosingRules(), factor)
    back = scaled(there, 1 / factor)
    for before, after in zip(ClosingRules().offsets, back.offsets, strict=True):
        assert abs(before - after) <= timedelta(microseconds=factor + 1)


def test_the_example_env_file_lists_every_setting_with_its_default(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    assert (root / ".env.example").read_text() == example(), "run: make env-example"
    filled = [
        line.removeprefix("# ")
        for line in example().splitlines()
        if line.startswith("# MON_PS_") and not line.endswith("=")
    ]
    uncommented = load({}, write(tmp_path / ".env", "\n".join(filled)))
    assert uncommented.model_dump() == load({}, None).model_dump()
    assert len(uncommented.sources) == len(filled)


def test_the_profile_of_the_demo_is_sound() -> None:
    profile = Path(__file__).parents[3] / "config" / "demo.toml"
    settings = load({"MON_PS_PROFILE": str(profile)}, None)
    assert scale_notice(settings) == f"every duration is divided by 120 ({profile})"
    assert settings.closing.offsets == tuple(t / 120 for t in ClosingRules().offsets)


def test_the_demo_does_not_stop_after_the_picks_of_one_calendar_day() -> None:
    profile = Path(__file__).parents[3] / "config" / "demo.toml"
    demo, usual = load({"MON_PS_PROFILE": str(profile)}, None).scoring, ScoringRules()
    matchdays = 100  # a day of 120 times the pace holds so many
    assert demo.max_picks_per_day >= matchdays * usual.max_picks_per_fixture
    assert demo.max_picks_per_league >= matchdays * usual.max_picks_per_fixture
    assert demo.day_cap >= matchdays * usual.fixture_cap
    assert demo.league_cap >= matchdays * usual.fixture_cap
    assert demo.open_cap == usual.open_cap
