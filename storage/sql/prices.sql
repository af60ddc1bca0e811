-- name: ensure_month
-- Make the month's partition of prices exist.
select ensure_month('prices', $1);

-- name: add
-- Append the fair prices of one look.
insert into prices (
    as_of, fixture_id, selection, excluded, probability, std_error, refund, rung, books, dispersion,
    basis, disagreement, stands_alone, close, close_error
)
select $1, f, s, '', p, e, r, g, b, d, a, nullif(q, 'NaN'), t, nullif(c, 'NaN'), nullif(v, 'NaN')
from unnest(
    $2::uuid[], $3::int[], $4::float8[], $5::float8[], $6::float8[], $7::smallint[],
    $8::smallint[], $9::float8[], $10::smallint[], $11::float8[], $12::boolean[], $13::float8[],
    $14::float8[]
) as u (f, s, p, e, r, g, b, d, a, q, t, c, v)
on conflict do nothing;
