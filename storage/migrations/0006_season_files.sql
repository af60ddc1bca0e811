-- Seasons gone by, as football-data.co.uk's files tell them. Imported history has no retention.
create function ensure_year(parent text, year int) returns void language plpgsql as $$
declare
    part text := parent || '_' || year;
begin
    if to_regclass(part) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('ensure_year'));
    -- Made while we waited? A query sees it; to_regclass may still remember that it was not there.
    if exists (
        select from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = parent::regclass and c.relname = part
    ) then
        return;
    end if;
    execute format('create table %I (like %I including all)', part, parent);
    execute format(
        'alter table %I attach partition %I for values from (%L) to (%L)',
        parent, part,
        make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'),
        make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC')
    );
end $$;

-- What each file brought when it was last read; the same content is not read again. `unmatched`
-- names the spellings nobody knew: once one is known, the file is worth reading again.
create table season_files (
    name text primary key,
    sha256 text not null,
    read int not null,
    stored int not null,
    seasons jsonb not null,
    bad_rows jsonb not null,
    notes jsonb not null,
    prices int not null,
    prices_rejected jsonb not null,
    unmatched jsonb not null,
    last_modified text,
    imported_at timestamptz not null
);

-- One price of one book at one of two moments: `stage` 1 pre-match, 2 closing. Columns stand
-- widest first: millions of rows carry no padding. No foreign keys: a file's rows arrive together.
create table season_odds (
    fixture_id uuid not null,
    changed_at timestamptz not null,
    odds double precision not null,
    selection int not null,
    bookmaker_id smallint not null,
    stage smallint not null check (stage in (1, 2)),
    primary key (fixture_id, changed_at, selection, bookmaker_id)
) partition by range (changed_at);
