from __future__ import annotations

from io import BytesIO

from PIL import Image

from bench.charts import a_curve, measure, plainly


def test_both_pictures_are_of_one_record_and_of_one_size() -> None:
    measured = measure()
    assert measured["bets"] == len(a_curve(2_000).actual)
    assert {"ours, ms", "plain, ms", "ours light, bytes", "ours dark, bytes"} <= set(measured)
    assert abs(Image.open(BytesIO(plainly(a_curve(50)))).width - 907) <= 1
