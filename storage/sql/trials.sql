-- name: register
-- Keep trials of a grid with when they were first looked at; those known stand as they are.
insert into trials (grid, trial, thresholds, registered_on, first_looked_at)
select $1, t, h, $4, $5
from unnest($2::text[], $3::jsonb[]) as x (t, h)
on conflict do nothing;

-- name: look
-- Count one look at a grid.
insert into trial_looks (grid, looked_at) values ($1, $2)
on conflict do nothing;

-- name: counts
-- How many trials each grid has, since when, and how often they were looked at.
select
    t.grid, count(*) as trials, min(t.registered_on) as registered_on,
    min(t.first_looked_at) as first_looked_at,
    (select count(*) from trial_looks l where l.grid = t.grid) as looks
from trials t
group by t.grid
order by t.grid;
