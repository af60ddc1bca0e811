-- name: files
-- Every file imported so far, as it was last read.
select
    name, sha256, read, stored, seasons, bad_rows, notes, prices, prices_rejected, unmatched,
    last_modified
from season_files
order by name;

-- name: keep_file
-- Keep what a file brought, instead of what an earlier copy of it did.
insert into season_files (
    name, sha256, read, stored, seasons, bad_rows, notes, prices, prices_rejected, unmatched,
    last_modified, imported_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (name) do update set
    sha256 = excluded.sha256,
    read = excluded.read,
    stored = excluded.stored,
    seasons = excluded.seasons,
    bad_rows = excluded.bad_rows,
    notes = excluded.notes,
    prices = excluded.prices,
    prices_rejected = excluded.prices_rejected,
    unmatched = excluded.unmatched,
    last_modified = excluded.last_modified,
    imported_at = excluded.imported_at;

-- name: ensure_year
-- Make the year's partition of imported odds exist.
select ensure_year('season_odds', $1);

-- name: new_bookmakers
-- Give numbers to bookmakers that have none.
insert into bookmakers (key)
select key from unnest($1::text[]) as t (key)
where not exists (select 1 from bookmakers b where b.key = t.key)
on conflict do nothing;

-- name: bookmakers
-- The numbers of bookmakers.
select key, id from bookmakers where key = any($1::text[]);

-- name: fixtures_of
-- Fixtures of competitions within a window.
select id, competition, home_key, home_name, away_key, away_name, kick_off, status
from fixtures
where competition = any($1::text[])
    and kick_off >= $2 and kick_off < $3;

-- name: add_fixtures
-- Keep fixtures nobody knew; returns those that were new.
insert into fixtures (
    id, competition, home_key, home_name, away_key, away_name,
    kick_off, original_kick_off, status, updated_at
)
select i, c, hk, hn, ak, an, k, k, s, $9
from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
    $7::timestamptz[], $8::text[]
) as t (i, c, hk, hn, ak, an, k, s)
on conflict (id) do nothing
returning id;

-- name: add_results
-- Keep results, unless the last thing the source said of a game is the same.
insert into results (
    fixture_id, read_at, source, status, phase, home_goals, away_goals,
    home_half_time, away_half_time, kick_off
)
select f, $7, $8, $9, $10, h, a, hh, ah, k
from unnest(
    $1::uuid[], $2::int[], $3::int[], $4::int[], $5::int[], $6::timestamptz[]
) as t (f, h, a, hh, ah, k)
where not exists (
    select 1
    from (
        select home_goals, away_goals, home_half_time, away_half_time
        from results
        where fixture_id = f and source = $8
        order by read_at desc
        limit 1
    ) said
    where (said.home_goals, said.away_goals) = (h, a)
        and said.home_half_time is not distinct from hh
        and said.away_half_time is not distinct from ah
)
on conflict do nothing
returning fixture_id;

-- name: priced
-- Which of some fixtures have imported odds.
select distinct fixture_id from season_odds where fixture_id = any($1::uuid[]);

-- name: stage_odds
-- A place for arriving odds of fixtures that have some already.
create temporary table arriving_odds (like season_odds) on commit drop;

-- name: count_arriving
-- Tell the planner how few the arriving odds are beside the stored ones.
analyze arriving_odds;

-- name: leave_instants
-- Forget prices of these fixtures at moments that a moved kick-off has made wrong.
delete from season_odds o
using (select distinct fixture_id, stage, changed_at from arriving_odds) a
where o.fixture_id = any($1::uuid[])
    and o.fixture_id = a.fixture_id and o.stage = a.stage and o.changed_at <> a.changed_at;

-- name: correct_odds
-- Correct the prices that a file now tells otherwise.
update season_odds o
set odds = a.odds
from arriving_odds a
where o.fixture_id = any($1::uuid[])
    and o.changed_at between $2 and $3
    and (o.fixture_id, o.changed_at, o.selection, o.bookmaker_id)
        = (a.fixture_id, a.changed_at, a.selection, a.bookmaker_id)
    and o.odds <> a.odds;

-- name: merge_odds
-- Take in the arriving odds that are not there; returns how many they are.
with merged as (
    insert into season_odds (fixture_id, changed_at, odds, selection, bookmaker_id, stage)
    select fixture_id, changed_at, odds, selection, bookmaker_id, stage from arriving_odds
    on conflict (fixture_id, changed_at, selection, bookmaker_id) do nothing
    returning 1
)
select count(*) from merged;

-- name: odds_of
-- Imported odds of fixtures, in the order of a path.
select o.fixture_id, o.changed_at, o.odds, o.selection, b.key as bookmaker, o.stage
from season_odds o
join bookmakers b on b.id = o.bookmaker_id
where o.fixture_id = any($1::uuid[])
order by o.fixture_id, o.selection, b.key, o.changed_at;

-- name: totals
-- How much imported history there is.
select
    (select count(*) from season_files) as files,
    (select coalesce(sum(stored), 0)::bigint from season_files) as matches,
    (select count(*) from season_odds) as odds;
