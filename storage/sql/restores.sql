-- name: unsure
-- Of what a restored outbox would say, nobody knows what was said since: none of it goes by itself.
update outbox
set state = 'uncertain', reminder = true, last_error = $1, lease_until = null
where state in ('pending', 'sending') or (state = 'uncertain' and not reminder)
returning id;

-- name: said_since
-- What a database knows to have been said, or perhaps said, from an instant on.
select dedup_key, chat_id, thread_id, kind, pick_id, version, priority, state, attempts, created_at,
    not_before, expires_at, message_id, payload_hash, finished_at
from outbox
where (state = 'sent' and finished_at >= $1) or state in ('sending', 'uncertain')
order by id;

-- name: know
-- What was said after a backup is not said again; its pick may not be known yet.
insert into outbox (
    dedup_key, chat_id, kind, pick_id, version, priority, state, attempts, created_at, not_before,
    expires_at, message_id, payload_hash, finished_at, reminder, last_error, thread_id
)
values (
    $1, $2, $3, (select id from picks where id = $4), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
    true, $15, $16
)
on conflict (dedup_key) do update set
    state = excluded.state, message_id = excluded.message_id, attempts = excluded.attempts,
    payload_hash = excluded.payload_hash, finished_at = excluded.finished_at,
    reminder = excluded.reminder, last_error = excluded.last_error
where outbox.state = 'uncertain'
returning id;

-- name: readings
-- The statements that read who asked to be forgotten, or is shut out, where that is written down.
select relname as name,
    format('select coalesce(jsonb_agg(to_jsonb(t)), ''[]'') from mon_ps.%I t', relname) as statement
from pg_class
where relnamespace = 'mon_ps'::regnamespace and relkind = 'r' and relname = any($1::text[]);

-- name: writings
-- The statements that write it down again; what is written stays, unless it is emptied before.
select relname as name,
    format(
        'insert into mon_ps.%1$I select * from jsonb_populate_recordset(null::mon_ps.%1$I, $1)'
        ' on conflict do nothing',
        relname
    ) as statement,
    format('delete from mon_ps.%I', relname) as emptying
from pg_class
where relnamespace = 'mon_ps'::regnamespace and relkind = 'r' and relname = any($1::text[]);

-- name: waiting
-- What waits to be said, and what nobody knows whether it was.
select
    count(*) filter (where state = 'pending') as pending,
    count(*) filter (where state = 'uncertain') as uncertain
from outbox;

-- name: holds_anything
-- Whether a database holds anything that would be missed: people, looks, picks, alerts, acts.
select exists (select from subscribers) or exists (select from picks) or exists (select from looks)
    or exists (select from outbox) or exists (select from audit);
