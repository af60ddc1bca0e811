"""python -m jobs audit: every headline number worked out again from raw rows, by another path.

Bets, settlements, closes and the records are judged on the rows themselves; nothing here calls
what made them, save for the record that is being checked.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.domain.pick import Provenance
from engine.learning.record import record
from jobs.audit_bets import Finding, audit_bets
from jobs.audit_cash import audit_cash
from jobs.audit_closes import audit_fixed, audit_lines, by_close
from jobs.audit_money import audit_money
from jobs.audit_record import audit_headline, headline_of
from jobs.audit_versions import audit_versions
from jobs.proof_check import differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jobs.audit_record import Headline
    from jobs.command_options import WithContext, WriteJson
    from jobs.context import Context
    from jobs.rules import Rules
    from jobs.run import Report
    from storage.facts import RawFacts

_FAILED = 1


def add_audit_command(
    app: typer.Typer,
    with_context: WithContext,
    write: WriteJson,
) -> None:
    """Offer `audit`."""

    @app.command()
    def audit(
        since: Annotated[
            datetime | None,
            typer.Option(formats=["%Y-%m-%d"], help="Only what was made from this day on, UTC."),
        ] = None,
        json_file: Annotated[
            str | None, typer.Option("--json", help="Where to write; - is standard output.")
        ] = None,
    ) -> None:
        """Work out every headline number again from raw rows; name every difference."""
        start = None if since is None else since.replace(tzinfo=UTC)
        found = with_context(lambda ctx: audited(ctx, start, says=_progress))
        if json_file is not None:
            write(found, json_file)
        if json_file != "-":
            typer.echo(_words(found))
        if found["faults"]:
            raise typer.Exit(_FAILED)


async def audited(
    ctx: Context, since: datetime | None = None, *, says: Callable[[str], None] = lambda _: None
) -> Report:
    """Return what was looked at and every finding, from one snapshot of the data.

    With `since`, of every pick made, closed or settled from then on; records of those settled.
    """
    says("reading raw rows")
    async with ctx.store.reading() as tx:
        facts = await tx.facts.read(since)
        bets = {one: await tx.settlements.bets(one, since) for one in Provenance}
        says("computing the chain of proofs anew")
        unsworn, _ = await differences(tx)
        versions = await tx.policies.in_force_since(), await tx.shadows.strays()
    records = {one: record(bets[one], one) for one in Provenance if bets[one]}
    anew = {one: headline_of(facts, one, since) for one in records}
    found = [*_findings(facts, ctx.rules, says), *audit_versions(facts.bets, *versions)]
    says("the records")
    for one, claimed in records.items():
        found += audit_headline(claimed, anew[one])
    found += [
        Finding(check="proof", where=one.where, says=one.found, should=one.sworn)
        for one in unsworn
    ]
    return {
        "looked_at": {
            "picks": len(facts.bets),
            "settlements": len(facts.settled),
            "postings": len(facts.postings),
            "pick_closes": len(facts.fixed),
            "closings": len(facts.lines),
        },
        "records": {one.value: _told(headline) for one, headline in anew.items()},
        "faults": [one.told() for one in found if not one.doubt],
        "doubts": [one.told() for one in found if one.doubt],
    }


def _findings(facts: RawFacts, rules: Rules, says: Callable[[str], None]) -> Iterator[Finding]:
    says(f"{len(facts.bets)} picks: counted once, of their provenance, within caps")
    yield from audit_bets(facts.bets, rules.policy)
    says(f"{len(facts.settled)} settlements: outcome from score, profit from outcome")
    yield from audit_money(facts.settled)
    says(f"{len(facts.postings)} postings: each unit is where bets and settlements put it")
    yield from audit_cash(facts)
    says(f"{len(facts.lines)} closes, {len(facts.fixed)} of picks: caught in time, CLV from them")
    yield from audit_lines(facts.lines, rules.closing)
    yield from audit_fixed(facts.fixed, by_close(facts.lines))


def _told(anew: Headline) -> Report:
    """Return the headline as it was worked out again."""
    return {
        "n": anew.n,
        "staked": str(anew.staked),
        "profit": str(anew.profit),
        "yield": anew.yield_,
        "clv": anew.clv,
        "n_close": anew.n_close,
    }


def _progress(text: str) -> None:
    typer.echo(f"audit: {text}", err=True)


def _words(found: Mapping[str, Any]) -> str:
    """Return the findings for people."""
    lines = [
        f"{name}: n = {one['n']}, staked {one['staked']}, profit {one['profit']}"
        for name, one in found["records"].items()
    ]
    lines += [
        f"{one['level'].upper()} {one['check']}: {one['where']} says {one['says']},"
        f" should be {one['should']}"
        for one in (*found["faults"], *found["doubts"])
    ]
    return "\n".join([*lines, f"{len(found['faults'])} faults, {len(found['doubts'])} doubts"])
