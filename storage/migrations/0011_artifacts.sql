-- What was learned, version by version: rows are added, never changed. `body` is in `format`,
-- `sha256` what its bytes hashed to when they were written, `seen_until` the last that was learned
-- from, `metrics` what the fit said of itself.
create table artifacts (
    name text not null,
    version int not null,
    fitted_at timestamptz not null,
    seen_until timestamptz not null,
    sha256 text not null,
    format text not null,
    body bytea not null,
    metrics jsonb not null,
    primary key (name, version)
);
