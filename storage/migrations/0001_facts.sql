-- Facts: what providers said, verbatim and parsed.
create sequence fencing_tokens;

create table payloads (
    fetched_at timestamptz not null,
    id uuid not null,
    source text not null,
    path text not null,
    params jsonb not null,
    purpose text not null,
    status int not null,
    headers jsonb not null,
    body bytea not null,
    primary key (fetched_at, id)
) partition by range (fetched_at);
create table payloads_default partition of payloads default;

create table fixtures (
    id uuid primary key,
    competition text not null,
    home_key text not null,
    home_name text not null,
    away_key text not null,
    away_name text not null,
    kick_off timestamptz not null,
    original_kick_off timestamptz not null,
    status text not null,
    updated_at timestamptz not null
);
create index fixtures_kick_off on fixtures (kick_off);

create table fixture_events (
    provider text not null,
    event_id text not null,
    fixture_id uuid not null references fixtures (id),
    kick_off timestamptz not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (provider, event_id)
);
create index fixture_events_fixture on fixture_events (fixture_id);

create table unmatched_names (
    provider text not null,
    competition text not null,
    name text not null,
    opponent text not null,
    kick_off timestamptz not null,
    suggestions jsonb not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    seen int not null default 1,
    resolved_as text,
    primary key (provider, competition, name)
);

create table looks (
    captured_at timestamptz not null,
    id uuid not null,
    purpose text not null,
    offered int not null,
    kept int not null,
    rejected jsonb not null,
    refused jsonb not null,
    fixtures int not null,
    fixtures_priced int not null,
    picks int not null,
    primary key (captured_at, id)
);

create table quotes (
    captured_at timestamptz not null,
    fixture_id uuid not null,
    bookmaker text not null,
    selection int not null,
    lay boolean not null,
    odds double precision not null,
    quoted_at timestamptz not null,
    primary key (fixture_id, captured_at, selection, bookmaker, lay)
) partition by range (captured_at);
create table quotes_default partition of quotes default;

create table provider_keys (
    provider text not null,
    fingerprint text not null,
    state jsonb not null,
    updated_at timestamptz not null,
    primary key (provider, fingerprint)
);

create table results (
    fixture_id uuid not null references fixtures (id),
    read_at timestamptz not null,
    source text not null,
    status text not null,
    phase text not null,
    home_goals int,
    away_goals int,
    home_half_time int,
    away_half_time int,
    kick_off timestamptz not null,
    primary key (fixture_id, read_at, source)
);
