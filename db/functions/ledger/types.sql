-- What an operation names has to be there and to belong together.
-- Of another issuer is only what is bought; and what a platform keeps is moved by its operations, and by no others.
create type operation_names as (coin text, counter_coin text, issuer text, organization text, asked_by text, kind text);

-- A step and what becomes of it. fresh: its operation is born with it. now_state: where the operation stands, if the step led nowhere.
create type step_work as (
  ord int, operation text, step text, kind text, fresh boolean, body jsonb, outcome text, refusal text, from_state text, to_state text,
  now_state text, person text, ticket text, verb text, stored boolean, decide_by timestamptz,
  organization text, asked_by text, issuer text, amount numeric
);

-- What a step would do to one account: one side of a leg (1 gives, 2 takes), or a hold (leg 0).
-- issuer: null where it is the operation's.
create type step_entry as (ord int, leg int, side int, type text, account text, posted numeric, held numeric, issuer text);

-- A strict balance, locked.
create type held_balance as (account text, issuer text, posted numeric, held numeric, floor numeric, active boolean);
