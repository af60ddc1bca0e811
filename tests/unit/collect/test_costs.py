from engine.collect.costs import cost
from engine.collect.payload import API_FOOTBALL, ODDS_API, Ask


def asked(path: str, **params: str) -> int:
    return cost(Ask(source=ODDS_API, path=path, params=tuple(params.items())))


def test_a_league_costs_its_markets_times_its_regions() -> None:
    assert asked("/v4/sports/soccer_epl/odds", regions="eu", markets="h2h,totals,spreads") == 3
    assert asked("/v4/sports/soccer_epl/odds", regions="eu,uk", markets="h2h,totals") == 4


def test_ten_named_bookmakers_are_one_region_and_eleven_are_two() -> None:
    ten, eleven = (",".join(f"book{n}" for n in range(count)) for count in (10, 11))
    path = "/v4/sports/soccer_epl/odds"
    assert asked(path, regions="eu,uk,us", markets="h2h", bookmakers=ten) == 1
    assert asked(path, regions="eu,uk,us", markets="h2h", bookmakers=eleven) == 2


def test_without_markets_or_regions_one_of_each_is_charged() -> None:
    assert asked("/v4/sports/soccer_epl/odds") == 1


def test_a_match_costs_at_most_its_markets_times_its_regions() -> None:
    path = "/v4/sports/soccer_epl/events/abc/odds"
    assert asked(path, regions="eu", markets="btts,draw_no_bet") == 2


def test_lists_of_sports_and_events_are_free() -> None:
    assert asked("/v4/sports") == 0
    assert asked("/v4/sports/soccer_epl/events") == 0


def test_finished_scores_cost_two_and_live_ones_one() -> None:
    assert asked("/v4/sports/soccer_epl/scores", daysFrom="3") == 2
    assert asked("/v4/sports/soccer_epl/scores") == 1


def test_the_past_costs_ten_times_the_present() -> None:
    path = "/v4/historical/sports/soccer_epl/odds"
    assert asked(path, regions="eu", markets="h2h,totals,spreads") == 30
    assert asked("/v4/historical/sports/soccer_epl/events") == 1


def test_another_provider_costs_no_credits() -> None:
    assert cost(Ask(source=API_FOOTBALL, path="/fixtures")) == 0
