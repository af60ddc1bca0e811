-- Prices too good to be believed at once, since the look that saw them first.
create table quarantined (
    provenance text not null,
    fixture_id uuid not null references fixtures (id),
    selection int not null,
    bookmaker text not null,
    odds double precision not null,
    since timestamptz not null,
    primary key (provenance, fixture_id, selection, bookmaker)
);
