from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.collect.asks import (
    ask_event,
    ask_events,
    ask_file,
    ask_history,
    ask_league,
    ask_live,
    ask_results_by_date,
    ask_results_by_ids,
    ask_scores,
    ask_season,
    ask_sports,
)
from engine.collect.costs import cost
from engine.collect.rules import CollectRules

RULES = CollectRules()


def test_a_league_is_asked_whatever_the_purpose_for_the_same_markets() -> None:
    sweep, closing = (
        ask_league("soccer_epl", RULES.markets, RULES, purpose) for purpose in ("sweep", "closing")
    )
    assert sweep.path == closing.path == "/v4/sports/soccer_epl/odds"
    assert sweep.params == closing.params
    assert dict(sweep.params) == {
        "regions": "eu",
        "markets": "h2h,totals,spreads",
        "oddsFormat": "decimal",
        "dateFormat": "iso",
    }
    assert (sweep.purpose, closing.purpose) == ("sweep", "closing")
    assert sweep.competition == closing.competition == "soccer_epl"


def test_results_by_date_ask_a_day_once() -> None:
    asks = ask_results_by_date([date(2026, 8, 1), date(2026, 8, 2), date(2026, 8, 1)])
    assert [ask.params for ask in asks] == [(("date", "2026-08-01"),), (("date", "2026-08-02"),)]


def test_results_by_ids_go_twenty_in_a_call() -> None:
    asks = ask_results_by_ids([str(n) for n in range(45)])
    assert [len(dict(ask.params)["ids"].split("-")) for ask in asks] == [20, 20, 5]
    assert ask_results_by_ids([]) == ()


def test_the_fixture_lists_are_free_questions_one_a_competition() -> None:
    asks = ask_events(["soccer_epl", "soccer_spl", "soccer_epl"])
    assert [ask.path for ask in asks] == [
        "/v4/sports/soccer_epl/events",
        "/v4/sports/soccer_spl/events",
    ]
    assert {cost(ask) for ask in asks} == {0}


def test_the_markets_of_one_match_are_asked_by_its_id() -> None:
    ask = ask_event("e1", "soccer_epl", ("btts", "draw_no_bet"), RULES, "event")
    assert ask.path == "/v4/sports/soccer_epl/events/e1/odds"
    assert dict(ask.params)["markets"] == "btts,draw_no_bet"
    assert (ask.competition, ask.purpose, cost(ask)) == ("soccer_epl", "event", 2)


def test_scores_of_past_days_cost_twice_and_reach_back_three_days() -> None:
    assert [cost(ask_scores(["soccer_epl"], days)[0]) for days in (None, 1, 3)] == [1, 2, 2]
    with pytest.raises(ValueError, match="1 to 3 days"):
        ask_scores(["soccer_epl"], 4)


def test_history_costs_ten_times_and_names_its_instant_in_utc() -> None:
    at = datetime(2025, 8, 1, 14, 0, tzinfo=ZoneInfo("Europe/Paris"))
    ask = ask_history("soccer_epl", at, ("h2h", "totals"), RULES)
    assert ask.path == "/v4/historical/sports/soccer_epl/odds"
    assert dict(ask.params)["date"] == "2025-08-01T12:00:00Z"
    assert (ask.purpose, cost(ask)) == ("backfill", 20)


def test_live_fixtures_and_a_season_are_one_question_each() -> None:
    assert [ask.params for ask in ask_live()] == [(("live", "all"),)]
    assert ask_season(39, 2026).params == (("league", "39"), ("season", "2026"))


def test_a_file_is_asked_only_if_it_changed() -> None:
    ask = ask_file("/fixtures.csv", since="Tue, 18 Aug 2026 09:00:00 GMT")
    assert (ask.source, ask.path, ask.since) == (
        "football_data",
        "/fixtures.csv",
        "Tue, 18 Aug 2026 09:00:00 GMT",
    )


def test_the_list_of_sports_is_asked_without_parameters() -> None:
    (ask,) = ask_sports()
    assert (ask.path, ask.params, ask.purpose) == ("/v4/sports", (), "sports")
