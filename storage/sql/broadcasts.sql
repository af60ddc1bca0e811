-- name: readers
-- People of a segment (a role, a language, all) who may be told something now, and what they chose.
select s.user_id, s.chat_id, s.role, s.language, s.wants_picks, w.chosen
from subscribers s
left join preferences w on w.user_id = s.user_id
where s.state = 'active' and ($1 = 'all' or s.role = $1 or s.language = $1)
    and not exists (
        select from bans b where b.user_id = s.user_id and (b.until is null or b.until > $2)
    )
    and not exists (
        select from roles r where r.user_id = s.user_id and r.until <= $2 and not r.by_settings
    )
order by s.user_id;

-- name: add
-- Write down what is announced to whom.
insert into broadcasts (made_by, made_at, segment, texts, recipients, chat_id, language)
values ($1, $2, $3, $4, $5, $6, $7)
returning number;

-- name: shown_at
-- Where its progress is shown.
update broadcasts set message_id = $2 where number = $1;

-- name: one
-- One announcement.
select number, made_by, made_at, segment, texts, recipients, chat_id, message_id, language,
    stopped_at, shown, finished_at
from broadcasts where number = $1;

-- name: under_way
-- Announcements whose report was not told yet.
select number, made_by, made_at, segment, texts, recipients, chat_id, message_id, language,
    stopped_at, shown, finished_at
from broadcasts where finished_at is null order by number;

-- name: counts
-- What became of an announcement so far.
select
    count(*) filter (where state in ('pending', 'sending'))::int as waiting,
    count(*) filter (where state = 'sent')::int as sent,
    count(*) filter (where state = 'uncertain')::int as uncertain,
    count(*) filter (where last_error in ('blocked', 'unreachable'))::int as blocked,
    count(*) filter (where last_error in ('off', 'banned', 'role over'))::int as left_out,
    count(*) filter (where state = 'cancelled' and last_error = 'stopped')::int as stopped,
    count(*) filter (
        where state in ('dead', 'expired', 'cancelled') and coalesce(last_error, '') not in
            ('blocked', 'unreachable', 'off', 'banned', 'role over', 'stopped')
    )::int as failed
from outbox where kind = 'announcement' and version = $1;

-- name: stop
-- Say no more of an announcement; what is being sent now is sent.
update broadcasts set stopped_at = $2
where number = $1 and stopped_at is null and finished_at is null
returning number;

-- name: cancel
-- What waits of an announcement is not said.
update outbox set state = 'cancelled', last_error = 'stopped', finished_at = $2
where kind = 'announcement' and version = $1 and state = 'pending';

-- name: show
-- What the progress message shows now; with the end, that it was told.
update broadcasts set shown = $2, finished_at = $3 where number = $1;
