-- name: add
-- Append graded closes.
insert into closings (
    fixture_id, captured_at, selection, source, win, half_win, push, half_loss, loss,
    raw_odds, kick_off, grade
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict do nothing;

-- name: of_fixtures
-- Every graded close of fixtures, oldest first.
select
    fixture_id, captured_at, selection, source, win, half_win, push, half_loss, loss,
    raw_odds, kick_off, grade
from closings
where fixture_id = any($1::uuid[])
order by fixture_id, selection, source, captured_at;

-- name: close_pick
-- Fix a pick's close once; a missing one stays null.
insert into pick_closes (
    pick_id, closed_at, kick_off, grade, source, closing_odds, clv, log_clv, movement,
    alt_grade, alt_source, alt_closing_odds, clv_alt
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (pick_id) do nothing;

-- name: reopen
-- Forget the close of picks whose kick-off moved after it was fixed.
delete from pick_closes where pick_id = any($1::uuid[]);
