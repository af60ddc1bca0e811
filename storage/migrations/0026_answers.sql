-- Picks that people passed on, and why; who answered a card is not reminded of it.
create table passes (
    user_id bigint not null,
    pick_id uuid not null references picks (id),
    reason text not null,
    passed_at timestamptz not null,
    primary key (user_id, pick_id)
);
create index passes_of_picks on passes (pick_id);
