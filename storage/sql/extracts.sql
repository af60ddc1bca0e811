-- name: picks
-- Every pick of some provenances, settled or not, the newest first.
select
    p.number, p.provenance, f.competition, f.home_name, f.away_name,
    coalesce(c.kick_off, p.set_for, f.kick_off) as kick_off, p.selection, p.bookmaker, p.odds,
    p.fair_probability, p.refund, p.edge, p.edge_low, p.edge_high, p.min_odds, p.stake,
    p.signal_score, p.sweet_spot_score, p.tier,
    jsonb_path_query_array(p.signals, '$[*] ? (@.direction > 0).agent') as agents,
    p.taken_at, p.policy_version, c.grade, c.source, c.closing_odds,
    case when c.grade in ('A', 'B') or (p.provenance = 'backtest' and c.grade = 'D')
        then c.clv end as clv,
    case when c.alt_grade in ('A', 'B') or (p.provenance = 'backtest' and c.alt_grade = 'D')
        then c.clv_alt end as clv_alt,
    s.outcome, s.profit, s.home_goals, s.away_goals, s.settled_at
from picks p
join fixtures f on f.id = p.fixture_id
left join pick_closes c on c.pick_id = p.id
left join lateral (
    select * from settlements where pick_id = p.id order by sequence desc limit 1
) s on true
where p.provenance = any($1::text[])
order by p.taken_at desc, p.number desc;
