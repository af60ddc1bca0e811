-- What a person says was paid in to a bookmaker, or out of it. Never changed: a wrong one is
-- reversed. The two halves of a transfer share its id.
create table payments (
    id uuid primary key,
    number bigint generated always as identity unique,
    user_id bigint not null,
    provenance text not null check (provenance in ('live', 'paper')),
    book text,
    amount numeric(14, 4) not null check (amount <> 0),
    transfer uuid,
    paid_at timestamptz not null
);
create index payments_of_people on payments (user_id, provenance, number);
create index payments_of_transfers on payments (transfer) where transfer is not null;
create table payment_reversals (
    payment_id uuid primary key references payments (id),
    reversed_at timestamptz not null
);
create trigger ledger_stands before update or truncate on payments
for each statement execute function ledger_stands();
create trigger ledger_stands before update or truncate on payment_reversals
for each statement execute function ledger_stands();
