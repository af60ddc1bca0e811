-- Double entry. A bankroll is that of the picks of a provenance (owner null) or of a person who
-- says what bets were taken. Entries are only added, and each adds up to nothing.
create table bankrolls (
    id int generated always as identity primary key,
    provenance text not null check (provenance in ('live', 'paper', 'backtest')),
    owner bigint,
    unique nulls not distinct (provenance, owner)
);
create table ledger_entries (
    number bigint generated always as identity primary key,
    bankroll int not null references bankrolls (id),
    subject uuid not null,
    kind text not null check (
        kind in ('opened', 'deposited', 'paid_out', 'staked', 'withdrawn', 'settled', 'reversed')
    ),
    sequence int not null,
    posted_at timestamptz not null,
    unique (bankroll, subject, kind, sequence)
);
create table ledger_postings (
    entry bigint not null references ledger_entries (number),
    account text not null check (account in ('cash', 'at_stake', 'result', 'capital')),
    amount numeric(14, 4) not null check (amount <> 0),
    primary key (entry, account)
);

-- What a person says was taken of a pick, at what odds; what was never made is withdrawn.
create table bets (
    id uuid primary key,
    user_id bigint not null,
    pick_id uuid not null references picks (id),
    bookmaker text not null,
    odds double precision not null check (odds > 1 and odds < 'infinity'),
    stake numeric(12, 4) not null check (stake > 0),
    taken_at timestamptz not null
);
create index bets_of_picks on bets (pick_id);
create index bets_of_people on bets (user_id, taken_at);
create table bet_withdrawals (
    bet_id uuid primary key references bets (id),
    withdrawn_at timestamptz not null
);

create function ledger_balances() returns trigger language plpgsql as $$
begin
    if (select sum(amount) from ledger_postings where entry = new.entry) <> 0 then
        raise exception 'entry % does not balance', new.entry using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger ledger_balances after insert on ledger_postings
deferrable initially deferred for each row execute function ledger_balances();

create function ledger_stands() returns trigger language plpgsql as $$
begin
    raise exception '% is history: what corrects it is another entry', tg_table_name
        using errcode = 'restrict_violation';
end $$;
create trigger ledger_stands before update or truncate on ledger_entries
for each statement execute function ledger_stands();
create trigger ledger_stands before update or truncate on ledger_postings
for each statement execute function ledger_stands();
create trigger ledger_stands before update or truncate on bets
for each statement execute function ledger_stands();
create trigger ledger_stands before update or truncate on bet_withdrawals
for each statement execute function ledger_stands();

-- A person may have all of a bankroll of their own forgotten; nothing else is ever taken away.
create function recommended_stands() returns trigger language plpgsql as $$
begin
    if (select owner from bankrolls where id = old.bankroll) is null then
        raise exception 'entry % is history: what corrects it is another entry', old.number
            using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger recommended_stands before delete on ledger_entries
for each row execute function recommended_stands();
create function recommended_postings_stand() returns trigger language plpgsql as $$
begin
    if (
        select b.owner from ledger_entries e join bankrolls b on b.id = e.bankroll
        where e.number = old.entry
    ) is null then
        raise exception 'entry % is history: what corrects it is another entry', old.entry
            using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger recommended_stands before delete on ledger_postings
for each row execute function recommended_postings_stand();

-- What picks and settlements moved before there was a ledger: a bankroll is a hundred units.
insert into bankrolls (provenance) select distinct provenance from picks;
insert into ledger_entries (bankroll, subject, kind, sequence, posted_at)
select b.id, '00000000-0000-0000-0000-000000000000', 'opened', 0, min(p.taken_at)
from picks p
join bankrolls b on b.provenance = p.provenance
group by b.id;
insert into ledger_postings (entry, account, amount)
select e.number, m.account, m.amount
from ledger_entries e
cross join (values ('cash', 100), ('capital', -100)) m (account, amount);

insert into ledger_entries (bankroll, subject, kind, sequence, posted_at)
select b.id, p.id, 'staked', 0, p.taken_at
from picks p
join bankrolls b on b.provenance = p.provenance
where p.stake > 0
order by p.number;
insert into ledger_postings (entry, account, amount)
select e.number, m.account, m.sign * p.stake
from ledger_entries e
join picks p on p.id = e.subject
cross join (values ('cash', -1), ('at_stake', 1)) m (account, sign)
where e.kind = 'staked';

insert into ledger_entries (bankroll, subject, kind, sequence, posted_at)
select b.id, p.id, m.kind, s.sequence, m.posted_at
from (
    select
        pick_id, sequence, settled_at,
        lead(settled_at) over (partition by pick_id order by sequence) as corrected_at
    from settlements
) s
join picks p on p.id = s.pick_id
join bankrolls b on b.provenance = p.provenance
cross join lateral (
    values ('settled', s.settled_at), ('reversed', s.corrected_at)
) m (kind, posted_at)
where p.stake > 0 and m.posted_at is not null
order by m.posted_at, p.number, s.sequence;
insert into ledger_postings (entry, account, amount)
select e.number, m.account, m.amount * case e.kind when 'settled' then 1 else -1 end
from ledger_entries e
join picks p on p.id = e.subject
join settlements s on s.pick_id = p.id and s.sequence = e.sequence
cross join lateral (
    values ('cash', p.stake + s.profit), ('at_stake', -p.stake), ('result', -s.profit)
) m (account, amount)
where e.kind in ('settled', 'reversed') and m.amount <> 0;
