-- Odds that people wait for: told once, over with the kick-off of their match.
create table watches (
    id bigint generated always as identity primary key,
    user_id bigint not null,
    fixture_id uuid not null references fixtures (id),
    selection int not null,
    odds double precision not null,
    made_at timestamptz not null,
    told_at timestamptz
);
create unique index watches_waiting on watches (user_id, fixture_id, selection, odds)
    where told_at is null;
create index watches_of_fixtures on watches (fixture_id) where told_at is null;
