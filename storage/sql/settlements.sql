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
    pick_id, provenance, fixture_id, settled_at, odds, stake, profit, edge, outcome, selection,
    competition, bookmaker, signal_score, sweet_spot_score, tier, agents, refund, taken_at, kick_off,
    grade, alt_grade, movement, policy_version, clv, clv_alt
from settled_bets
where provenance = $1
    and ($2::timestamptz is null or settled_at >= $2)
    and ($3::timestamptz is null or settled_at < $3)
order by settled_at, number;

-- name: whole_results
-- What is read in parts is planned as what is read whole.
set local cursor_tuple_fraction = 1;

-- name: revision
-- The newest revision of one provenance's record.
select coalesce(max(revision), 0) from record_entries where provenance = $1;

-- name: bets_since
-- The settled picks of one provenance that are new, or not as they were, since a revision.
select
    pick_id, provenance, fixture_id, settled_at, odds, stake, profit, edge, outcome, selection,
    competition, bookmaker, signal_score, sweet_spot_score, tier, agents, refund, taken_at, kick_off,
    grade, alt_grade, movement, policy_version, clv, clv_alt
from settled_bets
where pick_id = any(
    array(select pick_id from record_entries where provenance = $1 and revision > $2)
)
order by settled_at, number;

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
