-- name: add
-- Put alerts in the outbox once each; those for no chat (0) go to all that hold the pick's card.
with asked as (
    select * from unnest(
        $1::bigint[], $2::text[], $3::uuid[], $4::text[], $5::jsonb[], $6::int[],
        $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::bigint[]
    ) with ordinality as a (
        chat_id, kind, pick_id, version, body, priority, created_at, not_before, expires_at,
        thread_id, place
    )
),
told as (
    select chat_id, thread_id, kind, pick_id, version, body, priority, created_at, not_before,
        expires_at, place
    from asked where chat_id <> 0
    union all
    select card.chat_id, card.thread_id, a.kind, a.pick_id, a.version, a.body, a.priority,
        a.created_at, a.not_before, a.expires_at, a.place
    from asked a
    join outbox card on card.pick_id = a.pick_id and card.kind = 'pick'
        and card.state in ('pending', 'sending', 'sent', 'uncertain') and card.chat_id <> 0
    where a.chat_id = 0
)
insert into outbox (
    dedup_key, chat_id, thread_id, kind, pick_id, version, body, priority, created_at, not_before,
    expires_at
)
select
    encode(sha256(convert_to(
        concat_ws('|', concat_ws('/', chat_id, nullif(thread_id, 0)), kind, coalesce(pick_id::text, 'None'), version), 'UTF8'
    )), 'hex'),
    chat_id, thread_id, kind, pick_id, version, body, priority, created_at, not_before, expires_at
from told
order by place, chat_id
on conflict (dedup_key) do nothing
returning id;

-- name: supersede
-- A newer edit of a card makes older waiting edits pointless: the card shows what is true now.
update outbox old set state = 'cancelled', last_error = 'superseded', finished_at = new.created_at
from outbox new
where new.id = any($1::bigint[]) and new.kind = any($2::text[]) and old.kind = any($2::text[])
    and old.chat_id = new.chat_id and old.thread_id = new.thread_id
    and old.pick_id = new.pick_id and old.id < new.id
    and old.state = 'pending';

-- name: redate
-- A kick-off moved: what waits to be said before it lives as long, or has had its time.
update outbox
set expires_at = $2::timestamptz,
    state = case when $2::timestamptz <= $3::timestamptz then 'cancelled' else state end,
    last_error = case when $2 <= $3 then 'kick-off moved' else last_error end,
    finished_at = case when $2 <= $3 then $3 else finished_at end
where pick_id = $1 and state = 'pending' and kind in ('pick', 'price', 'better');

-- name: claim
-- Take the next alert of each free chat under a lease; none while a switch holds it back.
with held as (
    select name from switches where is_on and (until is null or until > $1)
),
free as (
    select distinct on (o.chat_id) o.id, o.priority
    from outbox o
    where o.state = 'pending' and o.not_before <= $1
        and o.chat_id <> all ($5::bigint[])
        and not exists (select 1 from holds h where h.chat_id in (o.chat_id, 0) and h.until > $1)
        and not exists (
            select 1 from outbox s where s.chat_id = o.chat_id and s.state = 'sending'
        )
        and not exists (
            select 1 from held
            where held.name in ('sender_paused', 'maintenance')
                or (held.name = 'picks_paused' and o.kind in ('pick', 'watch', 'better'))
        )
    order by o.chat_id, o.priority, o.id
),
next as (
    select o.id
    from outbox o
    join free on free.id = o.id
    order by o.priority, o.id
    limit $6
    for update of o skip locked
)
update outbox o
set state = 'sending', attempts = o.attempts + 1, lease_until = $1 + $2::interval,
    lease_owner = $3, fencing = $4
from next
where o.id = next.id and o.state = 'pending'
returning o.id;

-- name: claimed
-- The claimed alerts with the language of their reader and the card they belong to.
select
    o.id, o.dedup_key, o.chat_id, o.kind, o.pick_id, o.version, o.body, o.attempts, o.reminder,
    o.created_at, o.expires_at, o.payload_hash,
    o.thread_id, coalesce(s.language, r.language, 'fr') as language,
    coalesce(s.state, r.state, 'unknown') as subscriber_state,
    coalesce(r.chat_type, 'private') as chat_type, w.chosen, own.balance,
    card.message_id as card_message_id, card.state as card_state,
    card.payload_hash as card_hash, card.finished_at as card_sent_at
from outbox o
left join subscribers s on s.chat_id = o.chat_id
left join preferences w on w.user_id = o.chat_id
left join routes r on r.chat_id = o.chat_id and r.thread_id = o.thread_id
left join outbox card
    on card.chat_id = o.chat_id and card.thread_id = o.thread_id and card.pick_id = o.pick_id
    and card.kind = 'pick'
left join lateral (
    select sum(p.amount) as balance
    from picks k
    join bankrolls b on b.provenance = k.provenance and b.owner = o.chat_id
    join ledger_entries e on e.bankroll = b.id
    join ledger_postings p on p.entry = e.number and p.account in ('cash', 'at_stake')
    where k.id = o.pick_id
) own on w.chosen -> 'staking' ->> 'basis' = 'balance'
where o.id = any($1::bigint[])
order by o.priority, o.id;

-- name: finish
-- End a claimed alert, if the lease is still ours.
update outbox
set state = $3, message_id = coalesce($4, message_id), payload_hash = coalesce($5, payload_hash),
    last_error = $6, finished_at = $7, lease_until = null
where id = $1 and state = 'sending' and fencing = $2
returning id;

-- name: touch_card
-- The card (perhaps a new message) now shows something else.
update outbox set message_id = $3, payload_hash = $4
where chat_id = $1 and thread_id = $5 and pick_id = $2 and kind = 'pick' and state = 'sent';

-- name: requeue
-- Put a claimed alert back for later, if the lease is still ours.
update outbox
set state = 'pending', not_before = $3, attempts = attempts - $4, last_error = $5,
    reminder = reminder or $6, lease_until = null
where id = $1 and state = 'sending' and fencing = $2
returning id;

-- name: expire
-- What can no longer be said in time is not said.
update outbox
set state = 'expired', last_error = 'expired', finished_at = $1
where state = 'pending' and expires_at <= $1
returning id;

-- name: lapse
-- Alerts whose sender vanished between send and mark: nobody knows whether they arrived.
update outbox
set state = 'uncertain', last_error = 'sender vanished', lease_until = null
where state = 'sending' and lease_until < $1 and id <> all ($2::bigint[])
returning id;

-- name: revive
-- Say uncertain alerts again, once and marked as a reminder; an edit may be repeated freely, what
-- only rings is never said twice.
update outbox
set state = 'pending', not_before = $1, finished_at = null,
    reminder = (kind in ('pick', 'ops', 'proof', 'policy', 'learning'))
where state = 'uncertain' and not reminder and expires_at > $1 and kind not in ('digest', 'last', 'outcome', 'watch',
        'better', 'access', 'announcement')
    and (kind <> 'pick' or message_id is null)
returning id;

-- name: hold
-- Send nothing to this chat (0: to anyone) before an instant.
insert into holds (chat_id, until) values ($1, $2)
on conflict (chat_id) do update set until = greatest(holds.until, excluded.until);

-- name: cancel_chat
-- A chat that blocked the bot gets nothing more.
update outbox
set state = 'cancelled', last_error = $2, finished_at = $3
where chat_id = $1 and state = 'pending';

-- name: migrate_chat
-- A group became a supergroup: its waiting alerts go to the new id.
update outbox set chat_id = $2 where chat_id = $1 and state in ('pending', 'sending');

-- name: counts
-- Alerts by state.
select state, count(*) as n from outbox group by state order by state;

-- name: rows
-- The whole outbox, for the report.
select
    id, dedup_key, chat_id, kind, pick_id, version, state, attempts, message_id, reminder,
    last_error, created_at, finished_at
from outbox
order by id;
