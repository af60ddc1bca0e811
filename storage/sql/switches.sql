-- name: turn
-- Leave a switch as somebody wants it from now on.
insert into switches (name, is_on, until, turned_by, turned_at, reason)
values ($1, $2, $3, $4, $5, $6)
on conflict (name) do update set
    is_on = excluded.is_on, until = excluded.until, turned_by = excluded.turned_by,
    turned_at = excluded.turned_at, reason = excluded.reason;

-- name: standing
-- The switches that are on at an instant.
select name, turned_at, until, turned_by, reason
from switches
where is_on and (until is null or until > $1)
order by name;

-- name: is_on
-- Whether one switch is on at an instant.
select exists (
    select from switches where name = $1 and is_on and (until is null or until > $2)
);
