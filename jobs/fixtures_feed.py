"""football-data.co.uk as a feed: picks twice a week, and their results, without any key."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from engine.collect.asks import ask_file
from engine.collect.fixtures_csv import PATH, normalise_files, printed_at
from engine.collect.payload import ODDS_API
from engine.domain.pick import FROM_FILE
from jobs.file_readings import read_files
from jobs.look import judge, keep, read_inputs, refuse_nothing
from jobs.season_digest import still_unknown
from storage.seasons import FileRecord

if TYPE_CHECKING:
    from engine.collect.normalise import Intake
    from engine.collect.payload import Payload
    from jobs.context import Context
    from jobs.rules import Rules
    from jobs.run import Report

PURPOSE: Final = "file"
_EXCHANGE: Final = "betfair_ex_uk"  # the column BFE: the exchange's back side alone


async def run(ctx: Context) -> Report:
    """Read the results that are due and, where the file is a new one, look at its prices.

    Results are read where no key of API-Football is set, prices where none of The Odds API is:
    printed ones would stand beside live ones as if they were of the same hour. An unchanged file
    is not sent, so asking is free.

    Raises:
        MonPsError: the file is not there, or is none.
    """
    results = await read_files(ctx)
    if any(state.source == ODDS_API for state in ctx.feeds.key_states):
        return {"off": "the odds come from The Odds API", "results": results}
    async with ctx.store.reading() as tx:
        held = (await tx.seasons.files()).get(PATH)
        names = await tx.aliases.names(ctx.names)
    # once a name is known that was not, the very same file has more to tell
    same = held is not None and still_unknown(held.unmatched, names)
    asks = (ask_file(PATH, since=held.last_modified if held and same else None),)
    fetched = await ctx.feeds.fetch(asks)
    refuse_nothing(asks, fetched)
    payload = fetched.payloads[-1]
    if payload.status == HTTPStatus.NOT_MODIFIED:
        return {"unchanged": held.last_modified if held else None, "results": results}
    await keep(ctx, fetched)
    printed = printed_at(payload)
    wide = replace(ctx, rules=rules_for_file(ctx.rules))
    inputs = await read_inputs(wide, payload.fetched_at)
    seen = await judge(
        wide,
        (payload,),
        inputs,
        payload.fetched_at,
        PURPOSE,
        read=partial(normalise_files, competitions=ctx.rules.printed_competitions),
    )
    async with ctx.store.transaction() as tx:
        await tx.seasons.keep_file(_record(payload, seen.intake), payload.fetched_at)
    return {**seen.report(), "printed_at": printed.isoformat(), "results": results}


def rules_for_file(rules: Rules) -> Rules:
    """Return the rules under which printed prices are judged; their policy says so by its name.

    All prices of the file are of one moment, so they may be held against each other however old
    they are. The exchange's back side stands in for a sharp book, which the file no longer has:
    its closes were the best of all in 2024-26 (METHOD B1), and its error is the exchange's.
    """
    age, pricing, scoring = rules.collect.file_age, rules.policy.pricing, rules.policy.scoring
    return replace(
        rules,
        policy=replace(
            rules.policy,
            version=rules.policy.version + FROM_FILE,
            pricing=replace(
                pricing,
                reference_age=age,
                reference_age_late=age,
                sharp_books=(*pricing.sharp_books, _EXCHANGE),
                sharp_std_error=pricing.exchange_std_error,
            ),
            scoring=replace(scoring, quote_age=age),
        ),
    )


def _record(payload: Payload, intake: Intake) -> FileRecord:
    """Return what is remembered of the file: its age, so that it is not sent twice in vain."""
    return FileRecord(
        name=PATH,
        sha256=payload.key,
        read=0,
        stored=0,
        seasons={},
        bad_rows=[],
        notes={},
        prices=0,
        prices_rejected={},
        unmatched=[[one.competition, one.name] for one in intake.unmatched],
        last_modified=payload.headers.get("last-modified"),
    )
