-- name: backend
-- The server process that answers this statement; behind a pooler it is not the one that greeted us.
select pg_backend_pid();
