from datetime import date

from engine.collect.asks import (
    ask_closing,
    ask_results_by_date,
    ask_results_by_ids,
    ask_sports,
    ask_sweep,
)
from engine.collect.rules import CollectRules

RULES = CollectRules()


def test_a_sweep_asks_each_competition_once_in_order() -> None:
    asks = ask_sweep(["soccer_epl", "soccer_spl", "soccer_epl"], RULES)
    assert [ask.path for ask in asks] == [
        "/v4/sports/soccer_epl/odds",
        "/v4/sports/soccer_spl/odds",
    ]
    assert dict(asks[0].params) == {
        "regions": "eu",
        "markets": "h2h,totals,spreads",
        "oddsFormat": "decimal",
        "dateFormat": "iso",
    }
    assert {ask.purpose for ask in asks} == {"sweep"}


def test_a_closing_asks_the_same_thing_for_another_purpose() -> None:
    (ask,) = ask_closing(["soccer_epl"], RULES)
    (sweep,) = ask_sweep(["soccer_epl"], RULES)
    assert (ask.path, ask.params) == (sweep.path, sweep.params)
    assert (ask.purpose, ask.competition) == ("closing", "soccer_epl")


def test_results_by_date_ask_a_day_once() -> None:
    asks = ask_results_by_date([date(2026, 8, 1), date(2026, 8, 2), date(2026, 8, 1)])
    assert [ask.params for ask in asks] == [(("date", "2026-08-01"),), (("date", "2026-08-02"),)]


def test_results_by_ids_go_twenty_in_a_call() -> None:
    asks = ask_results_by_ids([str(n) for n in range(45)])
    assert [len(dict(ask.params)["ids"].split("-")) for ask in asks] == [20, 20, 5]
    assert ask_results_by_ids([]) == ()


def test_the_list_of_sports_is_asked_without_parameters() -> None:
    (ask,) = ask_sports()
    assert (ask.path, ask.params, ask.purpose) == ("/v4/sports", (), "sports")
