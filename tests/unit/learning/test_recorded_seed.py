"""The seed's own record, by today's rules: what 77 bets can say, and what they cannot."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

from engine.learning.markets.badges import Badge
from engine.learning.recorded.seed import seed_profits, seed_record
from jobs.__main__ import app


def test_the_rows_say_what_was_published() -> None:
    profits = seed_profits()
    assert (len(profits), int((profits > 0).sum())) == (77, 35)
    assert profits.sum() == pytest.approx(6.59)
    assert round(float(np.std(profits, ddof=1)), 2) == 1.20
    assert (profits > 0).mean() == pytest.approx(0.455, abs=5e-4)


def test_it_may_be_anything_from_a_fall_of_18_per_cent_to_a_rise_of_35() -> None:
    found = seed_record()
    assert found.yield_.mean == pytest.approx(0.0856, abs=5e-5)
    assert found.yield_.low == pytest.approx(-0.182, abs=5e-4)
    assert found.yield_.high == pytest.approx(0.353, abs=5e-4)
    assert found.strike_rate.low == pytest.approx(0.348, abs=2e-3)
    assert found.badge is Badge.INSUFFICIENT
    assert found.share_of_backtest == pytest.approx(0.909, abs=1e-3)


def test_the_command_prints_it_with_interval_provenance_and_badge() -> None:
    told = CliRunner().invoke(app, ["seed-record"], prog_name="python -m jobs")
    assert told.exit_code == 0
    for part in ("+8.6% [-18.2%; +35.3%]", "n = 77", "91% backtest", "INSUFFISANT"):
        assert part in told.stdout
