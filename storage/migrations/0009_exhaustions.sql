-- When every key of a provider was out of credits: its owner is told once, and once when it is over.
create table exhaustions (
    provider text not null,
    began_at timestamptz not null,
    until timestamptz not null,
    ended_at timestamptz,
    primary key (provider, began_at)
);
create unique index exhaustions_open on exhaustions (provider) where ended_at is null;
