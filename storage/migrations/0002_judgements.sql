-- Judgements: prices, picks, closes, settlements and what is said about them.
create table prices (
    as_of timestamptz not null,
    fixture_id uuid not null,
    selection int not null,
    excluded text not null,
    probability double precision not null,
    std_error double precision not null,
    refund double precision not null,
    rung smallint not null,
    books smallint not null,
    dispersion double precision not null,
    primary key (fixture_id, as_of, selection, excluded)
) partition by range (as_of);

create table picks (
    id uuid primary key,
    number bigint generated always as identity unique,
    provenance text not null,
    fixture_id uuid not null references fixtures (id),
    selection int not null,
    market_code text not null,
    bookmaker text not null,
    odds double precision not null,
    quoted_at timestamptz not null,
    fair_probability double precision not null,
    fair_std_error double precision not null,
    refund double precision not null,
    rung smallint not null,
    books smallint not null,
    dispersion double precision not null,
    edge double precision not null,
    edge_low double precision not null,
    edge_high double precision not null,
    min_odds double precision not null,
    second_bookmaker text,
    second_odds double precision,
    signal_score double precision not null,
    sweet_spot_score double precision not null,
    in_zone boolean not null,
    stake numeric(12, 4) not null,
    policy_version text not null,
    taken_at timestamptz not null,
    unique (provenance, fixture_id, selection)
);
create index picks_taken_at on picks (taken_at);

create table pick_updates (
    pick_id uuid not null references picks (id),
    seen_at timestamptz not null,
    state text not null,
    bookmaker text,
    odds double precision,
    fair_odds double precision,
    edge double precision,
    min_odds double precision,
    primary key (pick_id, seen_at)
);

create table closings (
    fixture_id uuid not null references fixtures (id),
    captured_at timestamptz not null,
    selection int not null,
    source text not null,
    win double precision not null,
    half_win double precision not null,
    push double precision not null,
    half_loss double precision not null,
    loss double precision not null,
    raw_odds double precision,
    kick_off timestamptz not null,
    grade text not null,
    primary key (fixture_id, captured_at, selection, source)
);

-- One row a pick once its fixture has kicked off; clv is null where no close was caught.
create table pick_closes (
    pick_id uuid primary key references picks (id),
    closed_at timestamptz not null,
    kick_off timestamptz not null,
    grade text,
    source text,
    closing_odds double precision,
    clv double precision,
    log_clv double precision,
    movement double precision,
    alt_grade text,
    alt_source text,
    alt_closing_odds double precision,
    clv_alt double precision
);

create table settlements (
    pick_id uuid not null references picks (id),
    sequence int not null,
    outcome text not null,
    profit numeric(12, 4) not null,
    home_goals int,
    away_goals int,
    rule text not null,
    settled_at timestamptz not null,
    primary key (pick_id, sequence)
);
