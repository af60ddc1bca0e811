-- name: remember
-- Write down that somebody asked to be forgotten.
insert into forgotten (user_id, forgotten_at) values ($1, $2) on conflict do nothing;

-- name: again
-- Those who asked, and have not come back since: a backup may have brought them.
select user_id, max(forgotten_at) as forgotten_at from forgotten f
where not exists (
    select from subscribers s where s.user_id = f.user_id and s.started_at > f.forgotten_at
)
group by user_id order by user_id;

-- name: present
-- Whether anything of a person is there.
select exists (select from subscribers where user_id = $1)
    or exists (select from preferences where user_id = $1)
    or exists (select from presets where chat_id = $1)
    or exists (select from mutes where chat_id = $1)
    or exists (select from watches where user_id = $1)
    or exists (select from parked where user_id = $1)
    or exists (select from bets where user_id = $1)
    or exists (select from passes where user_id = $1)
    or exists (select from payments where user_id = $1)
    or exists (select from roles where user_id = $1 or given_by = $1)
    or exists (select from invite_uses where user_id = $1)
    or exists (select from invites where created_by = $1)
    or exists (select from bans where banned_by = $1 or (user_id = $1 and reason <> ''))
    or exists (select from broadcasts where made_by = $1)
    or exists (select from audit where user_id = $1 or detail ->> 'person' = ($1::bigint)::text)
    or exists (select from care where user_id = $1 and said not in ('pause', 'lift'))
    or exists (select from outbox where chat_id = $1);

-- name: unname_cards
-- Cards that were sent are the proof of the record: they stay, and of nobody.
update outbox set chat_id = 0, dedup_key = 'forgotten|' || id, body = '{}', message_id = null
where chat_id = $1 and kind = 'pick' and state in ('sent', 'uncertain');

-- name: drop_outbox
-- All else that was or would be said to a person.
delete from outbox where chat_id = $1;

-- name: drop_holds
-- Of one person.
delete from holds where chat_id = $1;

-- name: drop_preferences
-- Of one person.
delete from preferences where user_id = $1;

-- name: drop_presets
-- Of one person.
delete from presets where chat_id = $1;

-- name: drop_mutes
-- Of one person.
delete from mutes where chat_id = $1;

-- name: drop_watches
-- Of one person.
delete from watches where user_id = $1;

-- name: drop_parked
-- Of one person.
delete from parked where user_id = $1;

-- name: drop_role
-- What a person was given.
delete from roles where user_id = $1;

-- name: drop_uses
-- What let a person in.
delete from invite_uses where user_id = $1;

-- name: unname_roles
-- Roles a person gave are still held.
update roles set given_by = 0 where given_by = $1;

-- name: unname_bans
-- A ban stands by its number, or asking to be forgotten would lift it; nothing else of it stays.
update bans set
    reason = case when user_id = $1 then '' else reason end,
    banned_by = case when banned_by = $1 then 0 else banned_by end
where user_id = $1 or banned_by = $1;

-- name: unname_broadcasts
-- What a person announced, others have read.
update broadcasts set made_by = 0, chat_id = 0, message_id = null where made_by = $1;

-- name: unname_invites
-- Invitations a person made still let others in.
update invites set created_by = 0 where created_by = $1;

-- name: unname_audit
-- What was done stays written down; who did it, and to whom, is nobody any more.
update audit set
    user_id = case when user_id = $1 then 0 else user_id end,
    detail = case when detail ->> 'person' = ($1::bigint)::text
        then jsonb_set(detail, '{person}', '0') else detail end
where user_id = $1 or detail ->> 'person' = ($1::bigint)::text;

-- name: unname_switches
-- What a person turned on stands.
update switches set turned_by = 0 where turned_by = $1;

-- name: unname_jobs
-- What a person paused stays so.
update paused_jobs set paused_by = 0 where paused_by = $1;

-- name: unname_aliases
-- What a person said a name means still does.
update team_aliases set
    accepted_by = case when accepted_by = $1 then 0 else accepted_by end,
    undone_by = case when undone_by = $1 then 0 else undone_by end
where $1 in (accepted_by, undone_by);

-- name: unname_names
-- Names a person settled are settled.
update unmatched_names set resolved_by = 0 where resolved_by = $1;

-- name: unname_places
-- Of one person.
update routes set made_by = 0 where made_by = $1;

-- name: drop_person
-- Of one person.
delete from subscribers where user_id = $1;

-- name: person
-- A person as they are kept, and what they chose.
select s.user_id, s.chat_id, s.role, s.language, s.wants_picks, s.state, s.name, s.started_at,
    s.updated_at, p.chosen
from subscribers s
left join preferences p on p.user_id = s.user_id
where s.user_id = $1;

-- name: presets_of
-- Of one person.
select name, written, volume, updated_at from presets where chat_id = $1 order by name;

-- name: mutes_of
-- Of one person.
select kind, key, label, until, made_at from mutes where chat_id = $1 order by number;

-- name: watches_of
-- Of one person.
select f.home_name, f.away_name, f.kick_off, w.selection, w.odds, w.made_at, w.told_at
from watches w
join fixtures f on f.id = w.fixture_id
where w.user_id = $1 order by w.id;

-- name: bets_of
-- Of one person.
select p.number as pick, b.bookmaker, b.odds, b.stake, b.taken_at, w.withdrawn_at
from bets b
join picks p on p.id = b.pick_id
left join bet_withdrawals w on w.bet_id = b.id
where b.user_id = $1 order by b.taken_at;

-- name: passes_of
-- Of one person.
select p.number as pick, x.reason, x.passed_at
from passes x join picks p on p.id = x.pick_id
where x.user_id = $1 order by x.passed_at;

-- name: payments_of
-- Of one person.
select p.provenance, p.book, p.amount, p.transfer is not null as transfer, p.paid_at, r.reversed_at
from payments p left join payment_reversals r on r.payment_id = p.id
where p.user_id = $1 order by p.number;

-- name: roles_of
-- Of one person.
select role, given_at, until from roles where user_id = $1;

-- name: uses_of
-- Of one person.
select i.role, i.created_at, i.expires_at, u.used_at
from invite_uses u join invites i on i.number = u.number
where u.user_id = $1 order by u.used_at;

-- name: bans_of
-- Of one person.
select banned_at, until, reason from bans where user_id = $1;

-- name: audit_of
-- Of one person.
select at, action, detail from audit where user_id = $1 order by at;

-- name: told
-- What was or is to be said to a person.
select kind, version, state, created_at, finished_at from outbox where chat_id = $1 order by id;

-- name: care_of
-- Of one person.
select said, about, amount, until, at from care where user_id = $1 order by line;
