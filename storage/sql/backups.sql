-- name: hold
-- One backup of a database at a time: held until the transaction ends, however it ends.
select pg_try_advisory_xact_lock(hashtextextended('mon_ps.backup', 0));

-- name: server
-- The server's major version, and whether another keeper of data lives in this database.
select
    current_setting('server_version_num')::int / 10000 as major,
    exists (select from pg_extension where extname = 'timescaledb') as timescale;

-- name: is_ours
-- Whether this database has our schema.
select to_regclass('mon_ps.schema_migrations') is not null;

-- name: strangers
-- How many tables of others are in this database.
select count(*) from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_';

-- name: export
-- Let another session see exactly what this one sees.
select pg_export_snapshot();

-- name: countings
-- The statement that counts each table's rows (an identifier takes no parameter).
select c.relname as name, format('select count(*) from mon_ps.%I', c.relname) as statement
from pg_class c
where c.relnamespace = 'mon_ps'::regnamespace and c.relkind in ('r', 'p')
    and not c.relispartition
order by c.relname;

-- name: heaps
-- How many tables hold rows themselves: what a dump goes through one by one.
select count(*) from pg_class where relnamespace = 'mon_ps'::regnamespace and relkind = 'r';

-- name: hold_restore
-- One restore beside a database at a time: held until the session ends.
select pg_try_advisory_lock(hashtextextended('mon_ps.restore.' || $1, 0));

-- name: sessions
-- How many others are in a database.
select count(*) from pg_stat_activity
where datname = $1 and pid <> pg_backend_pid() and backend_type = 'client backend';

-- name: left_over
-- Databases that restores which did not end have left behind.
select datname from pg_database where starts_with(datname, $1);

-- name: exists
-- Whether there is such a database.
select exists (select from pg_database where datname = $1);

-- name: create
-- The statement that makes an empty database.
select format('create database %I template template0', $1::text);

-- name: drop
-- The statement that drops a database, whoever is in it.
select format('drop database if exists %I with (force)', $1::text);

-- name: rename
-- The statement that gives a database another name.
select format('alter database %I rename to %I', $1::text, $2::text);
