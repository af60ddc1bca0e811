-- name: ensure_month
-- Make the month's partition of prices exist.
select ensure_month('prices', $1);

-- name: add
-- Append the fair prices of one look.
insert into prices (
    as_of, fixture_id, selection, excluded, probability, std_error, refund, rung, books, dispersion
)
select $1, f, s, x, p, e, r, g, b, d
from unnest(
    $2::uuid[], $3::int[], $4::text[], $5::float8[], $6::float8[], $7::float8[],
    $8::smallint[], $9::smallint[], $10::float8[]
) as t (f, s, x, p, e, r, g, b, d)
on conflict do nothing;
