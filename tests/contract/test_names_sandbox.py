"""The product knows every spelling its own demonstration uses."""

from config.catalogue import load_catalogue
from sandbox.world.leagues import LEAGUES


def test_both_spellings_of_every_team_of_the_demonstration_are_one_team() -> None:
    names = load_catalogue().names
    for league in LEAGUES:
        assert league.sport_key in names.leagues["api_football", str(league.results_id)]
        keys = set()
        for team in league.teams:
            found = {
                names.resolve(league.sport_key, each) for each in (team.name, team.results_name)
            }
            assert len(found) == 1, team
            assert None not in found, team
            keys |= found
        assert len(keys) == len(league.teams)
