"""Make `devig_golden.json` anew: what the peers answer, in the environment of `make bench`.

    .venv-bench/bin/python tests/data/make_devig_golden.py

R's `implied` is not run: its numbers are those its README prints, and stand in the test itself.
"""

from __future__ import annotations

import json
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

BOOKS = {
    "clear favourite": [1.30, 5.75, 10.5],
    "even match": [2.10, 3.40, 3.60],
    "near even pair": [1.90, 1.95],
    "lopsided pair": [1.08, 9.5],
    "five ways": [2.2, 4.0, 6.5, 9.0, 15.0],
    "exact goals": [11.0, 6.0, 3.9, 4.2, 5.5, 9.0, 17.0, 34.0],
    "margin of 60 %": [1.4, 2.6, 2.0],
    "long shot": [1.01, 26.0, 1000.0],
    "below a hundred percent": [2.25, 3.70, 3.90],
}
PENALTYBLOG = {
    "multiplicative": "multiplicative",
    "additive": "additive",
    "power": "power",
    "shin": "shin",
    "odds_ratio": "odds_ratio",
    "logarithmic": "logarithmic",
    "differential_margin": "differential_margin_weighting",
}


def answers(book: list[float]) -> dict[str, Any]:
    """Return what each peer says of one book, an error as its text."""
    calculate = import_module("penaltyblog").implied.calculate_implied
    convert = import_module("goto_conversion").goto_conversion
    shin = import_module("shin").calculate_implied_probabilities
    said = {
        f"penaltyblog {ours}": answer(
            lambda theirs=theirs: calculate(book, method=theirs).probabilities
        )
        for ours, theirs in PENALTYBLOG.items()
    }
    said["shin shin"] = answer(lambda: shin(book))
    said["goto_conversion goto"] = answer(lambda: convert(np.array(book)).tolist())
    return said


def answer(ask: Any) -> list[float] | str:
    """Return the probabilities to fifteen decimals, or the error by its type."""
    try:
        return [round(float(each), 15) for each in ask()]
    except Exception as error:  # noqa: BLE001  # whatever a peer does is what is recorded
        return type(error).__name__


def main() -> None:
    """Write the file beside this one."""
    peers = ("penaltyblog", "shin", "goto-conversion")
    golden = {
        "made_by": "tests/data/make_devig_golden.py",
        "versions": {peer: version(peer) for peer in peers},
        "books": {name: {"odds": odds, **answers(odds)} for name, odds in BOOKS.items()},
    }
    path = Path(__file__).with_name("devig_golden.json")
    path.write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
