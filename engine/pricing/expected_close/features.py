"""What the model of the close looks at: books against the anchor, prices, past closes.

Signed columns change their sign when the teams change places and tell moves of supremacy; even
columns do not and tell moves of the draw and of goals. One row a fixture for each kind, not one
for each selection: the selections of a market move together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.expected_close.lines import at_usual_line
from engine.pricing.expected_close.state import DECAYS, LeagueColumn
from engine.pricing.expected_close.views import BEST, MEAN, Anchor, Sources, Views, views

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.pricing.expected_close.state import Fixtures, StateRows
    from engine.pricing.expected_close.views import View
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]

_SHORTEST: Final = 1 / 60
"""Hours: what moves within the last minute is no longer bet on."""
_USUAL_HOURS: Final = 24.0
_YEAR: Final = 365.2425 * 86_400
_WIDEST: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Named columns of n rows: `values` is (n, columns)."""

    names: tuple[str, ...]
    values: Floats

    def of(self, names: tuple[str, ...]) -> Floats:
        """Return these columns in their order, 0 where there is none of a name.

        >>> Table(names=("a", "b"), values=np.array([[1.0, 2.0]])).of(("b", "c")).tolist()
        [[2.0, 0.0]]
        """
        place = {name: column for column, name in enumerate(self.names)}
        padded = np.hstack([self.values, np.zeros((len(self.values), 1))])
        columns: Floats = padded[:, [place.get(name, len(self.names)) for name in names]]
        return columns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """The best odds of each selection: (n, 3), (n, 2), (n, 2); NaN where there are none."""

    match_odds: Floats
    total: Floats
    handicap: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloseFeatures:
    """The anchor's view with what stands beside it.

    `lead_hours` is from the look to kick-off; `spread` is how far the ordinary books disagree on
    supremacy (a standard deviation).
    """

    anchor: View
    signed: Table
    even: Table
    best: Prices
    lead_hours: Floats
    spread: Floats

    def where(self, rows: NDArray[np.int64]) -> CloseFeatures:
        """Return the rows of these indices."""
        return CloseFeatures(
            anchor=self.anchor.where(rows),
            signed=replace(self.signed, values=self.signed.values[rows]),
            even=replace(self.even, values=self.even.values[rows]),
            best=Prices(
                match_odds=self.best.match_odds[rows],
                total=self.best.total[rows],
                handicap=self.best.handicap[rows],
            ),
            lead_hours=self.lead_hours[rows],
            spread=self.spread[rows],
        )


def close_features(
    odds: MainOdds,
    fixtures: Fixtures,
    state: StateRows,
    *,
    anchor: Anchor,
    sources: Sources | None = None,
    seen: Views | None = None,
) -> CloseFeatures:
    """Return the features of n fixtures against an anchor; sharper sources are not looked at.

    `seen` saves reading the odds again where another anchor's features were made of them.
    """
    sources = sources or Sources()
    every = seen or views(odds, sources)
    lead = np.maximum((fixtures.kick_off - fixtures.looked_at) / 3600, _SHORTEST)
    look = _Look(
        views=every,
        anchor=every.anchor(anchor, sources),
        mean=every.mean,
        ordinary=sources.ordinary(every.books),
        best=best_prices(odds, _hidden(anchor, sources)),
        state=state,
        lead=lead,
        year=2 * np.pi * fixtures.kick_off / _YEAR,
    )
    return CloseFeatures(
        anchor=look.anchor,
        signed=_table(_signed(look)),
        even=_table(_even(look)),
        best=look.best,
        lead_hours=lead,
        spread=look.spread,
    )


def best_prices(odds: MainOdds, hidden: frozenset[str] = frozenset()) -> Prices:
    """Return the best odds of each selection of all books but the hidden ones."""
    kept = [place for place, book in enumerate(odds.books) if book not in {MEAN, *hidden}]
    return Prices(
        match_odds=_highest(odds.match_odds[:, kept]),
        total=_highest(odds.total[:, kept]),
        handicap=_highest(odds.handicap[:, kept]),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Look:
    """All that columns are made of."""

    views: Views
    anchor: View
    mean: View
    ordinary: tuple[str, ...]
    best: Prices
    state: StateRows
    lead: Floats
    year: Floats

    @property
    def total(self) -> Floats:
        """The logit of over 2.5 goals, whatever the line: how open a match is has one scale."""
        told = _or_mean(self.anchor.total, self.mean.total)
        return at_usual_line(told, self.views.total_line)

    @property
    def spread(self) -> Floats:
        """How far the ordinary books disagree on supremacy."""
        gaps = [self.views.of(book).supremacy - self.mean.supremacy for book in self.ordinary]
        return np.sqrt(_known_mean([gap**2 for gap in [*gaps, self.views.silent.draw]]))


def _signed(look: _Look) -> dict[str, Floats]:
    """Return the columns that change their sign with the teams."""
    anchor, state = look.anchor, look.state
    mean = look.mean.less(anchor)
    price = _value(look.best.match_odds, match_odds_of(anchor))
    handicap_price = _value(look.best.handicap, pair_of(anchor.handicap))
    found = {
        "mean": mean.supremacy,
        "told": anchor.told - anchor.supremacy,
        "told_mean": look.mean.told - look.mean.supremacy,
        "value": price[:, 0] - price[:, 2],
        "value_handicap": handicap_price[:, 0] - handicap_price[:, 1],
        "handicap_mean": mean.handicap,
        "rating": np.clip(anchor.supremacy - state.expected, -1.5, 1.5),
        "surprise": state.surprise,
        "rest": state.rest[:, 0] - state.rest[:, 1],
        "league": state.league[:, LeagueColumn.MOVE],
        **{f"drift_{decay}": state.moves[:, place] for place, decay in enumerate(DECAYS)},
    }
    for book in (*look.ordinary, BEST):
        gap = look.views.of(book).less(look.mean)
        found[f"gap_{book}"] = gap.supremacy
        found[f"gap_handicap_{book}"] = gap.handicap
    found |= _levels(look)
    return {**found, **_products(look, found)}


def _levels(look: _Look) -> dict[str, Floats]:
    """Return where the market stands, signed: what takes the bias out of implied supremacy."""
    anchor, line = look.anchor, look.views.handicap_line
    handicap = _or_mean(anchor.handicap, look.mean.handicap)
    total = look.total
    return {
        "supremacy": anchor.supremacy,
        "supremacy_cubed": anchor.supremacy**3,
        "supremacy_total": anchor.supremacy * total,
        "line": line,
        "line_cubed": line**3,
        "line_total": line * total,
        "handicap": handicap,
        "handicap_total": handicap * total,
        "handicap_line": handicap * np.abs(line),
    }


def _products(look: _Look, found: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the signed columns whose weight changes.

    With lead, disagreement, favourite and the time of the year: late in a season a table says
    more of who has something to play for than ratings do.
    """
    late = np.log(look.lead / _USUAL_HOURS)
    favourite = np.abs(look.anchor.supremacy)
    spread = np.minimum(np.nan_to_num(look.spread), _WIDEST)
    drifts = tuple(f"drift_{decay}" for decay in DECAYS)
    products = {
        "lead": (late, ("mean", "told", "value", "rating", *drifts)),
        "favourite": (favourite, ("mean", "told", "rating", drifts[1])),
        "spread": (spread, ("mean", "value")),
        "winter": (np.cos(look.year), ("supremacy", "rating")),
        "spring": (np.sin(look.year), ("supremacy", "rating")),
    }
    return {
        f"{name}_{by}": found[name] * factor
        for by, (factor, names) in products.items()
        for name in names
    }


def _even(look: _Look) -> dict[str, Floats]:
    """Return the columns that do not change when the teams change places."""
    anchor, state = look.anchor, look.state
    mean, side = look.mean.less(anchor), np.sign(anchor.supremacy)
    price = _value(look.best.match_odds, match_odds_of(anchor))
    total_price = _value(look.best.total, pair_of(anchor.total))
    found = {
        "mean_draw": mean.draw,
        "mean_total": mean.total,
        "mean_favourite": side * mean.supremacy,
        "told_favourite": side * (anchor.told - anchor.supremacy),
        "told_mean_favourite": side * (look.mean.told - look.mean.supremacy),
        "value_draw": price[:, 1] - (price[:, 0] + price[:, 2]) / 2,
        "value_sum": price.sum(axis=1),
        "value_total": total_price[:, 0] - total_price[:, 1],
        "value_total_sum": total_price.sum(axis=1),
        "rating_goals": np.clip(
            at_usual_line(anchor.total, look.views.total_line) - state.goals, -0.6, 0.6
        ),
        "league_goals": state.league[:, LeagueColumn.GOALS_MOVE],
        "league_draw": state.league[:, LeagueColumn.DRAW_MOVE],
        "rest": state.rest.sum(axis=1),
        **{f"goals_{decay}": state.goals_moves[:, place] for place, decay in enumerate(DECAYS)},
        "supremacy_squared": anchor.supremacy**2,
        "supremacy_size": np.abs(anchor.supremacy),
        "line_size": np.abs(look.views.handicap_line),
        "draw": anchor.draw,
        "total": look.total,
        "total_line": look.views.total_line,
        "spread": look.spread,
        "lead": np.log(look.lead / _USUAL_HOURS),
        "winter": np.cos(look.year),
        "spring": np.sin(look.year),
        "winter_summer": np.cos(2 * look.year),
        "spring_autumn": np.sin(2 * look.year),
    }
    for book in (*look.ordinary, BEST):
        gap = look.views.of(book).less(look.mean)
        found[f"gap_draw_{book}"] = gap.draw
        found[f"gap_total_{book}"] = gap.total
    return found


def _table(columns: Mapping[str, Floats]) -> Table:
    values = np.stack(
        [np.where(np.isfinite(each), each, 0.0) for each in columns.values()], axis=1
    )
    return Table(names=tuple(columns), values=values)


def _value(best: Floats, fair: Floats) -> Floats:
    """Return the logarithm of what each selection's best odds pay back on average."""
    return np.log(best) + np.log(fair)


def match_odds_of(view: View) -> Floats:
    """Return P(home), P(draw), P(away) of a view."""
    sides = np.stack([view.supremacy / 2, view.draw, -view.supremacy / 2], axis=1)
    raised = np.exp(sides - sides.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def pair_of(logit: Floats) -> Floats:
    """Return P(first) and P(second) of a logit (n,)."""
    first = 1 / (1 + np.exp(-logit))
    return np.stack([first, 1 - first], axis=1)


def _or_mean(one: Floats, other: Floats) -> Floats:
    return np.where(np.isnan(one), other, one)


def _highest(odds: Floats) -> Floats:
    highest = np.where(np.isnan(odds), -np.inf, odds).max(axis=1, initial=-np.inf)
    return np.where(np.isfinite(highest), highest, np.nan)


def _known_mean(each: list[Floats]) -> Floats:
    known = np.isfinite(each)
    total = np.where(known, each, 0.0).sum(axis=0)
    mean: Floats = total / np.maximum(known.sum(axis=0), 1)
    return mean


def _hidden(anchor: Anchor, sources: Sources) -> frozenset[str]:
    """Return the books that are sharper than an anchor."""
    return frozenset(book for each in Anchor if each < anchor for book in sources.of(each))
