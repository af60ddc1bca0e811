"""Whether picks were made by versions that were in force, and the shadow spoke when it had to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.policy_version import BASE, declared, number_of
from jobs.audit_bets import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from jobs.audit_bets import Row


def audit_versions(
    bets: Sequence[Row],
    in_force_since: Mapping[tuple[str, int], datetime],
    strays: Sequence[Row],
) -> Iterator[Finding]:
    """Yield picks named after a version that was not in force, and marks made afterwards."""
    for row in bets:
        version = row["policy_version"]
        number = number_of(version)
        since = in_force_since.get((declared(version), number))
        if number != BASE and (since is None or row["taken_at"] < since):
            should = "a version that was in force" if since is None else f"not before {since}"
            yield finding("version", row, f"by {version} at {row['taken_at']}", should)
    for row in strays:
        yield Finding(
            check="shadow",
            where=f"#P{row['number']} under version {row['version']}",
            says=f"marked at {row['looked_at']}",
            should=f"what the look of {row['taken_at']} made",
        )
