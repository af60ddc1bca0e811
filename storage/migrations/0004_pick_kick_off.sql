-- The kick-off a pick was made for: a match put off further than the rules allow voids it.
alter table picks add column set_for timestamptz;
update picks p set set_for = f.original_kick_off from fixtures f where f.id = p.fixture_id;
