"""What a record earned, how lucky it was and what it proves, as Telegram HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render.cells import nothing
from bot.render.filters import in_force
from bot.render.html import Html, bold, lines, paragraphs
from bot.render.markets import chance, e_value
from bot.render.numbers import day, decimal
from bot.render.stats import ALL_LOST, ENOUGH, estimate
from engine.learning.evidence import CONVINCING
from engine.learning.slices import PERIOD

if TYPE_CHECKING:
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick_filter import PickFilter
    from engine.domain.record import Estimate
    from engine.learning.recorded.compare import Compared
    from engine.learning.recorded.fortune import Fortune
    from engine.learning.recorded.money import MoneyFigures
    from engine.learning.recorded.proof import Proven
    from engine.learning.recorded.report import RecordReport
    from engine.learning.recorded.robust import Robust

_TWO: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A record's figures, with how its last weeks differ from those before; None without any."""

    report: RecordReport
    compared: Compared | None


def render_money(told: Told, picks: PickFilter, *, voice: Voice, money: Money) -> Html:
    """Return what a record earned, and how bumpy the way was."""
    head, figures = _head(told, "money", picks, voice, money), told.report.money
    if not figures.n:
        return paragraphs(head, nothing(picks, voice))
    return paragraphs(
        head,
        lines(*_earned(figures, voice)),
        lines(*_way(figures, voice)),
        _robust(told.report.robust, voice),
        voice.html("stats.caution", n=ENOUGH) if figures.n < ENOUGH else "",
        voice.html("figures.how_money"),
    )


def render_luck(told: Told, picks: PickFilter, *, voice: Voice, money: Money) -> Html:
    """Return where the profit stands among all that the same bets could have made."""
    head, report = _head(told, "luck", picks, voice, money), told.report
    if not report.money.n:
        return paragraphs(head, nothing(picks, voice))
    return paragraphs(
        head,
        voice.html("figures.actual", profit=_units(report.money.profit, voice), n=report.money.n),
        _fortune(report.alert_luck, "alert", voice),
        _fortune(report.close_luck, "close", voice),
        voice.html("stats.caution", n=ENOUGH) if report.money.n < ENOUGH else "",
        voice.html("figures.how_luck"),
    )


def render_proof(told: Told, picks: PickFilter, *, voice: Voice, money: Money) -> Html:
    """Return what is believed of the edge, what is proven, and how the last weeks differ."""
    head, report = _head(told, "proof", picks, voice, money), told.report
    if not report.money.n:
        return paragraphs(head, nothing(picks, voice))
    return paragraphs(
        head,
        lines(*_proven(report.proven, voice)),
        _compared(told.compared, voice),
        voice.html("stats.caution", n=ENOUGH) if report.proven.n < ENOUGH else "",
        voice.html("figures.how_proof"),
    )


def _head(told: Told, tab: str, picks: PickFilter, voice: Voice, money: Money) -> Html:
    report = told.report
    title = voice.html(
        f"figures.title_{tab}", provenance=voice.plain(f"stats.{report.provenance}")
    )
    window: Html | str = ""
    if report.since is not None and report.until is not None:
        since, until = (
            day(at, money.time_zone, voice.language) for at in (report.since, report.until)
        )
        window = voice.count("cells.window", report.money.n, since=since, until=until)
    return lines(bold(title), in_force(picks, voice), window)


def _earned(figures: MoneyFigures, voice: Voice) -> tuple[Html, ...]:
    return (
        voice.html(
            "figures.profit",
            profit=_units(figures.profit, voice),
            staked=decimal(figures.staked, voice.language),
        ),
        voice.html("stats.yield", value=estimate(figures.yield_, voice, floor=ALL_LOST)),
        voice.html("figures.roi", value=estimate(figures.roi, voice)),
        voice.html("stats.strike", value=estimate(figures.strike_rate, voice, signed=False)),
        voice.html("figures.odds", value=_plain(figures.mean_odds, voice)),
        voice.html("figures.factor", value=_plain(figures.profit_factor, voice)),
    )


def _way(figures: MoneyFigures, voice: Voice) -> tuple[Html, ...]:
    fall, streaks = figures.fall, figures.streaks
    return (
        voice.html("figures.sharpe", value=_plain(figures.sharpe, voice, signed=True)),
        voice.html("figures.sortino", value=_plain(figures.sortino, voice, signed=True)),
        voice.html(
            "figures.fall",
            units=_plain(fall.units, voice),
            days=fall.days,
            usual=decimal(fall.usual, voice.language),
            deep=decimal(fall.deep, voice.language),
        ),
        voice.html("figures.calmar", value=_plain(figures.calmar, voice, signed=True)),
        voice.html(
            "figures.streaks",
            won=streaks.longest_won,
            lost=streaks.longest_lost,
            current=decimal(streaks.current, voice.language, digits=0, signed=True),
        ),
    )


def _robust(left: Robust, voice: Voice) -> Html:
    """Write what would be left of the yield with less luck, worse odds, and prices gone."""
    return lines(
        bold(voice.html("figures.robust")),
        *(
            voice.html(
                f"figures.robust_{name}", value=estimate(kept.yield_, voice, floor=ALL_LOST)
            )
            for name, kept in (
                ("best", left.without_best),
                ("odds", left.worse_odds),
                ("gone", left.gone),
            )
        ),
    )


def _fortune(luck: Fortune, moment: str, voice: Voice) -> Html:
    low90, low50, high50, high90 = (_units(end, voice) for end in luck.bands)
    return lines(
        bold(voice.html(f"figures.luck_{moment}", closes=luck.closes, n=luck.n)),
        voice.html("figures.expected", expected=_units(luck.expected, voice)),
        voice.html("figures.band", share=50, low=low50, high=high50),
        voice.html("figures.band", share=90, low=low90, high=high90),
        voice.html("figures.percentile", share=chance(luck.percentile, voice)),
    )


def _proven(proof: Proven, voice: Voice) -> tuple[Html, ...]:
    believed = voice.html("figures.positive_unknown", n=proof.n)
    if proof.positive is not None:
        believed = voice.html("figures.positive", chance=chance(proof.positive, voice), n=proof.n)
    now, highest, profit = (
        e_value(one, voice) for one in (proof.clv, proof.highest, proof.profit)
    )
    return (
        believed,
        voice.html("figures.evidence", now=now, highest=highest, enough=f"{CONVINCING:g}"),
        voice.html("figures.evidence_profit", now=profit),
        _needed(proof, voice),
    )


def _needed(proof: Proven, voice: Voice) -> Html:
    """Write how many picks are still needed; below two weeks nobody can say."""
    if proof.needed == 0:
        return voice.html("figures.needed_none")
    if proof.positive is None:
        return voice.html("figures.needed_unknown")
    ends = [
        "…" if end is None else decimal(end, voice.language, digits=0)
        for end in (proof.needed_low, proof.needed_high)
    ]
    if proof.needed is not None:
        needed = decimal(proof.needed, voice.language, digits=0)
        return voice.html("figures.needed", needed=needed, low=ends[0], high=ends[1])
    if proof.needed_low is not None:
        return voice.html("figures.needed_never", low=ends[0])
    return voice.html("figures.needed_hopeless")


def _compared(compared: Compared | None, voice: Voice) -> Html:
    if compared is None:
        return voice.html("figures.compared_none", weeks=PERIOD)
    return lines(
        bold(
            voice.html(
                "figures.compared", weeks=PERIOD, recent=compared.second, before=compared.first
            )
        ),
        voice.html("stats.yield", value=estimate(compared.yield_, voice)),
        voice.html("stats.clv", value=estimate(compared.clv, voice)),
        voice.html("stats.strike", value=estimate(compared.strike_rate, voice)),
    )


def _units(value: float, voice: Voice) -> str:
    return decimal(value, voice.language, signed=True)


def _plain(value: Estimate, voice: Voice, *, signed: bool = False) -> str:
    """Write a number that is no share with its 95 % interval and n."""
    if value.mean is None or value.n < _TWO:
        return voice.plain("stats.too_few", n=value.n)
    mean = decimal(value.mean, voice.language, signed=signed)
    if value.low is None or value.high is None:
        return voice.plain("stats.estimate_bare", mean=mean, n=value.n)
    low, high = (decimal(end, voice.language, signed=signed) for end in (value.low, value.high))
    return voice.plain("stats.estimate", mean=mean, low=low, high=high, n=value.n)
