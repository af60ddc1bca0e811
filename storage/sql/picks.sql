-- name: add
-- Keep a pick once; the same recommendation again is a no-op.
insert into picks (
    id, provenance, fixture_id, selection, market_code, bookmaker, odds, quoted_at,
    fair_probability, fair_std_error, refund, rung, books, dispersion,
    edge, edge_low, edge_high, min_odds, second_bookmaker, second_odds,
    signal_score, sweet_spot_score, in_zone, stake, policy_version, taken_at,
    expected_close, expected_close_error, tier, signals, parts, set_for
)
select
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23, $24, $25, $26, $27, $28, $29, $30::jsonb, $31::jsonb,
    (select kick_off from fixtures where id = $3)
where not exists (select 1 from picks where id = $1)
on conflict do nothing
returning id;

-- name: add_update
-- Append how an open pick stands at a later look.
insert into pick_updates (pick_id, seen_at, state, bookmaker, odds, fair_odds, edge, min_odds)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing;

-- name: views
-- Picks with their fixture, latest update, close and settlement.
select
    p.*, f.competition, f.home_key, f.home_name, f.away_key, f.away_name, f.kick_off, f.status,
    u.seen_at as update_seen_at, u.state as update_state, u.bookmaker as update_bookmaker,
    u.odds as update_odds, u.fair_odds as update_fair_odds, u.edge as update_edge,
    u.min_odds as update_min_odds,
    c.closed_at, c.grade, c.source, c.closing_odds, c.clv, c.movement,
    c.alt_grade, c.alt_source, c.alt_closing_odds, c.clv_alt,
    s.sequence, s.outcome, s.profit, s.home_goals, s.away_goals, s.rule, s.settled_at,
    s.rules_version
from picks p
join fixtures f on f.id = p.fixture_id
left join lateral (
    select * from pick_updates where pick_id = p.id order by seen_at desc limit 1
) u on true
left join pick_closes c on c.pick_id = p.id
left join lateral (
    select * from settlements where pick_id = p.id order by sequence desc limit 1
) s on true
where ($1::text is null or p.provenance = $1)
    and ($2::uuid[] is null or p.id = any($2))
    and ($3::bigint is null or p.number = $3)
    and ($4::timestamptz is null or (f.kick_off > $4 and s.pick_id is null))
    and ($5::timestamptz is null or (f.kick_off <= $5 and c.pick_id is null))
    and ($6::timestamptz is null or f.kick_off <= $6 or p.set_for <= $11)
    and ($7::uuid[] is null or p.fixture_id = any($7))
    and ($10::timestamptz is null or s.pick_id is null or s.settled_at >= $10)
order by f.kick_off, p.number
offset $8 limit $9;

-- name: set_for
-- The kick-offs picks were made for.
select id, set_for from picks where id = any($1::uuid[]);

-- name: count_upcoming
-- How many picks have not kicked off, nor been given back since their match was put off.
select count(*)
from picks p
join fixtures f on f.id = p.fixture_id
where p.provenance = $1 and f.kick_off > $2
    and not exists (select 1 from settlements where pick_id = p.id);

-- name: gone
-- Picks whose price was seen to lose its value before kick-off.
select distinct u.pick_id
from pick_updates u
join picks p on p.id = u.pick_id
join fixtures f on f.id = p.fixture_id
where u.state = 'gone' and u.seen_at < f.kick_off;

-- name: price_now
-- The best price of a pick's selection at the last look at its kind, and when it was quoted.
select b.key as bookmaker, c.odds, to_timestamp(q.quoted_at) as quoted_at, l.captured_at
from picks p
join bookmakers b on b.key = p.bookmaker or b.key = $3
cross join lateral (
    select (b.id::bigint << 21) | p.selection as price, b.id * 32 + (p.selection >> 16) as book
) code
cross join lateral (
    select captured_at, books, quoted_at, singles, singles_quoted_at
    from fixture_looks
    where fixture_id = p.fixture_id and captured_at <= $2
        and (kinds >> (p.selection >> 16) & 1 = 1 or code.price = any(singles))
    order by captured_at desc limit 1
) l
cross join lateral (
    select odds from odds_path
    where fixture_id = p.fixture_id and changed_at <= l.captured_at
        and bookmaker_id = b.id and selection = p.selection and not lay
    order by changed_at desc, sequence desc limit 1
) c
cross join lateral (
    select coalesce(
        l.singles_quoted_at[array_position(l.singles, code.price)],
        l.quoted_at[array_position(l.books, code.book)]
    ) as quoted_at
) q
where p.id = $1 and c.odds is not null
order by c.odds desc, b.key
limit 1;
