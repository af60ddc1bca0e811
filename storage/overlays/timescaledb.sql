-- Where TimescaleDB is there when the database is created: the two big tables of odds become
-- hypertables, compressed once a month old; every name the queries use means the same.
create extension if not exists timescaledb;

drop view odds_path;
create table plain_changes (like odds_changes including all);
create table plain_looks (like fixture_looks including all);
drop table odds_changes;
drop table fixture_looks;
alter table plain_changes rename to odds_changes;
alter table plain_looks rename to fixture_looks;

select create_hypertable('odds_changes', by_range('changed_at', interval '30 days'));
select create_hypertable('fixture_looks', by_range('captured_at', interval '30 days'));
alter table odds_changes set (
    timescaledb.compress,
    timescaledb.compress_segmentby = 'fixture_id',
    timescaledb.compress_orderby = 'changed_at, sequence'
);
alter table fixture_looks set (
    timescaledb.compress,
    timescaledb.compress_segmentby = 'fixture_id',
    timescaledb.compress_orderby = 'captured_at'
);
select add_compression_policy('odds_changes', interval '30 days');
select add_compression_policy('fixture_looks', interval '30 days');

create view odds_path as
select fixture_id, changed_at, sequence, bookmaker_id, selection, lay, odds
from odds_changes
union all
select fixture_id, first_at, 0::bigint, bookmaker_id, selection, lay, first
from odds_hours
union all
select fixture_id, last_at, 1::bigint, bookmaker_id, selection, lay, last
from odds_hours
where n > 1;

-- The hours that the roll-up keeps, computed as changes come in.
create materialized view odds_hours_live
with (timescaledb.continuous, timescaledb.materialized_only = false) as
select
    c.fixture_id, time_bucket(interval '1 hour', c.changed_at) as hour,
    c.bookmaker_id, c.selection, c.lay,
    first(c.odds, c.changed_at) as first, min(c.changed_at) as first_at,
    last(c.odds, c.changed_at) as last, max(c.changed_at) as last_at,
    min(c.odds) as lowest, max(c.odds) as highest, count(*)::int as n
from odds_changes c
join fixtures f on f.id = c.fixture_id
where c.changed_at < f.kick_off
group by 1, 2, 3, 4, 5
with no data;
select add_continuous_aggregate_policy(
    'odds_hours_live',
    start_offset => interval '60 days',
    end_offset => interval '1 day',
    schedule_interval => interval '1 day'
);

-- Chunks take the place of months: made by the extension, dropped by the same clean-up.
alter function ensure_month(text, timestamptz) rename to ensure_plain_month;
create function ensure_month(parent text, at timestamptz) returns void language plpgsql as $$
begin
    if parent not in ('odds_changes', 'fixture_looks') then
        perform ensure_plain_month(parent, at);
    end if;
end $$;

alter function drop_months(text, timestamptz) rename to drop_plain_months;
create function drop_months(parent text, before timestamptz) returns int language plpgsql as $$
begin
    if parent not in ('odds_changes', 'fixture_looks') then
        return drop_plain_months(parent, before);
    end if;
    return (
        select count(*)
        from drop_chunks(parent::regclass, older_than => date_trunc('month', before, 'UTC'))
    );
end $$;

-- Only what is about to be dropped is rolled up: whole chunks.
create or replace function roll_up_odds(before timestamptz) returns bigint language plpgsql as $$
declare
    until timestamptz := (
        select max(range_end) from timescaledb_information.chunks
        where hypertable_name = 'odds_changes'
            and range_end <= date_trunc('month', before, 'UTC')
    );
    written bigint;
begin
    insert into odds_hours (
        fixture_id, hour, bookmaker_id, selection, lay,
        first, first_at, last, last_at, lowest, highest, n
    )
    select
        fixture_id, hour, bookmaker_id, selection, lay,
        first, first_at, last, last_at, lowest, highest, n
    from odds_hours_live
    where hour < until
    on conflict (fixture_id, hour, bookmaker_id, selection, lay) do nothing;
    get diagnostics written = row_count;
    return written;
end $$;
