"""The demo: the world, the emulator and the real service together, watched or alone."""

import asyncio
import shutil
import signal
import tempfile
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Final

from sandbox.clock import now
from sandbox.demo_faults import lay, read_mishaps
from sandbox.demo_figures import Spell, figures_of, told, unsettled
from sandbox.demo_people import PEOPLE, Manners, arrive, ask
from sandbox.demo_service import ROOT, BotProcess
from sandbox.providers import Providers, open_providers
from sandbox.telegram import DEMO_TOKEN, TelegramSandbox, open_people, open_telegram
from sandbox.world.schedule import Match, Plan
from sandbox.world.world import World

PROFILE: Final = ROOT / "config" / "demo.toml"
MISHAPS: Final = ROOT / "config" / "demo_faults.toml"
_READY_SECONDS: Final = 60.0
_STATUS_SECONDS: Final = 20.0
_REPORT_EVERY: Final = 5.0
_AROUND_REPORT: Final = timedelta(seconds=4)
_REACH: Final = timedelta(hours=1)
_LATEST: Final = timedelta(hours=3, minutes=20)
"""World time after the last kick-off at which an unattended run stops waiting."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the caller asked for; `service` and `reporter` are the modules run beside it.

    `mishaps` is the script of faults to play, none by default.
    """

    seed: int = 1
    port: int = 0
    profile: Path = PROFILE
    mishaps: Path | None = None
    service: str = "bot"
    reporter: str = "jobs"


@dataclass(slots=True, kw_only=True)
class Stage:
    """All that runs."""

    world: World
    telegram: TelegramSandbox
    providers: Providers
    service: BotProcess
    say: Say
    ready_at: datetime | None = None


def scale_of(profile: Path) -> float:
    """Return the one factor that compresses time, as the service itself will read it."""
    return float(tomllib.loads(profile.read_text())["scale"]["factor"])


async def show(wish: Wish, say: Say) -> None:
    """Play until someone says stop."""
    async with _open_stage(wish, say) as stage, stopping(say) as stopped:
        say(f"chat page: {stage.telegram.url}   (a simulator; leave with Ctrl-C)")
        async with _beside(stage):
            if await _ready(stage, stopped):
                say(f"the service is ready (process {stage.service.pid}): press Start there")
            while not stopped.is_set():
                await _pause(stopped, _STATUS_SECONDS)
                say(status(stage))
            say("stopping")


async def play(wish: Wish, say: Say, matchdays: int) -> dict[str, Any]:
    """Play so many matchdays alone and return the figures; stopping early returns them too."""
    async with _open_stage(wish, say) as stage, stopping(say) as stopped:
        say(f"chat page: {stage.telegram.url}")
        async with _beside(stage), open_people(stage.telegram.url) as people:
            manners = Manners()
            if await _ready(stage, stopped):
                await arrive(people, manners)
                say(f"{manners.started} of {len(PEOPLE)} people have started the bot")
            await _until_played(stage, matchdays, stopped)
            await _until_settled(stage, matchdays, stopped)
            if not stopped.is_set():
                await ask(people, manners)
            figures = await _figures(stage)
    say(told(figures))
    return _completed(figures, stage, manners)


@asynccontextmanager
async def _open_stage(wish: Wish, say: Say) -> AsyncIterator[Stage]:
    plan = Plan(seed=wish.seed, scale=scale_of(wish.profile))
    say(f"one second here is {plan.scale:g} seconds of the world (seed {wish.seed})")
    with _home() as home:
        async with (
            open_telegram(port=wish.port, token=DEMO_TOKEN) as telegram,
            open_providers(world=World(plan, now())) as providers,
        ):
            settings = _settings(telegram, providers, home, wish.profile)
            service = BotProcess(
                settings,
                home / "service.log",
                say,
                module=wish.service,
                reporter=wish.reporter,
            )
            assert providers.world is not None  # noqa: S101  # opened with one
            if wish.mishaps is not None:
                lay(read_mishaps(wish.mishaps), providers, providers.world)
                say(f"mishaps are on, as {wish.mishaps.name} tells them")
            yield Stage(
                world=providers.world,
                telegram=telegram,
                providers=providers,
                service=service,
                say=say,
            )


def _settings(
    telegram: TelegramSandbox, providers: Providers, home: Path, profile: Path
) -> dict[str, str]:
    assert providers.world is not None  # noqa: S101  # opened with one
    return {
        "MON_PS_TELEGRAM_TOKEN": telegram.token,
        "MON_PS_TELEGRAM_URL": telegram.url,
        "MON_PS_ODDS_API_KEYS": ",".join(providers.accounts.keys_of("odds_api")),
        "MON_PS_ODDS_API_URL": providers.odds_api_url,
        "MON_PS_API_FOOTBALL_KEY": providers.accounts.keys_of("api_football")[0],
        "MON_PS_API_FOOTBALL_URL": providers.api_football_url,
        "MON_PS_DATA_DIR": str(home / "data"),
        "MON_PS_OWNER_IDS": "1001",
        "MON_PS_MEMBER_IDS": "1002",
        "MON_PS_VIEWER_IDS": "1003",
        "MON_PS_PROFILE": str(profile),
        # every card goes: the judge compares what was told with all that was to be told
        "MON_PS_DELIVERY__CARDS_AN_HOUR": "1000",
        "MON_PS_DELIVERY__CARDS_A_DAY": "1000",
        "MON_PS_COMPETITIONS": ",".join(one.sport_key for one in providers.world.leagues),
    }


@contextmanager
def _home() -> Iterator[Path]:
    """Lend a directory that any user may enter: the database does not run as root."""
    home = Path(tempfile.mkdtemp(prefix="mon_ps_demo_"))
    try:
        home.chmod(0o755)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def stopping(say: Say) -> AsyncIterator[asyncio.Event]:
    """Turn Ctrl-C and its like into an event."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    kinds = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop() -> None:
        if stopped.is_set():
            say("already stopping")
        stopped.set()

    for kind in kinds:
        loop.add_signal_handler(kind, stop)
    try:
        yield stopped
    finally:
        for kind in kinds:
            loop.remove_signal_handler(kind)


@asynccontextmanager
async def _beside(stage: Stage) -> AsyncIterator[None]:
    """Keep the service running for as long as the block; a broken one ends the block."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(stage.service.keep_running())
        try:
            yield
        finally:
            task.cancel()


async def _pause(stopped: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopped.wait()
    except TimeoutError:
        return


async def _ready(stage: Stage, stopped: asyncio.Event) -> bool:
    """Wait until the bot has told Telegram its commands: it then listens."""
    deadline = monotonic() + _READY_SECONDS
    async with open_people(stage.telegram.url) as people:
        while not stopped.is_set() and monotonic() < deadline:
            if await people.commands(PEOPLE[0]):
                stage.ready_at = now()
                return True
            await _pause(stopped, 0.2)
    if not stopped.is_set():
        stage.say(f"the service is slow to start: {stage.service.last_words()}")
    return False


async def _until_played(stage: Stage, matchdays: int, stopped: asyncio.Event) -> None:
    while not stopped.is_set() and not _all_over(stage.world, matchdays):
        await _pause(stopped, min(_STATUS_SECONDS, _left(stage.world, matchdays)))
        stage.say(status(stage))


def _left(world: World, matchdays: int) -> float:
    """Return the seconds to the first moment when the last match can be over, at least five."""
    end = _last_kick_off(world, matchdays) + world.plan.real(timedelta(minutes=106))
    return max(5.0, (end - now()).total_seconds())


def _played(world: World, matchdays: int) -> list[Match]:
    """Return the matches a run waits for: not those moved far beyond its last kick-off."""
    wanted = [match for number in range(matchdays) for match in world.matchday(number)]
    last = max(one.kick_off for one in world.scheduled(matchdays - 1))
    return [one for one in wanted if one.kick_off <= last + world.plan.real(_REACH)]


def _last_kick_off(world: World, matchdays: int) -> datetime:
    return max(match.kick_off for match in _played(world, matchdays))


def _all_over(world: World, matchdays: int) -> bool:
    at = now()
    return all(world.standing(match, at).over for match in _played(world, matchdays))


async def _until_settled(stage: Stage, matchdays: int, stopped: asyncio.Event) -> None:
    """Wait until every pick of a finished match is settled, or time is up."""
    latest = _last_kick_off(stage.world, matchdays) + stage.world.plan.real(_LATEST)
    while not stopped.is_set() and now() < latest:
        waiting = unsettled(await stage.service.report(), stage.world, now())
        if waiting == 0:
            return
        stage.say(f"{waiting} picks wait for their result")
        await _pause(stopped, _REPORT_EVERY)


async def _no_kick_off_near(stage: Stage) -> None:
    """Wait for a moment when the report and the judge count the same matches as begun.

    Kick-offs come in slots, so one wait until past the next one is enough.
    """
    at = now()
    ahead = [match.kick_off - at for match in stage.world.known(at)]
    near = [each for each in ahead if -_AROUND_REPORT / 4 <= each <= _AROUND_REPORT]
    if near:
        await asyncio.sleep((max(near) + _AROUND_REPORT / 4).total_seconds())


async def _figures(stage: Stage) -> dict[str, Any]:
    await _no_kick_off_near(stage)
    spell = Spell(ready_at=stage.ready_at, reported_at=now())
    report = await stage.service.report()
    return figures_of(report, stage.providers, stage.telegram.log, now(), spell)


def _completed(figures: dict[str, Any], stage: Stage, manners: Manners) -> dict[str, Any]:
    errors = figures["errors"] + len(manners.unanswered)
    return figures | {
        "errors": errors,
        "people": asdict(manners),
        "scale": stage.world.plan.scale,
        "seed": stage.world.plan.seed,
        "service_restarts": stage.service.restarts,
    }


def status(stage: Stage) -> str:
    """Say in one line where the world and the service stand."""
    at = now()
    listed = stage.world.listed(at)
    playing = sum(match.kick_off <= at for match in listed)
    upcoming = min((match.kick_off for match in listed if match.kick_off > at), default=at)
    sends = len(stage.telegram.log.sends())
    return (
        f"{at:%H:%M:%S}  in play {playing} · next kick-off in "
        f"{(upcoming - at).total_seconds():.0f} s · messages {sends} · "
        f"edits {len(stage.telegram.log) - sends} · service restarts {stage.service.restarts}"
    )
