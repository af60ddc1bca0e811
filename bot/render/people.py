"""People, their roles and bans, invitations: as those who keep the house see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.html import Html, bold, code, lines, name, paragraphs
from bot.render.numbers import day, day_and_clock, span
from engine.alerting.announcements import ROLE_OVER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.alert import Role
    from storage.access import Ban, Invitation, Known

_REASON = 200


def render_people(
    people: Sequence[tuple[Known, Role | None]],
    total: int,
    *,
    now: datetime,
    voice: Voice,
    money: Money,
) -> Html:
    """Return a page of people: name, role, since when, last seen, state."""
    told = [
        voice.html(
            "people.line",
            name=bold(name(one.name)),
            role=_role(role, voice),
            since=day(one.since, money.time_zone, voice.language),
            seen=_seen(one, now, voice),
            state=state_of(one, role, voice),
        )
        for one, role in people
    ]
    title = bold(voice.count("people.title", total))
    return paragraphs(title, lines(*told) if told else voice.html("people.nobody"))


def render_person(
    known: Known, role: Role | None, *, now: datetime, voice: Voice, money: Money
) -> Html:
    """Return all that is known of a person."""
    until = known.grant.until if known.grant else None
    return lines(
        bold(name(known.name)),
        voice.html("people.id", id=code(known.user_id)),
        voice.html("people.role", role=_role(role, voice)),
        voice.html("people.until", at=_at(until, voice, money)) if until else "",
        voice.html("people.language", language=voice.plain(f"people.speaks_{known.language}")),
        voice.html("people.since", at=_at(known.since, voice, money)),
        voice.html("people.seen", span=_seen(known, now, voice)),
        voice.html("people.state", state=state_of(known, role, voice)),
        _banned(known.ban, voice, money) if known.ban else "",
    )


def render_found(n: int, voice: Voice) -> Html:
    """Return whether somebody was found, and that one must be chosen."""
    return voice.html("people.which" if n else "people.unknown")


def state_of(known: Known, role: Role | None, voice: Voice) -> str:
    """Return how a person stands: banned first, then without a role, then as the platform says."""
    if known.ban is not None:
        return voice.plain("people.state_banned")
    return voice.plain(f"people.state_{'revoked' if role is None else known.state}")


def render_turned_away(ban: Ban, voice: Voice, money: Money) -> Html:
    """Return what a banned person is told, once a day."""
    if ban.until is None:
        return voice.html("people.turned_away")
    return voice.html("people.turned_away_until", at=_at(ban.until, voice, money))


def render_access(body: Mapping[str, str], *, voice: Voice) -> Html:
    """Return what a person is told of their role: changed, or over."""
    key = "people.role_over" if body["what"] == ROLE_OVER else "people.role_changed"
    return voice.html(key, role=voice.plain(f"role.{body['role']}"))


def render_invite_choice(voice: Voice, role: Role | None = None, uses: int = 1) -> Html:
    """Return what to choose next of an invitation."""
    if role is None:
        return paragraphs(bold(voice.html("invite.title")), voice.html("invite.usage"))
    chosen = voice.count("invite.choose_life", uses, role=voice.plain(f"role.{role}"))
    return paragraphs(bold(voice.html("invite.title")), chosen)


def render_made(
    made: Invitation, written: str, *, username: str, voice: Voice, money: Money
) -> Html:
    """Return a new invitation with its code, which is shown this once."""
    return paragraphs(
        lines(_invitation(made, voice, money), _lasts(made, voice)),
        lines(
            voice.html("invite.link", link=f"https://t.me/{username}?start={written}"),
            voice.html("invite.command", command=code(f"/start {written}")),
        ),
        voice.html("invite.once"),
    )


def render_invitations(found: Sequence[Invitation], *, voice: Voice, money: Money) -> Html:
    """Return the invitations that may still be used; their codes are known to nobody here."""
    title = bold(voice.html("invite.open"))
    if not found:
        return paragraphs(title, voice.html("invite.none"))
    told = [
        lines(
            _invitation(one, voice, money),
            voice.count("invite.left", one.uses - one.used),
            _lasts(one, voice),
        )
        for one in found
    ]
    return paragraphs(title, *told)


def _invitation(one: Invitation, voice: Voice, money: Money) -> Html:
    return voice.count(
        "invite.line",
        one.uses,
        number=one.number,
        role=voice.plain(f"role.{one.role}"),
        until=_at(one.expires_at, voice, money),
    )


def _lasts(one: Invitation, voice: Voice) -> Html:
    if one.role_lasts is None:
        return Html()
    return voice.html("invite.lasts", span=span(one.role_lasts, voice.language))


def _banned(ban: Ban, voice: Voice, money: Money) -> Html:
    end = _at(ban.until, voice, money) if ban.until else voice.plain("people.no_end")
    reason = name(ban.reason, _REASON) if ban.reason else voice.plain("people.no_reason")
    at = _at(ban.at, voice, money)
    return voice.html("people.ban", at=at, end=end, reason=reason, by=code(ban.by))


def _role(role: Role | None, voice: Voice) -> str:
    return voice.plain(f"role.{role}") if role else voice.plain("people.no_role")


def _seen(known: Known, now: datetime, voice: Voice) -> str:
    if known.seen_at is None:
        return voice.plain("people.never")
    return voice.plain("people.ago", span=span(now - known.seen_at, voice.language))


def _at(at: datetime, voice: Voice, money: Money) -> str:
    return day_and_clock(at, money.time_zone, voice.language)
