-- What a price was read from, how far quote and grid are apart, and where its close is expected:
-- null where it was stored before these were known, or where nothing tells.
alter table prices
    add column basis smallint,
    add column disagreement double precision,
    add column stands_alone boolean,
    add column close double precision,
    add column close_error double precision;
