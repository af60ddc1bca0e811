"""Money of one provenance: added up exactly, and never to that of another."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mypy import api

from engine.domain.numbers import Units
from engine.domain.pick import Provenance
from engine.domain.takings import KINDS, Backtest, Live, Paper, Takings, total

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain.takings import Kind

MONEY = st.decimals(-1000, 1000, places=4).map(Units)
LIVE = st.builds(Takings, st.just(Live), n=st.integers(0, 9), staked=MONEY, profit=MONEY)


def test_a_live_record_and_a_paper_one_are_a_type_error_before_and_as_they_run() -> None:
    """The checker runs over this file, too, and refuses an `ignore` that nothing needs."""
    live, paper, back = Takings(Live, n=1), Takings(Paper, n=1), Takings(Backtest, n=1)
    with pytest.raises(TypeError, match="a live record and a paper record have no sum"):
        live + paper  # type: ignore[operator]
    with pytest.raises(TypeError, match="a paper record and a backtest record"):
        paper + back  # type: ignore[operator]
    with pytest.raises(TypeError, match="a live record and a backtest record"):
        total(Live, [live, back])  # type: ignore[list-item]


SUMS = """
from engine.domain.takings import Backtest, Live, Paper, Takings, total

live, paper, back = Takings(Live), Takings(Paper), Takings(Backtest)
same = (live + live, paper + paper, total(Backtest, [back, back]))
live + paper
paper + back
back + live
total(Live, [paper])
"""


def test_the_type_checker_names_every_sum_of_two_kinds_and_no_other(tmp_path: Path) -> None:
    module = tmp_path / "sums.py"
    module.write_text(SUMS)
    bare = ["--config-file=", "--strict", f"--cache-dir={tmp_path / 'cache'}"]
    told, trouble, _ = api.run([*bare, str(module)])
    refused = [line.split(":")[1] for line in told.splitlines() if ": error: " in line]
    assert refused == ["6", "7", "8", "9"], told + trouble


@pytest.mark.parametrize("one", Provenance)
@pytest.mark.parametrize("other", Provenance)
def test_kinds_known_as_values_alone_are_kept_apart_as_they_run(
    one: Provenance, other: Provenance
) -> None:
    first: Takings[Kind] = Takings(KINDS[one], n=1)
    second: Takings[Kind] = Takings(KINDS[other], n=1)
    if one is other:
        assert (first + second).n == 2
    else:
        with pytest.raises(TypeError, match=f"a {one} record and a {other} record"):
            first + second


@given(st.lists(LIVE, max_size=9), st.integers(0, 9))
def test_parts_add_up_to_the_whole_however_it_is_cut(
    takings: list[Takings[Live]], cut: int
) -> None:
    whole = total(Live, takings)
    assert total(Live, takings[:cut]) + total(Live, takings[cut:]) == whole
    assert whole.n == sum(one.n for one in takings)
    assert whole.staked == sum((one.staked for one in takings), Decimal(0))
    assert whole.profit == sum((one.profit for one in takings), Decimal(0))


def test_nothing_staked_has_no_yield() -> None:
    assert Takings(Live).yield_ is None
    won = Takings(Live, n=2, staked=Units(Decimal(4)), profit=Units(Decimal(1)))
    assert won.yield_ == Decimal("0.25")
