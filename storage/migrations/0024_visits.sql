-- What a button or a typed answer leads back to, when it is too much for the button itself.
create table parked (
    number bigint primary key,
    user_id bigint not null,
    what text not null,
    body jsonb not null,
    kept_at timestamptz not null,
    expires_at timestamptz not null
);
create index parked_of on parked (user_id, what);
create index parked_expiry on parked (expires_at);

-- How a person wants to be spoken to, and when.
create table preferences (
    user_id bigint primary key,
    chosen jsonb not null,
    updated_at timestamptz not null
);

-- Pictures the platform has already: sent again by their name there instead of their bytes.
create table pictures (
    bot_id bigint not null,
    key text not null,
    file_id text not null,
    sent_at timestamptz not null,
    primary key (bot_id, key)
);
create index pictures_age on pictures (sent_at);
