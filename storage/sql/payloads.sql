-- name: ensure_month
-- Make the month's partition of payloads exist.
select ensure_month('payloads', $1);

-- name: add
-- Keep answers verbatim; the same answer of the same instant once.
insert into payloads (fetched_at, id, source, path, params, purpose, status, headers, body)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing;

-- name: answered
-- What a provider answered with data since an instant.
select fetched_at, path, params, purpose
from payloads
where source = $1 and fetched_at >= $2 and status = 200
order by fetched_at, id;
