-- name: day
-- The matches of a window, each with how many picks it brought and how many bets were refused.
select
    f.id, f.competition, f.home_key, f.home_name, f.away_key, f.away_name, f.kick_off, f.status,
    (select count(*) from picks where provenance = $3 and fixture_id = f.id) as picks,
    (select count(*) from refusals where provenance = $3 and fixture_id = f.id) as refused
from fixtures f
where f.kick_off >= $1 and f.kick_off < $2
order by f.kick_off, f.id;

-- name: sweet
-- The picks before kick-off whose scores and odds lie in the zone, by kick-off.
select p.id, p.number, f.kick_off
from picks p
join fixtures f on f.id = p.fixture_id
where p.provenance = $1 and p.in_zone and f.kick_off > $2
    and not exists (select 1 from settlements where pick_id = p.id)
order by f.kick_off, p.number;

-- name: keyed
-- The match whose id begins as a button says.
select id, competition, home_key, home_name, away_key, away_name, kick_off, status
from fixtures
where id between $1 and $2
order by kick_off desc
limit 1;
