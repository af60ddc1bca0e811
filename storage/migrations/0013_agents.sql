-- What agents said: their reasons with each pick, and what each of them was for, in shadow or not.
alter table picks
    add column tier text not null default 'standard',
    add column signals jsonb not null default '[]',
    add column parts jsonb not null default '[]';

-- A bet that one agent would have placed, kept once: the first time it said so.
create table opinions (
    provenance text not null,
    agent text not null,
    fixture_id uuid not null references fixtures (id),
    selection int not null,
    standing text not null,
    direction smallint not null,
    probability double precision not null,
    std_error double precision not null,
    reasons jsonb not null,
    bookmaker text not null,
    odds double precision not null,
    fair double precision not null,
    refund double precision not null,
    source text not null,
    issued_at timestamptz not null,
    primary key (provenance, agent, fixture_id, selection)
);
create index opinions_fixture on opinions (fixture_id);
create index opinions_issued_at on opinions (issued_at);

-- Why a selection is no pick: of its quotes at the last look, the one that came furthest.
create table refusals (
    provenance text not null,
    fixture_id uuid not null references fixtures (id),
    selection int not null,
    gate text not null,
    bookmaker text not null,
    odds double precision not null,
    edge double precision,
    seen_at timestamptz not null,
    primary key (provenance, fixture_id, selection)
);
create index refusals_fixture on refusals (fixture_id);
