-- name: begin
-- Claim one run of a job, with what it is for; returns nothing when that run exists.
insert into runs (job, scheduled_for, started_at, state, fencing, report)
values ($1, $2, $3, 'running', $4, $5)
on conflict do nothing
returning job;

-- name: finish
-- End a run.
update runs set finished_at = $3, state = $4, report = $5, error = $6
where job = $1 and scheduled_for = $2;

-- name: abandon
-- Runs left open by a dead leader ended when the new one began.
update runs set finished_at = $1, state = 'abandoned', error = 'leader vanished'
where state = 'running'
returning job, scheduled_for, report;

-- name: last
-- The last run of one job.
select job, scheduled_for, started_at, finished_at, state, error
from runs where job = $1 order by scheduled_for desc limit 1;

-- name: told
-- What the last run of a job that was done reported.
select report from runs where job = $1 and state = 'done' order by scheduled_for desc limit 1;

-- name: recent
-- The latest runs of all jobs.
select job, scheduled_for, started_at, finished_at, state, error, report
from runs order by started_at desc limit $1;

-- name: last_of_each
-- The last run of every job.
select distinct on (job) job, scheduled_for, started_at, finished_at, state, error
from runs order by job, scheduled_for desc;

-- name: alone
-- Wait for a named lock, held until the end of the transaction.
select pg_advisory_xact_lock(hashtextextended('mon_ps.' || $1, 0));

-- name: failed
-- How many runs failed.
select count(*) from runs where state in ('failed', 'stopped');

-- name: load_keys
-- What is known of each declared key.
select provider, fingerprint, state from provider_keys order by provider, fingerprint;

-- name: save_key
-- Keep what the last answers said of a key.
insert into provider_keys (provider, fingerprint, state, updated_at)
values ($1, $2, $3, $4)
on conflict (provider, fingerprint) do update set
    state = excluded.state, updated_at = excluded.updated_at;

-- name: open_exhaustions
-- Providers all of whose keys are out of credits, as far as anybody has noticed.
select provider, began_at, until from exhaustions where ended_at is null order by provider;

-- name: begin_exhaustion
-- Every key of a provider is out of credits now; returns nothing where that is known.
insert into exhaustions (provider, began_at, until) values ($1, $2, $3)
on conflict do nothing
returning began_at;

-- name: end_exhaustion
-- A provider answers for credits again.
update exhaustions set ended_at = $2 where provider = $1 and ended_at is null
returning began_at;

-- name: leagues_seen
-- When each league's odds were last answered for since an instant.
select split_part(path, '/', 4) as competition, max(fetched_at) as seen_at
from payloads
where source = 'odds_api' and status = 200 and fetched_at >= $1
    and path like '/v4/sports/%/odds' and path not like '%/events/%'
group by 1;

-- name: now
-- The database's clock.
select clock_timestamp();
