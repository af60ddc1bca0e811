from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.freshness import Freshness, freshness
from tests.builders import NOW


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, Freshness.NEW),
        (5, Freshness.NEW),
        (5.1, Freshness.RECENT),
        (30, Freshness.RECENT),
        (30.1, Freshness.AGEING),
        (60, Freshness.AGEING),
        (60.1, Freshness.OLD),
    ],
)
def test_a_price_is_as_fresh_as_what_confirmed_it_last(
    minutes: float, expected: Freshness
) -> None:
    seen, long_ago = NOW - timedelta(minutes=minutes), NOW - timedelta(days=1)
    assert freshness(seen, long_ago, NOW) is expected
    assert freshness(long_ago, seen, NOW) is expected


def test_a_moment_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="quoted_at"):
        freshness(NOW.replace(tzinfo=None), NOW, NOW)
