-- name: all
-- Where else picks are told.
select number, chat_id, thread_id, chat_type, title, language, kinds, written, state, made_by,
    made_at
from routes order by number;

-- name: open
-- Tell a chat or a topic of it; again changes what it is told.
insert into routes (
    chat_id, thread_id, chat_type, title, language, kinds, written, made_by, made_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (chat_id, thread_id) do update set
    chat_type = excluded.chat_type, title = excluded.title, language = excluded.language,
    kinds = excluded.kinds, written = excluded.written, state = 'active'
returning number;

-- name: close
-- Tell it nothing more.
delete from routes where number = $1 returning chat_id;

-- name: set_state
-- The bot was removed from a chat, or came back.
update routes set state = $2 where chat_id = $1;

-- name: migrate
-- A group became a supergroup.
update routes set chat_id = $2 where chat_id = $1;
