"""What the run was worth: the service's report against the world's truth and the delivery log.

Pure. Delivered, duplicated and lost come from what the emulator accepted, never from what the
outbox believes.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

Json = dict[str, Any]
Shares = Mapping[str, tuple[float, float]]

WITHHELD: Final = frozenset({"expired", "cancelled"})
FAILED: Final = frozenset({"failed", "stopped"})
WAITING: Final = frozenset({"pending", "sending"})
SENDS: Final = frozenset({"pick", "ops"})
"""Kinds of alert that are messages of their own; the others edit one."""
_CLV_GRADES: Final = frozenset({"A", "B"})
_SETTLING: Final = timedelta(seconds=10)
_LABELS: Final = re.compile(r"\(?\b(renvoi|reminder)\b\)?", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"[\d.,:+%\u2212-]+")


class Delivery(Protocol):
    """What the emulator's log holds of one accepted send or edit."""

    @property
    def method(self) -> str: ...
    @property
    def chat_id(self) -> int: ...
    @property
    def message_id(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the world knows of one match."""

    kick_off: datetime
    finished: bool
    close: Shares


def judge(
    report: Json, truth: Mapping[str, Truth], deliveries: Iterable[Delivery], at: datetime
) -> Json:
    """Return the figures of the run."""
    picks: list[Json] = report["picks"]
    matches = {pick["id"]: truth.get(pick["event_ids"].get("odds_api", "")) for pick in picks}
    unknown = [pick for pick in picks if matches[pick["id"]] is None]
    return {
        "fixtures": report["fixtures"],
        "quotes_offered": report["quotes_offered"],
        "quotes_stored": report["quotes_stored"],
        "rejected": report.get("rejected", {}),
        "picks": len(picks),
        "picks_unknown_to_world": len(unknown),
        **_alerts(report["outbox"], matches, tuple(deliveries), at),
        **_closes(picks, matches),
        **_edges(picks, matches),
        "value_lost": sum(bool(pick["value_lost"]) for pick in picks),
        "profit": round(math.fsum(float(pick["profit"] or 0) for pick in picks), 4),
        "errors": int(report["errors"]) + len(unknown),
        "failures": _failures(report.get("runs", [])),
    }


def _failures(runs: Sequence[Json]) -> dict[str, int]:
    """Count the runs that ended with an error, by job and error."""
    wrong = (run for run in runs if run["state"] in FAILED)
    return dict(Counter(f"{run['job']} {run['state']}: {run['error']}" for run in wrong))


def _alerts(
    outbox: Sequence[Json],
    matches: Mapping[str, Truth | None],
    deliveries: Sequence[Delivery],
    at: datetime,
) -> Json:
    rows = [row for row in outbox if row["kind"] in SENDS]
    sent = {
        (one.chat_id, one.message_id): one for one in deliveries if one.method.startswith("send")
    }
    delivered = [row for row in rows if _place(row) in sent]
    rest = [row for row in rows if _place(row) not in sent]
    waiting = [row for row in rest if row["state"] in WAITING and not _over(row, matches, at)]
    withheld = [row for row in rest if row["state"] in WITHHELD]
    return {
        "alerts_committed": len(rows),
        "alerts_delivered": len(delivered),
        "alerts_withheld": len(withheld),
        "withheld_by_reason": dict(Counter(_reason(row) for row in withheld)),
        "alerts_waiting": len(waiting),
        "reminders": sum(bool(row["reminder"]) for row in delivered),
        "edits_delivered": sum(one.method.startswith("edit") for one in deliveries),
        "lost": len(rest) - len(withheld) - len(waiting),
        "duplicates": _duplicates(delivered, sent),
    }


def _reason(row: Json) -> str:
    return f"{row['state']}: {row.get('last_error') or 'no reason given'}"


def _place(row: Json) -> tuple[int, int | None]:
    return row["chat_id"], row["message_id"]


def _over(row: Json, matches: Mapping[str, Truth | None], at: datetime) -> bool:
    """Say whether an unsent alert has had its time: its match began some seconds ago."""
    match = matches.get(row["pick_id"] or "")
    return match is not None and at > match.kick_off + _SETTLING


def _duplicates(delivered: Sequence[Json], sent: Mapping[tuple[int, int], Delivery]) -> int:
    """Count messages that say again what another said, reminders apart.

    Numbers are left out of the comparison: a second card may quote a newer price.
    """
    claimed = {_place(row) for row in delivered}
    cards: dict[tuple[int, str], int] = Counter()
    allowed: dict[tuple[int, str], int] = Counter()
    twice: dict[tuple[int, str], int] = defaultdict(int)
    for row in delivered:
        words = row["chat_id"], _words(sent[row["chat_id"], row["message_id"]].text)
        cards[words] += 1
        allowed[words] += bool(row["reminder"]) * max(1, int(row["attempts"]) - 1)
        if row["pick_id"] is not None and not row["reminder"]:
            twice[row["chat_id"], row["pick_id"]] += 1
    again = Counter(
        (one.chat_id, _words(one.text))
        for place, one in sent.items()
        if place not in claimed and (one.chat_id, _words(one.text)) in cards
    )
    unclaimed = sum(max(0, count - allowed[words]) for words, count in again.items())
    return unclaimed + sum(count - 1 for count in twice.values())


def _words(text: str) -> str:
    bare = _NUMBERS.sub("#", _LABELS.sub(" ", text))
    return " ".join(bare.split()).casefold()


def _closes(picks: Sequence[Json], matches: Mapping[str, Truth | None]) -> Json:
    begun = [pick for pick in picks if _is_finished(matches[pick["id"]])]
    closed = [pick for pick in begun if pick["close_grade"] is not None]
    values = [
        float(pick["clv"])
        for pick in picks
        if pick["clv"] is not None and pick["close_grade"] in _CLV_GRADES
    ]
    mean = interval(values)
    return {
        "picks_finished": len(begun),
        "closes_total": len(closed),
        "closes_missing": len(begun) - len(closed),
        "closes_grade_a": sum(pick["close_grade"] == "A" for pick in closed),
        "settled": sum(pick["outcome"] is not None for pick in picks),
        "unsettled_finished": sum(pick["outcome"] is None for pick in begun),
        "clv_mean": mean["mean"],
        "clv_n": mean["n"],
        "clv_low": mean["low"],
        "clv_high": mean["high"],
    }


def _is_finished(match: Truth | None) -> bool:
    return match is not None and match.finished


def _edges(picks: Sequence[Json], matches: Mapping[str, Truth | None]) -> Json:
    """Compare what the alerts promised with what the same picks were worth."""
    pairs = []
    for pick in picks:
        match = matches[pick["id"]]
        true = None if match is None else true_edge(pick, match.close)
        if true is not None and pick["edge"] is not None:
            pairs.append((float(pick["edge"]), true))
    return {
        "expected_edge": interval([expected for expected, _ in pairs]),
        "true_edge": interval([true for _, true in pairs]),
    }


def true_edge(pick: Json, shares: Shares) -> float | None:
    """Return what a pick's odds were worth per unit staked, None where the world has no word."""
    found = shares.get(canonical(pick["selection"]))
    if found is None:
        return None
    win, lose = found
    return win * (float(pick["odds"]) - 1) - lose


def canonical(selection: str) -> str:
    """Write a selection's line as the world does: `ah_home@-0.25`, `over_2.5`."""
    name, at, handicap = selection.partition("@")
    if at:
        return f"{name}@{float(handicap) + 0.0:+g}"
    side, _, line = name.partition("_")
    return f"{side}_{float(line):g}" if side in {"over", "under"} else name


def interval(values: Sequence[float]) -> Json:
    """Return mean, n and the 95 % interval of the mean; the interval needs two values."""
    n = len(values)
    if n == 0:
        return {"mean": None, "n": 0, "low": None, "high": None}
    mean = math.fsum(values) / n
    if n == 1:
        return {"mean": mean, "n": 1, "low": None, "high": None}
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    half = 1.96 * spread / math.sqrt(n)
    return {"mean": mean, "n": n, "low": mean - half, "high": mean + half}
