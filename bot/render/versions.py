"""Learned versions as Telegram HTML: what each changes, on which figures, to which effect."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import day, day_and_clock, decimal, percent
from engine.domain.policy_version import BASE, LEARNABLE, THE_HOUSE, VersionState, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.policy_version import Change, PolicyVersion, Thresholds
    from engine.domain.version_card import Effect, Group, VersionCard
    from jobs.policy_acts import Shelf
    from storage.policies import PolicyEvent

MARKS: Final[Mapping[VersionState, str]] = {
    VersionState.PROPOSED: "🧪",
    VersionState.READY: "📬",
    VersionState.CONFIRMED: "✅",
    VersionState.REFUSED: "🚫",
    VersionState.ROLLED_BACK: "⏪",
    VersionState.SUPERSEDED: "⌛",
}
_ODDS: Final = "zone_max_odds"
_SHARES: Final = frozenset({"hurdle"})
_SIGNED: Final = frozenset({"gain", "gain_low", "gain_high", "lower", "lower_declared"})
_OVERFIT: Final = "pbo"
_CHANCES: Final = frozenset({_OVERFIT, "sharpe"})
_COUNTS: Final = frozenset({"picks", "days", "n", "trials", "looks"})
_SHOWN: Final = 8


def render_versions(shelf: Shelf, elsewhere: Sequence[str], *, voice: Voice, money: Money) -> Html:
    """Return what is in force and every version, the newest first."""
    current = name_of(shelf.base, BASE if elsewhere else shelf.in_force)
    others = len(shelf.versions) - _SHOWN
    rows = [_row(one, voice, money) for one in shelf.versions[:_SHOWN]]
    return paragraphs(
        lines(
            bold(voice.html("versions.title")),
            voice.html("versions.in_force", version=bold(current)),
            _elsewhere(elsewhere, voice),
            _unread(shelf, voice),
        ),
        lines(*rows) if rows else voice.html("versions.none"),
        voice.count("versions.more", others) if others > 0 else "",
        voice.html("versions.how"),
    )


def render_declared(name: str, thresholds: Thresholds, *, in_force: bool, voice: Voice) -> Html:
    """Return the thresholds of the declared version."""
    told = (
        voice.html("versions.threshold", what=_what(each, voice), value=_value(each, value, voice))
        for each in LEARNABLE
        for value in (getattr(thresholds, each),)
    )
    return paragraphs(
        lines(
            bold(voice.html("versions.one", version=name)),
            voice.html("versions.declared"),
            voice.html("versions.serves") if in_force else "",
        ),
        lines(*told),
    )


def render_card(card: VersionCard, *, voice: Voice, money: Money) -> Html:
    """Return one version: what it would change, its figures, its effect on late picks."""
    told = voice.plain(f"versions.state_{card.state}")
    return paragraphs(
        lines(
            bold(voice.html("versions.one", version=card.name)),
            voice.html("versions.state", mark=MARKS[card.state], state=told),
            voice.html("versions.serving", version=bold(card.serves)),
        ),
        lines(
            voice.html("versions.beside", version=card.beside),
            *(_change(change, voice) for change in card.changes),
        )
        if card.changes
        else voice.html("versions.unreadable"),
        _evidence(card.evidence, voice),
        _effect(card.effect, voice, money),
    )


def render_news(card: VersionCard, *, voice: Voice, money: Money) -> Html:
    """Return the message that says how a version stands, its card beneath."""
    return paragraphs(
        voice.html(f"versions.news_{card.state}", version=bold(card.name)),
        render_card(card, voice=voice, money=money),
    )


def render_asked(act: str, version: str, left: str, *, voice: Voice) -> Html:
    """Return the question before something is done about a version."""
    return lines(
        voice.html(f"versions.ask_{act}", version=bold(version), left=left),
        voice.html("versions.soon"),
    )


def render_done(act: str, version: str, in_force: str, *, voice: Voice) -> Html:
    """Return what was done, and what decides from now on."""
    return lines(
        voice.html(f"versions.done_{act}", version=bold(version)),
        voice.html("versions.in_force", version=bold(in_force)),
    )


def render_events(events: Iterable[PolicyEvent], *, voice: Voice, money: Money) -> Html:
    """Return what happened to a version, and by whom."""
    rows = [
        voice.html(
            "versions.event",
            at=day_and_clock(event.at, money.time_zone, voice.language),
            state=voice.plain(f"versions.state_{event.state}"),
            who=_who(event.by, voice),
        )
        for event in events
    ]
    return lines(voice.html("versions.history"), *rows)


def _who(user: int, voice: Voice) -> str:
    if user == THE_HOUSE:
        return voice.plain("versions.house")
    return voice.plain("versions.person" if user else "versions.shell", user=user)


def _row(one: PolicyVersion, voice: Voice, money: Money) -> Html:
    return voice.html(
        "versions.row",
        mark=MARKS[one.state],
        version=bold(one.name),
        state=voice.plain(f"versions.state_{one.state}"),
        day=day(one.proposed_at, money.time_zone, voice.language),
    )


def _elsewhere(names: Sequence[str], voice: Voice) -> Html | str:
    if not names:
        return ""
    return voice.html("versions.elsewhere", names=", ".join(_what(each, voice) for each in names))


def _unread(shelf: Shelf, voice: Voice) -> Html | str:
    if shelf.in_force == shelf.named:
        return ""
    return voice.html("versions.unread", version=name_of(shelf.base, shelf.named))


def _change(change: Change, voice: Voice) -> Html:
    return voice.html(
        "versions.change",
        what=_what(change.threshold, voice),
        old=_value(change.threshold, change.old, voice),
        new=bold(_value(change.threshold, change.new, voice)),
    )


def _evidence(figures: Mapping[str, float], voice: Voice) -> Html | str:
    rows = [
        voice.html("versions.figure", what=what, value=_figure(name, value, voice))
        for name, value in figures.items()
        if (what := voice.texts.maybe(voice.language, f"versions.figure_{name}"))
    ]
    return lines(voice.html("versions.evidence"), *rows) if rows else ""


def _effect(effect: Effect | None, voice: Voice, money: Money) -> Html | str:
    """Return what late picks would have been; these figures prove nothing, and that is said."""
    if effect is None:
        return ""
    window = voice.html(
        "versions.effect",
        provenance=voice.plain(f"stats.{effect.provenance}"),
        since=day(effect.since, money.time_zone, voice.language),
        until=day(effect.until, money.time_zone, voice.language),
    )
    groups = {
        "before": effect.before,
        "after": effect.after,
        "entered": effect.entered,
        "left": effect.left,
    }
    return lines(
        window,
        *(_group(name, group, voice) for name, group in groups.items()),
        voice.html("versions.effect_note"),
    )


def _group(name: str, group: Group, voice: Voice) -> Html:
    what = voice.plain(f"versions.group_{name}")
    return voice.count("versions.group", group.picks, what=what, clv=_clv(group, voice))


def _clv(group: Group, voice: Voice) -> str:
    if group.clv is None:
        return voice.plain("versions.no_close")
    if group.low is None or group.high is None:
        interval = voice.plain("versions.no_interval")
    else:
        interval = voice.plain(
            "versions.interval",
            low=percent(group.low, voice.language, signed=True),
            high=percent(group.high, voice.language, signed=True),
        )
    return voice.plain(
        "versions.clv",
        clv=percent(group.clv, voice.language, signed=True),
        interval=interval,
        n=group.closes,
    )


def _what(threshold: str, voice: Voice) -> str:
    return voice.plain(f"versions.{threshold}")


def _value(threshold: str, value: float, voice: Voice) -> str:
    if threshold in _SHARES:
        return percent(value, voice.language, digits=1)
    return decimal(value, voice.language, digits=1 if threshold == _ODDS else 0)


def _figure(name: str, value: float, voice: Voice) -> str:
    if name in _COUNTS:
        return decimal(value, voice.language, digits=0)
    if name in _SIGNED:
        return percent(value, voice.language, digits=2, signed=True)
    # evidence is cut to its worse side, not rounded: 19.96 is not 20
    if name in _CHANCES:
        cut = ceil if name == _OVERFIT else floor
        return percent(cut(round(1_000 * value, 6)) / 1_000, voice.language)
    return decimal(floor(10 * value) / 10, voice.language, digits=1)
