-- name: add
-- Append graded closes.
insert into closings (
    fixture_id, captured_at, selection, source, win, half_win, push, half_loss, loss,
    raw_odds, kick_off, grade, book, excluded
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict do nothing;

-- name: of_fixtures
-- Every graded close of fixtures, oldest first.
select
    fixture_id, captured_at, selection, source, win, half_win, push, half_loss, loss,
    raw_odds, kick_off, grade, book, excluded
from closings
where fixture_id = any($1::uuid[])
order by fixture_id, selection, source, captured_at, excluded;

-- name: add_offers
-- Append what books that were bet offer of the same selections.
insert into book_closes (fixture_id, captured_at, selection, bookmaker, odds, kick_off)
values ($1, $2, $3, $4, $5, $6)
on conflict do nothing;

-- name: offers_of
-- What books that were bet offered before kick-off, oldest first.
select fixture_id, captured_at, selection, bookmaker, odds, kick_off
from book_closes
where fixture_id = any($1::uuid[])
order by fixture_id, selection, bookmaker, captured_at;

-- name: close_pick
-- Fix the close of a pick that has none; a missing one stays null.
insert into pick_close_entries (
    pick_id, closed_at, kick_off, grade, source, closing_odds, clv, log_clv, movement,
    alt_grade, alt_source, alt_closing_odds, clv_alt, book_odds, sequence, why
)
select
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
    1 + coalesce((select max(sequence) from pick_close_entries where pick_id = $1), 0), 'kick_off'
where not exists (select from pick_closes where pick_id = $1)
on conflict do nothing;

-- name: regrade_pick
-- Put a better close behind the one that counts; the one before stays in the history.
insert into pick_close_entries (
    pick_id, closed_at, kick_off, grade, source, closing_odds, clv, log_clv, movement,
    alt_grade, alt_source, alt_closing_odds, clv_alt, book_odds, sequence, why
)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, sequence + 1, 'better'
from pick_closes
where pick_id = $1 and kick_off = $3
on conflict do nothing;

-- name: reopen
-- Let the closes of picks count no more: their kick-off moved after they were fixed.
insert into pick_close_entries (pick_id, closed_at, kick_off, sequence, why)
select pick_id, $2, kick_off, sequence + 1, 'moved'
from pick_closes
where pick_id = any($1::uuid[])
on conflict do nothing;

-- name: fixed
-- When and how well the close that counts of each pick was caught.
select pick_id, closed_at, kick_off, grade, alt_grade
from pick_closes
where pick_id = any($1::uuid[]);

-- name: improvable
-- Picks closed since an instant, of which a better graded close than one that counts was kept.
select distinct c.pick_id
from pick_closes c
join picks p on p.id = c.pick_id
join closings l on l.fixture_id = p.fixture_id and l.selection = p.selection
where p.provenance = $2 and c.closed_at >= $1
    and l.kick_off = c.kick_off and l.captured_at > p.taken_at
    and l.excluded in ('', p.bookmaker)
    and (l.grade < coalesce(c.grade, 'Z') or l.grade < coalesce(c.alt_grade, 'Z'));

-- name: history
-- Every entry of a pick's close, in sequence.
select
    sequence, why, closed_at, kick_off, grade, source, clv, alt_grade, alt_source, clv_alt
from pick_close_entries
where pick_id = $1
order by sequence;

-- name: coverage
-- How many finished picks have a close of which grades; what was never played had none to catch.
select c.grade, c.alt_grade, count(*) as n
from picks p
join lateral (
    select outcome, home_goals, settled_at from settlements where pick_id = p.id
    order by sequence desc limit 1
) s on true
left join pick_closes c on c.pick_id = p.id
where p.provenance = $1 and not (s.outcome = 'void' and s.home_goals is null)
    and ($2::timestamptz is null or s.settled_at >= $2)
    and ($3::timestamptz is null or s.settled_at < $3)
group by c.grade, c.alt_grade;
