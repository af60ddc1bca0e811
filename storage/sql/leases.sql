-- name: try_lead
-- Take the lead if nobody has it; the lock lives as long as this session.
select pg_try_advisory_lock(hashtextextended('mon_ps.leader.' || $1, 0));

-- name: next_token
-- A number higher than any earlier leader's; writes carry it so that a stale leader is refused.
select nextval('mon_ps.fencing_tokens');

-- name: still_leads
-- Does this session still hold the lock? (A lock taken from another session does not count.)
select exists (
    select 1 from pg_locks
    where locktype = 'advisory' and granted and pid = pg_backend_pid() and objsubid = 1
    and (classid::bigint << 32 | objid::bigint)
        = hashtextextended('mon_ps.leader.' || $1, 0)
);
