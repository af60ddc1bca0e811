-- Alarms: since when something was not as it had been, and when that was over. Never changed.
create table regimes (
    id bigint generated always as identity primary key,
    name text not null,
    opened_at timestamptz not null,
    told jsonb not null
);
create table regime_ends (
    regime bigint primary key references regimes (id),
    closed_at timestamptz not null
);
create function regimes_stand() returns trigger language plpgsql as $$
begin
    raise exception '% is history: an alarm is opened and closed, never changed', tg_table_name
        using errcode = 'restrict_violation';
end $$;
create trigger regimes_stand before update or delete or truncate on regimes
for each statement execute function regimes_stand();
create trigger regimes_stand before update or delete or truncate on regime_ends
for each statement execute function regimes_stand();
