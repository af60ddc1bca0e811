"""Records to domain values and back: one function a type, all of them here."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

from engine.domain.closing import ClosingLine, Grade, Payoff
from engine.domain.fixture import Fixture, FixtureStatus, Team
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, FixtureId, Odds, PickId, Probability, Units
from engine.domain.pick import (
    Offer,
    Pick,
    PickUpdate,
    PriceState,
    Provenance,
    Score,
)
from engine.domain.price import FairPrice, Rung
from engine.domain.record import SettledBet
from engine.domain.settlement import Outcome, Phase, Result, Settlement, Told
from engine.domain.settlement import Score as Goals
from engine.domain.signal import AgentName, Tier
from storage.signals import part_from_json, part_to_json, signal_from_json, signal_to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    import asyncpg


def fixture_from_row(row: asyncpg.Record, prefix: str = "") -> Fixture:
    """Return the fixture in `row`."""
    return Fixture(
        id=FixtureId(row[f"{prefix}id"]),
        competition=row["competition"],
        home=Team(key=row["home_key"], name=row["home_name"]),
        away=Team(key=row["away_key"], name=row["away_name"]),
        kick_off=row["kick_off"],
        status=FixtureStatus(row["status"]),
    )


def pick_from_row(row: asyncpg.Record) -> Pick:
    """Return the pick in `row`."""
    fixture_id = FixtureId(row["fixture_id"])
    selection = Selection.from_number(row["selection"])
    rung = Rung(row["rung"])
    second = None
    if row["second_bookmaker"] is not None:
        second = Offer(
            bookmaker=BookmakerKey(row["second_bookmaker"]), odds=Odds(row["second_odds"])
        )
    return Pick(
        id=PickId(row["id"]),
        provenance=Provenance(row["provenance"]),
        fixture_id=fixture_id,
        selection=selection,
        bookmaker=BookmakerKey(row["bookmaker"]),
        odds=Odds(row["odds"]),
        quoted_at=row["quoted_at"],
        fair=FairPrice(
            fixture_id=fixture_id,
            selection=selection,
            probability=Probability(row["fair_probability"]),
            std_error=row["fair_std_error"],
            refund=row["refund"],
            rung=rung,
            source=rung.name.lower(),
            books=row["books"],
            dispersion=row["dispersion"],
            as_of=row["taken_at"],
            close=row["expected_close"],
            close_error=row["expected_close_error"],
        ),
        edge=row["edge"],
        edge_low=row["edge_low"],
        edge_high=row["edge_high"],
        min_odds=Odds(row["min_odds"]),
        second=second,
        score=Score(
            signal_score=row["signal_score"],
            sweet_spot_score=row["sweet_spot_score"],
            in_zone=row["in_zone"],
            tier=Tier(row["tier"]),
        ),
        stake=Units(row["stake"]),
        policy_version=row["policy_version"],
        taken_at=row["taken_at"],
        signals=tuple(signal_from_json(told) for told in row["signals"]),
        parts=tuple(part_from_json(told) for told in row["parts"]),
    )


def pick_to_row(pick: Pick) -> tuple[object, ...]:
    """Return the pick as the arguments of `picks.add`."""
    return (
        pick.id,
        pick.provenance.value,
        pick.fixture_id,
        pick.selection.number,
        pick.selection.market_code,
        pick.bookmaker,
        pick.odds,
        pick.quoted_at,
        pick.fair.probability,
        pick.fair.std_error,
        pick.fair.refund,
        int(pick.fair.rung),
        pick.fair.books,
        pick.fair.dispersion,
        pick.edge,
        pick.edge_low,
        pick.edge_high,
        pick.min_odds,
        pick.second.bookmaker if pick.second else None,
        pick.second.odds if pick.second else None,
        pick.score.signal_score,
        pick.score.sweet_spot_score,
        pick.score.in_zone,
        pick.stake,
        pick.policy_version,
        pick.taken_at,
        pick.fair.close,
        pick.fair.close_error,
        pick.score.tier.value,
        [signal_to_json(signal) for signal in pick.signals],
        [part_to_json(part) for part in pick.parts],
    )


def update_from_row(row: asyncpg.Record) -> PickUpdate | None:
    """Return the latest update joined to a pick's row as `update_*`, if there is one."""
    if row["update_state"] is None:
        return None
    return PickUpdate(
        pick_id=PickId(row["id"]),
        state=PriceState(row["update_state"]),
        bookmaker=BookmakerKey(row["update_bookmaker"]) if row["update_bookmaker"] else None,
        odds=Odds(row["update_odds"]) if row["update_odds"] is not None else None,
        fair_odds=Odds(row["update_fair_odds"]) if row["update_fair_odds"] is not None else None,
        edge=row["update_edge"],
        min_odds=Odds(row["update_min_odds"]) if row["update_min_odds"] is not None else None,
        seen_at=row["update_seen_at"],
    )


def settlement_from_row(row: asyncpg.Record) -> Settlement | None:
    """Return the latest settlement joined to a pick's row, if there is one."""
    return None if row["outcome"] is None else one_settlement_from_row(row, PickId(row["id"]))


def one_settlement_from_row(row: asyncpg.Record, pick_id: PickId | None = None) -> Settlement:
    """Return the settlement in `row`, of the pick it names or of `pick_id`."""
    return Settlement(
        pick_id=PickId(row["pick_id"]) if pick_id is None else pick_id,
        sequence=row["sequence"],
        outcome=Outcome(row["outcome"]),
        profit=Units(row["profit"]),
        full_time=_goals(row["home_goals"], row["away_goals"]),
        rule=row["rule"],
        settled_at=row["settled_at"],
        rules_version=row["rules_version"],
    )


@cache
def _selection(number: int) -> Selection:
    return Selection.from_number(number)


@cache
def _agents(names: tuple[str, ...]) -> frozenset[AgentName]:
    return frozenset(AgentName(name) for name in names)


def bet_from_row(row: asyncpg.Record) -> SettledBet:
    """Return one settled pick as statistics need it."""
    return SettledBet(
        pick=PickId(row["pick_id"]),
        provenance=Provenance(row["provenance"]),
        fixture=str(row["fixture_id"]),
        settled_at=row["settled_at"],
        odds=row["odds"],
        stake=row["stake"],
        profit=row["profit"],
        expected_at_alert=row["edge"],
        clv=row["clv"],
        clv_alt=row["clv_alt"],
        outcome=Outcome(row["outcome"]),
        selection=_selection(row["selection"]),
        competition=row["competition"],
        bookmaker=BookmakerKey(row["bookmaker"]),
        signal_score=row["signal_score"],
        sweet_spot_score=row["sweet_spot_score"],
        tier=Tier(row["tier"]),
        agents=_agents(tuple(row["agents"])),
        refund=row["refund"],
        issued_at=row["taken_at"],
        kick_off=row["kick_off"],
        grade=Grade(row["grade"]) if row["grade"] else None,
        alt_grade=Grade(row["alt_grade"]) if row["alt_grade"] else None,
        movement=row["movement"],
        policy_version=row["policy_version"],
    )


def result_from_row(row: asyncpg.Record) -> Result:
    """Return one reading of a result."""
    return Result(
        fixture_id=FixtureId(row["fixture_id"]),
        source=row["source"],
        status=row["status"],
        phase=Phase(row["phase"]),
        full_time=_goals(row["home_goals"], row["away_goals"]),
        half_time=_goals(row["home_half_time"], row["away_half_time"]),
        kick_off=row["kick_off"],
        read_at=row["read_at"],
        event_id=row["event_id"],
        told=None if row["told"] is None else _told(row["told"]),
    )


def told_to_json(told: Told) -> dict[str, list[int]]:
    """Return what a provider's row said; what it did not say is absent."""
    return {
        each.name: [score.home, score.away]
        for each in fields(Told)
        if (score := getattr(told, each.name)) is not None
    }


def _told(said: Mapping[str, list[int]]) -> Told:
    return Told(**{name: Goals(home=home, away=away) for name, (home, away) in said.items()})


def closing_from_row(row: asyncpg.Record) -> ClosingLine:
    """Return one graded close."""
    return ClosingLine(
        fixture_id=FixtureId(row["fixture_id"]),
        selection=Selection.from_number(row["selection"]),
        source=row["source"],
        payoff=Payoff(
            win=row["win"],
            half_win=row["half_win"],
            push=row["push"],
            half_loss=row["half_loss"],
            loss=row["loss"],
        ),
        raw_odds=Odds(row["raw_odds"]) if row["raw_odds"] is not None else None,
        captured_at=row["captured_at"],
        kick_off=row["kick_off"],
        grade=Grade(row["grade"]),
        book=None if row["book"] is None else BookmakerKey(row["book"]),
        excluded=BookmakerKey(row["excluded"]) if row["excluded"] else None,
    )


def _goals(home: int | None, away: int | None) -> Goals | None:
    if home is None or away is None:
        return None
    return Goals(home=home, away=away)
