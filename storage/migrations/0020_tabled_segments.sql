-- Every segment of a record that was ever tabled: what stands out has to stand out of all of them.
create table tabled_segments (
    provenance text not null,
    segment text not null,
    first_at timestamptz not null,
    primary key (provenance, segment)
);
