-- name: hold
-- Let nobody else open or close an alarm until the transaction ends; readers go on.
lock table regimes in share row exclusive mode;

-- name: open
-- The alarms that are open.
select r.id, r.told
from regimes r
where not exists (select from regime_ends e where e.regime = r.id)
order by r.id;

-- name: add
-- Open an alarm.
insert into regimes (name, opened_at, told) values ($1, $2, $3);

-- name: end
-- Close an alarm.
insert into regime_ends (regime, closed_at) values ($1, $2) on conflict do nothing;
