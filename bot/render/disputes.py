"""Names nobody knows, one at a time, and what people said of them, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.html import Html, bold, code, lines, name, paragraphs
from bot.render.numbers import day_and_clock, decimal, place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.collect.names import Names
    from engine.domain.errors import Unmatched
    from storage.aliases import Accepted, Waiting


def render_dispute(
    one: Waiting | None, index: int, total: int, *, names: Names, voice: Voice, money: Money
) -> Html:
    """Return one name of the queue with the likeliest teams, or that every name is known."""
    if one is None:
        return voice.html("dispute.none")
    when = day_and_clock(one.kick_off, money.time_zone, voice.language)
    likely = [
        voice.html(
            "dispute.suggestion",
            place=rank,
            team=bold(team_name(key, names)),
            score=decimal(score, voice.language, digits=0),
        )
        for rank, (key, score) in enumerate(one.suggestions, start=1)
    ]
    title = voice.html("dispute.title", index=index + 1, total=total)
    return paragraphs(
        bold(title),
        lines(
            voice.html(
                "dispute.name",
                name=bold(name(one.name)),
                provider=voice.provider(one.provider),
            ),
            voice.html(
                "dispute.match",
                competition=voice.competition(one.competition),
                opponent=name(one.opponent),
                kick_off=when,
                place=place(money.time_zone, voice.language),
            ),
            voice.count("dispute.seen", one.seen),
        ),
        lines(voice.html("dispute.which"), *likely) if likely else voice.html("dispute.nobody"),
        voice.html("dispute.typed", example=code(f"/alias add {name(one.name)} = …")),
    )


def render_accepted(said: Accepted, *, voice: Voice) -> Html:
    """Return what a spelling means from now on."""
    return voice.html(
        "dispute.already" if said.already else "dispute.accepted",
        name=bold(name(said.spelling)),
        team=bold(name(said.team.name)),
        competition=voice.competition(said.competition),
    )


def render_refused(refused: Unmatched, *, voice: Voice) -> Html:
    """Return why a word about a name was not taken."""
    known = voice.texts.maybe(voice.language, f"dispute.why_{refused.reason}")
    why = known or voice.plain("dispute.why_other")
    return voice.html("dispute.refused", why=why)


def render_unknown_team(
    team: str, spelling: str, meant: Sequence[tuple[str, str]], *, voice: Voice
) -> Html:
    """Return that no team has this name; `meant` are the competitions and teams it looks like."""
    told = voice.html("dispute.unknown_team", team=name(team))
    if not meant:
        return told
    return paragraphs(told, lines(voice.html("dispute.did_you_mean"), *_ways(spelling, meant)))


def render_which_competition(
    spelling: str, meant: Sequence[tuple[str, str]], *, voice: Voice
) -> Html:
    """Return that a team plays in several competitions, with the command of each."""
    return paragraphs(voice.html("dispute.which_competition"), lines(*_ways(spelling, meant)))


def _ways(spelling: str, meant: Sequence[tuple[str, str]]) -> Iterator[Html]:
    for competition, team in meant:
        yield code(f"/alias add {competition} : {name(spelling)} = {name(team)}")


def team_name(key: str, names: Names) -> str:
    """Return a team's name; a key no table has any more stands for itself."""
    team = names.teams.get(key)
    return name(key if team is None else team.name)
