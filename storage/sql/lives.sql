-- name: updates
-- How a pick stood at each later look that told something new, oldest first.
select
    pick_id as id, seen_at as update_seen_at, state as update_state, bookmaker as update_bookmaker,
    odds as update_odds, fair_odds as update_fair_odds, edge as update_edge,
    min_odds as update_min_odds
from pick_updates
where pick_id = $1
order by seen_at;

-- name: told
-- When a pick's card was sent to a chat, and the kick-off the pick was made for.
select
    p.set_for,
    (
        select min(o.finished_at) from outbox o
        where o.pick_id = p.id and o.chat_id = $2 and o.kind = 'pick' and o.state = 'sent'
    ) as sent_at
from picks p
where p.id = $1;

-- name: best_edges
-- The best edge that each of these picks was seen with, at its alert or later.
select p.id, greatest(p.edge, coalesce(max(u.edge), p.edge)) as edge
from picks p
left join pick_updates u on u.pick_id = p.id and u.state <> 'gone'
where p.id = any($1::uuid[])
group by p.id, p.edge;
