-- name: bets
-- Picks as they were made, with their match and whether a look was taken at that moment.
select
    p.id, p.number, p.provenance, p.fixture_id, p.selection, p.bookmaker, p.odds, p.stake,
    p.policy_version, p.quoted_at, p.taken_at, p.set_for,
    f.competition, f.home_key, f.away_key, f.kick_off,
    exists (select from looks l where l.captured_at = p.taken_at) as looked,
    case when not exists (select from outbox o where o.pick_id = p.id and o.kind = 'pick')
        then exists (
            select from outbox before
            join outbox later on later.chat_id = before.chat_id
            where before.kind = 'pick' and later.kind = 'pick'
                and before.created_at < p.taken_at and later.created_at > p.taken_at
        )
        else false
    end as untold
from picks p
join fixtures f on f.id = p.fixture_id
where p.id in (select picks_since($1))
order by p.number;

-- name: settled
-- Every settlement with its bet, and how many readings said its score by then.
select
    s.pick_id, s.sequence, s.outcome, s.profit, s.home_goals, s.away_goals, s.rule, s.settled_at,
    p.number, p.provenance, p.selection, p.odds, p.stake, p.fixture_id, f.kick_off,
    s.sequence = max(s.sequence) over (partition by s.pick_id) as counts,
    (
        select count(*) from results r
        where r.fixture_id = p.fixture_id and r.read_at <= s.settled_at
            and r.home_goals = s.home_goals and r.away_goals = s.away_goals
    ) as said
from settlements s
join picks p on p.id = s.pick_id
join fixtures f on f.id = p.fixture_id
where p.id in (select picks_since($1))
order by p.number, s.sequence;

-- name: fixed
-- The close fixed for each bet, how many entries led to it, and what its own book offered of it
-- after it was made, the last first.
select
    c.pick_id, c.closed_at, c.kick_off, c.grade, c.source, c.closing_odds, c.clv, c.log_clv,
    c.alt_grade, c.alt_source, c.alt_closing_odds, c.clv_alt, c.movement, c.book_odds, c.sequence,
    p.number, p.provenance, p.fixture_id, p.selection, p.bookmaker, p.odds, p.taken_at,
    f.kick_off as begun_at,
    (select count(*) from pick_close_entries e where e.pick_id = c.pick_id) as entries,
    array(
        select b.odds from book_closes b
        where b.fixture_id = p.fixture_id and b.selection = p.selection
            and b.bookmaker = p.bookmaker and b.kick_off = c.kick_off
            and b.captured_at > p.taken_at and b.captured_at <= f.kick_off
        order by b.captured_at desc
    ) as offers
from pick_closes c
join picks p on p.id = c.pick_id
join fixtures f on f.id = p.fixture_id
where p.id in (select picks_since($1))
order by p.number;

-- name: lines
-- Every graded close of matches with bets.
select
    l.fixture_id, l.captured_at, l.selection, l.source, l.win, l.half_win, l.push, l.half_loss,
    l.loss, l.kick_off, l.grade, l.book, l.excluded
from closings l
where l.fixture_id in (select fixture_id from picks where id in (select picks_since($1)))
order by l.fixture_id, l.captured_at, l.selection, l.source, l.excluded;

-- name: taken
-- Bets that people say they took, and which of them they say were never made.
select
    b.id, b.user_id, b.pick_id, b.odds, b.stake, b.taken_at, p.provenance, p.number,
    exists (select from bet_withdrawals w where w.bet_id = b.id) as withdrawn
from bets b
join picks p on p.id = b.pick_id
where b.pick_id in (select picks_since($1))
order by b.taken_at, b.id;

-- name: postings
-- What every account gained by every entry about these bets, and what their bankrolls began with;
-- from the beginning, about anything.
select
    b.provenance, b.owner, e.number, e.subject, e.kind, e.sequence, e.posted_at,
    p.account, p.amount
from ledger_entries e
join bankrolls b on b.id = e.bankroll
left join ledger_postings p on p.entry = e.number
where $1::timestamptz is null
    or e.kind = 'opened'
    and b.provenance in (select provenance from picks where id in (select picks_since($1)))
    or e.subject in (select picks_since($1))
    or e.subject in (select id from bets where pick_id in (select picks_since($1)))
order by e.number, p.account;
