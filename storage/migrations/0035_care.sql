-- What people said to protect themselves: limits, pauses. Lines are added, never changed; a restored
-- backup is told those it does not know, so each person's lines are counted, by no identity.
create table care (
    user_id bigint not null,
    line integer not null,
    said text not null,
    about text not null,
    amount numeric,
    until timestamptz,
    at timestamptz not null,
    primary key (user_id, line)
);
