-- Jobs that somebody took out of the calendar, until they put them back.
create table paused_jobs (
    job text primary key,
    paused_at timestamptz not null,
    paused_by bigint not null
);
