"""python -m jobs evaluate: prices and thresholds, walked forward over seasons that were played."""

from __future__ import annotations

import typer

from jobs.evaluate_derived import add_derived_command
from jobs.evaluate_prices import add_prices_command

evaluate_app = typer.Typer(no_args_is_help=True, help=__doc__)
add_prices_command(evaluate_app)
add_derived_command(evaluate_app)
