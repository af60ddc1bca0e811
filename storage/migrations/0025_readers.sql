-- What readers want to be told of: presets let picks in, mutes keep them out.
create table presets (
    number bigint generated always as identity unique,
    chat_id bigint not null,
    name text not null,
    written text not null,
    volume text not null,
    updated_at timestamptz not null,
    primary key (chat_id, name)
);

create table mutes (
    number bigint generated always as identity primary key,
    chat_id bigint not null,
    kind text not null,
    key text not null,
    label text not null,
    until timestamptz,
    made_at timestamptz not null,
    unique (chat_id, kind, key)
);

-- Groups, topics and channels that are told of picks too: a topic is a route of its own.
create table routes (
    number bigint generated always as identity primary key,
    chat_id bigint not null,
    thread_id bigint not null default 0,
    chat_type text not null,
    title text not null,
    language text not null,
    kinds text[] not null,
    written text not null default '',
    state text not null default 'active',
    made_by bigint not null,
    made_at timestamptz not null,
    unique (chat_id, thread_id)
);

alter table outbox add column thread_id bigint not null default 0;
create index outbox_told on outbox (chat_id, finished_at) where kind = 'pick';
