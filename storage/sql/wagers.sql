-- name: of
-- The bets of a person that stand, each with its match and what was recommended, oldest first.
select
    b.id as bet_id, b.user_id, p.provenance, p.selection, b.bookmaker, b.odds, b.stake, b.taken_at,
    p.number, p.odds as advised, p.taken_at as advised_at, s.outcome,
    f.id, f.competition, f.home_key, f.home_name, f.away_key, f.away_name, f.kick_off, f.status
from bets b
join picks p on p.id = b.pick_id
join fixtures f on f.id = p.fixture_id
left join lateral (
    select outcome from settlements where pick_id = b.pick_id order by sequence desc limit 1
) s on true
where b.user_id = $1
    and not exists (select from bet_withdrawals w where w.bet_id = b.id)
order by b.taken_at, b.id;
