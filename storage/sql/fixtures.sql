-- name: save
-- Keep fixtures; a known one takes the new kick-off, names and status.
insert into fixtures (
    id, competition, home_key, home_name, away_key, away_name,
    kick_off, original_kick_off, status, updated_at
)
values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)
on conflict (id) do update set
    kick_off = excluded.kick_off,
    home_name = excluded.home_name,
    away_name = excluded.away_name,
    status = excluded.status,
    updated_at = excluded.updated_at
where fixtures.updated_at <= excluded.updated_at;

-- name: link
-- Remember which fixture a provider's event id is.
insert into fixture_events (provider, event_id, fixture_id, kick_off, first_seen_at, last_seen_at)
values ($1, $2, $3, $4, $5, $5)
on conflict (provider, event_id) do update set
    kick_off = excluded.kick_off,
    last_seen_at = excluded.last_seen_at
where fixture_events.last_seen_at <= excluded.last_seen_at;

-- name: queue_unmatched
-- Put a name nobody knows in front of the owner, with the match it was last seen in.
insert into unmatched_names (
    provider, competition, name, opponent, kick_off, suggestions, first_seen_at, last_seen_at
)
values ($1, $2, $3, $4, $5, $6, $7, $7)
on conflict (provider, competition, name) do update set
    last_seen_at = excluded.last_seen_at,
    opponent = excluded.opponent,
    kick_off = excluded.kick_off,
    suggestions = excluded.suggestions,
    seen = unmatched_names.seen + 1
where unmatched_names.last_seen_at < excluded.last_seen_at;

-- name: between
-- Fixtures that kick off in a window.
select id, competition, home_key, home_name, away_key, away_name, kick_off, status
from fixtures
where kick_off >= $1 and kick_off < $2
order by kick_off, id;

-- name: get
-- Fixtures by id.
select id, competition, home_key, home_name, away_key, away_name, kick_off, status
from fixtures
where id = any($1::uuid[]);

-- name: original_kick_offs
-- The kick-offs fixtures were first set for.
select id, original_kick_off from fixtures where id = any($1::uuid[]);

-- name: event_ids
-- Providers' event ids of fixtures that kick off after an instant.
select provider, event_id, fixture_id from fixture_events where kick_off >= $1;

-- name: first_seen
-- When providers' event ids were first met.
select provider, event_id, first_seen_at from fixture_events where kick_off >= $1;

-- name: count
-- How many fixtures are known.
select count(*) from fixtures;

-- name: events_of
-- Providers' event ids of given fixtures, latest first.
select provider, event_id, fixture_id
from fixture_events
where fixture_id = any($1::uuid[])
order by fixture_id, provider, last_seen_at desc, event_id;

-- name: unmatched
-- Names waiting to be resolved.
select provider, competition, name, opponent, kick_off, suggestions, seen
from unmatched_names
where resolved_as is null
order by last_seen_at desc, name;
