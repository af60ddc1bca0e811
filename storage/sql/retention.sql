-- name: make_months
-- This month and the next two of every table that has months.
select ensure_month(parent, month)
from unnest(array['payloads', 'odds_changes', 'fixture_looks', 'prices']) parent,
    generate_series(
        date_trunc('month', coalesce($1::timestamptz, clock_timestamp()), 'UTC'),
        date_trunc('month', coalesce($1::timestamptz, clock_timestamp()), 'UTC')
            + interval '2 months',
        interval '1 month'
    ) month;

-- name: take_time
-- A month of changes may take longer than a statement of the service.
set local statement_timeout = 0;

-- name: roll_up_odds
-- Hours of the months of changes that ended before an instant.
select roll_up_odds($1);

-- name: hold_odds
-- Wait for the one writer of odds, and let the next wait until the transaction ends.
select token from odds_writer for update;

-- name: drop_months
-- Drop whole months of a time-series table that ended before an instant.
select drop_months($1, $2);

-- name: forget_runs
-- Drop old runs, but for the last of each job.
delete from runs r
where r.finished_at < $1
    and exists (select from runs later where later.job = r.job and later.scheduled_for > r.scheduled_for);
