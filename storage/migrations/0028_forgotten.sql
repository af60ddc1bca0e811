-- Who asked to be forgotten: kept so that a restored backup forgets them again, and nothing else.
create table forgotten (
    user_id bigint not null,
    forgotten_at timestamptz not null,
    primary key (user_id, forgotten_at)
);
