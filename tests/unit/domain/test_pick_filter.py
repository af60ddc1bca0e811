"""The grammar of filters: what is understood is kept whole, what is not teaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.closing import Grade
from engine.domain.filter_reading import EXAMPLES, Fault, FilterRefused
from engine.domain.filter_words import FilterNames
from engine.domain.market import CATALOGUE
from engine.domain.numbers import BookmakerKey
from engine.domain.pick import Provenance
from engine.domain.pick_filter import EVERYTHING, LONGEST, PickFilter, parse
from engine.domain.signal import AgentName, Tier
from tests.builders import a_bet, a_selection

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = FilterNames.of(
    {
        "soccer_france_ligue_one": ["Ligue 1", "F1", "L1"],
        "soccer_epl": ["Premier League", "E0", "PL"],
        "soccer_russia_premier_league": ["Premier League", "RPL"],
    },
    {"pinnacle": ["Pinnacle"], "betclic_fr": ["Betclic (FR)"], "generous": []},
)


def understood(text: str) -> str:
    return str(parse(text, NOW, NAMES))


def refusal(text: str) -> FilterRefused:
    with pytest.raises(FilterRefused) as caught:
        parse(text, NOW, NAMES)
    return caught.value


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("", ""),
        ("market=btts,ou league=F1", "market=btts,ou league=soccer_france_ligue_one"),
        ("marché=les_deux_marquent", "market=btts"),
        ("marche = LDM , plus_2.5", "market=btts,over_2.5"),
        ("market=o2.5,u25,Over-2.5", "market=over_2.5,under_2.5"),
        ("market=N,1,2", "market=away,draw,home"),
        ("market=1n,x2", "market=dc_1x,dc_x2"),
        ("m=handicap_asiatique", "market=ah"),
        ("ligue=ligue-1", "league=soccer_france_ligue_one"),
        ("championnat=l1,PL", "league=soccer_epl,soccer_france_ligue_one"),
        ("bookmaker!=Betclic(FR)", "book!=betclic_fr"),
        ("agent=C", "agent=pattern"),
        ("agent!=motifs,patron", "agent!=patron,pattern"),
        ("cote=1.50-2.5", "odds=1.5-2.5"),
        ("odds=1.5..2.5,3-4", "odds=1.5-2.5,3-4"),
        ("odds ≥ 1.5 odds<=2.5", "odds<=2.5 odds>=1.5"),
        ("odds!=2-3", "odds!=2-3"),
        ("score>=60.00", "score>=60"),
        ("edge>=2%", "edge>=2%"),
        ("avantage=-1%-2%", "edge=-1%-2%"),
        ("edge=-0-2%", "edge=0%-2%"),
        ("lead<6h", "lead<6h"),
        ("avance<90min", "lead<1.5h"),
        ("lead=1-3d", "lead=24h-72h"),
        ("palier=or,diamant+", "tier=diamond_plus,gold"),
        ("clôture=a,aucune", "grade=A,none"),
        ("depuis=30j", "since=30d"),
        ("since=4w", "since=28d"),
        ("until=01/11/2026", "until=2026-11-01"),
        ("provenance=papier", "provenance=paper"),
        ("policy=V0,v0.3+file", "policy=v0,v0.3+file"),
        ("score>=60 odds=1.5-2 score>=60 market=ou", "market=ou odds=1.5-2 score>=60"),
    ],
)
def test_people_write_as_they_speak_and_one_form_is_kept(typed: str, means: str) -> None:
    assert understood(typed) == means


@pytest.mark.parametrize("example", EXAMPLES.values())
def test_every_example_is_understood(example: str) -> None:
    assert understood(example)


@pytest.mark.parametrize(
    ("typed", "fault", "fixed"),
    [
        ("markt=btts", Fault.FIELD, "market=btts"),
        ("market=bttts odds=1.5-2", Fault.WORD, "market=btts odds=1.5-2"),
        ("odds=1.5-2 agnt=C score>=60", Fault.FIELD, "odds=1.5-2 agent=C score>=60"),
        ("book=pinacle", Fault.WORD, "book=pinnacle"),
        ("league!=ligue1,rpll", Fault.WORD, "league!=ligue1,soccer_russia_premier_league"),
        ("tier=golden", Fault.WORD, "tier=gold"),
        ("grade=Z", Fault.WORD, "grade=A,B"),
        ("market=", Fault.WORD, "market=btts,ou"),
        ("market=btts,", Fault.WORD, "market=btts,ou"),
        ("paper", Fault.NO_FIELD, "provenance=paper"),
        ("papier market=ou", Fault.NO_FIELD, "provenance=paper market=ou"),
        ("odds=1,5-2,5", Fault.NUMBER, "odds=1.5-2.5"),
        ("odds=2", Fault.NUMBER, "odds=1.5-2.5"),
        ("odds=2.5-1.5 agent=C", Fault.NUMBER, "odds=1.5-2.5 agent=C"),
        ("odds>=deux", Fault.NUMBER, "odds=1.5-2.5"),
        ("edge>=2", Fault.NUMBER, "edge>=2%"),
        ("lead<6", Fault.NUMBER, "lead<6h"),
        ("score>=60%", Fault.NUMBER, "score>=60"),
        ("odds>=1-2", Fault.NUMBER, "odds=1.5-2.5"),
        ("odds>=nan", Fault.NUMBER, "odds=1.5-2.5"),
        ("odds>=1e9", Fault.NUMBER, "odds=1.5-2.5"),
        ("since=hier", Fault.MOMENT, "since=30d"),
        ("since=2026-02-30", Fault.MOMENT, "since=30d"),
        ("until=30", Fault.MOMENT, "until=2026-11-01"),
        ("market>=btts", Fault.SIGN, "market=btts"),
        ("since>=30d", Fault.SIGN, "since=30d"),
        ("since!=30d", Fault.SIGN, "since=30d"),
        ("result=won", Fault.FIELD, "market=btts,ou"),
        ("=btts", Fault.FIELD, "market=btts,ou"),
        ("market=btts;drop", Fault.WORD, "market=btts_no"),
        ("policy=latest", Fault.WORD, "policy=v0"),
        ("⚽=🏆", Fault.FIELD, "market=btts,ou"),
        ("market=" + "x" * LONGEST, Fault.LONG, "market=btts,ou"),
    ],
)
def test_what_is_not_understood_is_refused_with_something_that_is(
    typed: str, fault: Fault, fixed: str
) -> None:
    refused = refusal(typed)
    assert (refused.fault, refused.fixed) == (fault, fixed)
    assert parse(refused.fixed, NOW, NAMES)


def test_a_name_of_two_leagues_is_neither_until_one_is_meant() -> None:
    refused = refusal("league=premierleague")
    assert refused.fault is Fault.WORD
    assert "league=soccer_russia_premier_league" in refused.nearest


def test_a_filter_whose_written_form_would_be_too_long_is_refused() -> None:
    """It would not be understood when it is read back."""
    names = FilterNames.of({}, {f"{each}{'y' * 40}": [each] for each in "abcdefgh"})
    assert parse("book=a,b,c,d", NOW, names)
    with pytest.raises(FilterRefused, match="long"):
        parse("book=a,b,c,d,e,f,g,h", NOW, names)


def test_the_wrong_piece_and_word_are_told() -> None:
    refused = refusal("odds=1.5-2 market=btts,bost")
    assert (refused.piece, refused.field, refused.word) == ("market=btts,bost", "market", "bost")


BET = a_bet(
    selection=a_selection("over_2.5"),
    odds=1.5,
    expected_at_alert=0.02,
    tier=Tier.GOLD,
    agents=frozenset({AgentName.PATTERN, AgentName.SPREAD}),
    bookmaker=BookmakerKey("pinnacle"),
    grade=None,
    issued_at=NOW - timedelta(hours=6),
    kick_off=NOW,
    policy_version="v0+file",
    provenance=Provenance.LIVE,
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", True),
        ("market=ou", True),
        ("market=over", True),
        ("market=over_2.5,btts", True),
        ("market=over_3.5", False),
        ("market!=ou", False),
        ("market!=btts,ah", True),
        ("league=L1", True),
        ("league!=L1", False),
        ("book=pinnacle", True),
        ("book=betclic_fr", False),
        ("agent=C", True),
        ("agent=A", False),
        ("agent!=A", True),
        ("agent!=C", False),
        ("odds=1.5-2", True),
        ("odds>1.5", False),
        ("odds!=1.5-2", False),
        ("odds=3-4,1.4-1.6", True),
        ("edge>=2%", True),
        ("edge<2%", False),
        ("score>=68", True),
        ("signal>70", False),
        ("tier=gold", True),
        ("tier!=gold", False),
        ("grade=A,B", False),
        ("grade=none", True),
        ("lead<6h", False),
        ("lead<=6h", True),
        ("lead=300m-7h", True),
        ("since=1d", True),
        ("since=0d", True),
        ("until=0d", False),
        ("since=2026-11-24", False),
        ("until=2026-11-23", True),
        ("until=2026-11-22", False),
        ("provenance=live", True),
        ("provenance=paper,backtest", False),
        ("provenance!=paper", True),
        ("policy=v0", True),
        ("policy=v0+file", True),
        ("policy=v0.1", False),
        ("market=ou odds>=1.6", False),
    ],
)
def test_a_pick_is_kept_when_all_clauses_hold(text: str, *, kept: bool) -> None:
    assert parse(text, NOW, NAMES).keeps(BET) is kept


def test_days_are_those_of_the_time_zone_that_now_has() -> None:
    paris = NOW.astimezone(ZoneInfo("Europe/Paris"))
    night = a_bet(kick_off=datetime(2026, 11, 1, 23, 30, tzinfo=UTC))
    assert parse("until=2026-11-01", NOW).keeps(night)
    assert not parse("until=2026-11-01", paris).keeps(night)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", set(Provenance)),
        ("provenance=paper market=ou", {Provenance.PAPER}),
        ("provenance!=backtest", {Provenance.PAPER, Provenance.LIVE}),
        ("provenance=paper provenance=live", set()),
    ],
)
def test_the_provenances_asked_for_are_known_before_anything_is_read(
    text: str, asked: set[Provenance]
) -> None:
    assert parse(text, NOW).provenances == asked


def test_the_filter_of_nobody_keeps_all_and_is_not_one() -> None:
    assert parse("  ", NOW) == EVERYTHING
    assert not EVERYTHING
    assert EVERYTHING.keeps(BET)


def words(field: str, known: list[str]) -> SearchStrategy[str]:
    chosen = st.lists(st.sampled_from(known), min_size=1, max_size=3)
    return st.tuples(st.sampled_from(["=", "!="]), chosen).map(
        lambda drawn: f"{field}{drawn[0]}{','.join(drawn[1])}"
    )


def numbers(field: str, unit: str) -> SearchStrategy[str]:
    one = st.decimals(min_value=-99, max_value=999, places=2)
    beyond = st.tuples(st.sampled_from([">=", "<=", "<", ">"]), one).map(
        lambda drawn: f"{field}{drawn[0]}{drawn[1]}{unit}"
    )
    spans = st.lists(st.tuples(one, one).map(sorted), min_size=1, max_size=2)
    within = st.tuples(st.sampled_from(["=", "!="]), spans).map(
        lambda drawn: f"{field}{drawn[0]}" + ",".join(f"{a}{unit}-{b}{unit}" for a, b in drawn[1])
    )
    return beyond | within


def moments(field: str) -> SearchStrategy[str]:
    ago = st.integers(0, 9999).map(lambda days: f"{field}={days}d")
    dates = st.dates(datetime(2000, 1, 1).date(), datetime(2099, 12, 31).date())  # noqa: DTZ001  # days
    return ago | dates.map(lambda day: f"{field}={day:%Y-%m-%d}")


CLAUSES = st.one_of(
    words("market", [*CATALOGUE, "btts", "ou", "over", "1x2", "dc", "dnb", "ah"]),
    words("league", ["soccer_epl", "L1"]),
    words("book", ["pinnacle", "betclic_fr"]),
    words("agent", [each.value for each in AgentName]),
    words("tier", [each.value for each in Tier]),
    words("grade", [*Grade, "none"]),
    words("provenance", list(Provenance)),
    words("policy", ["v0", "v0.3", "v0.3w1+env.1a2b3c", "v0+file"]),
    numbers("odds", ""),
    numbers("score", ""),
    numbers("edge", "%"),
    numbers("lead", "h"),
    moments("since"),
    moments("until"),
)


@given(st.lists(CLAUSES, max_size=4).map(" ".join).filter(lambda text: len(text) < LONGEST // 2))
def test_what_is_written_is_read_back_as_the_same_filter(text: str) -> None:
    found = parse(text, NOW, NAMES)
    again = parse(str(found), NOW, NAMES)
    assert again == found
    assert str(again) == str(found)
    assert again.keeps(BET) is found.keeps(BET)


@given(st.lists(CLAUSES, min_size=2, max_size=4).filter(lambda each: sum(map(len, each)) < 120))
def test_clauses_are_a_set_that_all_must_hold(pieces: list[str]) -> None:
    whole = parse(" ".join(pieces), NOW, NAMES)
    assert whole == parse(" ".join(reversed([*pieces, pieces[0]])), NOW, NAMES)
    assert whole.keeps(BET) is all(parse(each, NOW, NAMES).keeps(BET) for each in pieces)


@given(st.text(max_size=LONGEST + 20))
def test_whatever_is_typed_is_understood_or_taught(text: str) -> None:
    """Nothing typed makes anything but a filter or a refusal with a filter that works."""
    found, offered = read(text)
    assert found is None or bool(found) is bool(text.split())
    assert found is not None or parse(offered, NOW, NAMES)


def read(text: str) -> tuple[PickFilter | None, str]:
    try:
        return parse(text, NOW, NAMES), ""
    except FilterRefused as refused:
        return None, refused.fixed
