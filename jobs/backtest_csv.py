"""A backtest's bets as rows of a file: how each was judged, and what came of it."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import Selection
from engine.domain.numbers import units
from engine.domain.pick import Gate, Provenance
from engine.domain.settlement import Outcome
from engine.domain.signal import AgentName, Tier
from engine.learning.backtest.bankroll import UNITS
from engine.learning.backtest.closes import NAMES, NOBODY
from engine.settlement.grading import profit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.learning.archive import Archive
    from engine.learning.backtest.picks import Bets
    from engine.learning.backtest.summary import Chosen
    from engine.learning.backtest.tried import Tried

COLUMNS: Final = (
    *("date", "division", "home", "away", "market", "selection", "line", "bookmaker", "odds"),
    *("p_reference", "p_expected_close", "ev", "ev_low", "ev_high"),
    *("signal_score", "sweet_spot_score", "stake", "policy_version"),
    *("close_source", "p_close", "clv", "close_source_alt", "clv_alt", "outcome", "profit"),
    *("season", "kick_off", "looked_at", "rank", "gate", "refund", "refund_close"),
    *("ev_reference", "second_odds", "clv_average", "tier", "agents", "provenance"),
)
_OUTCOMES: Final = {
    1.0: Outcome.WON,
    0.5: Outcome.HALF_WON,
    0.0: Outcome.VOID,
    -0.5: Outcome.HALF_LOST,
    -1.0: Outcome.LOST,
}
_GATES: Final = (*(str(gate) for gate in Gate), "passed")
_TIERS: Final = tuple(str(tier) for tier in Tier)
_ONE: Final = units("1")


def picks_csv(archive: Archive, chosen: Chosen, policy_version: str) -> bytes:
    """Return the file: the best of each season first, seasons in order.

    Probabilities and edges are written so that they read back to the last bit; `stake` is in
    units (a percent of bankroll), `profit` what one unit staked came to.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(archive, chosen.bets, chosen.rank.tolist(), policy_version))
    return out.getvalue().encode()


def _rows(
    archive: Archive, bets: Bets, ranks: list[int], policy_version: str
) -> Iterator[list[object]]:
    tried = bets.tried
    expected, looked_at = tried.expected, archive.looked_at[tried.row]
    said = np.array([_said(tried, agent) for agent in AgentName])
    for at, rank in enumerate(ranks):
        row, selection = int(tried.row[at]), Selection.from_number(int(bets.selection[at]))
        kick_off = datetime.fromtimestamp(float(bets.kick_off[at]), UTC)
        odds, outcome = float(tried.odds[at]), _outcome(float(bets.outcome[at]))
        line = selection.handicap if selection.handicap is not None else selection.market.line
        yield [
            kick_off.date().isoformat(),
            archive.competitions[bets.competition[at]],
            archive.teams[archive.home[row]].partition(":")[2],
            archive.teams[archive.away[row]].partition(":")[2],
            selection.market.kind.name.lower(),
            selection.code,
            "" if line is None else f"{line:f}",
            archive.look.books[tried.book[at]],
            repr(odds),
            *_numbers(tried.reference[at], expected[at]),
            *_numbers(tried.edge[at], tried.low[at], tried.high[at]),
            *_numbers(tried.signal_score[at], tried.sweet_spot_score[at]),
            units(UNITS * float(tried.fraction[at])),
            policy_version,
            _source(int(bets.source[at])),
            *_numbers(bets.close[at], bets.clv[at]),
            _source(int(bets.source_alt[at])),
            *_numbers(bets.clv_alt[at]),
            "" if outcome is None else outcome.value,
            "" if outcome is None else profit(outcome, odds, _ONE),
            f"{bets.season[at]}/{(bets.season[at] + 1) % 100:02}",
            kick_off.isoformat(),
            datetime.fromtimestamp(float(looked_at[at]), UTC).isoformat(),
            rank,
            _GATES[tried.gate[at]],
            *_numbers(tried.refund[at], bets.refund[at]),
            *_numbers(tried.raw[at], tried.second[at], bets.clv_average[at]),
            _TIERS[tried.tier[at]],
            " ".join(one for one in said[:, at].tolist() if one),
            Provenance.BACKTEST.value,
        ]


def _said(tried: Tried, agent: AgentName) -> list[str]:
    """Write an agent's direction beside its name: + for the bet, - against it, ! a warning."""
    words = {1.0: f"{agent}+", -1.0: f"{agent}-", 0.0: f"{agent}!"}
    return [words.get(one, "") for one in tried.leaning(agent).tolist()]


def _numbers(*values: np.float64) -> list[str]:
    """Write numbers in full, nothing where there is none."""
    return ["" if np.isnan(value) else repr(float(value)) for value in values]


def _source(place: int) -> str:
    return "" if place == NOBODY else NAMES[place]


def _outcome(value: float) -> Outcome | None:
    return None if np.isnan(value) else _OUTCOMES[value]
