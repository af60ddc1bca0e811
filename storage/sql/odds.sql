-- name: ensure_month
-- Make the month's partition of quotes exist.
select ensure_month('quotes', $1);

-- name: add
-- Append the quotes of one look.
insert into quotes (captured_at, fixture_id, bookmaker, selection, lay, odds, quoted_at)
select $1, f, b, s, l, o, to_timestamp(q)
from unnest($2::uuid[], $3::text[], $4::int[], $5::boolean[], $6::float8[], $7::float8[])
    as t (f, b, s, l, o, q)
on conflict do nothing;

-- name: add_look
-- Keep what one look saw, kept, rejected and refused.
insert into looks (
    captured_at, id, purpose, offered, kept, rejected, refused, fixtures, fixtures_priced, picks
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing;

-- name: judge_look
-- Add what a look led to, unless it was judged before.
update looks set refused = $3, fixtures_priced = $4, picks = $5
where captured_at = $1 and id = $2 and refused = '{}' and fixtures_priced = 0 and picks = 0;

-- name: latest
-- The latest quotes of fixtures in a window: those of each fixture's last look in it.
select q.captured_at, q.fixture_id, q.bookmaker, q.selection, q.lay, q.odds, q.quoted_at
from quotes q
join (
    select fixture_id, max(captured_at) as captured_at
    from quotes
    where fixture_id = any($1::uuid[]) and captured_at >= $2 and captured_at <= $3
    group by fixture_id
) last using (fixture_id, captured_at)
order by q.fixture_id, q.selection, q.bookmaker;

-- name: totals
-- What all looks offered and kept.
select
    coalesce(sum(offered), 0)::bigint as offered,
    coalesce(sum(kept), 0)::bigint as kept,
    count(*)::bigint as looks,
    coalesce(sum(fixtures_priced), 0)::bigint as fixtures_priced
from looks;

-- name: rejected
-- Quotes rejected by all looks, by reason.
select reason, sum(n::bigint)::bigint as n
from looks, jsonb_each_text(rejected) as r (reason, n)
group by reason
order by reason;

-- name: refused
-- Candidates refused by all looks, by gate.
select reason, sum(n::bigint)::bigint as n
from looks, jsonb_each_text(refused) as r (reason, n)
group by reason
order by reason;

-- name: stored
-- How many quotes are stored.
select count(*) from quotes;
