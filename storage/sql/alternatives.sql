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
-- The best odds to back each selection of fixtures as of instants, and a book that offered them.
select distinct on (w.place, stood.selection)
    w.place, stood.selection, stood.odds, b.key as bookmaker
from unnest($1::uuid[], $2::timestamptz[]) with ordinality as w (fixture_id, at, place)
cross join lateral (
    select distinct on (bookmaker_id, selection) bookmaker_id, selection, odds
    from odds_path
    where fixture_id = w.fixture_id and changed_at <= w.at and not lay
    order by bookmaker_id, selection, changed_at desc, sequence desc
) stood
join bookmakers b on b.id = stood.bookmaker_id
where stood.odds is not null
order by w.place, stood.selection, stood.odds desc, b.key;

-- name: closes
-- The last close of these grades that each source told everybody of each selection of fixtures.
select distinct on (fixture_id, selection, source, kick_off, grade)
    fixture_id, captured_at, selection, source, win, half_win, push, half_loss, loss,
    raw_odds, kick_off, grade, book, excluded
from closings
where fixture_id = any($1::uuid[]) and excluded = '' and grade = any($2::text[])
order by fixture_id, selection, source, kick_off, grade, captured_at desc;
