-- name: add
-- Keep what a version in the shadow would have chosen of the picks of a look.
insert into shadow_picks (
    version, pick_id, looked_at, champion, signal_score, odds, edge, by_champion, by_challenger
)
select $1, p, $2, $3, s, o, e, c, n
from unnest($4::uuid[], $5::float8[], $6::float8[], $7::float8[], $8::bool[], $9::bool[])
    as x (p, s, o, e, c, n)
on conflict do nothing;

-- name: of
-- What a version in the shadow said of picks.
select pick_id, signal_score, odds, edge, by_champion, by_challenger
from shadow_picks
where version = $1
order by looked_at, pick_id;

-- name: candidates
-- Every pick of a provenance whose match began in [since, until), with its closes and its result.
select
    p.id as pick_id, p.taken_at as looked_at, p.signal_score, p.odds, p.sweet_spot_score,
    p.policy_version, c.kick_off, case when s.settled_at is not null then greatest(c.closed_at, s.settled_at) end as known_at,
    (s.profit / nullif(p.stake, 0))::float8 as profit,
    case when c.grade in ('A', 'B') then c.clv end as clv,
    case when c.alt_grade in ('A', 'B') then c.clv_alt end as clv_alt
from picks p
join pick_closes c on c.pick_id = p.id
left join lateral (
    select settled_at, profit from settlements where pick_id = p.id
    order by sequence desc limit 1
) s on true
where p.provenance = $1 and c.kick_off >= $2 and c.kick_off < $3
order by p.taken_at, p.id;

-- name: strays
-- Marks of the shadow that are not of the look that made their pick, or of another pick than it is.
select s.version, p.number, s.looked_at, p.taken_at
from shadow_picks s
join picks p on p.id = s.pick_id
where s.looked_at <> p.taken_at or s.odds <> p.odds or s.signal_score <> p.signal_score
order by s.version, p.number;
