-- name: add
-- Keep a bet that was taken; the same one again is a no-op.
insert into bets (id, user_id, pick_id, bookmaker, odds, stake, taken_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing
returning id;

-- name: withdraw
-- Say that a bet was never made; nothing is returned where that was said before.
insert into bet_withdrawals (bet_id, withdrawn_at)
select id, $3 from bets where id = $1 and user_id = $2
on conflict do nothing
returning bet_id;

-- name: standing
-- Bets that stand, with what the last settlement of their pick says.
select
    b.id, b.user_id, b.pick_id, b.bookmaker, b.odds, b.stake, b.taken_at,
    p.provenance, s.sequence, s.outcome
from bets b
join picks p on p.id = b.pick_id
left join lateral (
    select sequence, outcome from settlements
    where pick_id = b.pick_id order by sequence desc limit 1
) s on true
where ($1::uuid[] is null or b.pick_id = any($1))
    and ($2::bigint is null or b.user_id = $2)
    and ($3::uuid is null or b.id = $3)
    and not exists (select from bet_withdrawals w where w.bet_id = b.id)
order by b.taken_at, b.id;

-- name: forget_withdrawals
-- Forget what a person withdrew.
delete from bet_withdrawals where bet_id in (select id from bets where user_id = $1);

-- name: forget
-- Forget what a person took.
delete from bets where user_id = $1;

-- name: pass_on
-- A person passed on a pick; again says why.
insert into passes (user_id, pick_id, reason, passed_at) values ($1, $2, $3, $4)
on conflict (user_id, pick_id) do update set
    reason = excluded.reason, passed_at = excluded.passed_at;

-- name: answered
-- Who took these picks or passed on them.
select user_id, pick_id from passes where pick_id = any($1::uuid[])
union
select b.user_id, b.pick_id from bets b
where b.pick_id = any($1::uuid[])
    and not exists (select from bet_withdrawals w where w.bet_id = b.id);

-- name: forget_passes
-- Forget what a person passed on.
delete from passes where user_id = $1;
