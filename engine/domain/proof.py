"""The proof that what was sent was not changed afterwards: leaves, a tree a day, a chain of days.

A pick's leaf is the SHA-256 of its canonical text; the leaves of a day make a Merkle tree, so
that one pick can be shown to be in the day's root without showing the others; each day's hash
contains the one before it. docs/PROOF.md says the same for people, with a way to check it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine.domain.numbers import require_aware
from engine.domain.pick import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from engine.domain.numbers import BookmakerKey, Odds, PickId, Units

FORMAT: Final = "mon_ps/pick/1"
CHAINED: Final = (Provenance.LIVE, Provenance.PAPER)
"""Each in a chain of its own; a backtest was sent to nobody and proves nothing."""
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"
_DAY: Final = b"\x02"
_GENESIS: Final = "mon_ps/genesis/1"
_SHOWN: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPick:
    """What is sworn of a pick; `sent_at` is when its first card arrived with anybody."""

    id: PickId
    provenance: Provenance
    selection: str
    bookmaker: BookmakerKey
    odds: Odds
    stake: Units
    sent_at: datetime

    def __post_init__(self) -> None:
        require_aware(sent_at=self.sent_at)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Name and text of everything sworn, in the order it is hashed; the same everywhere.

        The odds count as people read them, to at least two decimals; moments in microseconds UTC.
        """
        return (
            ("format", FORMAT),
            ("id", str(self.id)),
            ("provenance", self.provenance.value),
            ("selection", self.selection),
            ("bookmaker", self.bookmaker),
            ("odds", decimal_text(Decimal(str(self.odds)))),
            ("stake", decimal_text(self.stake)),
            ("sent_at", f"{self.sent_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"),
        )

    @property
    def leaf(self) -> str:
        """SHA-256 of a zero byte and the lines `name=text`, each ended by a line feed."""
        lines = "".join(f"{name}={text}\n" for name, text in self.fields)
        return hashlib.sha256(_LEAF + lines.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One hash on the way from a leaf to its root, and whether it stands on the left."""

    left: bool
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProof:
    """One closed day of a chain: how many picks, their root, and the hash that binds the past."""

    provenance: Provenance
    day: date
    n: int
    root: str
    previous: str
    chain: str


def decimal_text(value: Decimal) -> str:
    """Return a decimal in plain digits with at least two decimals and no idle noughts.

    >>> decimal_text(Decimal("2.5")), decimal_text(Decimal("1.8750")), decimal_text(Decimal("1E1"))
    ('2.50', '1.875', '10.00')
    """
    plain = value.normalize()
    if plain == plain.quantize(_SHOWN):
        plain = plain.quantize(_SHOWN)
    return f"{plain:f}"


def in_order(picks: Iterable[SentPick]) -> tuple[SentPick, ...]:
    """Return a day's picks as their leaves stand: by when they were sent, then by id."""
    return tuple(sorted(picks, key=lambda pick: (pick.sent_at, str(pick.id))))


def root_of(leaves: Sequence[str]) -> str:
    """Return the Merkle root; a leaf without a neighbour rises as it is.

    >>> root_of([]) == hashlib.sha256().hexdigest(), root_of(["ab" * 32]) == "ab" * 32
    (True, True)
    """
    level = list(leaves) or [hashlib.sha256().hexdigest()]
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def path_of(leaves: Sequence[str], position: int) -> tuple[Step, ...]:
    """Return the hashes that lead from one leaf to the root."""
    steps, level = [], list(leaves)
    while len(level) > 1:
        beside = position ^ 1
        if beside < len(level):
            steps.append(Step(left=beside < position, hash=level[beside]))
        level, position = _parents(level), position // 2
    return tuple(steps)


def climb(leaf: str, path: Iterable[Step]) -> str:
    """Return the root that a leaf and its path lead to."""
    reached = leaf
    for step in path:
        reached = _node(step.hash, reached) if step.left else _node(reached, step.hash)
    return reached


def genesis(provenance: Provenance) -> str:
    """Return what the first day of a chain stands on."""
    return hashlib.sha256(f"{_GENESIS}/{provenance.value}".encode()).hexdigest()


def close_day(provenance: Provenance, day: date, leaves: Sequence[str], previous: str) -> DayProof:
    """Return the proof of a day over `previous`, the hash of the day before; empty ones have one.

    The hash is SHA-256 of a byte 2 and `previous|provenance|day|n|root`.
    """
    n, root = len(leaves), root_of(leaves)
    text = f"{previous}|{provenance.value}|{day.isoformat()}|{n}|{root}"
    chain = hashlib.sha256(_DAY + text.encode()).hexdigest()
    return DayProof(provenance=provenance, day=day, n=n, root=root, previous=previous, chain=chain)


def _parents(level: Sequence[str]) -> list[str]:
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + ([level[-1]] if len(level) % 2 else [])


def _node(left: str, right: str) -> str:
    return hashlib.sha256(_NODE + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()
