from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from config.policies import FILE, Trial, load_policies
from config.settings import Settings, load
from engine.domain.errors import SettingsInvalid
from engine.domain.policy import DEFAULT_POLICY, ScoringRules
from jobs.rules import rules_from

if TYPE_CHECKING:
    from pathlib import Path


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "policies.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SettingsInvalid) as refused:
        load_policies(path)
    line = str(refused.value)
    assert "\n" not in line
    return line


def test_the_file_and_the_code_declare_the_same_policy() -> None:
    assert load_policies().versions["v0"] == DEFAULT_POLICY
    assert load({}, None).policy_version == Settings().policy_version == DEFAULT_POLICY.version
    assert load({}, None).scoring == ScoringRules()


def test_the_seeds_zone_is_in_force_and_is_one_of_the_registered_trials() -> None:
    rules, policies = load({}, None).scoring, load_policies()
    assert (rules.zone_low, rules.zone_high, rules.zone_max_odds) == (60, 79, 2.5)
    assert len(set(policies.trials)) == len(policies.trials) == 96
    seed = Trial(zone_low=60, zone_high=79, zone_max_odds=2.5, hurdle=rules.hurdle)
    assert seed in policies.trials


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("min_edge =", "min_egde =", "v0.scoring: min_egde is unknown; did you mean min_edge?"),
        ("max_edge = 0.15\n", "", "v0.scoring: max_edge is missing"),
        ("min_books = 3", "min_books = 3.5", "v0.scoring: Expected `int`, got `float`"),
        ("hurdle = 0.01", 'hurdle = "much"', "v0.scoring: Expected `float`, got `str`"),
        ("by_family = true", "by_family = 1", "v0.scoring: Expected `bool`, got `int`"),
        ('quote_age = "10m"', 'quote_age = "soon"', "v0.scoring.quote_age: is not a duration"),
        ('quote_age = "10m"', "quote_age = []", "v0.scoring: Expected `duration`, got `array`"),
        ('sharp_books = ["pinnacle"]', "sharp_books = [1]", "v0.pricing: Expected `str`"),
        ("[v0.pricing]", "[v0.prices]", "v0: prices is unknown; did you mean pricing?"),
        ("[v0.pricing]", "v1 = 3\n[v0.pricing]", "v1: is not a table"),
        ("[trials]", "[trials]\nodds = [1.0]", "trials: Object contains unknown field `odds`"),
        ("zone_high = [74.0", "zone_hgh = [74.0", "trials: Object"),
        ("[v0.scoring]", "[v0.scoring", "policies.toml: Expected"),
    ],
)
def test_a_file_that_says_too_much_or_too_little_is_refused_in_one_line(
    old: str, new: str, line: str, tmp_path: Path
) -> None:
    told = refusal(changed(tmp_path, old, new))
    assert told.startswith("policies.toml: ")
    assert line in told


def test_a_file_that_is_not_there_or_declares_nothing_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "none.toml")
    text = FILE.read_text(encoding="utf-8")
    (tmp_path / "policies.toml").write_text(text[text.index("[trials]") :], encoding="utf-8")
    assert refusal(tmp_path / "policies.toml") == "policies.toml: declares no version"


def test_a_version_nobody_declared_is_refused_with_who_asked() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load({"MON_PS_POLICY": "v00"}, None)
    line = "MON_PS_POLICY (environment): policies.toml has no version 'v00'; did you mean v0?"
    assert str(refused.value) == line


def test_the_version_says_that_thresholds_were_set_elsewhere_and_which() -> None:
    given = [
        {"MON_PS_SCORING__MIN_EDGE": "0.02"},
        {"MON_PS_SCORING__MIN_EDGE": "0.03"},
        {"MON_PS_PRICING__EDGE_SLOPE": "0.02"},
        {"MON_PS_SCORING__MIN_EDGE": "0.02", "MON_PS_PRICING__EDGE_SLOPE": "0.02"},
    ]
    versions = [load(each, None).policy_version for each in given]
    assert all(version.startswith("v0+env.") for version in versions)
    assert all(one != other for one, other in combinations(versions, 2))
    assert load(dict(reversed(given[3].items())), None).policy_version == versions[3]


def test_a_threshold_set_to_what_it_is_changes_no_version() -> None:
    same = {"MON_PS_SCORING__MIN_EDGE": str(ScoringRules().min_edge), "MON_PS_LANGUAGE": "en"}
    assert load(same, None).policy_version == "v0"


def test_a_threshold_that_a_person_set_is_named_even_where_it_changes_nothing() -> None:
    same = {"MON_PS_SCORING__ZONE_LOW": str(ScoringRules().zone_low), "MON_PS_LANGUAGE": "en"}
    assert load(same, None).policy_set == {"scoring.zone_low"}
    assert load({}, None).policy_set == frozenset()
    assert rules_from(load(same, None)).policy_set == {"scoring.zone_low"}


def test_walks_know_what_may_be_tried_and_since_when() -> None:
    trials, file = rules_from(load({}, None)).trials, load_policies()
    assert trials is not None
    assert len(trials.settings) == len(set(trials.settings)) == len(file.trials) == 96
    assert trials.registered_on == file.registered_on


def test_walks_obey_the_version_in_force_and_the_time_zone_of_the_settings() -> None:
    environ = {"MON_PS_SCORING__MAX_ODDS": "5", "MON_PS_TIME_ZONE": "America/New_York"}
    settings = load(environ, None)
    policy = rules_from(settings).policy
    assert policy.version == settings.policy_version != "v0"
    assert policy.scoring.max_odds == 5
    assert policy.time_zone.key == "America/New_York"
