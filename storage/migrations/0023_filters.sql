-- Filters that people asked for: a button has no room for one, so it carries its number.
create table filters (
    number bigint generated always as identity primary key,
    written text not null unique,
    asked_at timestamptz not null
);
