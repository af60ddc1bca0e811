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

-- name: first
-- The main markets' fair prices of the first look at each fixture before an instant.
select p.fixture_id, p.selection, p.probability
from unnest($1::uuid[]) as w (id)
cross join lateral (
    select min(as_of) as as_of from prices where fixture_id = w.id and as_of < $2
) f
join prices p on p.fixture_id = w.id and p.as_of = f.as_of
where p.selection >> 16 = any(array[1, 5, 6]);

-- name: last
-- The fair prices of the last look at a fixture.
select as_of, selection, probability, std_error, rung, books, basis
from prices
where fixture_id = $1 and excluded = ''
    and as_of = (select max(as_of) from prices where fixture_id = $1)
order by selection;
