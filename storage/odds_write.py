"""One board into the store: claim, compare with what is known, copy what changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from storage.binary_copy import microseconds
from storage.odds_copy import copy_changes, copy_looks, merge_looks
from storage.odds_diff import changes_of, read_offer, sight_of
from storage.odds_late import add_late
from storage.odds_load import load, number_bookmakers
from storage.odds_state import empty_state
from storage.queries import queries

if TYPE_CHECKING:
    from engine.domain.board import Board
    from engine.domain.path import Scope, Unconfirmed
    from storage.odds_diff import Offer
    from storage.odds_state import OddsCache, State
    from storage.pool import Connection

TOKEN_BITS: Final = 24  # a look has fewer changes than this many bits count


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a board came to: rows offered, prices that appeared or moved, prices that went."""

    offered: int
    changed: int
    withdrawn: int


async def write_board(
    connection: Connection,
    cache: OddsCache,
    known: State,
    told: tuple[Board, Scope | None, Unconfirmed],
) -> tuple[State, Stored]:
    """Keep what the board changes; return the state it leaves and what was stored.

    `known` and the cache are believed only if no one else wrote since; the lock on the writers'
    row is held until the transaction ends, so that this stays true.
    """
    board, scope, unconfirmed = told
    token = int(await connection.fetchval(queries("odds").claim, board.as_of))
    state = next(
        (held for held in (known, cache.state) if held.token == token - 1),
        empty_state(token - 1, known.bookmakers),
    )
    bookmakers = await number_bookmakers(connection, state.bookmakers, board.bookmakers)
    state = replace(state, token=token, bookmakers=bookmakers)
    ids = [bookmakers[key] for key in board.bookmakers]
    offer = read_offer(board, scope, cache, ids, unconfirmed)
    state = await load(connection, cache, state, offer)
    return await _write(connection, cache, state, offer, board)


async def _write(
    connection: Connection, cache: OddsCache, state: State, offer: Offer, board: Board
) -> tuple[State, Stored]:
    at, sequence = microseconds(board.as_of), state.token << TOKEN_BITS
    changed = withdrawn = 0
    late = offer.codes[state.looked_at[offer.codes] > at]
    if len(late):
        changed, withdrawn = await add_late(connection, cache, offer.of(late), at, sequence)
        sequence += 2 * (changed + withdrawn)
        state = state.without(late)
        offer = offer.of(np.setdiff1d(offer.codes, late))
    changes = changes_of(state, offer)
    await copy_changes(connection, changes, cache.id_column(), at, sequence)
    again = state.looked_at[offer.codes] == at
    if again.any():
        known = sight_of(offer.of(offer.codes[again]))
        await merge_looks(connection, known, cache, at)
    fresh = offer.of(offer.codes[~again]) if again.any() else offer
    await copy_looks(connection, sight_of(fresh), cache, at)
    told = state.with_told(offer.codes, at, (offer.prices, offer.odds), changes.absent)
    return told.bounded(offer.codes), Stored(
        offered=len(board),
        changed=changed + len(changes.prices),
        withdrawn=withdrawn + len(changes.withdrawn),
    )
