-- People, what waits to be said to them, and the runs of the jobs.
create table subscribers (
    user_id bigint primary key,
    chat_id bigint not null unique,
    role text not null,
    language text not null,
    wants_picks boolean not null default false,
    state text not null default 'active',
    name text not null default '',
    started_at timestamptz not null,
    updated_at timestamptz not null
);

create table invites (
    code_hash text primary key,
    role text not null,
    created_by bigint not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_by bigint,
    used_at timestamptz
);

create table outbox (
    id bigint generated always as identity primary key,
    dedup_key text not null unique,
    chat_id bigint not null,
    kind text not null,
    pick_id uuid references picks (id),
    version text not null,
    body jsonb not null default '{}',
    priority int not null,
    state text not null default 'pending',
    attempts int not null default 0,
    reminder boolean not null default false,
    created_at timestamptz not null,
    not_before timestamptz not null,
    expires_at timestamptz not null,
    lease_until timestamptz,
    lease_owner text,
    fencing bigint,
    message_id bigint,
    payload_hash text,
    last_error text,
    finished_at timestamptz
);
create unique index outbox_one_in_flight on outbox (chat_id) where state = 'sending';
create index outbox_waiting on outbox (priority, id) where state = 'pending';
create index outbox_cards on outbox (pick_id, chat_id);

create table holds (
    chat_id bigint primary key,
    until timestamptz not null
);

create table runs (
    job text not null,
    scheduled_for timestamptz not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    state text not null,
    fencing bigint,
    report jsonb not null default '{}',
    error text,
    primary key (job, scheduled_for)
);
create index runs_started on runs (started_at);

create table processed_updates (
    update_id bigint primary key,
    processed_at timestamptz not null
);

create table audit (
    at timestamptz not null,
    id bigint generated always as identity,
    user_id bigint not null,
    action text not null,
    detail jsonb not null default '{}',
    primary key (at, id)
);
