-- Versions of the policy that were learned, and all that was ever done about them: rows are added,
-- never changed. `base` is the declared version it stands on, `parent` the number it was learned
-- beside (0: the declared one), `proposed_by` a user's id, 0 at the shell, -1 for the house.
create table policy_versions (
    number int primary key,
    base text not null,
    parent int not null,
    thresholds jsonb not null,
    why jsonb not null,
    proposed_at timestamptz not null,
    proposed_by bigint not null,
    check (number > 0 and parent >= 0 and parent < number)
);

-- What happened to a version. `serves` is the number in force from then on (0: the declared one),
-- null where that did not change.
create table policy_events (
    id bigint generated always as identity primary key,
    base text not null,
    version int not null,
    event text not null check (
        event in ('proposed', 'ready', 'confirmed', 'refused', 'rolled_back', 'superseded')
    ),
    at timestamptz not null,
    by_user bigint not null,
    serves int,
    evidence jsonb not null
);
create index policy_events_version on policy_events (version, id);

create view policy_standings as
select
    v.number, v.base, v.parent, v.thresholds, v.why, v.proposed_at, v.proposed_by,
    e.event as state, e.at as since
from policy_versions v
join lateral (
    select event, at from policy_events where version = v.number order by id desc limit 1
) e on true;

-- What a version that runs in the shadow would have chosen, written at the look that made the pick,
-- before its match began and before its result was known; never afterwards.
create table shadow_picks (
    version int not null references policy_versions (number),
    pick_id uuid not null references picks (id),
    looked_at timestamptz not null,
    champion int not null,
    signal_score double precision not null,
    odds double precision not null,
    edge double precision not null,
    by_champion boolean not null,
    by_challenger boolean not null,
    primary key (version, pick_id)
);

-- Every trial ever run, and every time its grid was looked at: whoever looks at many finds some that
-- did well by luck, so all of them count.
create table trials (
    grid text not null,
    trial text not null,
    thresholds jsonb not null,
    registered_on date not null,
    first_looked_at timestamptz not null,
    primary key (grid, trial)
);
create table trial_looks (
    grid text not null,
    looked_at timestamptz not null,
    primary key (grid, looked_at)
);

create function policies_stand() returns trigger language plpgsql as $$
begin
    raise exception '% is history: rows are only added', tg_table_name
        using errcode = 'restrict_violation';
end $$;
create trigger policy_versions_stand before update or delete or truncate on policy_versions
for each statement execute function policies_stand();
create trigger policy_events_stand before update or delete or truncate on policy_events
for each statement execute function policies_stand();
create trigger shadow_picks_stand before update or delete or truncate on shadow_picks
for each statement execute function policies_stand();
create trigger trials_stand before update or delete or truncate on trials
for each statement execute function policies_stand();
create trigger trial_looks_stand before update or delete or truncate on trial_looks
for each statement execute function policies_stand();
