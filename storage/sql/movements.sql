-- name: add
-- Append events; one that is known stays as it was said first.
insert into movements (
    id, fixture_id, kind, market, selection, direction, books, points, from_odds, to_odds,
    started_at, seen_at, resolution
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict do nothing;

-- name: of_fixtures
-- The events of fixtures within a window, oldest first.
select
    id, fixture_id, kind, market, selection, direction, books, points, from_odds, to_odds,
    started_at, seen_at, resolution
from movements
where fixture_id = any($1::uuid[]) and seen_at >= $2 and seen_at <= $3
order by seen_at, fixture_id, kind, selection, direction;

-- name: recent
-- The latest events of some kinds in fixtures not yet begun, newest first.
select
    m.id, m.fixture_id, m.kind, m.market, m.selection, m.direction, m.books, m.points,
    m.from_odds, m.to_odds, m.started_at, m.seen_at, m.resolution
from movements m
join fixtures f on f.id = m.fixture_id
where m.kind = any($1::text[]) and m.seen_at >= $2 and m.seen_at <= $3 and f.kick_off > $3
order by m.seen_at desc, abs(m.points) desc nulls last, m.id
limit $4;

-- name: forget
-- Drop the events seen before an instant.
delete from movements where seen_at < $1;
