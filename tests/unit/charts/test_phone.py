"""The sheet of pictures: read on a phone, on light or dark paper, whatever is written on it."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from charts.palette import DARK, LIGHT, Palette, palette
from charts.phone import Key, Mark, Sheet, round_values, sheet
from engine.domain.preferences import Shade

HOSTILE = '$x_1^{2} _*[<&" \u0645\u0644\u0639\u0628 \\frac{1}'


def a_sheet(shade: Shade = Shade.LIGHT, title: str = "Gain", keys: int = 0) -> Sheet:
    return sheet(title=title, subtitle="n = 3", shade=shade, x="paris", y="unités", keys=keys)


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_lines_stand_out_from_their_paper(colours: Palette) -> None:
    assert contrast(colours.ink, colours.paper) >= 7
    assert contrast(colours.faint, colours.paper) >= 4.5
    drawn = (colours.actual.colour, colours.expected.colour, colours.closing.colour)
    for colour in (*drawn, colours.good, colours.bad, colours.unsure):
        assert contrast(colour, colours.paper) >= 3, colour


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_are_told_apart_by_more_than_colour(colours: Palette) -> None:
    strokes = (colours.actual, colours.expected, colours.closing)
    assert len({stroke.dash for stroke in strokes}) == 3
    assert len({stroke.colour for stroke in strokes}) == 3


@pytest.mark.parametrize("shade", Shade)
def test_a_picture_is_as_wide_as_a_phone_and_its_paper_is_of_its_shade(shade: Shade) -> None:
    picture = Image.open(BytesIO(a_sheet(shade).png()))
    assert (picture.format, picture.width) == ("PNG", 907)
    corner = np.asarray(picture.convert("RGB"))[2, 2]
    paper = palette(shade).paper
    wanted = [int(paper[at : at + 2], 16) for at in (1, 3, 5)]
    assert np.allclose(corner, wanted, atol=3)


def test_a_long_title_takes_more_lines_and_the_plot_keeps_its_height() -> None:
    short, long = a_sheet(), a_sheet(title="Paris Saint-Germain " * 6)
    assert long.figure.get_figheight() > short.figure.get_figheight()
    heights = [
        one.axes.get_position().height * one.figure.get_figheight() for one in (short, long)
    ]
    assert heights[0] == pytest.approx(heights[1])


def test_a_name_is_never_read_as_markup() -> None:
    made = a_sheet(title=HOSTILE, keys=1)
    made.key([Key(label=HOSTILE, colour=LIGHT.good, mark=Mark.DOT)])
    assert made.png()
    written = [text.get_text().replace("\n", " ") for text in made.figure.texts]
    assert written.count(" ".join(HOSTILE.split())) == 2


@pytest.mark.parametrize("keys", [1, 2, 5])
def test_the_key_stands_under_the_plot_and_on_the_sheet(keys: int) -> None:
    made = a_sheet(keys=keys)
    made.key([Key(label=f"line {one}", colour=LIGHT.good) for one in range(keys)])
    made.png()
    floor = made.axes.get_window_extent().y0
    for text in made.figure.texts:
        if text.get_text().startswith("line "):
            box = text.get_window_extent()
            assert 0 <= box.y0 <= box.y1 < floor


@given(
    low=st.floats(-1e6, 1e6, allow_nan=False),
    wide=st.floats(1e-6, 1e6, allow_nan=False, exclude_min=True),
)
def test_round_values_lie_inside_evenly_and_are_a_handful(low: float, wide: float) -> None:
    found = round_values(low, low + wide)
    assert 1 <= len(found) <= 6
    assert all(low <= value <= low + wide for value in found)
    steps = [after - before for before, after in pairwise(found)]
    assert np.allclose(steps, steps[:1] * len(steps), rtol=1e-4)


def test_a_scale_without_width_is_shown_all_the_same() -> None:
    made = a_sheet()
    made.scale_x(3, 3, str)
    made.scale_y(0, 0, str)
    assert made.axes.get_xlim() == (2.5, 3.5)
    assert made.axes.get_ylim() == (-0.5, 0.5)


def test_a_letter_that_no_font_has_costs_that_letter_alone() -> None:
    made = a_sheet(title="Lens \U0001f984")
    with pytest.warns(UserWarning, match="Glyph"):
        assert made.png()


def test_equal_sheets_are_equal_bytes() -> None:
    assert a_sheet().png() == a_sheet().png()
