-- Facts: what providers said, verbatim and parsed.
create sequence fencing_tokens;

-- Time-partitioned tables get one partition a month, made just before it is needed.
create function ensure_month(parent text, at timestamptz) returns void language plpgsql as $$
declare
    first timestamp := date_trunc('month', at at time zone 'UTC');
    part text := parent || '_' || to_char(first, 'YYYY_MM');
begin
    if to_regclass(part) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('ensure_month'));
    -- Made while we waited? A query sees it; to_regclass may still remember that it was not there.
    if exists (
        select from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = parent::regclass and c.relname = part
    ) then
        return;
    end if;
    -- Attached, not created in place: that would wait for whoever reads or writes other months.
    execute format('create table %I (like %I including all)', part, parent);
    execute format(
        'alter table %I attach partition %I for values from (%L) to (%L)',
        parent, part,
        first at time zone 'UTC', (first + interval '1 month') at time zone 'UTC'
    );
end $$;

-- Retention drops whole months that ended before an instant; returns how many.
create function drop_months(parent text, before timestamptz) returns int language plpgsql as $$
declare
    part text;
    dropped int := 0;
begin
    for part in
        select c.relname
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = parent::regclass
            and c.relname < parent || '_' || to_char(before at time zone 'UTC', 'YYYY_MM')
    loop
        execute format('drop table %I', part);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;

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
