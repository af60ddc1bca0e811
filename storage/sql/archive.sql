-- name: matches
-- Matches that kicked off within a window, and the last score each was said to have ended with:
-- none while that is disputed, and where it was, the one that a person decided.
select
    f.id, f.competition, f.home_key, f.away_key,
    extract(epoch from f.kick_off)::double precision as kick_off, f.kick_off as began_at,
    case when d.fixture_id is null then r.home_goals else d.home_goals end as home_goals,
    case when d.fixture_id is null then r.away_goals else d.away_goals end as away_goals
from fixtures f
left join (
    select distinct on (fixture_id) fixture_id, home_goals, away_goals from disputes
    where resolution is distinct from 'withdrawn'
    order by fixture_id, resolved_at desc nulls first, id desc
) d on d.fixture_id = f.id
left join lateral (
    select home_goals, away_goals from results
    where fixture_id = f.id and phase = 'finished'
    order by read_at desc limit 1
) r on true
where f.kick_off >= $1 and f.kick_off < $2
order by f.kick_off, f.id;

-- name: printed
-- What season files print of the main markets of matches, for a binary copy. Files are taken for
-- what they said before kick-off and at it, however late they were read.
select w.place, o.bookmaker_id, o.selection, o.stage, o.changed_at, o.odds
from unnest($1::uuid[]) with ordinality as w (id, place)
join season_odds o on o.fixture_id = w.id
where o.changed_at >= $2 and o.changed_at <= $3 and o.selection >> 16 = any(array[1, 5, 6]);

-- name: looks
-- Of matches that were looked at: as `closing`, the last look close enough to kick-off, with the
-- looks `since` which a kind may have been asked last; and of those before it that asked for match
-- odds, the nearest to some leads.
with looked as materialized (
    select
        f.id, f.kick_off, f.kick_off - $4::interval as since, c.captured_at as closed_at
    from fixtures f
    cross join lateral (
        select max(captured_at) as captured_at
        from fixture_looks
        where fixture_id = f.id
            and captured_at >= f.kick_off - $4::interval and captured_at <= f.kick_off
    ) c
    where f.kick_off >= $1 and f.kick_off < $2
        and exists (select from fixture_looks l where l.fixture_id = f.id)
)
select w.id, l.captured_at as since, l.captured_at, false as closing
from looked w
cross join unnest($3::interval[]) as lead
cross join lateral (
    select captured_at from fixture_looks
    where fixture_id = w.id and captured_at < coalesce(w.closed_at, w.kick_off)
        and kinds >> 1 & 1 = 1
    order by abs(extract(epoch from w.kick_off - lead - captured_at)), captured_at
    limit 1
) l
group by w.id, l.captured_at
union all
select id, since, closed_at, true from looked where closed_at is not null;

-- name: standing
-- Main-market prices, back and lay, that stood at an instant each, for a binary copy.
select w.place, c.bookmaker_id, c.selection, c.lay, c.odds
from unnest($1::uuid[], $2::timestamptz[]) with ordinality as w (id, seen_at, place)
cross join lateral (
    select distinct on (bookmaker_id, selection, lay) bookmaker_id, selection, lay, odds
    from odds_path
    where fixture_id = w.id and changed_at <= w.seen_at
        and selection >> 16 = any(array[1, 5, 6])
    order by bookmaker_id, selection, lay, changed_at desc, sequence desc
) c
where c.odds is not null;

-- name: sights
-- What looks at fixtures saw within a window each, in the order of the looks.
select w.place, l.captured_at, l.kinds, l.books, l.quoted_at, l.singles, l.singles_quoted_at
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) with ordinality
    as w (id, since, until, place)
join fixture_looks l on l.fixture_id = w.id
    and l.captured_at >= w.since and l.captured_at <= w.until
order by l.captured_at;

-- name: bookmakers
-- Every bookmaker by number.
select id, key from bookmakers;
