-- What a person switched on or off for everybody; it holds over restarts, until its time is over.
create table switches (
    name text primary key,
    is_on boolean not null,
    until timestamptz,
    turned_by bigint not null,
    turned_at timestamptz not null,
    reason text not null default ''
);
