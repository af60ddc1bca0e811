-- name: hold
-- Let nobody else do anything about versions until the transaction ends; readers go on.
lock table policy_versions, policy_events in share row exclusive mode;

-- name: add
-- Append the next version.
insert into policy_versions (number, base, parent, thresholds, why, proposed_at, proposed_by)
select coalesce(max(number), 0) + 1, $1, $2, $3, $4, $5, $6
from policy_versions
returning number;

-- name: add_event
-- Append what happened to a version.
insert into policy_events (base, version, event, at, by_user, serves, evidence)
values ($1, $2, $3, $4, $5, $6, $7);

-- name: versions
-- Versions with what became of them, newest first: all, those of a base, or the one of a number.
select number, base, parent, thresholds, why, proposed_at, proposed_by, state, since
from policy_standings
where ($1::text is null or base = $1) and ($2::int is null or number = $2)
order by number desc;

-- name: events
-- What happened to a version, oldest first.
select event, at, by_user, serves, evidence from policy_events where version = $1 order by id;

-- name: newest
-- The last thing that happened to any version; 0 where nothing ever did.
select coalesce(max(id), 0) from policy_events;

-- name: served
-- What was put in force under a base, the latest first.
select serves, at, evidence from policy_events
where base = $1 and serves is not null
order by id desc;

-- name: in_force
-- When each version was first put in force.
select base, serves, min(at) as at from policy_events where serves > 0 group by base, serves;
