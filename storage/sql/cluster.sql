-- name: create_statement
-- The statement that creates a database, or null where it exists (an identifier takes no parameter).
select format('create database %I', $1::text)
where not exists (select 1 from pg_database where datname = $1::text);
