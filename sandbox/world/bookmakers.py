"""The bookmakers: each with its margin, its own error, and how long it ignores the news."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmaker:
    """One bookmaker of the world.

    `error` is the spread of its own opinion in log goal rates, `noise` of single prices in log
    odds. `quarters`: its totals come in quarter lines (else 2.5 always).
    """

    key: str
    title: str
    regions: tuple[str, ...]
    margin: float
    margin_two_way: float
    hold_minutes: float
    error: float
    noise: float
    totals: bool = True
    quarters: bool = False
    spreads: bool = False
    exchange: bool = False
    sharp: bool = False
    in_play: bool = True

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)


_ASIAN: Final = "totals quarters spreads"


def _soft(
    key: str,
    title: str,
    *,
    margin: float,
    hold: float,
    error: float,
    shows: str = "totals",
    regions: tuple[str, ...] = ("eu",),
    in_play: bool = True,
) -> Bookmaker:
    """Describe a soft bookmaker; `shows` names what it offers beside the result."""
    return Bookmaker(
        key=key,
        title=title,
        regions=regions,
        margin=margin,
        margin_two_way=margin * 0.85,
        hold_minutes=hold,
        error=error,
        noise=0.007,
        totals="totals" in shows,
        quarters="quarters" in shows,
        spreads="spreads" in shows,
        in_play=in_play,
    )


_PINNACLE: Final = Bookmaker(
    key="pinnacle",
    title="Pinnacle",
    regions=("eu",),
    margin=0.026,
    margin_two_way=0.026,
    hold_minutes=0,
    error=0.016,
    noise=0.010,
    quarters=True,
    spreads=True,
    sharp=True,
)
_BETFAIR: Final = Bookmaker(
    key="betfair_ex_eu",
    title="Betfair",
    regions=("eu",),
    margin=0.006,
    margin_two_way=0.008,
    hold_minutes=2,
    error=0.013,
    noise=0.005,
    totals=False,
    exchange=True,
    sharp=True,
)

BOOKMAKERS: Final[tuple[Bookmaker, ...]] = (
    _PINNACLE,
    _BETFAIR,
    _soft("unibet_eu", "Unibet", margin=0.055, hold=140, error=0.021),
    _soft("betclic", "Betclic", margin=0.055, hold=180, error=0.023, shows=""),
    _soft(
        "williamhill",
        "William Hill",
        margin=0.060,
        hold=210,
        error=0.025,
        regions=("eu", "uk"),
        in_play=False,
    ),
    _soft(
        "marathonbet",
        "Marathon Bet",
        margin=0.035,
        hold=100,
        error=0.016,
        shows=_ASIAN,
    ),
    _soft("sport888", "888sport", margin=0.058, hold=160, error=0.022, regions=("eu", "uk")),
    _soft("onexbet", "1xBet", margin=0.042, hold=130, error=0.022, shows=_ASIAN),
    _soft("coolbet", "Coolbet", margin=0.042, hold=110, error=0.017, shows=_ASIAN),
    _soft("betsson", "Betsson", margin=0.056, hold=150, error=0.021, shows="totals spreads"),
    _soft("nordicbet", "Nordic Bet", margin=0.056, hold=150, error=0.021, shows="totals spreads"),
    _soft("winamax_fr", "Winamax (FR)", margin=0.052, hold=190, error=0.025, regions=("eu", "fr")),
    _soft("pmu_fr", "PMU (FR)", margin=0.075, hold=260, error=0.029, regions=("eu", "fr")),
    _soft(
        "tipico_de",
        "Tipico",
        margin=0.058,
        hold=170,
        error=0.022,
        regions=("eu", "de"),
        in_play=False,
    ),
)
