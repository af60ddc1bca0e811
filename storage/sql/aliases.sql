-- name: waiting
-- Names nobody has said the meaning of, the latest first.
select
    id, provider, competition, name, opponent, kick_off, suggestions, seen,
    first_seen_at, last_seen_at
from unmatched_names
where resolved_as is null
order by last_seen_at desc, name, id;

-- name: get
-- One name of the queue, waiting or not, held against other people's taps.
select
    id, provider, competition, name, opponent, kick_off, suggestions, seen,
    first_seen_at, last_seen_at, resolved_as, alias_id
from unmatched_names
where id = $1
for update;

-- name: alike
-- The names that wait in a competition, held against other people's taps.
select id, name
from unmatched_names
where competition = $1 and resolved_as is null
order by id
for update;

-- name: add
-- Keep what a spelling means in a competition, unless somebody said so already.
insert into team_aliases (
    competition, spelling, folded, team_key, team_name, accepted_by, accepted_at
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (competition, folded) where undone_at is null do nothing;

-- name: in_force
-- What a spelling means in a competition by the word of a person.
select id, team_key
from team_aliases
where competition = $1 and folded = $2 and undone_at is null;

-- name: resolve
-- Take names out of the queue.
update unmatched_names
set resolved_as = $2, alias_id = $3, resolved_by = $4, resolved_at = $5
where id = any($1::bigint[]) and resolved_as is null;

-- name: accepted
-- Every spelling people have said the meaning of.
select id, competition, spelling, team_key, team_name
from team_aliases
where undone_at is null
order by id;

-- name: undo
-- Take a word back.
update team_aliases
set undone_by = $2, undone_at = $3
where id = $1 and undone_at is null
returning competition, spelling, team_key;

-- name: reopen
-- Put the names a word resolved back into the queue.
update unmatched_names
set resolved_as = null, alias_id = null, resolved_by = null, resolved_at = null
where alias_id = $1;

-- name: reopen_ignored
-- Put a name that was said to be nobody's back into the queue.
update unmatched_names
set resolved_as = null, resolved_by = null, resolved_at = null
where id = $1 and resolved_as = '-'
returning competition, name;
