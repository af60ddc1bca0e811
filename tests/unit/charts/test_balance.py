"""The picture of a person's balance: in both shades, with little and much."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from charts.balance import BalanceLabels, balance_chart, draw_balance
from engine.domain.preferences import Shade
from tests.builders import NOW

LABELS = BalanceLabels(
    title="Votre bankroll · papier",
    subtitle="12 paris réglés",
    balance="solde, mises en jeu comprises",
    axis_money="EUR",
    day=lambda at: f"{at:%d %b}",
    decimal_mark=",",
)


def some(n: int, apart: timedelta) -> list[tuple[datetime, float]]:
    return [(NOW + at * apart, 200.0 + 15 * (at % 7) - at) for at in range(n)]


@pytest.mark.parametrize("shade", Shade)
@pytest.mark.parametrize(
    ("n", "apart"),
    [
        (1, timedelta(0)),
        (2, timedelta(0)),
        (2, timedelta(seconds=1)),
        (5, timedelta(hours=20)),
        (5, timedelta(days=2)),
        (3000, timedelta(hours=5)),
    ],
)
def test_a_course_of_any_length_is_a_small_picture(n: int, apart: timedelta, shade: Shade) -> None:
    drawn = balance_chart(some(n, apart), LABELS, shade)
    assert Image.open(BytesIO(drawn)).width == 907
    assert len(drawn) < 60_000


def test_a_balance_stays_until_the_next_movement() -> None:
    page = draw_balance(some(4, timedelta(days=2)), LABELS, Shade.LIGHT)
    line = page.axes.lines[1]
    assert line.get_drawstyle() == "steps-post"
    values = [value for _, value in some(4, timedelta(days=2))]
    assert np.asarray(line.get_ydata()).tolist() == values
