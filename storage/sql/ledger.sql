-- name: open
-- Make a bankroll; nothing is returned where it is there already.
insert into bankrolls (provenance, owner) values ($1, $2)
on conflict do nothing
returning id;

-- name: add_entry
-- Append an entry; the same one again is a no-op.
insert into ledger_entries (bankroll, subject, kind, sequence, posted_at)
select id, $3, $4, $5, $6
from bankrolls where provenance = $1 and owner is not distinct from $2
on conflict do nothing
returning number;

-- name: add_posting
-- Append what an account gained by an entry.
insert into ledger_postings (entry, account, amount) values ($1, $2, $3);

-- name: statements
-- How the accounts of every bankroll stand, or of a person's.
select
    b.provenance, b.owner,
    coalesce(sum(p.amount) filter (where p.account = 'cash'), 0) as cash,
    coalesce(sum(p.amount) filter (where p.account = 'at_stake'), 0) as at_stake,
    coalesce(sum(p.amount) filter (where p.account = 'result'), 0) as result,
    coalesce(sum(p.amount) filter (where p.account = 'capital'), 0) as capital
from bankrolls b
left join ledger_entries e on e.bankroll = b.id
left join ledger_postings p on p.entry = e.number
where b.owner is not distinct from $1
group by b.id
order by b.provenance;

-- name: entries
-- The entries of a bankroll in order, from one on, each with what its accounts gained.
select
    e.number, e.subject, e.kind, e.sequence, e.posted_at,
    array_agg(p.account order by p.account) as accounts,
    array_agg(p.amount order by p.account) as amounts
from ledger_entries e
join bankrolls b on b.id = e.bankroll
join ledger_postings p on p.entry = e.number
where b.provenance = $1 and b.owner is not distinct from $2 and e.number > $3
group by e.number
order by e.number
limit $4;

-- name: settled_terms
-- What the next settlement of picks is paid by: stakes, and the settlement it would correct.
select p.id, p.provenance, p.stake, s.sequence, s.outcome, s.profit
from picks p
left join lateral (
    select sequence, outcome, profit from settlements
    where pick_id = p.id order by sequence desc limit 1
) s on true
where p.id = any($1::uuid[]);

-- name: forget_postings
-- Forget what moved in a person's bankrolls.
delete from ledger_postings where entry in (
    select e.number from ledger_entries e
    join bankrolls b on b.id = e.bankroll
    where b.owner = $1
);

-- name: forget_entries
-- Forget why it moved.
delete from ledger_entries where bankroll in (select id from bankrolls where owner = $1);

-- name: forget_bankrolls
-- Forget a person's bankrolls.
delete from bankrolls where owner = $1;
