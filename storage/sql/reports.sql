-- name: health
-- One row of what /health shows.
select
    current_setting('server_version') as database_version,
    (select extract(epoch from ($1 - min(created_at)))::float8
        from outbox where state = 'pending' and not_before <= $1) as oldest_waiting_seconds,
    (select max(captured_at) from looks) as last_look_at,
    (select kept from looks order by captured_at desc limit 1) as last_look_quotes,
    (select count(*) from unmatched_names where resolved_as is null) as unmatched,
    (select count(*) from subscribers where state = 'active') as subscribers,
    coalesce(caught.due, 0) as closes_due, coalesce(caught.grade_a, 0) as closes_grade_a
from (
    select count(*) as due, count(*) filter (where c.grade = 'A') as grade_a
    from picks p
    join pick_closes c on c.pick_id = p.id
    where p.provenance = $2 and p.taken_at >= $1::timestamptz - interval '60 days'
        and c.kick_off >= $1::timestamptz - interval '30 days'
) caught;

-- name: closes
-- How the close of each followed fixture that began was caught, and its league's last capture.
with begun as (
    select f.id, f.competition, f.kick_off
    from fixtures f
    where f.kick_off >= greatest($1, (select min(started_at) from runs))
        and f.kick_off <= $2
        and f.competition = any($3::text[])
        and f.status not in ('postponed', 'cancelled')
        and exists (
            select 1 from fixture_events e
            where e.fixture_id = f.id and e.provider = 'odds_api'
                and e.first_seen_at <= f.kick_off
        )
)
select
    b.id as fixture_id, b.competition, b.kick_off, sharp.at as sharp_at, last.at as priced_at,
    capture.state as capture_state, capture.outcome as capture_outcome,
    exists (
        select 1 from exhaustions x
        where x.provider = 'odds_api' and x.began_at <= b.kick_off
            and coalesce(x.ended_at, 'infinity') > b.kick_off - $4::interval
    ) as exhausted
from begun b
left join lateral (
    select max(p.as_of) as at from prices p
    where p.fixture_id = b.id and p.rung <= $6
        and p.as_of between b.kick_off - $5::interval and b.kick_off
) sharp on true
left join lateral (
    select max(p.as_of) as at from prices p
    where p.fixture_id = b.id and p.as_of between b.kick_off - $5::interval and b.kick_off
) last on true
left join lateral (
    select r.state, r.report -> 'captures' ->> b.competition as outcome
    from runs r
    where r.job = 'closing'
        and r.scheduled_for > b.kick_off - $4::interval and r.scheduled_for <= b.kick_off
        and r.report -> 'competitions' ? b.competition
    order by r.scheduled_for desc
    limit 1
) capture on true
order by b.kick_off, b.id;

-- name: funnel
-- What the looks of a window were offered, kept and picked, with a row for each gate that held.
with seen as (
    select offered, kept, picks, refused from looks where captured_at between $1 and $2
)
select
    t.looks, t.offered, t.kept, t.picks, g.gate, g.n
from (
    select
        count(*)::bigint as looks, coalesce(sum(offered), 0)::bigint as offered,
        coalesce(sum(kept), 0)::bigint as kept, coalesce(sum(picks), 0)::bigint as picks
    from seen
) t
left join (
    select r.gate, sum(r.n::bigint)::bigint as n
    from seen, jsonb_each_text(refused) as r (gate, n)
    group by r.gate
) g on true
order by g.gate;

-- name: stale
-- How much of each competition the latest looks were offered, latest first, and refused as stale.
select r.started_at as looked_at, l.key as competition,
    (l.value ->> 0)::int as stale, (l.value ->> 1)::int as offered
from runs r
cross join lateral jsonb_each(r.report -> 'stale') l
where r.job = any($2::text[]) and r.started_at >= $1
order by r.started_at desc, l.key;

-- name: unread
-- Matches with unsettled picks that began before an instant and have no reading at all.
select count(distinct f.id)
from picks p
join fixtures f on f.id = p.fixture_id
where p.provenance = $1 and f.kick_off between $2 and $3
    and not exists (select 1 from settlements s where s.pick_id = p.id)
    and not exists (select 1 from results r where r.fixture_id = f.id);

-- name: late_picks
-- The latest picks of a provenance made within [since, until).
select id from picks
where provenance = $1 and taken_at >= $2 and taken_at < $3
order by taken_at desc, id
limit $4;

-- name: provenance_counts
-- Picks and settled picks of each provenance.
select p.provenance, count(*) as picks,
    count(*) filter (where exists (select 1 from settlements s where s.pick_id = p.id)) as settled
from picks p
group by p.provenance
order by p.provenance;

-- name: picks_of_each
-- Picks of each provenance.
select provenance, count(*) as picks from picks group by provenance order by provenance;
