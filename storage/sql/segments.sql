-- name: tabled
-- Write down that segments were looked at; return how many ever were, of any provenance.
with fresh as (
    insert into tabled_segments (provenance, segment, first_at)
    select $1, segment, $3 from unnest($2::text[]) as segment
    on conflict do nothing
    returning 1
)
select (select count(*) from tabled_segments) + (select count(*) from fresh);

-- name: bets
-- Picks of one provenance whose match began in [since, until), one row each, settled or not.
select
    p.market_code, extract(epoch from coalesce(c.kick_off, f.kick_off))::float8 as kick_off,
    p.odds, p.stake::float8 as stake, s.profit::float8 as profit, s.outcome,
    case when c.grade in ('A', 'B') or (p.provenance = 'backtest' and c.grade = 'D')
        then c.clv end as clv,
    case when c.alt_grade in ('A', 'B') or (p.provenance = 'backtest' and c.alt_grade = 'D')
        then c.clv_alt end as clv_alt,
    coalesce(c.alt_source = any($4::text[]), false) as alt_sharp
from picks p
join fixtures f on f.id = p.fixture_id
left join pick_closes c on c.pick_id = p.id
left join lateral (
    select profit, outcome from settlements where pick_id = p.id order by sequence desc limit 1
) s on true
where p.provenance = $1
    and ($2::timestamptz is null or coalesce(c.kick_off, f.kick_off) >= $2)
    and coalesce(c.kick_off, f.kick_off) < $3
order by kick_off, p.number;
