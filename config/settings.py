"""The rules on the wall: secrets, addresses, and the stages' Rules composed in one frozen value.

Names and defaults of a stage's rules are declared by the stage itself; nothing is repeated here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping  # noqa: TC003 - pydantic reads it at run time
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    StringConstraints,
    ValidationError,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.durations import scaled
from config.entries import ENV_FILE, Entry, entries_of
from config.policies import Policies, load_policies, named
from config.settlements import load_books
from config.sources import (
    Given,
    given_by_names,
    given_by_profile,
    open_secret_files,
    read_env_file,
    typed,
)
from engine.alerting.rules import AlertRules
from engine.collect.rules import CollectRules, PlanRules
from engine.domain.backup import BackupRules
from engine.domain.errors import SettingsInvalid
from engine.domain.policy import Policy, PricingRules, ScoringRules
from engine.domain.retention import RetentionRules
from engine.domain.schedule import ScheduleRules
from engine.pricing.rules import MovementRules
from engine.settlement.rules import BookTable, ClosingRules, SettlementRules

MAX_ODDS_API_KEYS = 4
_OF_POLICY = ("pricing", "scoring")
BIG_FIVE = (
    "soccer_epl",
    "soccer_france_ligue_one",
    "soccer_spain_la_liga",
    "soccer_italy_serie_a",
    "soccer_germany_bundesliga",
)


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http(s) address")
    if parts.username or parts.password:
        raise ValueError("must not carry a user or a password")
    return url.rstrip("/")


def _dsn(url: SecretStr) -> SecretStr:
    if urlsplit(url.get_secret_value()).scheme not in {"postgresql", "postgres"}:
        raise ValueError("is not a postgresql:// address")
    return url


def _distinct(items: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(items)) < len(items):
        raise ValueError("names one item twice")
    return items


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How many times faster than written every duration runs; 1 outside a compressed profile."""

    factor: Annotated[float, Field(gt=0, le=10_000)] = 1.0


Address = Annotated[str, AfterValidator(_address)]
Secret = Annotated[SecretStr, Field(min_length=1)]
UserIds = Annotated[tuple[Annotated[int, Field(gt=0)], ...], AfterValidator(_distinct)]
SportKey = Annotated[str, StringConstraints(pattern=r"^soccer_[a-z0-9_]+$")]


_WORDS = {
    "zoneinfo_str": "is not a time zone such as Europe/Paris",
    "string_pattern_mismatch": "is not of the expected form",
    "too_short": "needs at least one item",
    "too_long": "has too many items",
}


class Settings(BaseSettings):
    """Everything the house is told from outside, checked; built by `load`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="MON_PS_",
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        validate_default=True,
        use_attribute_docstrings=True,
    )

    telegram_token: Secret | None = None
    """The bot's token, from @BotFather. Secret."""
    telegram_url: Address = "https://api.telegram.org"
    """Another Bot API server, such as the sandbox."""
    odds_api_keys: Annotated[
        tuple[Secret, ...], Field(max_length=MAX_ODDS_API_KEYS), AfterValidator(_distinct)
    ] = ()
    """Up to four The Odds API keys; in a file, one a line. Secret."""
    odds_api_url: Address = "https://api.the-odds-api.com"
    """Another server of the same contract."""
    api_football_key: Secret | None = None
    """The API-Football key. Secret."""
    api_football_url: Address = "https://v3.football.api-sports.io"
    """Another server of the same contract."""
    football_data_url: Address = "https://www.football-data.co.uk"
    """Another server of the same files."""
    database_url: Annotated[Secret, AfterValidator(_dsn)] | None = None
    """A PostgreSQL of yours; unset, the embedded one is used. Secret."""
    data_dir: Path | None = None
    """Where the embedded database lives; unset, the system's place for data."""
    postgres_bin: Path | None = None
    """A directory of PostgreSQL binaries to use instead of the bundled ones."""
    backup_dir: Path | None = None
    """Where backups are kept; unset, `backups` beside the embedded database."""
    owner_ids: UserIds = ()
    """Telegram user ids that may do everything."""
    member_ids: UserIds = ()
    """Telegram user ids that receive picks."""
    viewer_ids: UserIds = ()
    """Telegram user ids that may only read."""
    competitions: Annotated[
        tuple[SportKey, ...], Field(min_length=1), AfterValidator(_distinct)
    ] = BIG_FIVE
    """The Odds API sport keys to follow."""
    time_zone: ZoneInfo = ZoneInfo("Europe/Paris")
    """The zone of schedules and of shown times; stored times are UTC."""
    language: Literal["fr", "en"] = "fr"
    """fr or en, for who has not chosen yet."""
    probe_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    """Port of /healthz, /readyz and /metrics; unset, they are not served."""
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = (
        "INFO"
    )
    """DEBUG, INFO, WARNING or ERROR."""
    log_format: Literal["console", "json"] = "console"
    """console for people, json for machines."""
    profile: Path | None = None
    """A TOML file of the same settings in tables, below the environment."""
    bankroll: Annotated[Decimal, Field(gt=0, lt=10**12)] = Decimal(1000)
    """What one unit is a share of, in `currency`."""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"
    """ISO 4217 code of the bankroll."""
    scale: Scale = Scale()
    """A compressed pace: every duration below is divided by the factor."""
    collect: CollectRules = CollectRules()
    """What is asked of the feeds and accepted from them."""
    plan: PlanRules = PlanRules()
    """What a month's credits are spent on."""
    policy: Annotated[str, Field(min_length=1)] = "v0"
    """The version of config/policies.toml whose thresholds are in force."""
    pricing: PricingRules = PricingRules()
    """How fair prices are made."""
    movement: MovementRules = MovementRules()
    """What counts as a movement of odds."""
    scoring: ScoringRules = ScoringRules()
    """What makes a pick."""
    delivery: AlertRules = AlertRules()
    """How alerts wait, expire and are sent."""
    closing: ClosingRules = ClosingRules()
    """When closing lines are captured and how they are graded."""
    settlement: SettlementRules = SettlementRules()
    """When results are final; when bets are void stands in config/settlement, per bookmaker."""
    schedule: ScheduleRules = ScheduleRules()
    """When the walks start."""
    retention: RetentionRules = RetentionRules()
    """How long bulk facts are kept, by whole months."""
    backup: BackupRules = BackupRules()
    """How many backups are kept."""

    _sources: Mapping[str, str] = PrivateAttr(default_factory=dict)
    _policy_version: str = PrivateAttr(default="v0")
    _policy_set: frozenset[str] = PrivateAttr(default=frozenset())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing behind `load`'s back: the environment is its argument."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def sources(self) -> Mapping[str, str]:
        """Where each setting that is not a default came from, by environment name."""
        return self._sources

    @property
    def policy_version(self) -> str:
        """The policy's version; where thresholds of it were set elsewhere, it says so."""
        return self._policy_version

    @property
    def trials(self) -> Policies:
        """What `config/policies.toml` registers to be tried, and since when."""
        return load_policies()

    @property
    def policy_set(self) -> frozenset[str]:
        """The policy's thresholds that were set elsewhere, also to what they are declared as."""
        return self._policy_set

    @property
    def books(self) -> BookTable:
        """How each bookmaker settles, from config/settlement, at the pace of the profile."""
        table: BookTable = scaled(load_books(), self.scale.factor)
        return table

    @property
    def printed_competitions(self) -> tuple[str, ...] | None:
        """What to follow in football-data.co.uk's file; None, where nobody chose, is all of it.

        The default of `competitions` spares credits, and the file costs none.
        """
        return self.competitions if "MON_PS_COMPETITIONS" in self.sources else None

    def require_telegram_token(self) -> SecretStr:
        """Return the bot's token, or say how to get one."""
        if self.telegram_token is None:
            raise SettingsInvalid(
                "MON_PS_TELEGRAM_TOKEN is missing: write /newbot to @BotFather on Telegram to get"
                " one, or run `make demo`, which needs none"
            )
        return self.telegram_token


def load(environ: Mapping[str, str], env_file: Path | None = Path(".env")) -> Settings:
    """Return the settings in force: environment over `.env` over profile over defaults.

    `MON_PS_ENV_FILE` names another file than `.env` (`/dev/null` for none) and must then exist.

    Raises:
        SettingsInvalid: one line naming the setting and the reason, never a secret's value.
    """
    known = entries()
    given = _given(environ, env_file, known)
    policy = _policy(given)
    tree: dict[str, Any] = {name: _shallow(getattr(policy, name)) for name in _OF_POLICY}
    for name, item in given.items():
        node = tree
        *above, leaf = known[name].path
        for step in above:
            node = node.setdefault(step, {})
        node[leaf] = typed(item, known[name])
    try:
        settings = Settings(**tree)
    except ValidationError as error:
        raise SettingsInvalid(_told(error, given)) from None
    changed = {
        known[name].key: known[name].value_in(settings)
        for name in given
        if known[name].path[0] in _OF_POLICY
        and known[name].value_in(settings) != known[name].value_in(policy)
    }
    settings._policy_version = named(policy.version, changed)  # noqa: SLF001 - same module
    settings._policy_set = frozenset(  # noqa: SLF001 - same module
        known[name].key for name in given if known[name].path[0] in _OF_POLICY
    )
    return _finished(settings, {name: item.source for name, item in given.items()})


def _policy(given: Mapping[str, Given]) -> Policy:
    name = "MON_PS_POLICY"
    if name not in given:
        return load_policies().version(str(Settings.model_fields["policy"].default), name)
    wanted = given[name]
    return load_policies().version(str(wanted.value), f"{name} ({wanted.source})")


def _shallow(rules: PricingRules | ScoringRules) -> dict[str, Any]:
    return {each.name: getattr(rules, each.name) for each in fields(rules)}


@cache
def entries() -> Mapping[str, Entry]:
    """Return every setting by its name in the environment."""
    return entries_of(Settings)


def _given(
    environ: Mapping[str, str], env_file: Path | None, known: Mapping[str, Entry]
) -> dict[str, Given]:
    named = environ.get(ENV_FILE)
    path = Path(named) if named else env_file
    written = read_env_file(path) if path and (named or path.exists()) else {}
    given = given_by_names(written, known, str(path))
    given |= given_by_names(environ, known, "environment")
    given = open_secret_files(given, known)
    profile = given.get("MON_PS_PROFILE")
    if profile is not None:
        given = given_by_profile(Path(str(profile.value)), known) | given
    return given


def _told(error: ValidationError, given: Mapping[str, Given]) -> str:
    lines = []
    for fault in error.errors(include_input=False, include_url=False):
        path = [str(step) for step in fault["loc"] if isinstance(step, str)]
        name = _named(path)
        where = f" ({given[name].source})" if name in given else ""
        reason = _WORDS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
        lines.append(f"{name}{where}: {reason.removeprefix('Input ')}")
    return "; ".join(dict.fromkeys(lines))


def _named(path: list[str]) -> str:
    by_path = {entry.path: name for name, entry in entries().items()}
    for depth in (2, 1):
        if tuple(path[:depth]) in by_path:
            return by_path[tuple(path[:depth])]
    return "MON_PS_" + "__".join(path).upper()


def _finished(settings: Settings, sources: Mapping[str, str]) -> Settings:
    for name, entry in entries().items():
        _refuse_unsound(name, entry.value_in(settings))
    rules = {
        name: scaled(getattr(settings, name), settings.scale.factor)
        for name in Settings.model_fields
        if name != "scale" and is_dataclass(getattr(settings, name))
    }
    finished = settings.model_copy(update=rules)
    finished._sources = dict(sources)  # noqa: SLF001 - same module, before anyone else sees it
    if finished.delivery.lease <= timedelta(seconds=finished.delivery.send_timeout_seconds):
        raise SettingsInvalid(
            "MON_PS_DELIVERY__LEASE: must outlast MON_PS_DELIVERY__SEND_TIMEOUT_SECONDS, else one"
            " message may be sent by two"
        )
    return finished


def _refuse_unsound(name: str, value: Any) -> None:
    for item in value if isinstance(value, tuple) else (value,):
        if isinstance(item, timedelta) and item < timedelta(0):
            raise SettingsInvalid(f"{name}: is a negative duration")
        if item == timedelta(0) and name.endswith("_EVERY"):
            raise SettingsInvalid(f"{name}: must be longer than nothing; unset it for the crontab")
        if isinstance(item, float) and not math.isfinite(item):
            raise SettingsInvalid(f"{name}: is not a finite number")
