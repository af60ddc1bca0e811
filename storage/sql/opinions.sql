-- name: add
-- Keep what agents were for; what one said before stands as it was said first.
insert into opinions (
    provenance, agent, fixture_id, selection, standing, direction, probability, std_error,
    reasons, bookmaker, odds, fair, refund, source, issued_at
)
select $1, a, f, s, t, d, p, e, r::jsonb, b, o, q, u, c, $2
from unnest(
    $3::text[], $4::uuid[], $5::int[], $6::text[], $7::smallint[], $8::float8[], $9::float8[],
    $10::text[], $11::text[], $12::float8[], $13::float8[], $14::float8[], $15::text[]
) as x (a, f, s, t, d, p, e, r, b, o, q, u, c)
on conflict do nothing;

-- name: awaiting_close
-- The bets on fixtures not yet begun that some agent is for.
select distinct o.fixture_id, o.selection, o.bookmaker
from opinions o
join fixtures f on f.id = o.fixture_id
where o.provenance = $1 and f.kick_off > $2;

-- name: begun
-- What agents were for since an instant, of fixtures that have begun, with the last score read:
-- none while that is disputed, and where it was, the one that a person decided.
select
    o.provenance, o.agent, o.fixture_id, o.selection, o.standing, o.direction, o.probability,
    o.std_error, o.reasons, o.bookmaker, o.odds, o.fair, o.refund, o.source, o.issued_at,
    f.kick_off,
    case when d.fixture_id is null then r.home_goals else d.home_goals end as home_goals,
    case when d.fixture_id is null then r.away_goals else d.away_goals end as away_goals
from opinions o
join fixtures f on f.id = o.fixture_id
left join (
    select distinct on (fixture_id) fixture_id, home_goals, away_goals from disputes
    where resolution is distinct from 'withdrawn'
    order by fixture_id, resolved_at desc nulls first, id desc
) d on d.fixture_id = f.id
left join lateral (
    select home_goals, away_goals from results
    where fixture_id = f.id and phase = 'finished'
    order by read_at desc limit 1
) r on true
where o.provenance = $1 and o.issued_at >= $2 and f.kick_off <= $3
order by f.kick_off, o.fixture_id, o.agent, o.selection;

-- name: forget
-- Drop what was said before an instant.
delete from opinions where issued_at < $1;
