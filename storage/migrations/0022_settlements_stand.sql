-- A settlement is never changed: what corrects it is the next in sequence, which takes back what
-- the one before it paid.
create function settlements_stand() returns trigger language plpgsql as $$
begin
    raise exception 'a settlement is history: what corrects it is the next in sequence'
        using errcode = 'restrict_violation';
end $$;
create trigger settlements_stand before update or delete or truncate on settlements
for each statement execute function settlements_stand();

-- Whose word a close is. `book`: the one book behind it, null where several are, or it is not
-- known. `excluded`: the book that was bet at, whose quotes took no part; '' where all did.
alter table closings
    add column book text,
    add column excluded text not null default '',
    drop constraint closings_pkey,
    add primary key (fixture_id, captured_at, selection, source, excluded);
