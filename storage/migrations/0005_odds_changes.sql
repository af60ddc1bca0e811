-- Odds as they change: a row when a price appears, moves or goes, not one at every look.
create table bookmakers (
    id smallint generated always as identity primary key,
    key text not null unique
);

-- `odds` is null where the price was withdrawn. `sequence` orders the changes of one instant.
create table odds_changes (
    fixture_id uuid not null,
    changed_at timestamptz not null,
    sequence bigint not null,
    bookmaker_id smallint not null,
    selection int not null,
    lay boolean not null,
    odds double precision,
    primary key (fixture_id, changed_at, sequence)
) partition by range (changed_at);

-- What one look at a fixture asked for and saw: with the changes, every look can be rebuilt.
-- `kinds` has the bit 1 << kind of each market kind that was asked for whole: what was absent of
-- it was gone. `books` names who was seen, as bookmaker * 32 + lay * 16 + kind, and `quoted_at`
-- when they last confirmed it (POSIX seconds). `singles` are prices that are told one by one, as
-- bookmaker << 21 | lay << 20 | selection: another instant than their book's, or not asked whole.
create table fixture_looks (
    fixture_id uuid not null,
    captured_at timestamptz not null,
    kinds int not null,
    books int[] not null,
    quoted_at double precision[] not null,
    singles bigint[] not null,
    singles_quoted_at double precision[] not null,
    primary key (fixture_id, captured_at)
) partition by range (captured_at);

-- One writer at a time, and whoever holds a copy of the latest state knows whether it still is:
-- each look takes the next token.
create table odds_writer (
    one boolean primary key default true check (one),
    token bigint not null
);
insert into odds_writer (token) values (0);

-- Become the one writer of odds until the transaction ends, with the months of an instant there.
-- Months come first: who makes one waits for others who do, and must not keep writers waiting.
create function claim_odds(at timestamptz) returns bigint language plpgsql as $$
declare
    claimed bigint;
begin
    perform ensure_month('odds_changes', at);
    perform ensure_month('fixture_looks', at);
    update odds_writer set token = token + 1 returning token into claimed;
    return claimed;
end $$;

-- Months of changes that were dropped live on by the hour. `first_at` and `last_at` keep the
-- opening and the last price before kick-off exact; changes from kick-off on are not rolled up.
create table odds_hours (
    fixture_id uuid not null,
    hour timestamptz not null,
    bookmaker_id smallint not null,
    selection int not null,
    lay boolean not null,
    first double precision,
    first_at timestamptz not null,
    last double precision,
    last_at timestamptz not null,
    lowest double precision,
    highest double precision,
    n int not null,
    primary key (fixture_id, hour, bookmaker_id, selection, lay)
);

-- What was stored as every price of every look becomes its changes.
insert into bookmakers (key)
select bookmaker from quotes group by bookmaker order by bookmaker;

do $$
declare
    month timestamptz;
begin
    for month in select distinct date_trunc('month', captured_at, 'UTC') from quotes loop
        perform ensure_month('odds_changes', month);
        perform ensure_month('fixture_looks', month);
    end loop;
end $$;

create temporary table old_quotes on commit drop as
select
    q.fixture_id, q.captured_at, q.selection, q.lay, q.odds, q.quoted_at,
    b.id as bookmaker_id, q.selection >> 16 as kind
from quotes q
join bookmakers b on b.key = q.bookmaker;

insert into odds_changes (
    fixture_id, changed_at, sequence, bookmaker_id, selection, lay, odds
)
select
    fixture_id, captured_at,
    row_number() over (order by captured_at, fixture_id, selection, bookmaker_id, lay),
    bookmaker_id, selection, lay, odds
from (
    select
        p.fixture_id, l.captured_at, p.bookmaker_id, p.selection, p.lay, q.odds,
        lag(q.odds) over (
            partition by p.fixture_id, p.bookmaker_id, p.selection, p.lay order by l.captured_at
        ) as before
    from (
        select distinct fixture_id, bookmaker_id, selection, lay, kind from old_quotes
    ) p
    join (
        select distinct fixture_id, captured_at, kind from old_quotes
    ) l using (fixture_id, kind)
    left join old_quotes q
        on q.fixture_id = p.fixture_id and q.captured_at = l.captured_at
        and q.bookmaker_id = p.bookmaker_id and q.selection = p.selection and q.lay = p.lay
) told
where odds is distinct from before;

insert into fixture_looks (
    fixture_id, captured_at, kinds, books, quoted_at, singles, singles_quoted_at
)
select fixture_id, captured_at, kinds, books, quoted_at, singles, singles_quoted_at
from (
    select
        fixture_id, captured_at, bit_or(1 << kind) as kinds,
        array_agg(book order by book) as books,
        array_agg(quoted_at order by book) as quoted_at
    from (
        select
            fixture_id, captured_at, kind,
            bookmaker_id * 32 + lay::int * 16 + kind as book,
            extract(epoch from max(quoted_at))::double precision as quoted_at
        from old_quotes
        group by fixture_id, captured_at, bookmaker_id, lay, kind
    ) seen
    group by fixture_id, captured_at
) l
join (
    select
        fixture_id, captured_at,
        coalesce(array_agg(price order by price) filter (where quoted_at < last), '{}')
            as singles,
        coalesce(
            array_agg(extract(epoch from quoted_at)::double precision order by price)
                filter (where quoted_at < last),
            '{}'
        ) as singles_quoted_at
    from (
        select
            fixture_id, captured_at, quoted_at,
            (bookmaker_id::bigint << 21) | (lay::int::bigint << 20) | selection as price,
            max(quoted_at) over (
                partition by fixture_id, captured_at, bookmaker_id, lay, kind
            ) as last
        from old_quotes
    ) prices
    group by fixture_id, captured_at
) s using (fixture_id, captured_at);

-- Tokens number the sequences that follow: see storage/odds.py.
update odds_writer set token = (select count(*) >> 24 from odds_changes) + 1;

drop table quotes;

-- Changes, or the hours that are left of them: each hour's first and last price at their instants.
-- An hour is there only once its month was dropped.
create view odds_path as
select fixture_id, changed_at, sequence, bookmaker_id, selection, lay, odds
from odds_changes
union all
select fixture_id, first_at, 0::bigint, bookmaker_id, selection, lay, first
from odds_hours
union all
select fixture_id, last_at, 1::bigint, bookmaker_id, selection, lay, last
from odds_hours
where n > 1;

-- Roll up the months of changes that ended before an instant; returns how many hours were written.
create function roll_up_odds(before timestamptz) returns bigint language plpgsql as $$
declare
    written bigint;
begin
    insert into odds_hours as kept (
        fixture_id, hour, bookmaker_id, selection, lay,
        first, first_at, last, last_at, lowest, highest, n
    )
    select
        c.fixture_id, date_trunc('hour', c.changed_at, 'UTC'), c.bookmaker_id, c.selection, c.lay,
        (array_agg(c.odds order by c.changed_at, c.sequence))[1], min(c.changed_at),
        (array_agg(c.odds order by c.changed_at desc, c.sequence desc))[1], max(c.changed_at),
        min(c.odds), max(c.odds), count(*)
    from odds_changes c
    left join fixtures f on f.id = c.fixture_id
    where c.changed_at < date_trunc('month', before, 'UTC')
        and (f.kick_off is null or c.changed_at < f.kick_off)
    group by 1, 2, 3, 4, 5
    on conflict (fixture_id, hour, bookmaker_id, selection, lay) do update set
        first = case when excluded.first_at < kept.first_at then excluded.first else kept.first end,
        first_at = least(excluded.first_at, kept.first_at),
        last = case when excluded.last_at > kept.last_at then excluded.last else kept.last end,
        last_at = greatest(excluded.last_at, kept.last_at),
        lowest = least(excluded.lowest, kept.lowest),
        highest = greatest(excluded.highest, kept.highest),
        n = greatest(excluded.n, kept.n);
    get diagnostics written = row_count;
    return written;
end $$;
