-- name: close
-- Keep a closed day; the same day again is a no-op.
insert into proofs (provenance, day, n, root, previous, chain, closed_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing
returning day;

-- name: add_leaf
-- Keep the place of one pick in a closed day.
insert into proof_leaves (pick_id, provenance, day, position, sent_at, leaf)
values ($1, $2, $3, $4, $5, $6);

-- name: hold
-- Let nobody else close a day until the transaction ends.
select pg_advisory_xact_lock(hashtext('proofs'));

-- name: sent
-- Every pick of a provenance that was sent before an instant, with its place in the chain.
select
    p.id, p.number, p.provenance, p.selection, p.bookmaker, p.odds, p.stake, o.sent_at,
    l.day, l.position, l.leaf, l.sent_at as sworn_at
from picks p
join (
    select pick_id, min(finished_at) as sent_at
    from outbox
    where kind = 'pick' and state = 'sent'
    group by pick_id
) o on o.pick_id = p.id
left join proof_leaves l on l.pick_id = p.id
where p.provenance = $1
    and ($2::timestamptz is null or o.sent_at < $2)
    and ($3::date is null or l.day = $3)
    and (not $4::boolean or l.pick_id is null)
order by o.sent_at, p.id;

-- name: sworn
-- How many leaves each closed day of a provenance holds.
select day, count(*)::int as n from proof_leaves where provenance = $1 group by day;

-- name: days
-- The closed days of a provenance in order, with the first message that said each.
select
    d.provenance, d.day, d.n, d.root, d.previous, d.chain, d.closed_at,
    said.finished_at as published_at, said.message_id, said.chain as said_chain
from proofs d
left join lateral (
    select o.finished_at, o.message_id, o.body ->> 'chain' as chain
    from outbox o
    where o.kind = 'proof' and o.body ->> 'provenance' = d.provenance
        and o.body ->> 'day' = d.day::text
    order by (o.body ->> 'chain' <> d.chain) desc, (o.state = 'sent') desc, o.finished_at, o.id
    limit 1
) said on true
where d.provenance = $1 and ($2::date is null or d.day = $2)
order by d.day;

-- name: last
-- The last closed day of a provenance.
select provenance, day, n, root, previous, chain from proofs
where provenance = $1
order by day desc
limit 1;

-- name: provenance
-- The provenance of one pick, by its number or id.
select provenance, id, number from picks where number = $1 or id = $2;
