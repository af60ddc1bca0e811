-- name: hold
-- Let nobody else do anything about versions until the transaction ends; readers go on.
lock table policy_versions, policy_events in share row exclusive mode;

-- name: add
-- Append the next version.
insert into policy_versions (number, base, parent, thresholds, why, proposed_at, proposed_by)
select coalesce(max(number), 0) + 1, $1, $2, $3, $4, $5, $6
from policy_versions
returning number;

-- name: add_event
-- Append what happened to a version.
insert into policy_events (base, version, event, at, by_user, serves, evidence)
values ($1, $2, $3, $4, $5, $6, $7);

-- name: versions
-- Versions with what became of them, newest first: all, those of a base, or the one of a number.
select number, base, parent, thresholds, why, proposed_at, proposed_by, state, since
from policy_standings
where ($1::text is null or base = $1) and ($2::int is null or number = $2)
order by number desc;

-- name: events
-- What happened to a version, oldest first.
select event, at, by_user, serves, evidence from policy_events where version = $1 order by id;

-- name: newest
-- The last thing that happened to any version; 0 where nothing ever did.
select coalesce(max(id), 0) from policy_events;

-- name: served
-- What was put in force under a base, the latest first.
select serves, at, evidence from policy_events
where base = $1 and serves is not null
order by id desc;

-- name: add_shadow
-- Keep what a version in the shadow would have chosen of the picks of a look.
insert into shadow_picks (
    version, pick_id, looked_at, champion, signal_score, odds, edge, by_champion, by_challenger
)
select $1, p, $2, $3, s, o, e, c, n
from unnest($4::uuid[], $5::float8[], $6::float8[], $7::float8[], $8::bool[], $9::bool[])
    as x (p, s, o, e, c, n)
on conflict do nothing;

-- name: shadow
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

-- name: in_force
-- When each version was first put in force.
select base, serves, min(at) as at from policy_events where serves > 0 group by base, serves;

-- name: strays
-- Marks of the shadow that are not of the look that made their pick, or of another pick than it is.
select s.version, p.number, s.looked_at, p.taken_at
from shadow_picks s
join picks p on p.id = s.pick_id
where s.looked_at <> p.taken_at or s.odds <> p.odds or s.signal_score <> p.signal_score
order by s.version, p.number;
