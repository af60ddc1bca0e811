-- name: add_result
-- Append one reading of a result.
insert into results (
    fixture_id, read_at, source, status, phase, home_goals, away_goals,
    home_half_time, away_half_time, kick_off, event_id, told
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict do nothing;

-- name: reads
-- Every reading of fixtures' results, oldest first.
select
    fixture_id, read_at, source, status, phase, home_goals, away_goals,
    home_half_time, away_half_time, kick_off, event_id, told
from results
where fixture_id = any($1::uuid[])
order by fixture_id, read_at, source, event_id;

-- name: add
-- Append a settlement; a correction is a new sequence, the same one again a no-op.
insert into settlements (
    pick_id, sequence, outcome, profit, home_goals, away_goals, rule, settled_at, rules_version
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing
returning pick_id;

-- name: hold
-- Keep picks from being settled by anybody else; always in one order, so that nobody deadlocks.
select id from picks where id = any($1::uuid[]) order by id for no key update;

-- name: history
-- Every settlement of picks, in sequence.
select
    pick_id, sequence, outcome, profit, home_goals, away_goals, rule, settled_at, rules_version
from settlements
where pick_id = any($1::uuid[])
order by pick_id, sequence;

-- name: bets
-- Settled picks of one provenance, as statistics need them.
select
    p.id as pick_id, p.provenance, p.fixture_id, s.settled_at, p.odds, p.stake, s.profit, p.edge, s.outcome,
    p.selection, f.competition, p.bookmaker, p.signal_score, p.sweet_spot_score, p.tier,
    jsonb_path_query_array(p.signals, '$[*] ? (@.direction > 0).agent') as agents,
    p.refund, p.taken_at, coalesce(c.kick_off, p.set_for, f.kick_off) as kick_off,
    c.grade, c.alt_grade, c.movement, p.policy_version,
    case when c.grade in ('A', 'B') or (p.provenance = 'backtest' and c.grade = 'D')
        then c.clv end as clv,
    case when c.alt_grade in ('A', 'B') or (p.provenance = 'backtest' and c.alt_grade = 'D')
        then c.clv_alt end as clv_alt
from picks p
join fixtures f on f.id = p.fixture_id
join lateral (
    select * from settlements where pick_id = p.id order by sequence desc limit 1
) s on true
left join pick_closes c on c.pick_id = p.id
where p.provenance = $1
    and ($2::timestamptz is null or s.settled_at >= $2)
    and ($3::timestamptz is null or s.settled_at < $3)
order by s.settled_at, p.number;

-- name: edges
-- What was left of picks' edges at each look that told something new; nothing once it was gone.
select u.pick_id, u.seen_at, coalesce(u.edge, 0) as edge
from pick_updates u
where u.pick_id = any($1::uuid[]) and (u.edge is not null or u.state = 'gone')
order by u.pick_id, u.seen_at;

-- name: settled
-- The picks that were settled, or corrected, since an instant.
select distinct s.pick_id
from settlements s
join picks p on p.id = s.pick_id
where p.provenance = $1 and s.settled_at >= $2;
