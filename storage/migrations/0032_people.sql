-- What a person may do, given by an invitation or by hand; one at a time, with or without an end.
-- `by_settings` says that the settings give them a role as well: then something is left at the end.
create table roles (
    user_id bigint primary key,
    role text not null,
    given_by bigint not null,
    given_at timestamptz not null,
    until timestamptz,
    by_settings boolean not null default false
);
insert into roles (user_id, role, given_by, given_at)
select distinct on (used_by) used_by, role, created_by, used_at
from invites
where used_by is not null
order by used_by, array_position(array['viewer', 'member', 'analyst', 'admin'], role) desc;

-- An invitation lets in as many as it says, each person once.
alter table invites add column number bigint generated always as identity unique;
alter table invites add column uses int not null default 1;
alter table invites add column role_lasts interval;
alter table invites add column revoked_at timestamptz;
create table invite_uses (
    number bigint not null references invites (number),
    user_id bigint not null,
    used_at timestamptz not null,
    primary key (number, user_id)
);
insert into invite_uses (number, user_id, used_at)
select number, used_by, used_at from invites where used_by is not null;
alter table invites drop column used_by, drop column used_at;

create table bans (
    user_id bigint primary key,
    banned_by bigint not null,
    banned_at timestamptz not null,
    until timestamptz,
    reason text not null default '',
    told_at timestamptz
);

alter table subscribers add column seen_at timestamptz;

-- What was announced to many; who got it is in the outbox, under its number.
create table broadcasts (
    number bigint generated always as identity primary key,
    made_by bigint not null,
    made_at timestamptz not null,
    segment text not null,
    texts jsonb not null,
    recipients int not null,
    chat_id bigint not null,
    message_id bigint,
    language text not null,
    stopped_at timestamptz,
    shown jsonb,
    finished_at timestamptz
);
create index broadcasts_under_way on broadcasts (number) where finished_at is null;
create index outbox_announced on outbox (version) where kind = 'announcement';
