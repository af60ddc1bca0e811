-- name: greeting
-- The server process that answers (behind a pooler not the one that greeted us), and our path.
select pg_backend_pid() as pid, current_setting('search_path') as path;
