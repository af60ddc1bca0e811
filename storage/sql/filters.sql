-- name: number
-- The number of a filter that was asked for before.
select number from filters where written = $1;

-- name: keep
-- Give a filter a number; nothing where somebody was quicker.
insert into filters (written, asked_at) values ($1, $2) on conflict (written) do nothing
returning number;

-- name: written
-- The filter of a number.
select written from filters where number = $1;
