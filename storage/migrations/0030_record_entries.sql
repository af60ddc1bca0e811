-- What changed in the records of settled picks, in the order of commits: who keeps a record reads
-- what is newer than it knows, and nothing else.
create table record_entries (
    revision bigint generated always as identity primary key,
    provenance text not null,
    pick_id uuid not null
);
create index record_entries_provenance on record_entries (provenance, revision);

create function enter_record() returns trigger language plpgsql as $$
begin
    -- One transaction at a time, until it ends: nobody sees a revision before an older one.
    perform pg_advisory_xact_lock(hashtext('record_entries'));
    insert into record_entries (provenance, pick_id)
    select p.provenance, p.id from picks p where p.id in (select pick_id from entered);
    return null;
end $$;
create trigger settlements_enter after insert on settlements
referencing new table as entered for each statement execute function enter_record();
create trigger closes_enter after insert on pick_close_entries
referencing new table as entered for each statement execute function enter_record();

-- A settled pick as statistics need it.
create view settled_bets as
select
    p.id as pick_id, p.number, p.provenance, p.fixture_id, s.settled_at, p.odds, p.stake, s.profit,
    p.edge, s.outcome, p.selection, f.competition, p.bookmaker, p.signal_score,
    p.sweet_spot_score, p.tier,
    jsonb_path_query_array(p.signals, '$[*] ? (@.direction > 0).agent') as agents,
    p.refund, p.taken_at, coalesce(c.kick_off, p.set_for, f.kick_off) as kick_off,
    c.grade, c.alt_grade, c.movement, p.policy_version,
    case when c.grade in ('A', 'B') or (p.provenance = 'backtest' and c.grade = 'D')
        then c.clv end as clv,
    case when c.alt_grade in ('A', 'B') or (p.provenance = 'backtest' and c.alt_grade = 'D')
        then c.clv_alt end as clv_alt
from picks p
join fixtures f on f.id = p.fixture_id
join lateral (
    select * from settlements where pick_id = p.id order by sequence desc limit 1
) s on true
left join pick_closes c on c.pick_id = p.id;
