-- A provider may call one match by several ids, and says more of it than the 90-minute score.
alter table results
    add column event_id text not null default '',
    add column told jsonb,
    drop constraint results_pkey,
    add primary key (fixture_id, read_at, source, event_id);

-- The version of the bookmaker's rules that a settlement was made by; '' before there were any.
alter table settlements add column rules_version text not null default '';

-- Results that no one but a person can settle. What a dispute is about never changes; it is
-- resolved once. The same contradiction (`digest`) is asked once, whatever a person said of it;
-- one that its source had set right may come back.
create table disputes (
    id bigint generated always as identity primary key,
    fixture_id uuid not null references fixtures (id),
    kind text not null,
    digest text not null,
    said jsonb not null,
    opened_at timestamptz not null,
    resolved_at timestamptz,
    resolved_by bigint,
    resolution text,
    home_goals int,
    away_goals int,
    check ((resolved_at is null) = (resolution is null)),
    check (resolution in ('score', 'void', 'withdrawn')),
    check ((resolution = 'score') = (home_goals is not null and away_goals is not null))
);
create unique index disputes_once on disputes (fixture_id, kind, digest)
where resolution is distinct from 'withdrawn';
create index disputes_open on disputes (opened_at) where resolved_at is null;

create function disputes_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.resolved_at is not null
        or (old.id, old.fixture_id, old.kind, old.digest, old.said, old.opened_at)
            is distinct from
            (new.id, new.fixture_id, new.kind, new.digest, new.said, new.opened_at)
    then
        raise exception 'a dispute is history: it is resolved once and never changed';
    end if;
    return new;
end $$;
create trigger disputes_append_only before update or delete on disputes
for each row execute function disputes_append_only();
