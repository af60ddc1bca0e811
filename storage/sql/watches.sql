-- name: add
-- Wait for odds; the same wish again is a no-op.
insert into watches (user_id, fixture_id, selection, odds, made_at)
values ($1, $2, $3, $4, $5)
on conflict (user_id, fixture_id, selection, odds) where told_at is null do nothing
returning id;

-- name: mine
-- What a person waits for, by kick-off.
select
    w.id as watch_id, w.user_id, w.selection, w.odds, w.made_at,
    f.id, f.competition, f.home_key, f.home_name, f.away_key, f.away_name, f.kick_off, f.status
from watches w
join fixtures f on f.id = w.fixture_id
where w.user_id = $1 and w.told_at is null and f.kick_off > $2
order by f.kick_off, w.id;

-- name: waiting
-- What anybody waits for at these matches, until they begin.
select
    w.id as watch_id, w.user_id, w.selection, w.odds, w.made_at,
    f.id, f.competition, f.home_key, f.home_name, f.away_key, f.away_name, f.kick_off, f.status
from watches w
join fixtures f on f.id = w.fixture_id
where w.fixture_id = any($1::uuid[]) and w.told_at is null and f.kick_off > $2
order by w.id;

-- name: tell
-- These are over: their people are told.
update watches set told_at = $2 where id = any($1::bigint[]) and told_at is null;

-- name: drop
-- One person waits no more.
delete from watches where id = $1 and user_id = $2 and told_at is null returning id;

-- name: lock
-- One at a time for each person: a cap that two pass at once is none.
select pg_advisory_xact_lock(hashtextextended('watches', $1));

-- name: tidy
-- Watches of matches that began before an instant are over.
delete from watches w using fixtures f where f.id = w.fixture_id and f.kick_off < $1;
