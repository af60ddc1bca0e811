-- How odds moved, as one look showed it; `id` is a function of the first five columns and seen_at.
-- `selection` is null where a whole kind of market was closed or came back, `resolution` the
-- longest time between the two looks of a change.
create table movements (
    id uuid primary key,
    fixture_id uuid not null references fixtures (id),
    kind text not null,
    market smallint not null,
    selection int,
    direction text,
    books text[] not null,
    points double precision,
    from_odds double precision,
    to_odds double precision,
    started_at timestamptz not null,
    seen_at timestamptz not null,
    resolution interval not null
);
create index movements_fixture on movements (fixture_id, seen_at);
create index movements_seen on movements (seen_at);
