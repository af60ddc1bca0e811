-- name: lock
-- One runner at a time: held by the session until unlock, or until the connection ends.
select pg_advisory_lock(7305808869231650);

-- name: unlock
-- Let the next runner in.
select pg_advisory_unlock(7305808869231650);

-- name: prepare
-- The schema and the register of what was applied.
create schema if not exists mon_ps;
create table if not exists mon_ps.schema_migrations (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
);

-- name: enter
-- Unqualified names of a migration land in our schema, whatever the connection's path was.
set local search_path = mon_ps, public;

-- name: applied
-- What this database has already had, in order.
select name, checksum from mon_ps.schema_migrations order by name;

-- name: record
-- One more file is in.
insert into mon_ps.schema_migrations (name, checksum) values ($1, $2);

-- name: timescale_is_there
-- Whether TimescaleDB can be made part of this database, and was loaded by the server.
select exists (select from pg_available_extensions where name = 'timescaledb')
    and 'timescaledb' = any(
        string_to_array(replace(current_setting('shared_preload_libraries'), ' ', ''), ',')
    );
