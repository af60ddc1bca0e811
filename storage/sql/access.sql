-- name: granted
-- What a person may do by invitation or by hand, while it lasts.
select role, until from roles where user_id = $1 and (until is null or until > $2);

-- name: give
-- Give a person a role; what they were given before is over.
insert into roles (user_id, role, given_by, given_at, until, by_settings)
values ($1, $2, $3, $4, $5, $6)
on conflict (user_id) do update set
    role = excluded.role, given_by = excluded.given_by, given_at = excluded.given_at,
    until = excluded.until, by_settings = excluded.by_settings;

-- name: note_settings
-- Who keeps a role by the settings when the one they were given ends.
update roles set by_settings = user_id = any($1::bigint[])
where by_settings <> (user_id = any($1::bigint[]));

-- name: seen
-- A person was here; once a minute is often enough to know.
update subscribers set seen_at = $2
where user_id = $1 and (seen_at is null or seen_at < $2::timestamptz - interval '1 minute');

-- name: withheld
-- Why nothing may be said to a person any more; null where it may. With $3, something for those who
-- keep the house: what the settings leave them is then not enough, an owner's apart.
select case
    when exists (
        select from bans where user_id = $1 and (until is null or until > $2)
    ) then 'banned'
    when exists (
        select from roles r where r.user_id = $1 and r.until <= $2 and (not r.by_settings or $3
            and not exists (
                select from subscribers s where s.user_id = r.user_id and s.role = 'owner'
            ))
    ) then 'role over'
end;

-- name: people
-- People as those who keep the house see them, the first first.
select
    s.user_id, s.name, s.language, s.state, s.started_at, s.seen_at, r.role, r.until,
    b.banned_by, b.banned_at, b.until as ban_until, b.reason, count(*) over ()::int as total
from subscribers s
left join roles r on r.user_id = s.user_id and (r.until is null or r.until > $1)
left join bans b on b.user_id = s.user_id and (b.until is null or b.until > $1)
where $2::bigint is null or s.user_id = $2
order by s.started_at, s.user_id
limit $3 offset $4;

-- name: invite
-- Keep an invitation; only the hash of its code.
insert into invites (code_hash, role, created_by, created_at, expires_at, uses, role_lasts)
values ($1, $2, $3, $4, $5, $6, $7)
returning number;

-- name: invitations
-- Invitations that may still be used, those that end first first.
select number, role, created_by, created_at, expires_at, uses, used, role_lasts
from invites i, lateral (
    select count(*)::int as used from invite_uses u where u.number = i.number
) as counted
where revoked_at is null and expires_at > $1 and used < uses
order by expires_at, number;

-- name: revoke
-- An invitation lets nobody in any more.
update invites set revoked_at = $2 where number = $1 and revoked_at is null returning role;

-- name: revoke_of
-- What somebody invited to while they could lets nobody in any more.
update invites set revoked_at = $2 where created_by = $1 and revoked_at is null;

-- name: invitation
-- One invitation by the hash of its code: one person at a time may use it.
select number, role, created_by, expires_at, uses, role_lasts, revoked_at
from invites where code_hash = $1 for update;

-- name: used
-- How often an invitation was used, and whether by this person.
select count(*)::int as n, coalesce(bool_or(user_id = $2), false) as mine
from invite_uses where number = $1;

-- name: use
-- Use an invitation.
insert into invite_uses (number, user_id, used_at) values ($1, $2, $3);

-- name: ban
-- Shut a person out; again changes why and until when.
insert into bans (user_id, banned_by, banned_at, until, reason) values ($1, $2, $3, $4, $5)
on conflict (user_id) do update set
    banned_by = excluded.banned_by, banned_at = excluded.banned_at, until = excluded.until,
    reason = excluded.reason, told_at = null;

-- name: unban
-- Let a person in again.
delete from bans where user_id = $1 and (until is null or until > $2) returning user_id;

-- name: banned
-- The ban of a person while it lasts.
select banned_by, banned_at, until as ban_until, reason
from bans where user_id = $1 and (until is null or until > $2);

-- name: tell_ban
-- Whether a banned person is told so now: once a day.
update bans set told_at = $2
where user_id = $1 and (told_at is null or told_at <= $2::timestamptz - interval '1 day')
returning user_id;
