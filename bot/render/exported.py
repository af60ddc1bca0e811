"""What files hold: the columns of picks, own bets and the ledger, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render.markets import market_name
from engine.domain.ledger import Account
from exports.table import Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.bet import TakenBetNow
    from engine.domain.ledger import Entry
    from exports.table import Cell
    from storage.extracts import PickLine
    from storage.views import PickView

_TEXT, _NUMBER, _SHARE, _MOMENT = Kind.TEXT, Kind.NUMBER, Kind.SHARE, Kind.MOMENT
_PICKS: Final = (
    *(("pick", _TEXT), ("provenance", _TEXT), ("league", _TEXT), ("home", _TEXT)),
    *(("away", _TEXT), ("kick_off", _MOMENT), ("market", _TEXT), ("selection", _TEXT)),
    *(("book", _TEXT), ("odds", _NUMBER), ("fair_chance", _SHARE), ("edge", _SHARE)),
    *(("edge_low", _SHARE), ("edge_high", _SHARE), ("min_odds", _NUMBER), ("stake", _NUMBER)),
    *(("signal_score", _NUMBER), ("sweet_spot_score", _NUMBER), ("tier", _TEXT)),
    *(("agents", _TEXT), ("taken_at", _MOMENT), ("close_grade", _TEXT)),
    *(("close_source", _TEXT), ("close_odds", _NUMBER), ("clv", _SHARE), ("clv_alt", _SHARE)),
    *(("outcome", _TEXT), ("score", _TEXT), ("profit", _NUMBER), ("settled_at", _MOMENT)),
    ("version", _TEXT),
)
_BETS: Final = (
    *(("pick", _TEXT), ("provenance", _TEXT), ("home", _TEXT), ("away", _TEXT)),
    *(("kick_off", _MOMENT), ("market", _TEXT), ("selection", _TEXT), ("book", _TEXT)),
    *(("odds", _NUMBER), ("stake", _NUMBER), ("advised_odds", _NUMBER)),
    *(("advised_stake", _NUMBER), ("taken_at", _MOMENT), ("outcome", _TEXT)),
    ("profit", _NUMBER),
)
_LEDGER: Final = (
    *(("entry", _NUMBER), ("provenance", _TEXT), ("at", _MOMENT), ("kind", _TEXT)),
    *(("subject", _TEXT), ("cash", _NUMBER), ("at_stake", _NUMBER), ("result", _NUMBER)),
    ("capital", _NUMBER),
)


def table_of_picks(
    found: Sequence[PickLine], about: Sequence[tuple[str, str]], *, voice: Voice, money: Money
) -> Table:
    """Return picks as a table, the profits of each provenance told apart."""
    made = _Made(name="picks", columns=_PICKS, rows=[_pick(one, voice) for one in found])
    return made.table(about, voice, money)


def table_of_bets(
    found: Sequence[tuple[TakenBetNow, PickView]],
    about: Sequence[tuple[str, str]],
    *,
    voice: Voice,
    money: Money,
) -> Table:
    """Return a person's own bets as a table, beside what was advised."""
    made = _Made(name="bets", columns=_BETS, rows=[_bet(*one, voice) for one in found])
    return made.table(about, voice, money)


def table_of_ledger(
    found: Sequence[tuple[int, Entry]],
    about: Sequence[tuple[str, str]],
    *,
    voice: Voice,
    money: Money,
) -> Table:
    """Return a person's ledger as a table: what each account gained by each entry, in units."""
    rows = [_entry(number, entry, voice) for number, entry in found]
    return _Made(name="ledger", columns=_LEDGER, rows=rows).table(about, voice, money)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """The rows of a file, before it has words."""

    name: str
    columns: Sequence[tuple[str, Kind]]
    rows: Sequence[Sequence[Cell]]

    def table(self, about: Sequence[tuple[str, str]], voice: Voice, money: Money) -> Table:
        return Table(
            name=voice.plain(f"export.{self.name}"),
            columns=tuple(
                Column(key=key, name=voice.plain(f"export.column_{key}"), kind=kind)
                for key, kind in self.columns
            ),
            rows=self.rows,
            about=tuple(about),
            about_name=voice.plain("export.about"),
            zone=money.time_zone,
            decimal_comma=voice.language == "fr",
        )


def _pick(one: PickLine, voice: Voice) -> tuple[Cell, ...]:
    score = None if one.home_goals is None else f"{one.home_goals}-{one.away_goals}"
    return (
        *(f"#P{one.number}", one.provenance.value, voice.competition(one.competition)),
        *(one.home, one.away, one.kick_off, market_name(one.selection.market_code, voice)),
        *(one.selection.code, voice.bookmaker(one.bookmaker), one.odds, one.fair_probability),
        *(one.edge, one.edge_low, one.edge_high, one.min_odds, one.stake, one.signal_score),
        *(one.sweet_spot_score, one.tier.value, ", ".join(sorted(one.agents)), one.taken_at),
        *(one.grade.value if one.grade else None, one.source, one.closing_odds, one.clv),
        *(
            one.clv_alt,
            voice.plain(f"export.outcome_{one.outcome}") if one.outcome else None,
            score,
        ),
        *(one.profit, one.settled_at, one.policy_version),
    )


def _bet(one: TakenBetNow, view: PickView, voice: Voice) -> tuple[Cell, ...]:
    bet, pick, fixture = one.bet, view.pick, view.fixture
    return (
        *(f"#P{view.number}", pick.provenance.value, fixture.home.name, fixture.away.name),
        *(fixture.kick_off, market_name(pick.selection.market_code, voice), pick.selection.code),
        *(voice.bookmaker(bet.bookmaker), bet.odds, bet.stake, pick.odds, pick.stake),
        *(bet.taken_at, voice.plain(f"export.outcome_{one.outcome}") if one.outcome else None),
        one.profit,
    )


def _entry(number: int, entry: Entry, voice: Voice) -> tuple[Cell, ...]:
    gained = {posting.account: posting.amount for posting in entry.postings}
    return (
        *(number, entry.bankroll.provenance.value, entry.at),
        *(voice.plain(f"export.kind_{entry.kind}"), str(entry.subject)),
        *(gained.get(account) for account in Account),
    )
