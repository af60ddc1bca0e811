-- name: stakes
-- The stakes of picks without a result, and of those settled whose game began not long ago.
select
    p.provenance, p.fixture_id, p.selection, f.competition, f.kick_off, p.stake,
    s.pick_id is not null as settled
from picks p
join fixtures f on f.id = p.fixture_id
left join lateral (
    select pick_id from settlements where pick_id = p.id order by sequence desc limit 1
) s on true
where p.provenance = $1 and f.kick_off > $2 and (s.pick_id is null or f.kick_off > $3)
order by f.kick_off, p.id;

-- name: bankroll
-- Units won or lost so far, and the most that had been won at any time.
with last as (
    select distinct on (s.pick_id) s.pick_id, s.profit, s.settled_at
    from settlements s
    join picks p on p.id = s.pick_id
    where p.provenance = $1
    order by s.pick_id, s.sequence desc
),
running as (
    select sum(profit) over (order by settled_at, pick_id) as won from last
)
select
    coalesce((select sum(profit) from last), 0)::float8 as won,
    coalesce(greatest(max(won), 0), 0)::float8 as most
from running;

-- name: quarantined
-- Prices held for being too good.
select fixture_id, selection, bookmaker, odds, since from quarantined
where provenance = $1
order by fixture_id, selection, bookmaker;

-- name: release
-- Forget the prices held.
delete from quarantined where provenance = $1;

-- name: hold
-- Keep the prices held.
insert into quarantined (provenance, fixture_id, selection, bookmaker, odds, since)
values ($1, $2, $3, $4, $5, $6);
