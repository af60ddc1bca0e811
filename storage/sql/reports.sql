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
    (select count(*) from pick_closes c join picks p on p.id = c.pick_id
        where p.provenance = $2) as closes_due,
    (select count(*) from pick_closes c join picks p on p.id = c.pick_id
        where p.provenance = $2 and c.grade = 'A') as closes_grade_a;

-- name: provenance_counts
-- Picks and settled picks of each provenance.
select p.provenance, count(*) as picks,
    count(*) filter (where exists (select 1 from settlements s where s.pick_id = p.id)) as settled
from picks p
group by p.provenance
order by p.provenance;
