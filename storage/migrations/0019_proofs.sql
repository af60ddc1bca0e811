-- A pick that anybody was shown is history, and so is the card that showed it.
create function was_sent(pick uuid) returns boolean language sql stable as $$
    select exists (
        select from outbox
        where pick_id = pick and kind = 'pick' and state in ('sending', 'sent', 'uncertain')
    )
$$;

create function sent_picks_stand() returns trigger language plpgsql as $$
begin
    if was_sent(old.id) then
        raise exception 'pick % was sent: it is never changed', old.number
            using errcode = 'restrict_violation';
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end $$;
create trigger sent_picks_stand before update or delete on picks
for each row execute function sent_picks_stand();

-- The message may be edited and answered for; that and when it was sent, and of what, stands.
create function sent_cards_stand() returns trigger language plpgsql as $$
begin
    if old.kind = 'pick' and old.state = 'sent' and (
        tg_op = 'DELETE'
        or (old.kind, old.state, old.pick_id, old.finished_at)
            is distinct from (new.kind, new.state, new.pick_id, new.finished_at)
    ) then
        raise exception 'card % was sent: that is never changed', old.id
            using errcode = 'restrict_violation';
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end $$;
create trigger sent_cards_stand before update or delete on outbox
for each row execute function sent_cards_stand();

-- The chain of days, one of each provenance, and the place of each pick in it.
create table proofs (
    provenance text not null check (provenance in ('live', 'paper')),
    day date not null,
    n int not null,
    root text not null,
    previous text not null,
    chain text not null,
    closed_at timestamptz not null,
    primary key (provenance, day)
);
create table proof_leaves (
    pick_id uuid primary key references picks (id),
    provenance text not null,
    day date not null,
    position int not null,
    sent_at timestamptz not null,
    leaf text not null,
    unique (provenance, day, position),
    foreign key (provenance, day) references proofs (provenance, day)
);

create index outbox_proofs on outbox ((body ->> 'day')) where kind = 'proof';

create function proofs_stand() returns trigger language plpgsql as $$
begin
    raise exception '% is kept: what was sent and sworn is never changed', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger proofs_stand before update or delete or truncate on proofs
for each statement execute function proofs_stand();
create trigger proof_leaves_stand before update or delete or truncate on proof_leaves
for each statement execute function proofs_stand();
create trigger sent_picks_stand_whole before truncate on picks
for each statement execute function proofs_stand();
create trigger sent_cards_stand_whole before truncate on outbox
for each statement execute function proofs_stand();

-- The picks that were made, closed or settled from an instant on; null: all.
create function picks_since(since timestamptz) returns setof uuid language sql stable as $$
    select id from picks where since is null or taken_at >= since
    union
    select pick_id from pick_closes where closed_at >= since
    union
    select pick_id from settlements where settled_at >= since
$$;
