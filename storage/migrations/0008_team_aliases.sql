-- What people said that unknown names mean. One spelling means one team in a competition; a word
-- taken back stays as a row, so that nothing said is ever lost.
create table team_aliases (
    id bigint generated always as identity primary key,
    competition text not null,
    spelling text not null,
    folded text not null,
    team_key text not null,
    team_name text not null,
    accepted_by bigint not null,
    accepted_at timestamptz not null,
    undone_by bigint,
    undone_at timestamptz
);
create unique index team_aliases_in_force on team_aliases (competition, folded)
where undone_at is null;

-- A waiting name can be spoken of by number. `resolved_as` is a team's key, or '-' for a name
-- that is nobody's; `alias_id` is the word that resolved it.
alter table unmatched_names
    add column id bigint generated always as identity unique,
    add column alias_id bigint references team_aliases (id),
    add column resolved_by bigint,
    add column resolved_at timestamptz;
