-- name: presets
-- The presets of these chats, by name.
select number, chat_id, name, written, volume from presets
where chat_id = any($1::bigint[]) order by chat_id, name;

-- name: save_preset
-- Keep a preset under its name.
insert into presets (chat_id, name, written, volume, updated_at) values ($1, $2, $3, $4, $5)
on conflict (chat_id, name) do update set
    written = excluded.written, volume = excluded.volume, updated_at = excluded.updated_at
returning number;

-- name: drop_preset
-- Forget a preset.
delete from presets where chat_id = $1 and number = $2 returning name;

-- name: mutes
-- The mutes of these chats that still hold.
select number, chat_id, kind, key, label, until from mutes
where chat_id = any($1::bigint[]) and (until is null or until > $2)
order by chat_id, number;

-- name: mute
-- Mute something; again changes until when.
insert into mutes (chat_id, kind, key, label, until, made_at) values ($1, $2, $3, $4, $5, $6)
on conflict (chat_id, kind, key) do update set
    until = excluded.until, label = excluded.label, made_at = excluded.made_at
returning number;

-- name: unmute
-- Take a mute back.
delete from mutes where chat_id = $1 and number = $2 returning label;

-- name: forget_mutes
-- Mutes that have had their time.
delete from mutes where until < $1;

-- name: sent
-- New cards a chat was sent: of a match, in the last hour, since its day began.
select
    count(*) filter (where p.fixture_id = $2)::int as match,
    count(*) filter (where o.finished_at > $3)::int as hour,
    count(*) filter (where o.finished_at >= $4)::int as day
from outbox o
join picks p on p.id = o.pick_id
where o.chat_id = $1 and o.kind = 'pick' and o.state in ('sent', 'uncertain')
    and o.finished_at >= least($3::timestamptz, $4::timestamptz, $5::timestamptz);

-- name: beside
-- The card of another pick of the match, the first this chat was sent.
select o.message_id
from outbox o
join picks p on p.id = o.pick_id
where o.chat_id = $1 and o.thread_id = $4 and o.kind = 'pick' and o.state = 'sent'
    and p.fixture_id = $2 and o.pick_id <> $3 and o.message_id is not null
order by o.id
limit 1;

-- name: held
-- Cards that were not sent for reasons that a digest makes good.
select chat_id, pick_id from outbox
where kind = 'pick' and state = 'cancelled' and last_error = any($1::text[])
    and finished_at >= $2;
