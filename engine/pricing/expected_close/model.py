"""Where the sharp close is expected: probabilities, their deviations, and the edge they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from engine.pricing.expected_close.features import close_features, match_odds_of, pair_of
from engine.pricing.expected_close.move import (
    Z80,
    Chances,
    Noise,
    match_odds_chances,
    pair_chances,
    still,
)
from engine.pricing.expected_close.views import (
    Anchor,
    Sources,
    views,
    with_aggregates,
    without_aggregates,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.pricing.expected_close.features import CloseFeatures
    from engine.pricing.expected_close.move import Move
    from engine.pricing.expected_close.state import Fixtures, StateRows
    from engine.pricing.expected_close.views import View, Views
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MARKETS: Final = ("match_odds", "total", "handicap")
"""The markets, in the order in which `speaks`, `widths` and `curse` hold them."""
PRIOR_CURSE: Final = 0.55
"""Of an edge against the anchor, what is left at the close until closes have said (METHOD B2)."""


class Moves(NamedTuple):
    """What moves: supremacy and draw make the match odds."""

    supremacy: Floats
    draw: Floats
    total: Floats
    handicap: Floats


def prior_noises() -> tuple[Noise, ...]:
    """Return how far closes land from their anchors until closes have said so themselves.

    Deviations of log ratios a day before kick-off, from seasons up to 2018/19 (1X2; others by
    their usual ratio to it); a quarter of a power of lead less nearer to it.
    """
    return tuple(
        Noise(weights=np.array([np.log(size), 0.25, 0.0, 0.0, 0.0]))
        for size in (0.19, 0.06, 0.13, 0.13)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnchorModel:
    """What was learned of closes seen from one anchor.

    `moves` and `noises` are in the order of `Moves`, still until there was enough to learn from.
    `widths` (3,) turns each market's deviations into ones whose 80 % interval holds 80 % of
    closes; `speaks` (3,) says whether the model came nearer to the closes than its anchor, on
    closes that it had not learned from; `curse` (3,) is what the close leaves of an edge.
    """

    moves: tuple[Move, ...] = field(default_factory=lambda: (still(),) * len(Moves._fields))
    noises: tuple[Noise, ...] = field(default_factory=prior_noises)
    correlation: float = 0.0
    widths: Floats = field(default_factory=lambda: np.ones(len(MARKETS)))
    speaks: Bools = field(default_factory=lambda: np.zeros(len(MARKETS), dtype=np.bool_))
    curse: Floats = field(default_factory=lambda: np.full(len(MARKETS), PRIOR_CURSE))

    def expected(self, features: CloseFeatures) -> Moves:
        """Return the expected moves."""
        tables = (features.signed, features.even, features.even, features.signed)
        return Moves(
            *(
                move.expect(table, features.lead_hours)
                for move, table in zip(self.moves, tables, strict=True)
            )
        )

    def chances(self, features: CloseFeatures, moves: Moves) -> tuple[Chances, ...]:
        """Return each market's expected close when these moves are expected."""
        spread = [
            noise.deviation(features, move) for noise, move in zip(self.noises, moves, strict=True)
        ]
        anchor = features.anchor
        found = (
            match_odds_chances(
                anchor.supremacy + moves.supremacy,
                anchor.draw + moves.draw,
                (spread[0], spread[1]),
                self.correlation,
            ),
            pair_chances(anchor.total + moves.total, spread[2]),
            pair_chances(anchor.handicap + moves.handicap, spread[3]),
        )
        return tuple(
            Chances(mean=each.mean, deviation=each.deviation * width)
            for each, width in zip(found, self.widths.tolist(), strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExpectedClose:
    """By market (in the order of `MARKETS`): E[p at the close], who said it, what it rests on.

    Where `spoke` is false the anchor stands, corrected for the winner's curse of its best odds.
    `anchor` is -1 where nobody says anything: no reference, no probability (NaN).
    """

    chances: tuple[Chances, ...]
    spoke: tuple[Bools, ...]
    anchor: tuple[NDArray[np.int64], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExpectedCloseModel:
    """A model of the close for each `Anchor`, in their order, from closes up to `seen_until`.

    `anchors` were learned beside the mean and the best of many books; `bare`, if anything was, of
    the same looks without them: weights fitted with a column are wrong where it is missing.
    """

    anchors: tuple[AnchorModel, ...]
    seen_until: float
    sources: Sources = field(default_factory=Sources)
    bare: tuple[AnchorModel, ...] = ()

    def expect(self, odds: MainOdds, fixtures: Fixtures, state: StateRows) -> ExpectedClose:
        """Return the expected close of each fixture and market.

        The sharpest anchor that a market has and whose model speaks is asked; where none speaks,
        the sharpest anchor stands, corrected.
        """
        looks = both_looks(odds, fixtures, state, self.sources)
        return self.choose(looks)

    def choose(self, looks: BothLooks) -> ExpectedClose:
        """Return the expected close of looks seen both ways.

        Where the mean of many books is known the models that were learned with it speak, and
        elsewhere, or while they have not learned to, those that were learned without.
        """
        many, bare = (
            choose(models, features)
            for models, features in (
                (self.anchors, looks.many),
                (self.bare or self.anchors, looks.bare),
            )
        )
        return _merged(many, bare, looks.of_many)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BothLooks:
    """Features for each `Anchor`, with the mean and the best of many books, and without them.

    `of_many`, by market: of which rows they are known.
    """

    many: tuple[CloseFeatures, ...]
    bare: tuple[CloseFeatures, ...]
    of_many: tuple[Bools, ...]

    def where(self, rows: NDArray[np.int64]) -> BothLooks:
        """Return the rows of these indices."""
        return BothLooks(
            many=tuple(each.where(rows) for each in self.many),
            bare=tuple(each.where(rows) for each in self.bare),
            of_many=tuple(each[rows] for each in self.of_many),
        )


def both_looks(
    odds: MainOdds, fixtures: Fixtures, state: StateRows, sources: Sources
) -> BothLooks:
    """Return the features of fixtures with what many books say together, and without it."""
    many, bare = with_aggregates(odds, sources), without_aggregates(odds)
    seen = views(many, sources)

    def features(looked: MainOdds, told: Views) -> tuple[CloseFeatures, ...]:
        return tuple(
            close_features(looked, fixtures, state, anchor=anchor, sources=sources, seen=told)
            for anchor in Anchor
        )

    return BothLooks(
        many=features(many, seen),
        bare=features(bare, views(bare, sources)),
        of_many=seen.of_many(),
    )


def choose(models: Sequence[AnchorModel], features: Sequence[CloseFeatures]) -> ExpectedClose:
    """Return what the anchors' models say together of rows with features for each anchor."""
    told = [
        model.chances(each, model.expected(each))
        for model, each in zip(models, features, strict=True)
    ]
    chosen = []
    for market in range(len(MARKETS)):
        spoken: list[tuple[int, Chances]] = []
        silent: list[tuple[int, Chances]] = []
        for anchor, (model, each) in enumerate(zip(models, features, strict=True)):
            own = told[anchor][market]
            if model.speaks[market]:
                spoken.append((anchor, own))
            else:
                silent.append((anchor, _cursed(model, each, own, market)))
        chosen.append(_first(spoken, silent))
    return ExpectedClose(
        chances=tuple(each[0] for each in chosen),
        spoke=tuple(each[1] for each in chosen),
        anchor=tuple(each[2] for each in chosen),
    )


def edge_interval(
    odds: Floats, chance: Floats, deviation: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the expected closing edge of odds, odds·E[p] - 1, with its 80 % interval.

    >>> edge, low, high = edge_interval(np.array([2.0]), np.array([0.52]), np.array([0.01]))
    >>> [float(each.round(4)[0]) for each in (edge, low, high)]
    [0.04, 0.0144, 0.0656]
    """
    edge, reach = odds * chance - 1, Z80 * odds * deviation
    return edge, edge - reach, edge + reach


def anchored(view: View, market: int) -> Floats:
    """Return an anchor's own probabilities of a market, in the order of `MARKETS`."""
    if market == 0:
        return match_odds_of(view)
    return pair_of(view.total if market == 1 else view.handicap)


def corrected(fair: Floats, best: Floats, slope: float) -> Floats:
    """Return fair probabilities (n, k) at which positive edges of the best odds are shrunk.

    The best of many prices is partly the largest error among them: a selection with odds·p - 1
    = e above 0 is left with slope·e, the others of its market take what it loses.

    >>> corrected(np.array([[0.5, 0.5]]), np.array([[2.2, 1.9]]), 0.5).round(4).tolist()
    [[0.4773, 0.5227]]
    """
    edge = np.nan_to_num(fair * best - 1)
    cursed = edge > 0
    shrunk = np.where(cursed, fair * (1 + slope * edge) / (1 + edge), 0.0)
    rest = np.where(cursed, 0.0, fair)
    left = rest.sum(axis=1, keepdims=True)
    factor = (1 - shrunk.sum(axis=1, keepdims=True)) / np.where(left > 0, left, 1.0)
    whole = shrunk + rest * factor
    fixed: Floats = whole / whole.sum(axis=1, keepdims=True)
    return fixed


def _merged(many: ExpectedClose, bare: ExpectedClose, of_many: tuple[Bools, ...]) -> ExpectedClose:
    """Return, market by market, the one where many are known and it spoke, else the other."""
    chances, spoke, anchor = [], [], []
    for market, known in enumerate(of_many):
        own = known & (many.spoke[market] | ~bare.spoke[market])
        one, other = many.chances[market], bare.chances[market]
        chances.append(
            Chances(
                mean=np.where(own[:, None], one.mean, other.mean),
                deviation=np.where(own[:, None], one.deviation, other.deviation),
            )
        )
        spoke.append(np.where(own, many.spoke[market], bare.spoke[market]))
        anchor.append(np.where(own, many.anchor[market], bare.anchor[market]))
    return ExpectedClose(chances=tuple(chances), spoke=tuple(spoke), anchor=tuple(anchor))


def _cursed(model: AnchorModel, features: CloseFeatures, told: Chances, market: int) -> Chances:
    fair = anchored(features.anchor, market)
    best = getattr(features.best, MARKETS[market])
    slope = float(model.curse[market])
    return Chances(mean=corrected(fair, best, slope), deviation=told.deviation)


def _first(
    spoken: list[tuple[int, Chances]], silent: list[tuple[int, Chances]]
) -> tuple[Chances, Bools, NDArray[np.int64]]:
    """Return, row by row, the first that knows: of those who spoke, else of the others."""
    shape = (spoken or silent)[0][1].mean.shape
    mean, deviation = np.full(shape, np.nan), np.full(shape, np.nan)
    spoke, who = np.zeros(shape[0], dtype=np.bool_), np.full(shape[0], -1, dtype=np.int64)
    for speaks, group in ((True, spoken), (False, silent)):
        for anchor, chances in group:
            rows = (who < 0) & np.isfinite(chances.mean).all(axis=1)
            mean[rows], deviation[rows] = chances.mean[rows], chances.deviation[rows]
            spoke[rows], who[rows] = speaks, anchor
    return Chances(mean=mean, deviation=deviation), spoke, who
