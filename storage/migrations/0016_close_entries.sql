-- The close of a pick is kept as entries, one after another; the last one counts and none is ever
-- changed: fixed at kick-off, reopened because the kick-off moved, or fixed better afterwards.
alter table pick_closes rename to pick_close_entries;
alter table pick_close_entries
    add column sequence int not null default 1,
    add column why text not null default 'kick_off' check (why in ('kick_off', 'moved', 'better')),
    add column book_odds double precision,
    drop constraint pick_closes_pkey,
    add primary key (pick_id, sequence);
alter table pick_close_entries alter column sequence drop default, alter column why drop default;

-- Movement was measured against the sharp book's odds, whoever was bet at: that is no movement.
update pick_close_entries set movement = null where movement is not null;

create view pick_closes as
select
    pick_id, closed_at, kick_off, grade, source, closing_odds, clv, log_clv, movement,
    alt_grade, alt_source, alt_closing_odds, clv_alt, sequence, why, book_odds
from pick_close_entries e
where why <> 'moved' and not exists (
    select from pick_close_entries later
    where later.pick_id = e.pick_id and later.sequence > e.sequence
);

create function close_entries_stand() returns trigger language plpgsql as $$
begin
    raise exception 'a close that counted is history: entries are only added'
        using errcode = 'restrict_violation';
end $$;
create trigger close_entries_stand before update or delete or truncate on pick_close_entries
for each statement execute function close_entries_stand();

-- What the very book that was bet offered of the same selection as kick-off neared: its movement
-- is shown apart from closes and has no fair price.
create table book_closes (
    fixture_id uuid not null references fixtures (id),
    captured_at timestamptz not null,
    kick_off timestamptz not null,
    odds double precision not null,
    selection int not null,
    bookmaker text not null,
    check (captured_at <= kick_off),
    primary key (fixture_id, captured_at, selection, bookmaker)
);
