-- name: paused
-- Jobs that are out of the calendar.
select job, paused_at, paused_by from paused_jobs order by job;

-- name: is_paused
-- Whether a job is out of the calendar.
select exists (select from paused_jobs where job = $1);

-- name: pause
-- Take a job out of the calendar; out already, it stays so.
insert into paused_jobs (job, paused_at, paused_by) values ($1, $2, $3) on conflict do nothing;

-- name: resume
-- Put a job back into the calendar.
delete from paused_jobs where job = $1;

-- name: runs_of
-- The last runs of one job.
select job, scheduled_for, started_at, finished_at, state, error
from runs where job = $1 order by scheduled_for desc limit $2;

-- name: troubled
-- Alerts that were not said, or nobody knows whether they were, the newest first.
select o.id, o.chat_id, o.kind, p.number, o.state, o.last_error, o.attempts, o.created_at
from outbox o
left join picks p on p.id = o.pick_id
where o.state in ('failed', 'uncertain')
order by o.id desc
limit $1;

-- name: again
-- Say an alert once more; one that nobody knows of is marked as a reminder.
update outbox
set state = 'pending', not_before = $2::timestamptz, expires_at = greatest(expires_at, $2::timestamptz + interval '1 hour'),
    attempts = 0, finished_at = null, reminder = reminder or state = 'uncertain',
    last_error = 'said again'
where state in ('failed', 'uncertain') and ($1::bigint = 0 or id = $1);

-- name: dropped
-- Never say an alert.
update outbox
set state = 'cancelled', finished_at = $2, last_error = 'dropped'
where state in ('failed', 'uncertain') and ($1::bigint = 0 or id = $1);

-- name: waiting_since
-- When the oldest alert that could be said by now was made.
select min(created_at) from outbox where state = 'pending' and not_before <= $1;

-- name: audited
-- What was done by whom, the newest first, from before an entry on.
select id, at, user_id, action, detail from audit
where $1::bigint = 0 or id < $1
order by id desc
limit $2;
