-- name: of
-- What these people said, each in order.
select user_id, said, about, amount, until, at from care
where user_id = any($1::bigint[]) order by user_id, line;

-- name: in_turn
-- One person says one thing at a time, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('care', $1));

-- name: say
-- Add a line.
insert into care (user_id, line, said, about, amount, until, at)
select $1, coalesce(max(line), 0) + 1, $2, $3, $4, $5, $6 from care where user_id = $1;

-- name: forget
-- Of one person: all of it, or all but what keeps bets from them.
delete from care where user_id = $1 and not (said in ('pause', 'lift') and $2::boolean);
