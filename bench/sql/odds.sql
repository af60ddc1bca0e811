-- name: tables
-- The contenders' tables: like ours, with its key.
create table copied (like odds_changes including all) partition by range (changed_at);
create table copied_1 partition of copied default;
create table rowwise (like odds_changes including all) partition by range (changed_at);
create table rowwise_1 partition of rowwise default;
create table staged (like odds_changes including all) partition by range (changed_at);
create table staged_1 partition of staged default;
create index on staged (fixture_id, bookmaker_id, selection, lay, changed_at desc);
create table plain (like odds_changes including all);

-- name: insert
-- One row.
insert into rowwise values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing;

-- name: stage
-- A place beside the table for all that is offered.
create temporary table stage (like odds_changes) on commit drop;

-- name: compare
-- Let the database find what is new.
insert into staged
select s.* from stage s
left join lateral (
    select odds from staged t
    where t.fixture_id = s.fixture_id and t.bookmaker_id = s.bookmaker_id
        and t.selection = s.selection and t.lay = s.lay and t.changed_at <= s.changed_at
    order by changed_at desc limit 1
) last on true
where last.odds is distinct from s.odds;

-- name: clear_plain
-- Start over with the table that is filled whole.
truncate plain;

-- name: clear_copied
-- Forget one look, for the next contender that copies it.
delete from copied where changed_at = $1;

-- name: add_bookmakers
-- As many bookmakers as the archive has.
insert into bookmakers (key) select 'archive_' || n from generate_series(1, $1) n;

-- name: make_months
-- Fifteen months of odds from an instant on.
select ensure_month(t, m)
from unnest(array['odds_changes', 'fixture_looks']) t,
    generate_series($1::timestamptz, $1 + interval '14 months', interval '1 month') m;

-- name: add_looks
-- Looks at matches, so many minutes apart, each of which saw every bookmaker.
insert into fixture_looks
select
    id, k - n * interval '1 minute' * $5, 2,
    array(select b * 32 + 1 from generate_series(1, $4) b),
    array(select extract(epoch from k)::float8 from generate_series(1, $4)), '{}', '{}'
from unnest($1::uuid[], $2::timestamptz[]) f (id, k), generate_series(1, $3) n;

-- name: analyze
-- Let the planner know what is there.
analyze;

-- name: count
-- How many changes there are.
select count(*) from odds_changes;
