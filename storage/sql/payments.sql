-- name: lock
-- One at a time for each person: a balance that two look at at once is none.
select pg_advisory_xact_lock(hashtextextended('payments', $1));

-- name: add
-- Keep a payment; the same one again is a no-op.
insert into payments (id, user_id, provenance, book, amount, transfer, paid_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing
returning id;

-- name: of
-- The payments of a person in one bankroll, the newest first.
select
    p.number, p.id, p.user_id, p.provenance, p.book, p.amount, p.transfer, p.paid_at, r.reversed_at
from payments p
left join payment_reversals r on r.payment_id = p.id
where p.user_id = $1 and p.provenance = $2
order by p.number desc;

-- name: standing
-- A payment that was not reversed, with the other half of its transfer.
select
    p.number, p.id, p.user_id, p.provenance, p.book, p.amount, p.transfer, p.paid_at,
    null::timestamptz as reversed_at
from payments p
join payments asked on asked.id = p.id or asked.transfer = p.transfer
where asked.number = $1 and asked.user_id = $2
    and not exists (select from payment_reversals r where r.payment_id = p.id)
order by p.number;

-- name: reverse
-- Say that a payment was told wrongly.
insert into payment_reversals (payment_id, reversed_at) values ($1, $2)
on conflict do nothing
returning payment_id;

-- name: balances
-- What a person has at each bookmaker: what was paid there, and what bets there moved.
select
    m.book,
    coalesce(sum(m.amount) filter (where m.account = 'cash'), 0) as cash,
    coalesce(sum(m.amount) filter (where m.account = 'at_stake'), 0) as at_stake,
    coalesce(-sum(m.amount) filter (where m.account = 'result'), 0) as profit
from (
    select coalesce(t.bookmaker, y.book) as book, p.account, p.amount
    from ledger_entries e
    join bankrolls b on b.id = e.bankroll
    join ledger_postings p on p.entry = e.number
    left join bets t on t.id = e.subject
    left join payments y on y.id = e.subject
    where b.provenance = $1 and b.owner = $2
) m
group by m.book
having coalesce(sum(m.amount) filter (where m.account = 'cash'), 0) <> 0
    or coalesce(sum(m.amount) filter (where m.account = 'at_stake'), 0) <> 0
    or coalesce(sum(m.amount) filter (where m.account = 'result'), 0) <> 0
order by sum(m.amount) filter (where m.account in ('cash', 'at_stake')) desc nulls last, m.book;

-- name: worth
-- What a person has in one bankroll, stakes included; null where nothing ever moved.
select sum(p.amount)
from bankrolls b
join ledger_entries e on e.bankroll = b.id
join ledger_postings p on p.entry = e.number and p.account in ('cash', 'at_stake')
where b.provenance = $1 and b.owner = $2;

-- name: course
-- By how much each entry changed what a bankroll is worth, in order; a transfer changes nothing.
select max(e.posted_at) as posted_at, sum(p.amount) as moved
from ledger_entries e
join bankrolls b on b.id = e.bankroll
join ledger_postings p on p.entry = e.number
left join payments y on y.id = e.subject
where b.provenance = $1 and b.owner = $2 and p.account in ('cash', 'at_stake')
group by coalesce(y.transfer::text, e.number::text)
having sum(p.amount) <> 0
order by min(e.number);

-- name: forget_reversals
-- Forget which payments of a person were reversed.
delete from payment_reversals where payment_id in (select id from payments where user_id = $1);

-- name: forget
-- Forget what a person paid.
delete from payments where user_id = $1;
