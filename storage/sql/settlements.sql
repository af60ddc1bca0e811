-- name: add_result
-- Append one reading of a result.
insert into results (
    fixture_id, read_at, source, status, phase, home_goals, away_goals,
    home_half_time, away_half_time, kick_off
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing;

-- name: reads
-- Every reading of fixtures' results, oldest first.
select
    fixture_id, read_at, source, status, phase, home_goals, away_goals,
    home_half_time, away_half_time, kick_off
from results
where fixture_id = any($1::uuid[])
order by fixture_id, read_at, source;

-- name: add
-- Append a settlement; a correction is a new sequence, the same one again a no-op.
insert into settlements (
    pick_id, sequence, outcome, profit, home_goals, away_goals, rule, settled_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing
returning pick_id;

-- name: bets
-- Settled picks of one provenance, as statistics need them.
select
    p.fixture_id, s.settled_at, p.odds, p.stake, s.profit, p.edge, s.outcome,
    case when c.grade in ('A', 'B') or (p.provenance = 'backtest' and c.grade = 'D')
        then c.clv end as clv,
    case when c.alt_grade in ('A', 'B') or (p.provenance = 'backtest' and c.alt_grade = 'D')
        then c.clv_alt end as clv_alt
from picks p
join lateral (
    select * from settlements where pick_id = p.id order by sequence desc limit 1
) s on true
left join pick_closes c on c.pick_id = p.id
where p.provenance = $1
    and ($2::timestamptz is null or s.settled_at >= $2)
    and ($3::timestamptz is null or s.settled_at < $3)
order by s.settled_at, p.number;
