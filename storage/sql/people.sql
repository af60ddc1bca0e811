-- name: get
-- One person by user id.
select user_id, chat_id, role, language, wants_picks, state, name
from subscribers where user_id = $1;

-- name: save
-- Keep a person; pressing /start again changes what they told us, not when they came.
insert into subscribers (
    user_id, chat_id, role, language, wants_picks, state, name, started_at, updated_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
on conflict (user_id) do update set
    chat_id = excluded.chat_id, role = excluded.role, language = excluded.language,
    wants_picks = excluded.wants_picks, state = excluded.state, name = excluded.name,
    updated_at = excluded.updated_at;

-- name: subscribers
-- People who may be written to.
select user_id, chat_id, role, language, wants_picks
from subscribers
where state = 'active' and wants_picks and role = any($1::text[])
order by user_id;

-- name: owners
-- Owners are told what a person must do, whether they want picks or not.
select user_id, chat_id, role, language, wants_picks
from subscribers
where state = 'active' and role = $1
order by user_id;

-- name: keepers
-- Owners and admins are told what was sworn, whether they want picks or not.
select user_id, chat_id, role, language, wants_picks
from subscribers
where state = 'active' and role = any($1::text[])
order by user_id;

-- name: set_language
-- Change a person's language.
update subscribers set language = $2, updated_at = $3 where user_id = $1;

-- name: set_wants_picks
-- Turn a person's picks on or off.
update subscribers set wants_picks = $2, updated_at = $3 where user_id = $1;

-- name: set_role
-- Change what a person may do; who had no role left is written to again.
update subscribers set
    role = $2, updated_at = $3, wants_picks = coalesce($4, wants_picks),
    state = case when state = 'revoked' then 'active' else state end
where user_id = $1;

-- name: set_state
-- A chat blocked the bot, came back, or is gone.
update subscribers set state = $2, updated_at = $3 where chat_id = $1;

-- name: migrate_chat
-- A group became a supergroup.
update subscribers set chat_id = $2 where chat_id = $1;

-- name: seen_update
-- Remember an update; returns nothing when it was seen before.
insert into processed_updates (update_id, processed_at) values ($1, $2)
on conflict do nothing
returning update_id;

-- name: forget_updates
-- Updates older than the provider keeps them can't come back.
delete from processed_updates where processed_at < $1;

-- name: audit
-- Say who did what before it is done.
insert into audit (at, user_id, action, detail) values ($1, $2, $3, $4);
