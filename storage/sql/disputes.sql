-- name: open
-- Put a contradiction into the queue; the same one again is a no-op, even once resolved.
insert into disputes (fixture_id, kind, digest, said, opened_at)
values ($1, $2, $3, $4::jsonb, $5)
on conflict (fixture_id, kind, digest) where resolution is distinct from 'withdrawn' do nothing
returning id;

-- name: waiting
-- The disputes that nobody has resolved, oldest first, with their fixtures and picks.
select
    d.*, f.competition, f.home_key, f.home_name, f.away_key, f.away_name, f.kick_off, f.status,
    (select count(*) from picks where fixture_id = d.fixture_id) as picks
from disputes d
join fixtures f on f.id = d.fixture_id
where d.resolved_at is null and ($1::bigint is null or d.id = $1)
order by d.opened_at, d.id;

-- name: count_open
-- How many disputes wait.
select count(*) from disputes where resolved_at is null;

-- name: of_fixtures
-- Every dispute of fixtures, in the order they were opened.
select * from disputes where fixture_id = any($1::uuid[]) order by fixture_id, opened_at, id;

-- name: hold
-- Keep an open dispute from being resolved by anybody else; nothing where it is not open.
select id from disputes where id = $1 and resolved_at is null for update;

-- name: resolve
-- Resolve a dispute that is open; nothing where it is not.
update disputes
set resolved_at = $2, resolved_by = $3, resolution = $4, home_goals = $5, away_goals = $6
where id = $1 and resolved_at is null
returning *;
