-- name: claim
-- Become the one writer of odds of an instant until the transaction ends; return its token.
select claim_odds($1);

-- name: add_bookmakers
-- Give bookmakers that have none a number.
insert into bookmakers (key)
select key from unnest($1::text[]) as new (key)
where not exists (select from bookmakers b where b.key = new.key)
order by key;

-- name: bookmakers
-- Bookmakers' numbers.
select id, key from bookmakers where key = any($1::text[]);

-- name: bookmaker_keys
-- Bookmakers by number, in the order of their keys.
select id, key from bookmakers where id = any($1::smallint[]) order by key collate "C";

-- name: state
-- The state of fixtures' prices after every change up to an instant, for a binary copy.
select
    w.place, c.bookmaker_id, c.selection, c.lay, coalesce(c.odds, 'NaN') as odds
from unnest($1::uuid[]) with ordinality as w (id, place)
cross join lateral (
    select distinct on (bookmaker_id, selection, lay) bookmaker_id, selection, lay, odds
    from odds_path
    where fixture_id = w.id and changed_at <= $2
    order by bookmaker_id, selection, lay, changed_at desc, sequence desc
) c;

-- name: looked_at
-- When fixtures were last looked at.
select w.place, l.captured_at
from unnest($1::uuid[]) with ordinality as w (id, place)
cross join lateral (
    select captured_at from fixture_looks
    where fixture_id = w.id
    order by captured_at desc limit 1
) l;

-- name: changes_at
-- The changes of fixtures at one instant, for a binary copy.
select
    w.place, c.bookmaker_id, c.selection, c.lay, coalesce(c.odds, 'NaN') as odds
from unnest($1::uuid[]) with ordinality as w (id, place)
join odds_changes c on c.fixture_id = w.id
where c.changed_at = $2
order by c.sequence;

-- name: restore
-- After a late look: what the next look had seen again is said again, where it was not.
insert into odds_changes (
    fixture_id, changed_at, sequence, bookmaker_id, selection, lay, odds
)
select
    w.fixture_id, l.captured_at, w.sequence, w.bookmaker_id, w.selection, w.lay,
    nullif(w.odds, 'NaN')
from unnest($2::uuid[], $3::bigint[], $4::int[], $5::int[], $6::boolean[], $7::float8[])
    as w (fixture_id, sequence, bookmaker_id, selection, lay, odds)
cross join lateral (
    select captured_at from fixture_looks
    where fixture_id = w.fixture_id and captured_at > $1
        and (
            kinds >> (w.selection >> 16) & 1 = 1
            or (w.bookmaker_id::bigint << 21) | (w.lay::int::bigint << 20) | w.selection
                = any(singles)
        )
    order by captured_at limit 1
) l
where not exists (
    select from odds_changes c
    where c.fixture_id = w.fixture_id and c.changed_at > $1 and c.changed_at <= l.captured_at
        and c.bookmaker_id = w.bookmaker_id and c.selection = w.selection and c.lay = w.lay
);

-- name: looks_at
-- What was seen of fixtures at one instant.
select fixture_id, kinds, books, quoted_at, singles, singles_quoted_at
from fixture_looks
where fixture_id = any($1::uuid[]) and captured_at = $2;

-- name: save_look
-- Keep what was seen of a fixture at an instant, whatever was known of that instant.
insert into fixture_looks (
    fixture_id, captured_at, kinds, books, quoted_at, singles, singles_quoted_at
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (fixture_id, captured_at) do update set
    kinds = excluded.kinds,
    books = excluded.books,
    quoted_at = excluded.quoted_at,
    singles = excluded.singles,
    singles_quoted_at = excluded.singles_quoted_at;

-- name: path
-- Changes of fixtures within a window, for a binary copy. A match that no look has seen has what
-- season files print of it, at the instants they stand for; printed prices are no moves of others.
with wanted as materialized (
    select w.id, w.place, f.kick_off
    from unnest($1::uuid[]) with ordinality as w (id, place)
    left join fixtures f on f.id = w.id
)
select
    w.place, c.bookmaker_id, c.selection, c.lay, c.changed_at, c.sequence,
    coalesce(c.odds, 'NaN') as odds
from odds_path c
join wanted w on w.id = c.fixture_id
where c.fixture_id = any($1::uuid[]) and c.changed_at >= $2 and c.changed_at <= $3
union all
select w.place, o.bookmaker_id, o.selection, false, o.changed_at, o.stage, o.odds
from wanted w
cross join lateral (
    select bookmaker_id, selection, changed_at, stage, odds
    from season_odds
    where fixture_id = w.id and changed_at >= $2 and changed_at <= $3
        and changed_at > w.kick_off - interval '30 days'
        and changed_at <= w.kick_off + interval '30 days'
) o
where not exists (select from fixture_looks l where l.fixture_id = w.id)
    and not exists (select from odds_path c where c.fixture_id = w.id);

-- name: looks_within
-- Looks at fixtures within a window: what each asked for whole, and its single prices.
select w.place, l.captured_at, l.kinds, l.singles
from fixture_looks l
join unnest($1::uuid[]) with ordinality as w (id, place) on w.id = l.fixture_id
where l.fixture_id = any($1::uuid[]) and l.captured_at >= $2 and l.captured_at <= $3;

-- name: path_standing
-- As `path`, and first the prices that stood when the window began, as of when they changed.
select
    w.place, c.bookmaker_id, c.selection, c.lay, c.changed_at, c.sequence,
    coalesce(c.odds, 'NaN') as odds
from unnest($1::uuid[]) with ordinality as w (id, place)
cross join lateral (
    (
        select distinct on (bookmaker_id, selection, lay)
            bookmaker_id, selection, lay, changed_at, sequence, odds
        from odds_path
        where fixture_id = w.id and changed_at < $2
        order by bookmaker_id, selection, lay, changed_at desc, sequence desc
    )
    union all
    select bookmaker_id, selection, lay, changed_at, sequence, odds
    from odds_path
    where fixture_id = w.id and changed_at >= $2 and changed_at <= $3
) c;

-- name: looks_around
-- As `looks_within`, and each fixture's last look before the window.
select w.place, l.captured_at, l.kinds, l.singles
from unnest($1::uuid[]) with ordinality as w (id, place)
cross join lateral (
    (
        select captured_at, kinds, singles from fixture_looks
        where fixture_id = w.id and captured_at < $2
        order by captured_at desc limit 1
    )
    union all
    select captured_at, kinds, singles from fixture_looks
    where fixture_id = w.id and captured_at >= $2 and captured_at <= $3
) l;

-- name: match
-- When a match kicks off, and the picks on it.
select f.kick_off, p.id as pick_id, p.selection, p.bookmaker, p.taken_at
from fixtures f
left join picks p on p.fixture_id = f.id
where f.id = $1
order by p.number;

-- name: last_looks
-- Looks at fixtures within a window that were the last at some kind, or told single prices.
select w.place, l.captured_at, l.kinds, l.books, l.quoted_at, l.singles, l.singles_quoted_at
from unnest($1::uuid[]) with ordinality as w (id, place)
join fixture_looks l on l.fixture_id = w.id
where l.captured_at >= $2 and l.captured_at <= $3
    and (
        l.singles <> '{}'
        or l.captured_at in (
            select (
                select last.captured_at from fixture_looks last
                where last.fixture_id = w.id and last.kinds >> kind & 1 = 1
                    and last.captured_at >= $2 and last.captured_at <= $3
                order by last.captured_at desc limit 1
            )
            from generate_series(0, 15) kind
        )
    )
order by l.captured_at;

-- name: add_look
-- Keep what one look saw, kept, rejected and refused.
insert into looks (
    captured_at, id, purpose, offered, kept, rejected, refused, fixtures, fixtures_priced, picks
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing;

-- name: judge_look
-- Add what a look led to, unless it was judged before.
update looks set refused = $3, fixtures_priced = $4, picks = $5
where captured_at = $1 and id = $2 and refused = '{}' and fixtures_priced = 0 and picks = 0;

-- name: totals
-- What all looks offered and kept.
select
    coalesce(sum(offered), 0)::bigint as offered,
    coalesce(sum(kept), 0)::bigint as kept,
    count(*)::bigint as looks,
    coalesce(sum(fixtures_priced), 0)::bigint as fixtures_priced
from looks;

-- name: rejected
-- Quotes rejected by all looks, by reason.
select reason, sum(n::bigint)::bigint as n
from looks, jsonb_each_text(rejected) as r (reason, n)
group by reason
order by reason;

-- name: refused
-- Candidates refused by all looks, by gate.
select reason, sum(n::bigint)::bigint as n
from looks, jsonb_each_text(refused) as r (reason, n)
group by reason
order by reason;

-- name: stored
-- How many changes are stored.
select count(*) from odds_changes;
