-- name: add
-- Keep why selections are no picks as of now; what has hardly changed is not written again.
insert into refusals (
    provenance, fixture_id, selection, gate, bookmaker, odds, edge, seen_at
)
select $1, f, s, g, b, o, nullif(e, 'NaN'), $2
from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::float8[], $8::float8[])
    as x (f, s, g, b, o, e)
on conflict (provenance, fixture_id, selection) do update
set gate = excluded.gate, bookmaker = excluded.bookmaker, odds = excluded.odds,
    edge = excluded.edge, seen_at = excluded.seen_at
where refusals.gate <> excluded.gate
    or refusals.bookmaker <> excluded.bookmaker
    or refusals.odds <> excluded.odds
    or abs(refusals.edge - excluded.edge) > 0.001
    or (refusals.edge is null) <> (excluded.edge is null);

-- name: of_fixture
-- Why the selections of a fixture are no picks, the likeliest first.
select selection, gate, bookmaker, odds, edge, seen_at
from refusals
where provenance = $1 and fixture_id = $2
order by edge desc nulls last, selection;

-- name: forget
-- Drop the refusals seen before an instant.
delete from refusals where seen_at < $1;
