-- Where the close of a pick was expected when it was made; null where no model spoke.
alter table picks
    add column expected_close double precision,
    add column expected_close_error double precision;
