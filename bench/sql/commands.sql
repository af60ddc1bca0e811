-- name: fixtures
-- Matches of $1 weeks before an instant, $2 a week, and some still to come.
insert into fixtures
select
    md5('f' || n)::uuid, (array['soccer_epl', 'soccer_france_ligue_one', 'soccer_spain_la_liga',
        'soccer_germany_bundesliga', 'soccer_italy_serie_a'])[1 + n % 5],
    'home' || n % 97, 'Domicile ' || n % 97, 'away' || n % 89, 'Extérieur ' || n % 89,
    k, k, case when k < $3::timestamptz then 'finished' else 'scheduled' end, $3::timestamptz
from generate_series(0, $1::int * $2::int + $2::int / 4) n,
    lateral (select $3::timestamptz - interval '1 week' * ($1::int - n / $2::int::float8)) t (k);

-- name: picks
-- So many picks on each match, one in so many of them open: those of matches to come.
insert into picks (
    id, provenance, fixture_id, selection, market_code, bookmaker, odds, quoted_at,
    fair_probability, fair_std_error, refund, rung, books, dispersion, edge, edge_low, edge_high,
    min_odds, signal_score, sweet_spot_score, in_zone, stake, policy_version, taken_at, tier,
    signals
)
select
    md5('p' || f.id || s.place)::uuid, $1, f.id, s.selection, s.code,
    (array['betclic', 'unibet_fr', 'winamax_fr', 'pmu_fr'])[1 + abs(h) % 4], odds, taken,
    1.03 / odds, .01, 0, 1, 9, .01, .03, .01, .05, odds * .97, 40 + abs(h) % 50,
    30 + abs(h) % 60, abs(h) % 2 = 0, 1, 'v0', taken, 'standard',
    jsonb_build_array(jsonb_build_object(
        'agent', 'pattern', 'standing', 'counts', 'probability', .5, 'std_error', .01,
        'direction', 1, 'reasons', '[]'::jsonb
    ))
from fixtures f
join lateral unnest($2::int[], $3::text[]) with ordinality s (selection, code, place) on true,
    lateral (select ('x' || substr(md5(f.id || s.code), 1, 7))::bit(28)::int) x (h),
    lateral (select 1.4 + (h % 200) / 100.0, f.kick_off - interval '1 hour' * (1 + h % 60)) o (odds, taken);

-- name: closes
-- A close of grade A for nine in ten of the picks of matches that began.
insert into pick_close_entries (
    pick_id, closed_at, kick_off, grade, source, closing_odds, clv, log_clv, alt_grade, alt_source,
    alt_closing_odds, clv_alt, sequence, why
)
select
    p.id, f.kick_off, f.kick_off, g, case when g is null then null else 'pinnacle' end,
    case when g is null then null else p.odds / (1 + c) end, case when g is null then null else c end,
    case when g is null then null else ln(1 + c) end, g, case when g is null then null else 'consensus' end,
    case when g is null then null else p.odds / (1 + c) end, case when g is null then null else c end, 1, 'kick_off'
from picks p
join fixtures f on f.id = p.fixture_id,
    lateral (select ('x' || substr(md5(p.id::text), 1, 7))::bit(28)::int) x (h),
    lateral (select case when h % 10 = 0 then null else 'A' end, .02 + (h % 400 - 200) / 2000.0) o (g, c)
where f.kick_off < $1;

-- name: settlements
-- What the picks of matches that began became: about as many are won as their odds say.
insert into settlements
select
    p.id, 1, case when won then 'won' else 'lost' end, case when won then p.odds - 1 else -1 end,
    2, 1, 'full_time', f.kick_off + interval '2 hours', 'v1'
from picks p
join fixtures f on f.id = p.fixture_id,
    lateral (select (('x' || substr(md5('w' || p.id), 1, 7))::bit(28)::int % 10000) / 10000.0 < 1.02 / p.odds) w (won)
where f.kick_off < $1;

-- name: outbox
-- The cards of the last picks, as they were sent to one member.
insert into outbox (
    dedup_key, chat_id, kind, pick_id, version, priority, state, attempts, created_at, not_before,
    expires_at, message_id, finished_at
)
select
    'bench' || number, $1, 'pick', id, '', 20, 'sent', 1, taken_at, taken_at,
    taken_at + interval '1 day', number, taken_at
from picks order by taken_at desc limit $2;

-- name: analyze
-- Let the planner know what is there.
analyze;
