-- name: scores
-- The score after 90 minutes that each pick was last settled by; those settled without are left out.
select p.id as pick_id, s.home_goals, s.away_goals
from unnest($1::uuid[]) as p (id)
cross join lateral (
    select home_goals, away_goals from settlements where pick_id = p.id
    order by sequence desc limit 1
) s
where s.home_goals is not null and s.away_goals is not null;

-- name: offers
-- The best odds to back each selection of fixtures as of instants.
select w.place, stood.selection, max(stood.odds) as odds
from unnest($1::uuid[], $2::timestamptz[]) with ordinality as w (fixture_id, at, place)
cross join lateral (
    select distinct on (bookmaker_id, selection) bookmaker_id, selection, odds
    from odds_path
    where fixture_id = w.fixture_id and changed_at <= w.at and not lay
    order by bookmaker_id, selection, changed_at desc, sequence desc
) stood
where stood.odds is not null
group by w.place, stood.selection
order by w.place, stood.selection;

-- name: closes
-- What was last believed of each selection of fixtures before their kick-offs, no longer than $3.
select distinct on (w.place, p.selection) w.place, p.selection, p.probability, p.refund
from unnest($1::uuid[], $2::timestamptz[]) with ordinality as w (fixture_id, kick_off, place)
join prices p on p.fixture_id = w.fixture_id and p.excluded = ''
    and p.as_of <= w.kick_off and p.as_of >= w.kick_off - $3::interval
order by w.place, p.selection, p.as_of desc;
