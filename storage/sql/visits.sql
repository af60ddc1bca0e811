-- name: park
-- Keep something for a person under a number nobody can guess.
insert into parked (number, user_id, what, body, kept_at, expires_at)
values ($1, $2, $3, $4, $5, $6);

-- name: read
-- What was kept, while it is good.
select body from parked
where number = $1 and user_id = $2 and what = $3 and expires_at >= $4;

-- name: take
-- What was kept, once.
delete from parked
where number = $1 and user_id = $2 and what = $3 and expires_at >= $4
returning body;

-- name: take_newest
-- What was kept last of one kind, once; older ones of the kind go with it.
with gone as (
    delete from parked where user_id = $1 and what = $2 returning body, kept_at, expires_at
)
select body from gone where expires_at >= $3 order by kept_at desc limit 1;

-- name: forget
-- Keep nothing more of one kind.
delete from parked where user_id = $1 and what = $2;

-- name: tidy
-- What is good for nothing any more.
delete from parked where expires_at < $1;

-- name: chosen
-- What a person chose.
select chosen from preferences where user_id = $1;

-- name: choose
-- Keep what a person chose.
insert into preferences (user_id, chosen, updated_at) values ($1, $2, $3)
on conflict (user_id) do update set chosen = excluded.chosen, updated_at = excluded.updated_at;

-- name: all_chosen
-- What each of these people chose.
select user_id, chosen from preferences where user_id = any($1::bigint[]);

-- name: picture
-- The platform's name of a picture.
select file_id from pictures where bot_id = $1 and key = $2;

-- name: keep_picture
-- Remember the platform's name of a picture.
insert into pictures (bot_id, key, file_id, sent_at) values ($1, $2, $3, $4)
on conflict (bot_id, key) do update set file_id = excluded.file_id, sent_at = excluded.sent_at;

-- name: forget_picture
-- The platform does not know it any more.
delete from pictures where bot_id = $1 and key = $2;

-- name: forget_pictures
-- Pictures that nobody has asked for in a long time.
delete from pictures where sent_at < $1;
